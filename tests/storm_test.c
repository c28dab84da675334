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
#include <inttypes.h>
#include <sched.h>
#include <sys/sem.h>
#include "common.h"
#include "puppet.h"
#include "rows.h"
#include "storm_read.h"
#include "storm_sem.h"

#define STABLE 24

/* A set that stays: all of its semaphores have the value seed, one task waits, one holds. */
struct stable {
	int id, nsems, value;
	pid_t waiter, holder;
};

static struct stable stable[STABLE];

FIXTURE(storm){};

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
		make_stable(&stable[i], i);
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

/* Every set is whole or marked, and none comes twice. */
static bool check_every_set(const struct rows *r, bool list, struct tally *tally)
{
	bool ok = STORM_IN_ORDER(r, set, semid);
	unsigned int i;

	for (i = 0; i < r->nr; i++) {
		ok &= check_inner(r, i);
		if (r->row[i].record != IPCDBG_R_set)
			continue;
		if (has_truncated(r, i))
			tally->gone++;
		else if (!list && rows_count(r, IPCDBG_R_sem, i) != ROW_NUM(r, i, set, nsems))
			ok = complain("line %u: not all semaphores, and not marked", i + 1);
	}
	return ok;
}

static bool judge(const struct rows *r, const char *name, int ns, struct tally *tally)
{
	bool list = strstr(name, "list"), ok;
	int i;

	if (!strstr(name, "sem"))
		return true;
	ok = check_every_set(r, list, tally);
	for (i = 0; i < STABLE; i++)
		ok &= check_stable(r, ns, &stable[i], list);
	return ok;
}

/* One object by its position: it comes first. */
static bool read_position(unsigned int *seed, struct tally *tally)
{
	const struct stable *s = &stable[rand_r(seed) % STABLE];
	struct rows r;
	int first;
	bool ok;

	ok = storm_read_object(&r, "sem", s->id);
	first = ok ? rows_next(&r, IPCDBG_R_set, -1, -1) : -1;
	ok = first >= 0 && ROW_NUM(&r, first, set, semid) == s->id &&
	     check_stable_sems(&r, first, s);
	tally->reads++;
	rows_free(&r);
	return ok || complain("by the position of set %d", s->id);
}

static const char *const names[] = { "sem",	     "list/sem",   "all/sem",
				     "all/list/sem", "namespaces", "abi",
				     "sem",	     "list/sem",   NULL };
static const struct storm_files files = { names, judge, read_position };

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
	struct storm *s = storm_begin(3, env_long("SEED", 1), storm_sem);
	struct tally tally = { 0 };

	ASSERT_TRUE(storm_read(&files));
	storm_end(s);
	expect_weather(_metadata, s);
	EXPECT_TRUE(storm_read_once(&files, "sem", 65536, &tally));
}

TEST_HARNESS_MAIN
