// SPDX-License-Identifier: GPL-2.0
/*
 * Readers that are stuck, with text that nobody takes or in the middle of a read(), hold nothing
 * up; and those that are killed there leave nothing behind.
 *
 *   MINUTES=n or SECONDS=n   how long they are stuck (default 5 s)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include "common.h"
#include "module.h"
#include "proc.h"
#include "random.h"
#include "stress/storm_read.h"

#define SETS 300
#define SLICES 8    /* of the time, with readers that are stuck and without in turn */
#define SLOWEST 0.5 /* that progress may be of what it is without them */
#define PAGE 4096
#define KILLED 300
#define BUFFER_KIB 32 /* of an open file; every killed reader has had one */

static const char *const files[] = { "sem",    "list/sem", "shm",	   "msg",
				     "mqueue", "all/sem",  "all/list/shm", "namespaces" };
#define FILES (sizeof(files) / sizeof(files[0]))

FIXTURE(stuck)
{
	int set, segment, queue;
};

FIXTURE_SETUP(stuck)
{
	int i;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	self->set = semget(IPC_PRIVATE, 300, 0600);
	self->segment = shmget(IPC_PRIVATE, PAGE, 0600);
	self->queue = msgget(IPC_PRIVATE, 0600);
	ASSERT_LE(0, self->set);
	ASSERT_LE(0, self->segment);
	ASSERT_LE(0, self->queue);
	for (i = 0; i < SETS; i++)
		ASSERT_LE(0, semget(IPC_PRIVATE, 2, 0600));
}

FIXTURE_TEARDOWN(stuck)
{
}

static int open_file(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

/* Copies a file to a pipe that nobody reads, over and over. */
static void fill_pipe(const char *name, int pipe_fd)
{
	static char text[65536];
	int fd = open_file(name);
	ssize_t n;

	for (;;) {
		n = read(fd, text, sizeof(text));
		if (n < 0 || (n && write(pipe_fd, text, n) != n))
			_exit(1);
		if (!n)
			lseek(fd, 0, SEEK_SET);
	}
}

/* Reads into memory whose first touch waits for somebody who never comes. */
static void read_into_nothing(const char *name)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	char *at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC), fd = open_file(name);

	range.range.start = (uintptr_t)at;
	range.range.len = PAGE;
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &range))
		die("userfaultfd: %s", strerror(errno));
	_exit(read(fd, at, PAGE) != PAGE);
}

/* Two readers of each file: one of either sort. */
static pid_t stuck[2 * FILES];
static int pipes[FILES][2];

static bool sleeps_in(pid_t pid, long call)
{
	struct proc_syscall in;

	return proc_syscall(pid, pid, &in) && in.nr == call;
}

static void start_stuck(void)
{
	unsigned int i;

	for (i = 0; i < 2 * FILES; i++) {
		if (i < FILES && pipe2(pipes[i], O_CLOEXEC))
			die("pipe: %s", strerror(errno));
		stuck[i] = fork();
		if (stuck[i])
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (i < FILES)
			fill_pipe(files[i], pipes[i][1]);
		read_into_nothing(files[i - FILES]);
	}
	for (i = 0; i < 2 * FILES; i++)
		wait_until(sleeps_in(stuck[i], i < FILES ? SYS_write : SYS_read));
}

/* Still where they were; then they are killed, and go. */
static bool end_stuck(void)
{
	unsigned int i;
	bool ok = true;
	int status;

	for (i = 0; i < 2 * FILES; i++) {
		if (!sleeps_in(stuck[i], i < FILES ? SYS_write : SYS_read))
			ok = complain("reader %u of %s was not stuck", i, files[i % FILES]);
		kill(stuck[i], SIGKILL);
		if (waitpid(stuck[i], &status, 0) != stuck[i] || WTERMSIG(status) != SIGKILL)
			ok = complain("reader of %s ended with %x", files[i % FILES], status);
	}
	for (i = 0; i < FILES; i++) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
	return ok;
}

/* Everything that needs locks of sets, segments, queues, or of their tables. */
static void use_all(int set, int segment, int queue)
{
	struct sembuf up = { 0, 1, SEM_UNDO }, both[2] = { { 0, -1, SEM_UNDO }, { 299, 0, 0 } };
	struct {
		long type;
		char text[8];
	} message = { .type = 1 };
	int id = semget(IPC_PRIVATE, 2, 0600), other = msgget(IPC_PRIVATE, 0600);
	void *at = shmat(segment, NULL, 0);

	if (id < 0 || other < 0 || at == (void *)-1 || semop(set, &up, 1) || semop(set, both, 2) ||
	    msgsnd(queue, &message, 8, 0) || msgrcv(queue, &message, 8, 0, 0) != 8 || shmdt(at) ||
	    semctl(id, 0, IPC_RMID) || msgctl(other, IPC_RMID, NULL))
		die("no progress: %s", strerror(errno));
}

/* Rounds of it a second of its own CPU time, for so long; the longest round of all. */
static double progress(const FIXTURE_DATA(stuck) * self, uint64_t ns, uint64_t *longest)
{
	uint64_t start = clock_ns(CLOCK_MONOTONIC), before = start, now = start, rounds = 0;
	uint64_t cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);

	while (now < start + ns) {
		use_all(self->set, self->segment, self->queue);
		rounds++;
		now = clock_ns(CLOCK_MONOTONIC);
		*longest = now - before > *longest ? now - before : *longest;
		before = now;
	}
	return rounds * 1e9 / (clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu);
}

static double greater(double a, double b)
{
	return a > b ? a : b;
}

TEST_F_TIMEOUT(stuck, others_go_on, 7200)
{
	long seconds = env_long("SECONDS", 60 * env_long("MINUTES", 0)) ?: 5;
	uint64_t slice = seconds * 1000000000ull / SLICES, with_longest = 0, without_longest = 0;
	double with = 0, without = 0;
	int i;

	for (i = 0; i < SLICES; i++) {
		without = greater(without, progress(self, slice, &without_longest));
		start_stuck();
		with = greater(with, progress(self, slice, &with_longest));
		ASSERT_TRUE(end_stuck());
	}
	fprintf(stderr,
		"# with %u readers stuck %.0f rounds a CPU second, without %.0f: %.2f of it; "
		"longest round %.1f ms, without %.1f ms\n",
		(unsigned int)(2 * FILES), with, without, with / without, with_longest / 1e6,
		without_longest / 1e6);
	EXPECT_LT(SLOWEST, with / without);
}

/* KiB of all slabs and of what the module has in vmalloc areas. */
static long slab_kib(void)
{
	char *text = slurp("/proc/meminfo", 4096, NULL);
	const char *at = text ? strstr(text, "\nSlab:") : NULL;
	long kib = at ? strtol(at + 6, NULL, 10) : -1;

	free(text);
	return kib;
}

static unsigned int areas_of_module(void)
{
	char *text = slurp("/proc/vmallocinfo", 65536, NULL), *at = text;
	unsigned int nr = 0;

	for (; at && (at = strstr(at, "[ipcdbg]")); at++)
		nr++;
	free(text);
	return nr;
}

static void read_for_ever(unsigned int i)
{
	static char text[65536];
	int fd = open_file(files[i % FILES]);
	size_t block = i % 3 ? sizeof(text) : 7;
	ssize_t n;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		n = read(fd, text, block);
		if (n < 0)
			_exit(1);
		if (!n)
			lseek(fd, 0, SEEK_SET);
	}
}

static bool kill_one(unsigned int i)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		read_for_ever(i);
	wait_until(proc_state(pid, pid));
	usleep(1000 + below(20000));
	kill(pid, SIGKILL);
	return (waitpid(pid, &status, 0) == pid && WIFSIGNALED(status)) ||
	       complain("reader of %s ended by itself: %x", files[i % FILES], status);
}

static bool kill_many(void)
{
	unsigned int i;

	for (i = 0; i < KILLED; i++)
		if (!kill_one(i))
			return false;
	return true;
}

/* Twice: what the kernel itself keeps of the first time is there then. */
TEST_F_TIMEOUT(stuck, killed_readers_leave_nothing, 600)
{
	unsigned int areas;
	long before, grown = 0;
	int i;

	random_seed(env_long("SEED", 1));
	ASSERT_TRUE(kill_many());
	areas = areas_of_module();
	for (i = 0; i < 3; i++) {
		before = slab_kib();
		ASSERT_TRUE(kill_many());
		usleep(200000);
		grown = slab_kib() - before;
		fprintf(stderr, "# %d readers killed: slabs grew by %ld KiB\n", KILLED, grown);
		if (grown < KILLED * BUFFER_KIB / 4)
			break;
	}
	EXPECT_GT(KILLED * BUFFER_KIB / 4, grown);
	EXPECT_EQ(areas, areas_of_module());
	/* None of them still has it open. */
	EXPECT_EQ(0, module_unload());
	EXPECT_EQ(0, areas_of_module());
	EXPECT_EQ(0, module_load(""));
}

TEST_HARNESS_MAIN
