// SPDX-License-Identifier: GPL-2.0
/*
 * One object of each kind, which one process does nothing but use and another nothing but read, for
 * KCSAN to see both at the same word: in the storm there are so many objects that it hardly does.
 * Right is that the kernel says nothing; that both have done enough is what is asserted here.
 *
 *   SECONDS=n    how long each kind (default 5)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "common.h"

#define SEMS 4
#define LEAST 20 /* times that each has to do its part in a second, on a stock kernel */

static unsigned long *uses; /* shared with the child that does them */

static void use_set(void)
{
	int id = semget(IPC_PRIVATE, SEMS, 0600);
	struct sembuf op = { .sem_flg = SEM_UNDO };

	for (;; ++*uses) {
		op.sem_num = *uses / 2 % SEMS;
		op.sem_op = *uses % 2 ? -1 : 1;
		if (semop(id, &op, 1))
			_exit(1);
	}
}

static void use_segment(void)
{
	int id = shmget(IPC_PRIVATE, 4096, 0600);

	for (;; ++*uses) {
		void *at = shmat(id, NULL, 0);

		if (at == (void *)-1 || shmdt(at))
			_exit(1);
	}
}

static void use_queue(void)
{
	int id = msgget(IPC_PRIVATE, 0600);
	struct {
		long type;
		char text[8];
	} message = { .type = 1 };

	for (;; ++*uses)
		if (msgsnd(id, &message, 1 + *uses % 8, 0) ||
		    (*uses % 4 == 3 && msgrcv(id, &message, 8, 0, 0) < 0) ||
		    (*uses % 64 == 63 && msgctl(id, IPC_RMID, NULL) == 0 &&
		     (id = msgget(IPC_PRIVATE, 0600)) < 0))
			_exit(1);
}

static void use_posix_queue(void)
{
	struct mq_attr attr = { .mq_maxmsg = 8, .mq_msgsize = 8 };
	mqd_t queue = mq_open("/race", O_RDWR | O_CREAT, 0600, &attr);
	char text[8] = "";

	mq_send(queue, text, 1, 0);
	for (;; ++*uses)
		if (mq_send(queue, text, 1 + *uses % 8, *uses % 4) ||
		    mq_receive(queue, text, 8, NULL) < 0)
			_exit(1);
}

FIXTURE(race){};

FIXTURE_SETUP(race)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	uses = mmap(NULL, sizeof(*uses), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)uses);
}

FIXTURE_TEARDOWN(race)
{
}

FIXTURE_VARIANT(race)
{
	void (*use)(void);
	const char *files[4];
};

FIXTURE_VARIANT_ADD(race, sem){
	.use = use_set,
	.files = { "sem", "list/sem", "counts/sem" },
};

FIXTURE_VARIANT_ADD(race, shm){
	.use = use_segment,
	.files = { "shm", "list/shm" },
};

FIXTURE_VARIANT_ADD(race, msg){
	.use = use_queue,
	.files = { "msg", "list/msg" },
};

FIXTURE_VARIANT_ADD(race, mqueue){
	.use = use_posix_queue,
	.files = { "mqueue", "list/mqueue" },
};

/* Reads files until the time is over; returns how many, 0 if one cannot be read. */
static unsigned long read_them(const char *const *files, long seconds)
{
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + seconds * 1000000000ull;
	unsigned long reads = 0;
	unsigned int i = 0;
	char path[64], *text;

	while (clock_ns(CLOCK_MONOTONIC) < end) {
		snprintf(path, sizeof(path), IPCDBG_DIR "/%s", files[i]);
		text = slurp(path, 65536, NULL);
		if (!text)
			return 0;
		free(text);
		reads++;
		i = files[i + 1] ? i + 1 : 0;
	}
	return reads;
}

TEST_F_TIMEOUT(race, use_and_read, 300)
{
	long seconds = env_long("SECONDS", 5);
	unsigned long reads, least = LEAST * seconds / time_scale();
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		variant->use();
	}
	wait_until(*uses);
	reads = read_them(variant->files, seconds);
	EXPECT_EQ(0, waitpid(pid, NULL, WNOHANG));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	fprintf(stderr, "# used %lu times, read %lu times\n", *uses, reads);
	EXPECT_LT(least, *uses);
	EXPECT_LT(least, reads);
}

TEST_HARNESS_MAIN
