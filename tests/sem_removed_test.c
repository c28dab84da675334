// SPDX-License-Identifier: GPL-2.0
/*
 * A set that is removed while the module is in the middle of its waits: so many tasks, each with so
 * many operations, that one semaphore takes many holds of the set's lock, and more than half of
 * max_kib from early on.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include "common.h"
#include "crowd.h"
#include "module.h"
#include "random.h"
#include "rows.h"

#define ROUNDS 25
#define WAITERS 600
#define OPS 500
/* The first part of the set is its semaphores 0 to 3. */
#define NSEMS 5

FIXTURE(sem_removed){};

FIXTURE_SETUP(sem_removed)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	ASSERT_EQ(0, module_unload());
	ASSERT_EQ(0, module_load("max_kib=1024"));
}

FIXTURE_TEARDOWN(sem_removed)
{
	EXPECT_EQ(0, module_unload());
	EXPECT_EQ(0, module_load(""));
}

static struct sembuf take_often[OPS];

static void take(void *ctx, unsigned int i)
{
	(void)i;
	semop(*(int *)ctx, take_often, OPS);
}

/* How long the first read() takes, inside of which the waits are collected. */
static uint32_t first_read_us(void)
{
	int fd = open(IPCDBG_DIR "/sem", O_RDONLY | O_CLOEXEC);
	uint64_t begin = clock_ns(CLOCK_MONOTONIC);
	char text[65536];

	if (fd < 0 || read(fd, text, sizeof(text)) <= 0)
		die("sem: %s", strerror(errno));
	close(fd);
	return (clock_ns(CLOCK_MONOTONIC) - begin) / 1000;
}

enum { SAW_ALL, SAW_IT_GO, SAW_NONE, SAW_WRONG };

/* The set with its waits, the set and a row that says that it went away, or no set. */
static int judge(const struct rows *r)
{
	unsigned int i, sets = 0, waits = 0, gone = 0;

	for (i = 0; i < r->nr; i++) {
		sets += r->row[i].record == IPCDBG_R_set;
		waits += r->row[i].record == IPCDBG_R_wait;
		gone += r->row[i].record == IPCDBG_R_truncated &&
			ROW_HAS(r, (int)i, truncated, gone);
	}
	if (sets && waits && !gone)
		return SAW_ALL;
	if (sets && !waits && gone)
		return SAW_IT_GO;
	if (!sets && !waits)
		return SAW_NONE;
	complain("%u sets, %u waits, %u rows of what went away", sets, waits, gone);
	return SAW_WRONG;
}

static int read_while_removed(int id, uint32_t after_us)
{
	pid_t pid = fork();
	struct rows r;
	int status;

	if (!pid)
		_exit(rows_read(&r, "sem") ? judge(&r) : SAW_WRONG);
	usleep(after_us);
	if (semctl(id, 0, IPC_RMID))
		die("IPC_RMID: %s", strerror(errno));
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		die("the reader did not end");
	return WEXITSTATUS(status);
}

TEST_F_TIMEOUT(sem_removed, between_holds, 170)
{
	unsigned int saw[SAW_WRONG + 1] = { 0 };
	uint32_t took = 0;
	pid_t crowd;
	int i, id;

	random_seed(env_long("SEED", 1));
	for (i = 0; i < OPS; i++)
		take_often[i] = (struct sembuf){ .sem_num = NSEMS - 1, .sem_op = -1 };
	for (i = 0; i < ROUNDS; i++) {
		id = semget(IPC_PRIVATE, NSEMS, 0600);
		ASSERT_LE(0, id);
		crowd = crowd_begin(WAITERS, take, &id);
		took = first_read_us();
		saw[read_while_removed(id, below(took + 1))]++;
		crowd_end(crowd);
	}
	fprintf(stderr, "# last first read %u us; whole %u times, gone %u, absent %u\n", took,
		saw[SAW_ALL], saw[SAW_IT_GO], saw[SAW_NONE]);
	EXPECT_EQ(0, saw[SAW_WRONG]);
	/* Else nothing was removed in the middle. */
	EXPECT_LT(0, saw[SAW_IT_GO]);
}

TEST_HARNESS_MAIN
