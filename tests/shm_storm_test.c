// SPDX-License-Identifier: GPL-2.0
/*
 * Readers of every file of segments, in blocks of every size, while waves of processes that have
 * many attached exit all at once and, with shm_rmid_forced, take the segments along. Segments that
 * the storm does not remove stand in every listing, once, with the right attachments.
 *
 *   SECONDS=n or MINUTES=n   how long (default 10 s); with MINUTES as large as it gets
 *   SEED=n                   of the storm
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include "check.h"
#include "common.h"
#include "puppet.h"
#include "rows.h"
#include "shm_look.h"
#include "storm_read.h"
#include "storm_shm.h"

#define STABLE 16
#define SIZE (3 * PAGE)

/* A segment that stays: its owner has two ends of it, another process shares its memory. */
struct stable {
	int id;
	pid_t owner, sharer;
};

static struct stable stable[STABLE];
static int ids[STABLE];

static void make_stable(struct stable *s)
{
	struct puppet *p = puppet_make(NULL, 0);

	s->id = shmget(IPC_PRIVATE, SIZE, 0600);
	shm_attach(p, s->id, HERE, 0);
	if (puppet_call(p, SYS_munmap, HERE + PAGE, PAGE))
		die("cannot cut a stable segment");
	s->owner = p->pid;
	s->sharer = puppet_make(p, CLONE_VM)->pid;
}

static int attach_of(const struct rows *r, int segment, pid_t pid)
{
	int i = -1, found = -1, n = 0;

	while ((i = rows_next(r, IPCDBG_R_attach, segment, i)) >= 0)
		if (ROW_HAS(r, i, attach, pid) && ROW_NUM(r, i, attach, pid) == pid) {
			found = i;
			n++;
		}
	return n == 1 ? found : -1;
}

/* The two processes stand there in either order: the first with the mappings. */
static bool check_attached(const struct rows *r, int segment, const struct stable *s)
{
	int owner = attach_of(r, segment, s->owner), sharer = attach_of(r, segment, s->sharer);
	int first = owner < sharer ? owner : sharer, low, high;
	bool ok = true;

	if (owner < 0 || sharer < 0)
		return complain("stable segment %d: its processes", s->id);
	CHECK("mappings", 2, ROW_NUM(r, owner, attach, mappings));
	CHECK("mappings", 2, ROW_NUM(r, sharer, attach, mappings));
	CHECK("mapping rows", 2, rows_count(r, IPCDBG_R_mapping, first));
	CHECK("shared", true, ROW_HAS(r, first == owner ? sharer : owner, attach, shared));
	low = rows_next(r, IPCDBG_R_mapping, first, -1);
	high = low < 0 ? -1 : rows_next(r, IPCDBG_R_mapping, first, low);
	if (!ok || high < 0)
		return complain("stable segment %d: its mappings", s->id);
	CHECK("low start", HERE, ROW_NUM(r, low, mapping, start));
	CHECK("low end", HERE + PAGE, ROW_NUM(r, low, mapping, end));
	CHECK("high start", HERE + 2 * PAGE, ROW_NUM(r, high, mapping, start));
	CHECK("high offset", 2 * PAGE, ROW_NUM(r, high, mapping, offset));
	return ok || complain("stable segment %d", s->id);
}

static bool check_stable(const struct rows *r, int segment, const struct stable *s, bool list)
{
	bool ok = true;

	CHECK("shmid", s->id, ROW_NUM(r, segment, segment, shmid));
	CHECK("size", SIZE, ROW_NUM(r, segment, segment, size));
	CHECK("cpid", getppid(), ROW_NUM(r, segment, segment, cpid));
	CHECK_STR("cpid_state", "live", ROW_STR(r, segment, segment, cpid_state));
	if (ROW_NUM(r, segment, segment, nattch) < 2)
		ok = complain("stable segment %d: nattch", s->id);
	return (list || check_attached(r, segment, s)) && ok;
}

/* As many mapping rows as it says, none of them empty; of any segment, stable or not. */
static bool check_mappings(const struct rows *r, unsigned int attach)
{
	bool shared = ROW_HAS(r, attach, attach, shared);
	int i = -1, n = 0;

	while ((i = rows_next(r, IPCDBG_R_mapping, attach, i)) >= 0) {
		n++;
		if (ROW_NUM(r, i, mapping, start) >= ROW_NUM(r, i, mapping, end))
			return complain("line %d: an empty mapping", i + 1);
	}
	return n == (shared ? 0 : ROW_NUM(r, attach, attach, mappings)) ||
	       complain("line %u: %d mapping rows", attach + 1, n);
}

static bool check_every_segment(const struct rows *r, struct tally *tally)
{
	bool ok = STORM_IN_ORDER(r, segment, shmid);
	unsigned int i;

	for (i = 0; i < r->nr; i++) {
		if (r->row[i].record == IPCDBG_R_attach)
			ok &= check_mappings(r, i);
		else if (r->row[i].record == IPCDBG_R_truncated)
			tally->gone++;
	}
	return ok;
}

static bool judge(const struct rows *r, const char *name, int ns, struct tally *tally)
{
	bool ok = true;
	int i, row;

	if (!strstr(name, "shm"))
		return true;
	ok = check_every_segment(r, tally);
	for (i = 0; ok && i < STABLE; i++) {
		row = ROWS_FIND(r, ns, segment, shmid, stable[i].id);
		ok = row >= 0 ? check_stable(r, row, &stable[i], strstr(name, "list"))
			      : complain("stable segment %d is missing", stable[i].id);
	}
	return ok;
}

/* One object by its position: it comes first. */
static bool read_position(unsigned int *seed, struct tally *tally)
{
	const struct stable *s = &stable[rand_r(seed) % STABLE];
	struct rows r;
	int first;
	bool ok;

	ok = storm_read_object(&r, "shm", s->id);
	first = ok ? rows_next(&r, IPCDBG_R_segment, -1, -1) : -1;
	ok = first >= 0 && check_stable(&r, first, s, false);
	tally->reads++;
	rows_free(&r);
	return ok || complain("by the position of segment %d", s->id);
}

static const char *const names[] = { "shm",	     "shm", "list/shm", "all/shm",
				     "all/list/shm", "shm", NULL };
static const struct storm_files files = { names, judge, read_position };

FIXTURE(shm_storm){};

FIXTURE_SETUP(shm_storm)
{
	long others = env_long("MINUTES", 0) ? 30000 : 300;
	int i;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	ASSERT_EQ(0, put_file("/proc/sys/kernel/shmmni", "32768"));
	ASSERT_EQ(0, put_file("/proc/sys/kernel/shm_rmid_forced", "1"));
	puppets_open();
	for (i = 0; i < STABLE; i++) {
		make_stable(&stable[i]);
		ids[i] = stable[i].id;
	}
	while (others--)
		ASSERT_LE(0, shmget(IPC_PRIVATE, 1, 0600));
	storm_shm_visit(ids, STABLE);
	storm_shm_wave(env_long("MINUTES", 0) ? 330 : 20);
}

FIXTURE_TEARDOWN(shm_storm)
{
	puppets_clear();
}

static void expect_weather(struct __test_metadata *_metadata, const struct storm *s)
{
	fprintf(stderr,
		"# storm: %" PRIu64 " segments made, %" PRIu64 " removed, %" PRIu64
		" attached, %" PRIu64 " forks, %" PRIu64 " exits\n",
		s->made, s->removed, s->operated, s->forked, s->exited);
	EXPECT_LT(100, s->made);
	EXPECT_LT(20, s->removed);
	EXPECT_LT(1000, s->operated);
	EXPECT_LT(50, s->exited);
}

TEST_F_TIMEOUT(shm_storm, exits, 3600)
{
	struct storm *s = storm_begin(3, env_long("SEED", 1), storm_shm);

	ASSERT_TRUE(storm_read(&files));
	storm_end(s);
	expect_weather(_metadata, s);
}

TEST_HARNESS_MAIN
