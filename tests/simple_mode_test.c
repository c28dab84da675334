// SPDX-License-Identifier: GPL-2.0
/*
 * Reading does not change whether a single operation locks one semaphore of a set (simple mode) or
 * all of it (complex mode), nor when the set goes back from the latter to the former, which it does
 * after ten operations.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/sem.h>
#include <ipcdbg/abi.h>
#include "common.h"

#define ROUNDS 15
#define READS 20

FIXTURE(mode)
{
	int id;
	uint64_t pos; /* of the set, in a file */
};

FIXTURE_SETUP(mode)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	self->id = semget(IPC_PRIVATE, 32000, 0600);
	ASSERT_LE(0, self->id);
	self->pos = IPCDBG_OBJECT_BASE + ((uint64_t)self->id << IPCDBG_OBJECT_SHIFT);
}

FIXTURE_TEARDOWN(mode)
{
	semctl(self->id, 0, IPC_RMID);
}

static void operate(int id, int times)
{
	struct sembuf give = { .sem_op = 1 }, take = { .sem_op = -1 };
	int i;

	for (i = 0; i < times; i++)
		if (semop(id, i % 2 ? &take : &give, 1))
			die("semop: %s", strerror(errno));
}

static void make_simple(int id)
{
	operate(id, 20);
}

/* With some operations left before it is simple again. */
static void make_complex(int id)
{
	make_simple(id);
	semctl(id, 0, GETNCNT);
	operate(id, 4);
}

static void read_often(const char *path, uint64_t pos)
{
	int i, fd = open(path, O_RDONLY | O_CLOEXEC);
	static char buf[65536];

	for (i = 0; i < READS; i++)
		if (pread(fd, buf, sizeof(buf), pos) <= 0)
			die("%s: %s", path, strerror(errno));
	close(fd);
}

/*
 * Shortest time of a semctl() that must lock the whole set, after making it so and reading a file.
 * It visits every semaphore of a set in simple mode, and none of one in complex mode.
 */
static int64_t lock_time(int id, void (*make)(int id), const char *path, uint64_t pos)
{
	int64_t least = INT64_MAX, time;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		make(id);
		if (path)
			read_often(path, pos);
		time = clock_ns(CLOCK_MONOTONIC);
		semctl(id, 0, GETNCNT);
		time = clock_ns(CLOCK_MONOTONIC) - time;
		least = time < least ? time : least;
	}
	fprintf(stderr, "# locking the set: %ld us after %s\n", (long)(least / 1000),
		path ? path : "nothing");
	return least;
}

/* /proc/sysvipc/sem is the positive control: it does push the set into complex mode. */
TEST_F(mode, simple_stays_simple)
{
	int64_t untouched = lock_time(self->id, make_simple, NULL, 0);
	int64_t pushed = lock_time(self->id, make_simple, "/proc/sysvipc/sem", 0);
	int64_t ours = lock_time(self->id, make_simple, IPCDBG_DIR "/sem", self->pos);
	int64_t listed = lock_time(self->id, make_simple, IPCDBG_DIR "/list/sem", self->pos);

	ASSERT_LT(5 * pushed, untouched);
	EXPECT_LT(2 * pushed, ours);
	EXPECT_LT(untouched / 2, ours);
	EXPECT_LT(untouched / 2, listed);
}

/* As many reads as would use up the operations that are left. */
TEST_F(mode, complex_stays_complex)
{
	int64_t simple = lock_time(self->id, make_simple, NULL, 0);
	int64_t untouched = lock_time(self->id, make_complex, NULL, 0);
	int64_t ours = lock_time(self->id, make_complex, IPCDBG_DIR "/sem", self->pos);
	int64_t listed = lock_time(self->id, make_complex, IPCDBG_DIR "/list/sem", self->pos);

	ASSERT_LT(5 * untouched, simple);
	EXPECT_LT(ours, simple / 2);
	EXPECT_LT(listed, simple / 2);
}

TEST_HARNESS_MAIN
