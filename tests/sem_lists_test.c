// SPDX-License-Identifier: GPL-2.0
/*
 * Very many that wait for zero: in the list of the set, which one hold of its lock does not come to
 * the end of, behind them in those of its semaphores, and with adjustments.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sched.h>
#include <sys/sem.h>
#include "check.h"
#include "common.h"
#include "crowd.h"
#include "rows.h"

#define NSEMS 16
#define PART 4 /* semaphores that are taken first */
#define ROUNDS 3
#define OF_SEMS (60 * PART)

FIXTURE(sem_lists)
{
	struct rows r;
};

FIXTURE_SETUP(sem_lists)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	ASSERT_EQ(0, put_file("/proc/sys/kernel/threads-max", "20000"));
}

FIXTURE_TEARDOWN(sem_lists)
{
	rows_free(&self->r);
}

struct world {
	int id;
	unsigned int of_set;
};

/* With two operations in a list of the set; with one in a list of the semaphore. */
static void wait_for_zero(void *ctx, unsigned int i)
{
	struct world *w = ctx;
	bool complex = i < w->of_set;
	struct sembuf ops[] = { { i % (complex ? NSEMS : PART), 0, 0 }, { 1, 0, 0 } };

	semop(w->id, ops, complex ? 2 : 1);
}

/* Whether each of them is told once, at its semaphore. */
static bool all_are_told(const struct rows *r, const struct world *w)
{
	int set = rows_set(r, -1, w->id), sem, wait, i;
	unsigned int told = 0;
	bool ok = true;

	for (i = 0; i < NSEMS; i++) {
		sem = rows_sem(r, set, i);
		CHECK("semzcnt", semctl(w->id, i, GETZCNT), ROW_NUM(r, sem, sem, semzcnt));
		CHECK("waits", semctl(w->id, i, GETZCNT), rows_count(r, IPCDBG_R_wait, sem));
		wait = -1;
		while ((wait = rows_next(r, IPCDBG_R_wait, sem, wait)) >= 0)
			told += crowd_has(ROW_NUM(r, wait, wait, tid));
	}
	CHECK("tasks", w->of_set + OF_SEMS, told);
	return ok;
}

/*
 * So many that there is no more room for waits when those of a semaphore's own list come: there is
 * room for 329 at first, then for 1974 (FIRST_ROOM of kmod/sem_wait.c, four times that, and a
 * quarter more each time).
 */
TEST_F_TIMEOUT(sem_lists, waits_for_zero_in_both, 110)
{
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		struct world w = { .id = semget(IPC_PRIVATE, NSEMS, 0600),
				   .of_set = 7710 + 75 * i };
		pid_t crowd;
		int sem;

		ASSERT_LE(0, w.id);
		for (sem = 0; sem < NSEMS; sem++)
			ASSERT_EQ(0, semctl(w.id, sem, SETVAL, 1));
		crowd = crowd_begin(w.of_set + OF_SEMS, wait_for_zero, &w);
		rows_free(&self->r);
		ASSERT_TRUE(rows_read(&self->r, "sem"));
		EXPECT_TRUE(all_are_told(&self->r, &w));
		crowd_end(crowd);
		ASSERT_EQ(0, semctl(w.id, 0, IPC_RMID));
	}
}

#define MANY 8000

/* Has an adjustment of its own, and waits with two operations until there is none. */
static void hold_and_wait(void *ctx, unsigned int i)
{
	struct sembuf hold = { 0, 1, SEM_UNDO }, ops[] = { { 0, 0, 0 }, { 0, 0, 0 } };
	int id = *(int *)ctx;

	(void)i;
	if (!unshare(CLONE_SYSVSEM) && !semop(id, &hold, 1))
		semop(id, ops, 2);
}

/* There has to be more room for each of them, waits, operations and undo structures, many times. */
TEST_F_TIMEOUT(sem_lists, thousands_of_waits_and_adjustments, 110)
{
	int id = semget(IPC_PRIVATE, 1, 0600), set;
	pid_t crowd;

	ASSERT_LE(0, id);
	crowd = crowd_begin(MANY, hold_and_wait, &id);
	ASSERT_TRUE(rows_read(&self->r, "sem"));
	set = rows_set(&self->r, -1, id);
	ASSERT_LE(0, set);
	EXPECT_EQ(0, rows_count(&self->r, IPCDBG_R_truncated, set));
	EXPECT_EQ(MANY, rows_count(&self->r, IPCDBG_R_wait, rows_sem(&self->r, set, 0)));
	EXPECT_EQ(MANY, rows_count(&self->r, IPCDBG_R_undo, set));
	crowd_end(crowd);
	ASSERT_EQ(0, semctl(id, 0, IPC_RMID));
}

TEST_HARNESS_MAIN
