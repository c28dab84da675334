// SPDX-License-Identifier: GPL-2.0
/* Semaphores case by case: what each field says, against semctl, /proc and the test's knowledge. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <sched.h>
#include <sys/sem.h>
#include "common.h"
#include "compare.h"
#include "model.h"
#include "proc.h"
#include "puppet.h"
#include "rows.h"

FIXTURE(sem)
{
	int id;
	struct rows r;
};

FIXTURE_SETUP(sem)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
	self->id = semget(0x00c0ffee, 6, IPC_CREAT | 0640);
	ASSERT_LE(0, self->id);
}

FIXTURE_TEARDOWN(sem)
{
	rows_free(&self->r);
	puppets_clear();
}

static const struct sembuf take = { .sem_num = 1, .sem_op = -1 };
static const struct sembuf zero = { .sem_num = 2, .sem_op = 0 };
static const struct sembuf hold = { .sem_num = 3, .sem_op = 2, .sem_flg = SEM_UNDO };

static bool read_again(struct rows *r)
{
	rows_free(r);
	return rows_read(r, "sem");
}

static int sem_row(const struct rows *r, int id, int semnum)
{
	int set = rows_set(r, -1, id);
	int sem = set < 0 ? -1 : rows_sem(r, set, semnum);

	if (sem < 0)
		die("no row of semaphore %d of set %d", semnum, id);
	return sem;
}

/* The n-th wait row of a semaphore, -1 if it has fewer. */
static int wait_row(const struct rows *r, int id, int semnum, int n)
{
	int sem = sem_row(r, id, semnum), wait = -1;

	do {
		wait = rows_next(r, IPCDBG_R_wait, sem, wait);
	} while (wait >= 0 && n--);
	return wait;
}

static unsigned int total_waits(const struct rows *r)
{
	unsigned int i, n = 0;

	for (i = 0; i < r->nr; i++)
		n += r->row[i].record == IPCDBG_R_wait;
	return n;
}

TEST_F(sem, simple_wait)
{
	struct puppet *p = puppet_make(NULL, 0);
	uint64_t before, after, t0, t1;
	int wait, op;

	puppet_block(p, self->id, &take, 1, &before);
	after = clock_ns(CLOCK_MONOTONIC);
	t0 = clock_ns(CLOCK_MONOTONIC);
	ASSERT_TRUE(read_again(&self->r));
	t1 = clock_ns(CLOCK_MONOTONIC);
	wait = wait_row(&self->r, self->id, 1, 0);
	ASSERT_LE(0, wait);
	EXPECT_EQ(1, total_waits(&self->r));
	EXPECT_TRUE(compare_proc(&self->r, wait, p->pid, p->tid, self->id));
	EXPECT_EQ(1, ROW_NUM(&self->r, wait, wait, alter));
	EXPECT_EQ(0, ROW_NUM(&self->r, wait, wait, undo));
	EXPECT_STREQ("alter", ROW_STR(&self->r, wait, wait, queue));
	EXPECT_EQ(0, ROW_NUM(&self->r, wait, wait, order));
	op = rows_next(&self->r, IPCDBG_R_op, wait, -1);
	EXPECT_EQ(1, ROW_NUM(&self->r, op, op, blocking));
	EXPECT_LE(t0 - after, (uint64_t)ROW_NUM(&self->r, wait, wait, blocked_ns) + 50000000);
	EXPECT_GE(t1 - before + 50000000, (uint64_t)ROW_NUM(&self->r, wait, wait, blocked_ns));
	EXPECT_EQ(1, ROW_NUM(&self->r, sem_row(&self->r, self->id, 1), sem, semncnt));
}

TEST_F(sem, blocked_time_grows_with_the_clock)
{
	struct puppet *p = puppet_make(NULL, 0);
	uint64_t before, after, start;
	int64_t ns;

	puppet_block(p, self->id, &take, 1, &before);
	after = start = clock_ns(CLOCK_MONOTONIC);
	wait_until(clock_ns(CLOCK_MONOTONIC) > start + 1500000000);
	start = clock_ns(CLOCK_MONOTONIC);
	ASSERT_TRUE(read_again(&self->r));
	ns = ROW_NUM(&self->r, wait_row(&self->r, self->id, 1, 0), wait, blocked_ns);
	EXPECT_LE((int64_t)(start - after) - 50000000, ns);
	EXPECT_GE((int64_t)(clock_ns(CLOCK_MONOTONIC) - before) + 50000000, ns);
}

TEST_F(sem, wait_for_zero)
{
	struct puppet *p = puppet_make(NULL, 0);
	int wait;

	ASSERT_EQ(0, semctl(self->id, 2, SETVAL, 7));
	puppet_block(p, self->id, &zero, 1, NULL);
	ASSERT_TRUE(read_again(&self->r));
	wait = wait_row(&self->r, self->id, 2, 0);
	ASSERT_LE(0, wait);
	EXPECT_TRUE(compare_proc(&self->r, wait, p->pid, p->tid, self->id));
	EXPECT_EQ(0, ROW_NUM(&self->r, wait, wait, alter));
	EXPECT_STREQ("const", ROW_STR(&self->r, wait, wait, queue));
	EXPECT_EQ(1, ROW_NUM(&self->r, sem_row(&self->r, self->id, 2), sem, semzcnt));
	EXPECT_EQ(0, ROW_NUM(&self->r, sem_row(&self->r, self->id, 2), sem, semncnt));
	EXPECT_EQ(7, ROW_NUM(&self->r, sem_row(&self->r, self->id, 2), sem, semval));
}

/* Once, under the semaphore that blocks it, however many it names. */
TEST_F(sem, several_operations)
{
	struct sembuf sops[] = {
		{ 0, 1, SEM_UNDO }, { 4, -2, IPC_NOWAIT }, { 1, -1, SEM_UNDO }, { 5, 0, 0 }
	};
	struct puppet *p = puppet_make(NULL, 0);
	int wait, op = -1, i;

	ASSERT_EQ(0, semctl(self->id, 4, SETVAL, 2));
	puppet_block(p, self->id, sops, 4, NULL);
	ASSERT_TRUE(read_again(&self->r));
	EXPECT_EQ(1, total_waits(&self->r));
	wait = wait_row(&self->r, self->id, 1, 0);
	ASSERT_LE(0, wait);
	EXPECT_TRUE(compare_proc(&self->r, wait, p->pid, p->tid, self->id));
	EXPECT_EQ(1, ROW_NUM(&self->r, wait, wait, undo));
	EXPECT_STREQ("set_alter", ROW_STR(&self->r, wait, wait, queue));
	for (i = 0; i < 4; i++) {
		op = rows_next(&self->r, IPCDBG_R_op, wait, op);
		EXPECT_EQ(i == 2, ROW_NUM(&self->r, op, op, blocking));
	}
	EXPECT_EQ(semctl(self->id, 1, GETNCNT),
		  ROW_NUM(&self->r, sem_row(&self->r, self->id, 1), sem, semncnt));
	/* What it did before it found it had to wait is taken back. */
	EXPECT_EQ(0, ROW_NUM(&self->r, sem_row(&self->r, self->id, 0), sem, semval));
	EXPECT_EQ(0, rows_count(&self->r, IPCDBG_R_undo, rows_set(&self->r, -1, self->id)));
}

/* More operations than the kernel keeps on the stack, up to the limit. */
TEST_F(sem, most_operations)
{
	struct sembuf sops[PUPPET_OPS_MAX];
	struct puppet *p = puppet_make(NULL, 0);
	int wait, i;

	for (i = 0; i < PUPPET_OPS_MAX; i++)
		sops[i] = (struct sembuf){ i % 6, i == PUPPET_OPS_MAX - 1 ? -1000 : 1, 0 };
	puppet_block(p, self->id, sops, PUPPET_OPS_MAX, NULL);
	ASSERT_TRUE(read_again(&self->r));
	wait = wait_row(&self->r, self->id, (PUPPET_OPS_MAX - 1) % 6, 0);
	ASSERT_LE(0, wait);
	EXPECT_TRUE(compare_proc(&self->r, wait, p->pid, p->tid, self->id));
	EXPECT_EQ(PUPPET_OPS_MAX, rows_count(&self->r, IPCDBG_R_op, wait));
}

TEST_F(sem, first_come_first_served)
{
	struct puppet *p[5];
	int i, n, wait;

	for (i = 0; i < 5; i++) {
		p[i] = puppet_make(NULL, 0);
		puppet_block(p[i], self->id, &take, 1, NULL);
	}
	for (n = 0; n < 5; n++) {
		ASSERT_TRUE(read_again(&self->r));
		EXPECT_EQ((unsigned int)(5 - n), total_waits(&self->r));
		for (i = n; i < 5; i++) {
			wait = wait_row(&self->r, self->id, 1, i - n);
			EXPECT_EQ(i - n, ROW_NUM(&self->r, wait, wait, order));
			EXPECT_EQ(p[i]->tid, ROW_NUM(&self->r, wait, wait, tid));
		}
		/* Who is first in the list is the one that one more unit wakes. */
		ASSERT_EQ(0, semop(self->id, &(struct sembuf){ 1, 1, 0 }, 1));
		EXPECT_EQ(0, puppet_unblock(p[n]));
	}
}

TEST_F(sem, flags_without_a_word)
{
	struct sembuf odd = { .sem_num = 1, .sem_op = -1, .sem_flg = 0x2001 };
	struct puppet *p = puppet_make(NULL, 0);
	int wait;

	puppet_block(p, self->id, &odd, 1, NULL);
	ASSERT_TRUE(read_again(&self->r));
	wait = wait_row(&self->r, self->id, 1, 0);
	ASSERT_LE(0, wait);
	EXPECT_STREQ("0x2001",
		     ROW_STR(&self->r, rows_next(&self->r, IPCDBG_R_op, wait, -1), op, sem_flg));
}

static int undo_row(const struct rows *r, int id)
{
	return rows_next(r, IPCDBG_R_undo, rows_set(r, -1, id), -1);
}

static bool owns(const struct rows *r, int undo, const struct puppet *p)
{
	int owner = -1;

	while ((owner = rows_next(r, IPCDBG_R_owner, undo, owner)) >= 0)
		if (ROW_NUM(r, owner, owner, tid) == p->tid &&
		    ROW_NUM(r, owner, owner, pid) == p->pid)
			return !strcmp(ROW_STR(r, owner, owner, state), "live");
	return false;
}

TEST_F(sem, holder)
{
	struct puppet *p = puppet_make(NULL, 0);
	int undo;

	ASSERT_EQ(0, puppet_semop(p, self->id, &hold, 1));
	ASSERT_TRUE(read_again(&self->r));
	undo = undo_row(&self->r, self->id);
	ASSERT_LE(0, undo);
	EXPECT_EQ(3, ROW_NUM(&self->r, undo, undo, semnum));
	EXPECT_EQ(-2, ROW_NUM(&self->r, undo, undo, semadj));
	EXPECT_EQ(1, ROW_NUM(&self->r, undo, undo, tasks));
	EXPECT_TRUE(owns(&self->r, undo, p));
	/* The adjustment is what its exit does to the value. */
	puppet_exit_process(p);
	EXPECT_EQ(0, semctl(self->id, 3, GETVAL));
	ASSERT_TRUE(read_again(&self->r));
	EXPECT_EQ(-1, undo_row(&self->r, self->id));
}

TEST_F(sem, adjustment_cleared_by_setval)
{
	struct puppet *p = puppet_make(NULL, 0);

	ASSERT_EQ(0, puppet_semop(p, self->id, &hold, 1));
	ASSERT_EQ(0, semctl(self->id, 3, SETVAL, 2));
	ASSERT_TRUE(read_again(&self->r));
	EXPECT_EQ(-1, undo_row(&self->r, self->id));
}

/* CLONE_SYSVSEM: threads and processes share the list, and each is an owner. */
TEST_F(sem, shared_undo_list)
{
	struct puppet *p = puppet_make(NULL, 0);
	struct puppet *thread = puppet_make(p, PUPPET_THREAD);
	struct puppet *cousin = puppet_make(thread, CLONE_SYSVSEM);
	struct puppet *alone = puppet_make(p, PUPPET_THREAD & ~CLONE_SYSVSEM);
	struct puppet *child = puppet_make(p, 0);
	int undo;

	ASSERT_EQ(0, puppet_semop(thread, self->id, &hold, 1));
	ASSERT_TRUE(read_again(&self->r));
	undo = undo_row(&self->r, self->id);
	EXPECT_EQ(3, ROW_NUM(&self->r, undo, undo, tasks));
	EXPECT_EQ(3, rows_count(&self->r, IPCDBG_R_owner, undo));
	EXPECT_TRUE(owns(&self->r, undo, p));
	EXPECT_TRUE(owns(&self->r, undo, thread));
	EXPECT_TRUE(owns(&self->r, undo, cousin));
	EXPECT_FALSE(owns(&self->r, undo, alone));
	EXPECT_FALSE(owns(&self->r, undo, child));
	puppet_exit_process(p);
	ASSERT_TRUE(read_again(&self->r));
	undo = undo_row(&self->r, self->id);
	EXPECT_EQ(1, ROW_NUM(&self->r, undo, undo, tasks));
	EXPECT_TRUE(owns(&self->r, undo, cousin));
	EXPECT_EQ(2, semctl(self->id, 3, GETVAL));
}

/* The leader is a zombie, its process lives on in a thread. */
TEST_F(sem, holder_whose_leader_exited)
{
	struct puppet *p = puppet_make(NULL, 0);
	struct puppet *thread = puppet_make(p, PUPPET_THREAD);
	int undo, sem;

	ASSERT_EQ(0, puppet_semop(p, self->id, &hold, 1));
	puppet_exit(p);
	ASSERT_EQ('Z', proc_state(p->pid, p->tid));
	ASSERT_TRUE(read_again(&self->r));
	undo = undo_row(&self->r, self->id);
	ASSERT_LE(0, undo);
	EXPECT_EQ(1, ROW_NUM(&self->r, undo, undo, tasks));
	EXPECT_TRUE(owns(&self->r, undo, thread));
	EXPECT_FALSE(owns(&self->r, undo, p));
	sem = sem_row(&self->r, self->id, 3);
	EXPECT_EQ(p->pid, ROW_NUM(&self->r, sem, sem, sempid));
	EXPECT_STREQ("live", ROW_STR(&self->r, sem, sem, sempid_state));
}

TEST_F(sem, last_operator_zombie_then_exited)
{
	struct puppet *p = puppet_make(NULL, 0);
	struct sembuf give = { 0, 1, 0 };
	pid_t pid = p->pid;
	int sem;

	ASSERT_EQ(0, puppet_name(p, "gone"));
	ASSERT_EQ(0, puppet_semop(p, self->id, &give, 1));
	puppet_exit_process(p);
	ASSERT_TRUE(read_again(&self->r));
	sem = sem_row(&self->r, self->id, 0);
	EXPECT_EQ(pid, ROW_NUM(&self->r, sem, sem, sempid));
	EXPECT_STREQ("zombie", ROW_STR(&self->r, sem, sem, sempid_state));
	EXPECT_STREQ("gone", ROW_STR(&self->r, sem, sem, sempid_comm));
	puppet_reap(p);
	ASSERT_TRUE(read_again(&self->r));
	sem = sem_row(&self->r, self->id, 0);
	EXPECT_EQ(pid, ROW_NUM(&self->r, sem, sem, sempid));
	EXPECT_STREQ("exited", ROW_STR(&self->r, sem, sem, sempid_state));
	EXPECT_FALSE(ROW_HAS(&self->r, sem, sem, sempid_comm));
}

/* The number has a new owner: that innocent one is never taken for the old one. */
TEST_F(sem, recycled_pid)
{
	struct sembuf give = { 0, 1, 0 };
	struct puppet *p, *innocent;
	pid_t pid;
	int sem, i;

	for (i = 0; i < 10; i++) {
		p = puppet_make(NULL, 0);
		pid = p->pid;
		ASSERT_EQ(0, puppet_semop(p, self->id, &give, 1));
		puppet_exit_process(p);
		puppet_reap(p);
		innocent = puppet_make_numbered(pid);
		ASSERT_EQ(0, puppet_name(innocent, "innocent"));
		ASSERT_EQ(pid, semctl(self->id, 0, GETPID));
		ASSERT_TRUE(read_again(&self->r));
		sem = sem_row(&self->r, self->id, 0);
		EXPECT_EQ(pid, ROW_NUM(&self->r, sem, sem, sempid));
		EXPECT_STREQ("exited", ROW_STR(&self->r, sem, sem, sempid_state));
		EXPECT_FALSE(ROW_HAS(&self->r, sem, sem, sempid_comm));
	}
}

TEST_HARNESS_MAIN
