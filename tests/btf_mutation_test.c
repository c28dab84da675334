// SPDX-License-Identifier: GPL-2.0
/*
 * Damaged BTF of the running kernel, as the module's btf=: it is refused in one line, or the layout
 * that is resolved is the right one, which then shows what the kernel says. A load with another
 * layout, which the digest tells, must be what that file says; no object is read with it.
 *
 *   SEEDS=n       how many damages of the whole file, and how many of one that is cut to what the
 *                 module looks for (default 5 and 25)
 *   SEED_FROM=n   the first of their numbers; SEED=n only this one
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sched.h>
#include "btf_cut.h"
#include "btf_mutate.h"
#include "common.h"
#include "every_file.h"
#include "layout_lines.h"
#include "memory.h"
#include "module.h"
#include "ns_objects.h"
#include "ns_truth.h"
#include "proc.h"
#include "random.h"
#include "rows.h"

#define TRIAL "/tmp/trial.btf"
#define ROOM 65536 /* that a damage may add */
#define FILES_MAX 32
#define PARAMETER "btf=" TRIAL

/* A file, and where the module looks in it. */
struct original {
	unsigned char *data;
	struct types t;
	struct types_path path[400]; /* of each line, no levels: it is not there */
};

static struct world {
	struct ns_truth *truth;
	unsigned int nr;
	char *name[FILES_MAX], *text[FILES_MAX]; /* masked, as read with the right layout */
	char digest[IPCDBG_WORD_LEN];
	int log;
} world;

static struct outcome {
	unsigned int refused, same, other;
} outcome;

FIXTURE(mutation)
{
	struct original whole;
};

static struct original look_up(unsigned char *data, size_t len)
{
	struct original o = { .data = data };
	const char *s = "";
	uint32_t id = 0;

	if (!types_open(&o.t, data, len))
		die("the kernel's BTF is none");
	for (unsigned int i = 0; i < nr_layout_lines; i++) {
		const struct layout_line *line = &layout_lines[i];

		if (strcmp(s, line->s))
			id = types_find(&o.t, line->s);
		s = line->s;
		if (id && line->member && !types_find_member(&o.t, id, line->member, &o.path[i]))
			o.path[i].levels = 0;
	}
	return o;
}

static void write_trial(const void *data, size_t len)
{
	int fd = open(TRIAL, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		die("%s: %m", TRIAL);
	close(fd);
}

/* The digest of the layout that the module has now. */
static void read_digest(char digest[IPCDBG_WORD_LEN])
{
	struct rows r;
	int row;

	if (!rows_read(&r, "abi"))
		die("abi is malformed");
	row = rows_next(&r, IPCDBG_R_abi, -1, -1);
	snprintf(digest, IPCDBG_WORD_LEN, "%s", row < 0 ? "" : ROW_STR(&r, row, abi, digest));
	rows_free(&r);
}

static char *read_masked(const char *name)
{
	char *masked = NULL;
	struct rows r;

	if (rows_read(&r, name))
		masked = rows_masked(&r);
	rows_free(&r);
	return masked;
}

/* All but abi, which names the file that the layout is from. */
static int note_file(const char *path, const struct stat *st)
{
	const char *name = path + strlen(IPCDBG_DIR "/");

	(void)st;
	if (!strcmp(name, "abi"))
		return 0;
	if (world.nr == FILES_MAX)
		die("more than %d files", FILES_MAX);
	world.name[world.nr] = strdup(name);
	world.text[world.nr] = read_masked(name);
	if (!world.text[world.nr++])
		die("%s is malformed", name);
	return 0;
}

/* What the kernel itself says of this namespace. */
static bool is_true(void)
{
	static const char *const kinds[] = { "sem", "shm", "msg", "mqueue" };
	char name[32];
	struct rows r;
	bool ok = true;

	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		snprintf(name, sizeof(name), "all/list/%s", kinds[i]);
		ok &= rows_read(&r, name) &&
		      ns_has_objects(world.truth, &r, ns_find(&r, world.truth->inum), kinds[i]);
		rows_free(&r);
	}
	ok &= rows_read(&r, "namespaces") &&
	      ns_has_row(world.truth, &r, ns_find(&r, world.truth->inum));
	rows_free(&r);
	return ok;
}

static bool is_as_before(void)
{
	bool ok = is_true();

	for (unsigned int i = 0; i < world.nr; i++) {
		char *text = read_masked(world.name[i]);

		if (!text || strcmp(text, world.text[i]))
			ok = complain("%s is another: %s", world.name[i], text ? text : "");
		free(text);
	}
	return ok;
}

/* A member row against the second reader of the file, where its struct has that number. */
static bool is_in_file(const struct rows *r, int row, const struct types *t, uint32_t id)
{
	const char *s = ROW_STR(r, row, member, struct_name), *name = ROW_STR(r, row, member, name);
	struct types_path p;

	if (!id)
		return complain("there is no struct %s", s);
	if (!ROW_HAS(r, row, member, offset))
		return !types_find_member(t, id, name, &p) || complain("%s.%s is there", s, name);
	if (!types_find_member(t, id, name, &p))
		return complain("there is no %s.%s", s, name);
	if (p.bits != 8 * (uint64_t)ROW_NUM(r, row, member, offset) ||
	    types_size(t, p.type) != (uint64_t)ROW_NUM(r, row, member, size) ||
	    p.bits / 8 + types_size(t, p.type) > types_word(t, id, 2))
		return complain("%s.%s is at %s with %s bytes", s, name,
				ROW_STR(r, row, member, offset), ROW_STR(r, row, member, size));
	return true;
}

/* The layout that the module tells of is that of the damaged file. */
static bool is_layout_of(const struct mutation *m)
{
	unsigned int members = 0;
	const char *s = "";
	uint32_t id = 0;
	struct rows r;
	struct types t;
	bool ok = types_open(&t, m->data, m->len) && rows_read(&r, "abi");
	int abi, row = -1;

	if (!ok) {
		types_close(&t);
		return complain("this is no BTF, or no abi");
	}
	abi = rows_next(&r, IPCDBG_R_abi, -1, -1);
	while ((row = rows_next(&r, IPCDBG_R_member, abi, row)) >= 0) {
		if (strcmp(s, ROW_STR(&r, row, member, struct_name)))
			id = types_find(&t, ROW_STR(&r, row, member, struct_name));
		s = ROW_STR(&r, row, member, struct_name);
		ok &= is_in_file(&r, row, &t, id);
		members++;
	}
	ok &= members > 50 || complain("%u member rows", members);
	rows_free(&r);
	types_close(&t);
	return ok;
}

static bool check_loaded(const struct mutation *m)
{
	char digest[IPCDBG_WORD_LEN];
	bool ok;

	read_digest(digest);
	if (strcmp(digest, world.digest)) {
		outcome.other++;
		ok = is_layout_of(m);
	} else {
		outcome.same++;
		ok = is_layout_of(m);
		ok &= is_as_before();
	}
	if (module_unload())
		die("the module cannot be unloaded: %m");
	return ok;
}

/* Tries what stands in m; says what was wrong. */
static bool is_handled(const struct mutation *m)
{
	int error, lines;
	char said[2048];

	write_trial(m->data, m->len);
	error = module_load(PARAMETER);
	lines = module_log(world.log, said, sizeof(said));
	if (!error && !lines)
		return check_loaded(m);
	if (!error)
		module_unload();
	outcome.refused++;
	if (error == EOPNOTSUPP && lines == 1 && !module_is_loaded() &&
	    access(IPCDBG_DIR, F_OK) == -1)
		return true;
	return complain("error %d, %d lines: %s", error, lines, said);
}

/* Where a line of the layout leads to, or anywhere. */
static void choose_place(const struct original *o, struct mutation *m)
{
	const struct types_path *p = &o->path[below(nr_layout_lines)];
	unsigned int level;

	btf_mutate_anything(m);
	if (!p->levels || one_in(8))
		return;
	level = below(p->levels);
	m->id = p->level[level].id;
	m->member = p->level[level].member;
}

static bool try_seed(const struct original *o, long seed, unsigned char *room)
{
	struct mutation m = { .t = &o->t, .data = room, .len = o->t.len, .max = o->t.len + ROOM };
	const char *what;

	random_seed(seed);
	memcpy(room, o->data, o->t.len);
	choose_place(o, &m);
	what = btf_mutate(&m);
	if (is_handled(&m))
		return true;
	return complain("SEED=%ld: %s of type %u, member %u", seed, what, m.id, m.member);
}

static bool try_seeds(const struct original *o, long n)
{
	long from = env_long("SEED_FROM", 1), only = env_long("SEED", 0), bad = 0;
	unsigned char *room = malloc(o->t.len + ROOM);

	if (!room)
		die("out of memory");
	memset(&outcome, 0, sizeof(outcome));
	for (long i = only ? only : from; i < (only ? only + 1 : from + n); i++) {
		bad += !try_seed(o, i, room);
		if (n > 100 && i % (n / 10) == 0)
			fprintf(stderr, "# %ld tried\n", i);
	}
	free(room);
	fprintf(stderr, "# %zu bytes: %u refused, %u with the layout, %u with another\n", o->t.len,
		outcome.refused, outcome.same, outcome.other);
	return !bad;
}

FIXTURE_SETUP(mutation)
{
	size_t len;
	int fd;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	random_seed(env_long("SEED", 1));
	ns_objects_make();
	fd = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
	world.truth = ns_truth(fd);
	close(fd);
	if (!module_is_loaded())
		ASSERT_EQ(0, module_load(""));
	read_digest(world.digest);
	every_file(note_file);
	EXPECT_TRUE(is_true());
	ASSERT_EQ(0, module_unload());
	world.log = module_log_open();
	self->whole.data = (unsigned char *)slurp("/sys/kernel/btf/vmlinux", 65536, &len);
	ASSERT_NE(NULL, self->whole.data);
	self->whole = look_up(self->whole.data, len);
}

FIXTURE_TEARDOWN(mutation)
{
	types_close(&self->whole.t);
	free(self->whole.data);
	free(world.truth);
	close(world.log);
	unlink(TRIAL);
	if (!module_is_loaded())
		EXPECT_EQ(0, module_load(""));
}

/* Refused or resolved, nothing stays. */
static void expect_nothing_left(struct __test_metadata *_metadata, const struct original *o, long n)
{
	struct memory_usage before, after;

	EXPECT_TRUE(try_seeds(o, 1));
	before = memory_in_use();
	EXPECT_TRUE(try_seeds(o, n));
	after = memory_in_use();
	EXPECT_LT(after.fine, before.fine + 256 * 1024);
	EXPECT_LT(after.coarse, before.coarse + 1536 * 1024);
}

TEST_F_TIMEOUT(mutation, whole_file, 1200)
{
	expect_nothing_left(_metadata, &self->whole, env_long("SEEDS", 5));
}

TEST_F_TIMEOUT(mutation, cut_to_what_is_looked_for, 1200)
{
	long n = env_long("SEEDS", 25);
	size_t len;
	unsigned char *data = btf_cut(&self->whole.t, &len);
	struct original cut = look_up(data, len);
	struct mutation none = { .data = data, .len = len };

	EXPECT_TRUE(is_handled(&none));
	EXPECT_EQ(1, outcome.same);
	expect_nothing_left(_metadata, &cut, n);
	if (n >= 200) {
		EXPECT_LT(0, outcome.refused);
		EXPECT_LT(0, outcome.same);
		EXPECT_LT(0, outcome.other);
	}
	types_close(&cut.t);
	free(data);
}

TEST_HARNESS_MAIN
