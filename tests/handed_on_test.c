// SPDX-License-Identifier: GPL-2.0
/*
 * A queue is open in one process, which hands its descriptors on: it forks and exits, about once
 * while the module looks at all processes. At every moment somebody has the queue open. Of a
 * module that looks at each process once, half of the listings would tell of nobody: the new one
 * was not there when the look began, and the old one is gone at its turn.
 *
 *   HANDED_ON=n   how often (default 100)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "check.h"
#include "common.h"
#include "rows.h"

/*
 * Processes with descriptors, and among them those that hand on: a process's turn is by the address
 * of its table, and in most kernels the next table is not far from the last one.
 */
#define BYSTANDERS 100
#define DESCRIPTORS 800
#define QUEUES 4
/*
 * In so many of a hundred it may be missing, since it may hand on in each of the two looks, and
 * both at the wrong moment. Seen were 0 to 4 of 400, and 92 to 149 of a module that looks once.
 */
#define MAY_MISS 15

struct shared {
	volatile uint64_t stay_ns; /* how long a process has the queue; 0: not yet known */
	volatile bool stop;
	volatile unsigned int hops[QUEUES];
};

FIXTURE(handed_on)
{
	struct shared *shared;
	unsigned int times;
};

/* A process that ends with the test. */
static pid_t begin(void (*fn)(struct shared *shared, unsigned int i), struct shared *shared,
		   unsigned int i)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (pid)
		return pid;
	fn(shared, i);
	_exit(0);
}

static void stand_by(struct shared *shared, unsigned int i)
{
	(void)i;
	for (int n = 0; n < DESCRIPTORS; n++)
		if (dup(STDERR_FILENO) < 0)
			die("dup: %s", strerror(errno));
	while (!shared->stop)
		usleep(100000);
}

static void stay(const struct shared *shared)
{
	uint64_t ns = shared->stay_ns;

	if (!ns)
		ns = 1000000;
	nanosleep(&(struct timespec){ .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 },
		  NULL);
}

static void hand_on(struct shared *shared, unsigned int i)
{
	char name[16];

	snprintf(name, sizeof(name), "queue%u", i);
	if (syscall(SYS_mq_open, name, O_CREAT | O_EXCL | O_RDWR, 0600, NULL) < 0)
		die("mq_open: %s", strerror(errno));
	while (!shared->stay_ns)
		stay(shared);
	while (!shared->stop) {
		pid_t pid;

		shared->hops[i]++;
		stay(shared);
		pid = fork();
		if (pid < 0)
			die("fork: %s", strerror(errno));
		if (pid)
			_exit(0);
	}
}

FIXTURE_SETUP(handed_on)
{
	self->times = env_long("HANDED_ON", 100);
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	self->shared = mmap(NULL, sizeof(*self->shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->shared);
	/* Who is left alone is waited for here. */
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	for (unsigned int i = 0; i < BYSTANDERS; i++) {
		begin(stand_by, self->shared, i);
		if (i % (BYSTANDERS / QUEUES) == BYSTANDERS / QUEUES / 2)
			begin(hand_on, self->shared, i / (BYSTANDERS / QUEUES));
	}
}

FIXTURE_TEARDOWN(handed_on)
{
	self->shared->stop = true;
	self->shared->stay_ns = 1;
	while (wait(NULL) > 0)
		;
}

/* Of how many queues the file names nobody who has them open; -1: not all queues are there. */
static int missing(void)
{
	struct rows r = { 0 };
	int queues = 0, n = 0;

	if (!rows_read(&r, "mqueue"))
		die("the file is not as the ABI says");
	for (unsigned int i = 0; i < r.nr; i++) {
		if (r.row[i].record != IPCDBG_R_mqueue)
			continue;
		queues++;
		n += !rows_count(&r, IPCDBG_R_opener, i);
	}
	rows_free(&r);
	return queues == QUEUES ? n : -1;
}

/* How long a look takes, the shortest of a few. */
static uint64_t look_ns(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 5; i++) {
		uint64_t begin = clock_ns(CLOCK_MONOTONIC), took;

		missing();
		took = clock_ns(CLOCK_MONOTONIC) - begin;
		if (took < least)
			least = took;
	}
	return least;
}

static unsigned int hops(const struct shared *shared)
{
	unsigned int n = 0;

	for (int i = 0; i < QUEUES; i++)
		n += shared->hops[i];
	return n;
}

TEST_F_TIMEOUT(handed_on, by_fork_and_exit, 120)
{
	unsigned int looks = 0, missed = 0, tested;

	wait_until(!missing());
	self->shared->stay_ns = look_ns();
	/* A queue that stays where it was tests nothing. */
	while (looks < self->times || hops(self->shared) < QUEUES * self->times) {
		int n = missing();

		ASSERT_LE(0, n);
		missed += n;
		looks++;
	}
	tested = QUEUES * looks;
	if (tested > hops(self->shared))
		tested = hops(self->shared);
	TH_LOG("a look took %.1f ms; handed on %u times in %u looks at %d queues, missed %u",
	       (double)self->shared->stay_ns / 1000000, hops(self->shared), looks, QUEUES, missed);
	EXPECT_GE(tested * MAY_MISS / 100, missed);
}

TEST_HARNESS_MAIN
