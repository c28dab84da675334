// SPDX-License-Identifier: GPL-2.0
/*
 * Undo structures, more of them than one hold of the set's lock copies: every adjustment with all
 * tasks that share it, while others pass adjustments on, come and leave.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "common.h"
#include "crowd.h"
#include "rows.h"

#define LISTS 240
#define SHARERS 900
#define READINGS 60

FIXTURE(undo)
{
	struct rows r;
};

FIXTURE_SETUP(undo)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
}

FIXTURE_TEARDOWN(undo)
{
	rows_free(&self->r);
}

/* The row of the set, or -1. */
static int read_set(struct rows *r, int id)
{
	int set;

	rows_free(r);
	if (!rows_read(r, "sem"))
		return -1;
	set = rows_set(r, -1, id);
	if (set >= 0 && rows_count(r, IPCDBG_R_truncated, set)) {
		complain("rows are missing");
		return -1;
	}
	return set;
}

struct world {
	int id, nsems;
};

static bool holds(unsigned int i)
{
	return !(i % 3);
}

static int sem_of(const struct world *w, unsigned int i)
{
	return i * 7 % w->nsems;
}

/* Has an undo list of its own, and leaves an adjustment in one of three. */
static void hold_or_give_back(void *ctx, unsigned int i)
{
	struct world *w = ctx;
	struct sembuf op = { sem_of(w, i), 1 + i % 5, SEM_UNDO };

	if (unshare(CLONE_SYSVSEM) || semop(w->id, &op, 1))
		return;
	op.sem_op = -op.sem_op;
	if (!holds(i))
		semop(w->id, &op, 1);
	for (;;)
		pause();
}

/* Whether each holder has its one row, with itself as the only owner. */
static bool rows_of_holders(const struct rows *r, int set, const struct world *w)
{
	bool seen[LISTS] = { false }, ok = true;
	int undo = -1, owner;
	unsigned int i;

	while ((undo = rows_next(r, IPCDBG_R_undo, set, undo)) >= 0) {
		owner = rows_next(r, IPCDBG_R_owner, undo, -1);
		if (owner < 0)
			return complain("an adjustment without an owner");
		for (i = 0; i < LISTS && crowd_tid(i) != ROW_NUM(r, owner, owner, tid); i++)
			;
		if (i == LISTS || !holds(i) || seen[i])
			return complain("%ld has no adjustment, or two",
					(long)ROW_NUM(r, owner, owner, tid));
		seen[i] = true;
		CHECK("owners", 1, rows_count(r, IPCDBG_R_owner, undo));
		CHECK("tasks", 1, ROW_NUM(r, undo, undo, tasks));
		CHECK("semnum", sem_of(w, i), ROW_NUM(r, undo, undo, semnum));
		CHECK("semadj", -1 - (int)(i % 5), ROW_NUM(r, undo, undo, semadj));
	}
	CHECK("rows", (LISTS + 2) / 3, rows_count(r, IPCDBG_R_undo, set));
	return ok;
}

/* What is adjusted is what the kernel's own value of each semaphore has too much. */
static bool values_of_holders(const struct rows *r, int set, const struct world *w)
{
	int *sum = calloc(w->nsems, sizeof(*sum)), undo = -1, i;
	bool ok = true;

	while ((undo = rows_next(r, IPCDBG_R_undo, set, undo)) >= 0)
		sum[ROW_NUM(r, undo, undo, semnum)] -= ROW_NUM(r, undo, undo, semadj);
	for (i = 0; i < w->nsems; i++)
		CHECK("semval", semctl(w->id, i, GETVAL), sum[i]);
	free(sum);
	return ok;
}

/* Makes the set take the global lock for a while, as a complex operation does. */
static void make_complex(int id)
{
	struct sembuf ops[2] = { { 0, 1, 0 }, { 0, -1, 0 } };

	if (semop(id, ops, 2))
		die("semop: %s", strerror(errno));
}

TEST_F_TIMEOUT(undo, every_row_of_many_lists, 110)
{
	static const int sizes[] = { 1, 2, 30, 500, 4000 };
	unsigned int i, complex;
	struct world w;
	pid_t crowd;
	int set;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		w.nsems = sizes[i];
		w.id = semget(IPC_PRIVATE, w.nsems, 0600);
		ASSERT_LE(0, w.id);
		crowd = crowd_begin(LISTS, hold_or_give_back, &w);
		for (complex = 0; complex < 2; complex++) {
			if (complex)
				make_complex(w.id);
			set = read_set(&self->r, w.id);
			ASSERT_LE(0, set);
			EXPECT_TRUE(rows_of_holders(&self->r, set, &w));
			EXPECT_TRUE(values_of_holders(&self->r, set, &w));
		}
		crowd_end(crowd);
		ASSERT_EQ(0, semctl(w.id, 0, IPC_RMID));
	}
}

/* The first of them adjusts; the list is that of all tasks of the process. */
static void share(void *ctx, unsigned int i)
{
	struct sembuf op = { 0, 1, SEM_UNDO };

	if (!i)
		semop(*(int *)ctx, &op, 1);
	for (;;)
		pause();
}

TEST_F(undo, many_tasks_that_share_a_list)
{
	int id = semget(IPC_PRIVATE, 2, 0600), set, undo, owner = -1;
	unsigned int threads = 0, leader = 0;
	pid_t crowd, tid;

	ASSERT_LE(0, id);
	crowd = crowd_begin(SHARERS, share, &id);
	set = read_set(&self->r, id);
	ASSERT_LE(0, set);
	undo = rows_next(&self->r, IPCDBG_R_undo, set, -1);
	ASSERT_LE(0, undo);
	EXPECT_EQ(1, rows_count(&self->r, IPCDBG_R_undo, set));
	EXPECT_EQ(SHARERS + 1, ROW_NUM(&self->r, undo, undo, tasks));
	while ((owner = rows_next(&self->r, IPCDBG_R_owner, undo, owner)) >= 0) {
		tid = ROW_NUM(&self->r, owner, owner, tid);
		threads += crowd_has(tid);
		leader += tid == crowd;
	}
	EXPECT_EQ(SHARERS, threads);
	EXPECT_EQ(1, leader);
	crowd_end(crowd);
	ASSERT_EQ(0, semctl(id, 0, IPC_RMID));
}

/* Has a list that adjusts nothing. */
static void have_a_list(void *ctx, unsigned int i)
{
	struct sembuf op = { 1, 1, SEM_UNDO };

	(void)i;
	if (unshare(CLONE_SYSVSEM) || semop(*(int *)ctx, &op, 1))
		return;
	op.sem_op = -1;
	semop(*(int *)ctx, &op, 1);
	for (;;)
		pause();
}

/* Takes the mutex and gives it back, in turn. */
static pid_t begin_to_take(int id)
{
	struct sembuf take = { 0, -1, SEM_UNDO }, give = { 0, 1, SEM_UNDO };
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (!semop(id, &take, 1) && !semop(id, &give, 1))
		;
	_exit(1);
}

/* Whether exactly who has the mutex is shown to have it. */
static bool holder_goes_with_the_value(const struct rows *r, int set, bool *taken)
{
	int sem = rows_sem(r, set, 0), undo = rows_next(r, IPCDBG_R_undo, set, -1), owner;
	bool ok = true;

	*taken = !ROW_NUM(r, sem, sem, semval);
	CHECK("rows", *taken, rows_count(r, IPCDBG_R_undo, set));
	if (!ok || !*taken)
		return ok;
	owner = rows_next(r, IPCDBG_R_owner, undo, -1);
	CHECK("semadj", 1, ROW_NUM(r, undo, undo, semadj));
	if (owner >= 0)
		CHECK("holder", ROW_NUM(r, sem, sem, sempid), ROW_NUM(r, owner, owner, pid));
	return ok;
}

/* Who has it is the last of all lists to be looked at, or the first. */
TEST_F_TIMEOUT(undo, a_mutex_that_is_passed_on, 110)
{
	int id = semget(IPC_PRIVATE, 2, 0600), set, i, wrong = 0, values[2] = { 0, 0 };
	pid_t first, last, crowd;
	bool taken;

	ASSERT_LE(0, id);
	first = begin_to_take(id);
	wait_until(semctl(id, 0, GETPID) == first || !semctl(id, 0, SETVAL, 1));
	crowd = crowd_begin(LISTS, have_a_list, &id);
	last = begin_to_take(id);
	ASSERT_LT(0, last);
	for (i = 0; i < READINGS; i++) {
		set = read_set(&self->r, id);
		ASSERT_LE(0, set);
		wrong += !holder_goes_with_the_value(&self->r, set, &taken);
		values[taken]++;
	}
	EXPECT_EQ(0, wrong);
	/* Who gives it back hands it on to the other one, so it may be free at none of them. */
	fprintf(stderr, "# taken %d times, free %d times\n", values[1], values[0]);
	EXPECT_LT(0, values[1]);
	kill(first, SIGKILL);
	kill(last, SIGKILL);
	waitpid(first, NULL, 0);
	waitpid(last, NULL, 0);
	crowd_end(crowd);
	ASSERT_EQ(0, semctl(id, 0, IPC_RMID));
}

/* One after the other has an undo list of the set and exits. */
static pid_t begin_to_come_and_leave(int id)
{
	struct sembuf op = { 0, 1, SEM_UNDO };
	pid_t pid = fork(), child;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((child = fork()) >= 0) {
		if (!child)
			_exit(semop(id, &op, 1));
		waitpid(child, NULL, 0);
	}
	_exit(1);
}

static bool stays(unsigned int i)
{
	return !(i % 6);
}

/*
 * One in six holds, the others give their lists up and have other ones, again and again. The
 * process that was last to do anything, and mostly the value, stay the same.
 */
static void hold_or_change_the_list(void *ctx, unsigned int i)
{
	struct sembuf op = { 0, 1, SEM_UNDO }, there = { 1, 1, 0 };
	struct world *w = ctx;

	if (stays(i)) {
		if (!unshare(CLONE_SYSVSEM) && !semop(w->id, &op, 1))
			semop(w->id, &there, 1);
		for (;;)
			pause();
	}
	while (!unshare(CLONE_SYSVSEM) && !semop(w->id, &op, 1)) {
		op.sem_op = -1;
		semop(w->id, &op, 1);
		op.sem_op = 1;
		usleep((15000 + 10 * i) * time_scale());
	}
}

/* How many of those that stay are told, each once; -1 if one is doubled. */
static int holders_that_stay(const struct rows *r, int set)
{
	bool seen[LISTS] = { false };
	int undo = -1, owner, n = 0;
	unsigned int i;

	while ((undo = rows_next(r, IPCDBG_R_undo, set, undo)) >= 0) {
		owner = rows_next(r, IPCDBG_R_owner, undo, -1);
		if (owner < 0)
			continue;
		for (i = 0; i < LISTS && crowd_tid(i) != ROW_NUM(r, owner, owner, tid); i++)
			;
		if (i == LISTS || !stays(i))
			continue;
		if (seen[i])
			return -1;
		seen[i] = true;
		n++;
	}
	return n;
}

static int wrong_readings(struct rows *r, int id)
{
	int i, set, wrong = 0;

	for (i = 0; i < READINGS; i++) {
		rows_free(r);
		set = rows_read(r, "sem") ? rows_set(r, -1, id) : -1;
		wrong += set < 0 || holders_that_stay(r, set) != LISTS / 6;
	}
	return wrong;
}

TEST_F_TIMEOUT(undo, lists_that_come_and_leave, 110)
{
	struct world w = { .id = semget(IPC_PRIVATE, 2, 0600) };
	pid_t crowd, others[2];
	int i;

	ASSERT_LE(0, w.id);
	crowd = crowd_begin(LISTS, hold_or_change_the_list, &w);
	wait_until(semctl(w.id, 1, GETVAL) == LISTS / 6);
	EXPECT_EQ(0, wrong_readings(&self->r, w.id));
	for (i = 0; i < 2; i++)
		others[i] = begin_to_come_and_leave(w.id);
	EXPECT_EQ(0, wrong_readings(&self->r, w.id));
	for (i = 0; i < 2; i++) {
		kill(others[i], SIGKILL);
		waitpid(others[i], NULL, 0);
	}
	crowd_end(crowd);
	ASSERT_EQ(0, semctl(w.id, 0, IPC_RMID));
}

/*
 * Removed at some moment of a reading: most of it goes by with one set. Behind that there is
 * another one, copied into the same memory, which is whole each time.
 */
static bool others_are_whole(struct rows *r, const char *file, int id, int other)
{
	bool list = !strcmp(file, "list/sem"), ok = true, there;
	int set;

	do {
		rows_free(r);
		if (!rows_read(r, file))
			return false;
		there = rows_set(r, -1, id) >= 0;
		set = rows_set(r, -1, other);
		CHECK("sets", there + 1, rows_count(r, IPCDBG_R_set, -1));
		if (set < 0)
			return complain("the other set is missing");
		CHECK("semaphores", list ? 0 : 3, rows_count(r, IPCDBG_R_sem, set));
		CHECK("cut", 0, rows_count(r, IPCDBG_R_truncated, set));
	} while (ok && there);
	return ok;
}

TEST_F_TIMEOUT(undo, a_set_that_is_removed_meanwhile, 110)
{
	/* A crowd takes seconds on a slow kernel. Odd, for both sizes and both files. */
	int step = time_scale() > 2 ? 3 : 1, i, other, status;
	pid_t crowd, remover;

	for (i = 0; i < 60; i += step) {
		struct world w = { .nsems = i % 2 ? 16 : 1 };

		w.id = semget(IPC_PRIVATE, w.nsems, 0600);
		other = semget(IPC_PRIVATE, 3, 0600);
		ASSERT_LE(0, w.id);
		ASSERT_LE(0, other);
		crowd = crowd_begin(LISTS, hold_or_give_back, &w);
		remover = fork();
		if (!remover) {
			usleep(i * 120 * time_scale());
			_exit(!!semctl(w.id, 0, IPC_RMID));
		}
		EXPECT_TRUE(others_are_whole(&self->r, i % 2 ? "list/sem" : "sem", w.id, other));
		ASSERT_EQ(remover, waitpid(remover, &status, 0));
		ASSERT_EQ(0, status);
		crowd_end(crowd);
		ASSERT_EQ(0, semctl(other, 0, IPC_RMID));
	}
}

TEST_HARNESS_MAIN
