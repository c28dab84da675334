// SPDX-License-Identifier: GPL-2.0
/*
 * Readers of every file, in blocks of every size, in a storm of sets and tasks that come and go.
 * Sets that the storm leaves alone stand in every listing, once, with the right data.
 *
 *   SECONDS=n or MINUTES=n   how long (default 10 s)
 *   SEED=n                   of the storm
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include "common.h"
#include "proc.h"
#include "puppet.h"
#include "reader.h"
#include "rows.h"
#include "storm.h"

#define STABLE 24
#define READERS 3

/* A set that stays: all of its semaphores have the value seed, one task waits, one holds. */
struct stable {
	int id, nsems, value;
	pid_t waiter, holder;
};

struct tally {
	uint64_t reads, rows, gone;
};

FIXTURE(storm)
{
	struct stable stable[STABLE];
	struct tally *tally;
};

static void make_stable(struct stable *s, int i)
{
	struct sembuf hold = { .sem_num = 1, .sem_op = 1, .sem_flg = SEM_UNDO };
	struct sembuf take = { .sem_num = 0, .sem_op = -32000 };
	struct puppet *p;
	int j;

	s->nsems = i % 4 ? 2 + i : 300;
	s->value = 100 + i;
	s->id = semget(IPC_PRIVATE, s->nsems, 0600);
	if (s->id < 0)
		die("semget: %s", strerror(errno));
	for (j = 0; j < s->nsems; j++)
		semctl(s->id, j, SETVAL, s->value);
	p = puppet_make(NULL, 0);
	if (puppet_semop(p, s->id, &hold, 1))
		die("cannot hold");
	s->holder = p->pid;
	p = i % 2 ? puppet_make(p, PUPPET_THREAD) : puppet_make(NULL, 0);
	puppet_block(p, s->id, &take, 1, NULL);
	s->waiter = p->tid;
}

FIXTURE_SETUP(storm)
{
	int i;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
	for (i = 0; i < STABLE; i++)
		make_stable(&self->stable[i], i);
	self->tally = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->tally);
}

FIXTURE_TEARDOWN(storm)
{
	puppets_clear();
}

static bool check_stable_sems(const struct rows *r, int set, const struct stable *s)
{
	int sem = -1, i, wait, undo, owner;

	for (i = 0; i < s->nsems; i++) {
		sem = rows_next(r, IPCDBG_R_sem, set, sem);
		if (sem < 0 || ROW_NUM(r, sem, sem, semnum) != i ||
		    ROW_NUM(r, sem, sem, semval) != s->value + (i == 1) ||
		    ROW_NUM(r, sem, sem, semncnt) != !i || ROW_NUM(r, sem, sem, semzcnt))
			return complain("stable set %d: semaphore %d", s->id, i);
	}
	wait = rows_next(r, IPCDBG_R_wait, rows_sem(r, set, 0), -1);
	if (wait < 0 || ROW_NUM(r, wait, wait, tid) != s->waiter ||
	    rows_next(r, IPCDBG_R_wait, rows_sem(r, set, 0), wait) >= 0 ||
	    rows_count(r, IPCDBG_R_op, wait) != 1)
		return complain("stable set %d: waiter", s->id);
	undo = rows_next(r, IPCDBG_R_undo, set, -1);
	owner = undo < 0 ? -1 : rows_next(r, IPCDBG_R_owner, undo, -1);
	if (owner < 0 || ROW_NUM(r, undo, undo, semadj) != -1 ||
	    ROW_NUM(r, owner, owner, pid) != s->holder ||
	    rows_next(r, IPCDBG_R_undo, set, undo) >= 0)
		return complain("stable set %d: holder", s->id);
	return true;
}

static bool check_stable(const struct rows *r, int ns, const struct stable *s, bool list)
{
	int set = rows_set(r, ns, s->id);

	if (set < 0)
		return complain("stable set %d is missing", s->id);
	if (rows_set(r, set, s->id) >= 0)
		return complain("stable set %d is doubled", s->id);
	if (ROW_NUM(r, set, set, nsems) != s->nsems)
		return complain("stable set %d has another size", s->id);
	if (!list)
		return check_stable_sems(r, set, s);
	return (ROW_NUM(r, set, set, waiters) == 1 && ROW_NUM(r, set, set, holders) == 1) ||
	       complain("stable set %d: counts", s->id);
}

static bool has_truncated(const struct rows *r, int set)
{
	return rows_next(r, IPCDBG_R_truncated, set, -1) >= 0;
}

/* All its owners, or fewer and that said: tasks come and go while they are looked for. */
static bool check_undo(const struct rows *r, unsigned int i)
{
	unsigned int owners = rows_count(r, IPCDBG_R_owner, i), tasks = ROW_NUM(r, i, undo, tasks);

	return (ROW_NUM(r, i, undo, semadj) &&
		(owners == tasks || (owners < tasks && has_truncated(r, i)))) ||
	       complain("line %u: undo of %u tasks, %u owner rows", i + 1, tasks, owners);
}

/* A wait has as many ops as it says, an undo as many owners; of any set, stable or not. */
static bool check_inner(const struct rows *r, unsigned int i)
{
	unsigned int waits, ops;

	switch (r->row[i].record) {
	case IPCDBG_R_sem:
		waits = rows_count(r, IPCDBG_R_wait, i);
		return waits == ROW_NUM(r, i, sem, semncnt) + ROW_NUM(r, i, sem, semzcnt) ||
		       complain("line %u: %u wait rows", i + 1, waits);
	case IPCDBG_R_wait:
		ops = rows_count(r, IPCDBG_R_op, i);
		return ops == ROW_NUM(r, i, wait, nsops) || complain("line %u: %u ops", i + 1, ops);
	case IPCDBG_R_undo:
		return check_undo(r, i);
	default:
		return true;
	}
}

/* Every set is whole or marked, none comes twice, and they come in the order of their places. */
static bool check_every_set(const struct rows *r, bool list, struct tally *tally)
{
	int place = -1;
	bool ok = true;
	unsigned int i;

	for (i = 0; i < r->nr; i++) {
		if (r->row[i].record == IPCDBG_R_namespace)
			place = -1;
		ok &= check_inner(r, i);
		if (r->row[i].record != IPCDBG_R_set)
			continue;
		if ((ROW_NUM(r, i, set, semid) & 0x7fff) <= place)
			ok = complain("line %u: set %" PRId64 " is doubled or out of order", i + 1,
				      ROW_NUM(r, i, set, semid));
		place = ROW_NUM(r, i, set, semid) & 0x7fff;
		if (has_truncated(r, i))
			tally->gone++;
		else if (!list && rows_count(r, IPCDBG_R_sem, i) != ROW_NUM(r, i, set, nsems))
			ok = complain("line %u: not all semaphores, and not marked", i + 1);
	}
	return ok;
}

struct memory {
	const char *text;
	size_t len;
};

static ssize_t from_memory(void *ctx, char *buf, size_t size)
{
	struct memory *m = ctx;
	size_t n = size < m->len ? size : m->len;

	memcpy(buf, m->text, n);
	m->text += n;
	m->len -= n;
	return n;
}

/* The tool's own parser reads it to the end and counts the same rows. */
static bool check_project_parser(const struct rows *r)
{
	struct memory m = { r->text, r->len };
	enum parse_result ret;
	struct reader reader;
	unsigned int n = 0;

	for (ret = reader_start(&reader, from_memory, &m); ret == PARSE_ROW;
	     ret = reader_next(&reader))
		n++;
	if (ret != PARSE_END || n != r->nr - 1)
		complain("the tool's parser: result %d after %u of %u rows: %s", ret, n, r->nr,
			 reader.message);
	reader_stop(&reader);
	return ret == PARSE_END && n == r->nr - 1;
}

static int own_namespace(const struct rows *r)
{
	unsigned int inum = proc_ns(getpid(), getpid(), "ipc");
	int i = -1;

	while ((i = rows_next(r, IPCDBG_R_namespace, -1, i)) >= 0)
		if (ROW_NUM(r, i, namespace, inum) == inum)
			return i;
	return -1;
}

static bool read_once(const char *name, size_t block, const struct stable *stable,
		      struct tally *tally)
{
	bool list = strstr(name, "list"), ok;
	char path[64], *text;
	struct rows r;
	size_t len;
	int i;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	text = slurp(path, block, &len);
	if (!text)
		return complain("%s: %s", name, strerror(errno));
	ok = rows_parse(&r, text, len) && check_project_parser(&r);
	if (ok && strstr(name, "sem")) {
		ok = check_every_set(&r, list, tally);
		for (i = 0; i < STABLE; i++)
			ok &= check_stable(&r, own_namespace(&r), &stable[i], list);
	}
	if (!ok)
		complain("%s in blocks of %zu, %u rows", name, block, r.nr);
	tally->reads++;
	tally->rows += r.nr;
	rows_free(&r);
	return ok;
}

/* One object by its position: it comes first. */
static bool read_position(const struct stable *s, struct tally *tally)
{
	uint64_t pos = IPCDBG_OBJECT_BASE + ((uint64_t)s->id << IPCDBG_OBJECT_SHIFT);
	int fd = open(IPCDBG_DIR "/sem", O_RDONLY | O_CLOEXEC);
	struct rows r;
	size_t len;
	char *text;
	int first;
	bool ok;

	lseek(fd, pos, SEEK_SET);
	text = slurp_fd(fd, 3000, &len);
	close(fd);
	ok = text && rows_parse(&r, text, len);
	first = ok ? rows_next(&r, IPCDBG_R_set, -1, -1) : -1;
	ok = first >= 0 && ROW_NUM(&r, first, set, semid) == s->id &&
	     check_stable_sems(&r, first, s);
	tally->reads++;
	rows_free(&r);
	return ok || complain("by the position of set %d", s->id);
}

/* Until killed or something is wrong. */
static void read_on(const struct stable *stable, struct tally *tally, unsigned int seed)
{
	static const char *const names[] = { "sem",	   "list/sem", "all/sem", "all/list/sem",
					     "namespaces", "abi",      "sem",	  "list/sem" };
	static const size_t blocks[] = { 65536, 65536, 65536, 4096, 4096, 1000, 300, 1 << 20 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		size_t block = rand_r(&seed) % 16 ? blocks[rand_r(&seed) % 8] : 7;

		if (!read_once(names[rand_r(&seed) % 8], block, stable, tally) ||
		    !read_position(&stable[rand_r(&seed) % STABLE], tally))
			_exit(1);
	}
}

static void expect_weather(struct __test_metadata *_metadata, const struct storm *s)
{
	fprintf(stderr,
		"# storm: %" PRIu64 " sets made, %" PRIu64 " removed, %" PRIu64
		" operations, %" PRIu64 " blocked, %" PRIu64 " woken by removal, %" PRIu64
		" forks, %" PRIu64 " exits\n",
		s->made, s->removed, s->operated, s->blocked, s->woken, s->forked, s->exited);
	EXPECT_LT(50, s->made);
	EXPECT_LT(50, s->removed);
	EXPECT_LT(50, s->operated);
	EXPECT_LT(20, s->blocked);
	EXPECT_LT(20, s->exited);
}

TEST_F_TIMEOUT(storm, readers, 3600)
{
	long seconds = env_long("SECONDS", 60 * env_long("MINUTES", 0));
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + (seconds ? seconds : 10) * 1000000000ull;
	struct timespec pause = { .tv_nsec = 100000000 };
	int i, status, ids[STABLE];
	pid_t readers[READERS];
	struct storm *s;

	for (i = 0; i < STABLE; i++)
		ids[i] = self->stable[i].id;
	s = storm_begin(3, env_long("SEED", 1));
	for (i = 0; i < READERS; i++) {
		readers[i] = fork();
		if (!readers[i])
			read_on(self->stable, &self->tally[i], 100 + i);
	}
	while (clock_ns(CLOCK_MONOTONIC) < end) {
		nanosleep(&pause, NULL);
		for (i = 0; i < READERS; i++)
			ASSERT_EQ(0, waitpid(readers[i], &status, WNOHANG));
	}
	for (i = 0; i < READERS; i++) {
		kill(readers[i], SIGKILL);
		ASSERT_EQ(readers[i], waitpid(readers[i], &status, 0));
		EXPECT_TRUE(WIFSIGNALED(status));
		fprintf(stderr,
			"# reader %d: %" PRIu64 " readings, %" PRIu64 " rows, %" PRIu64
			" sets gone while read\n",
			i, self->tally[i].reads, self->tally[i].rows, self->tally[i].gone);
		/* How many a loaded machine manages is no matter: each is checked in full. */
		EXPECT_LT(0, self->tally[i].reads);
	}
	storm_end(s, ids, STABLE);
	expect_weather(_metadata, s);
	EXPECT_TRUE(read_once("sem", 65536, self->stable, self->tally));
}

TEST_HARNESS_MAIN
