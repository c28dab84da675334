// SPDX-License-Identifier: GPL-2.0
/*
 * The commands that tell of tasks, with the module: calls of theirs that open or read its files
 * fail, one after another, and they have few descriptors. tests/cli/calls.sh does the same to every
 * call without the module.
 *
 *   CALLS_STEP=n   every nth call of a sort fails (default 12)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sem.h>
#include <sys/stat.h>

#include "common.h"
#include "inject.h"
#include "proc.h"
#include "puppet.h"
#include "shell.h"

#define FOLDER "/tmp/calls"
#define STEP 12
/* So many calls of each line fail, whatever the step is: it opens and reads two files and more. */
#define CALLS_MIN 10

union semun {
	int val;
	unsigned short *array;
};

FIXTURE(calls)
{
	int semid;
	struct puppet *holder, *waiter;
	char lines[5][64];
};

/* A segment and a semaphore, and nothing else there. */
static bool make_posix_objects(void)
{
	return !mount("shm", "/dev/shm", "tmpfs", 0, NULL) &&
	       shm_open("/seg", O_CREAT | O_RDWR, 0600) >= 0 &&
	       sem_open("/lock", O_CREAT, 0600, 1) != SEM_FAILED;
}

/* One has a semaphore that the other waits for. */
FIXTURE_SETUP(calls)
{
	static const struct sembuf take = { .sem_op = -1, .sem_flg = SEM_UNDO };
	unsigned short ones[3] = { 1, 1, 1 };
	int pid, nr = 0;

	self->semid = shell_begin();
	ASSERT_LE(0, self->semid);
	ASSERT_EQ(0, semctl(self->semid, 0, SETALL, (union semun){ .array = ones }));
	ASSERT_TRUE(make_posix_objects());
	self->holder = puppet_make(NULL, 0);
	self->waiter = puppet_make(NULL, 0);
	ASSERT_NE(NULL, self->waiter);
	ASSERT_EQ(0, puppet_semop(self->holder, self->semid, &take, 1));
	puppet_block(self->waiter, self->semid, &take, 1, NULL);
	pid = self->waiter->pid;
	snprintf(self->lines[nr++], 64, "waiters -J");
	snprintf(self->lines[nr++], 64, "why %d", pid);
	snprintf(self->lines[nr++], 64, "ns %u", proc_ns(pid, pid, "ipc"));
	snprintf(self->lines[nr++], 64, "pid -J %d", pid);
	snprintf(self->lines[nr++], 64, "graph --json");
	ASSERT_EQ(ARRAY_SIZE(self->lines), nr);
	mkdir(FOLDER, 0700);
	inject_begin(FOLDER, cli());
	inject_only(IPCDBG_DIR);
}

FIXTURE_TEARDOWN(calls)
{
	puppets_clear();
}

/* What is judged is what they tell undisturbed, so that has to be something, and whole. */
static bool tells(const char *line)
{
	shell("$ipcdbg %s", line);
	return shell_ended(0, "") && shell_len;
}

TEST_F_TIMEOUT(calls, fail, 1800)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(self->lines); i++) {
		unsigned int before = inject_runs();

		EXPECT_TRUE(tells(self->lines[i]));
		EXPECT_TRUE(inject_line(self->lines[i], env_long("CALLS_STEP", STEP)));
		EXPECT_LT(before + CALLS_MIN, inject_runs());
		TH_LOG("%s: %u runs", self->lines[i], inject_runs());
	}
}

TEST_F_TIMEOUT(calls, few_descriptors, 1800)
{
	EXPECT_TRUE(tells("-MS"));
	EXPECT_TRUE(shell_has_row("/seg 600 root"));
	EXPECT_TRUE(shell_has_row("/lock 600 root"));
	for (unsigned int i = 0; i < ARRAY_SIZE(self->lines); i++)
		EXPECT_TRUE(tells(self->lines[i]));
	for (int number = 3; number <= 9; number++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(self->lines); i++)
			EXPECT_TRUE(inject_few(self->lines[i], number));
		EXPECT_TRUE(inject_few("-MS", number));
	}
}

TEST_HARNESS_MAIN
