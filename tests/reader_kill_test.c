// SPDX-License-Identifier: GPL-2.0
/*
 * Readers that are killed in the middle, or sit on a pipe that nobody empties: nothing waits for
 * them, nothing of them stays.
 *
 *   KILLS=n   readers that are killed (default 300, 3000 in a long run, which sets MINUTES=)
 *   STUCK=n   seconds that a reader is left on a full pipe (default 2, 60 in a long run)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include "common.h"
#include "every_kind.h"
#include "memory.h"
#include "module.h"
#include "proc.h"

#define EACH 200 /* objects of a kind */
#define SEMS 32000
#define SECOND 1000000000ull
#define MAY_STAY (512 * 1024) /* bytes; a buffer of each reader would be 10 MiB and more */

static const char *const files[] = { "sem", "all/sem", "shm", "msg", "mqueue", "all/list/mqueue" };

/* Shared with the readers. */
struct progress {
	atomic_ulong reads, ended;
};

FIXTURE(reader_kill)
{
	struct progress *progress;
	int semid;
};

FIXTURE_SETUP(reader_kill)
{
	every_kind_make(EACH);
	self->semid = semget(IPC_PRIVATE, SEMS, 0600);
	ASSERT_LE(0, self->semid);
	self->progress = mmap(NULL, sizeof(*self->progress), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->progress);
}

FIXTURE_TEARDOWN(reader_kill)
{
	every_kind_clear();
	if (!module_is_loaded())
		EXPECT_EQ(0, module_load(""));
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

/* The file to its end, once. */
static void read_once(const char *name, struct progress *progress)
{
	static char buf[65536];
	int fd = open_file(name);
	ssize_t n;

	do {
		progress->reads++;
		n = read(fd, buf, sizeof(buf));
	} while (n > 0);
	progress->ended++;
	_exit(0);
}

/* Kills a reader at a random time. Returns whether it had begun and not ended. */
static bool kill_reader(const char *name, struct progress *progress)
{
	struct timespec pause = { .tv_nsec = rand() % 3000000 };
	pid_t pid;

	progress->reads = progress->ended = 0;
	pid = fork();
	if (!pid)
		read_once(name, progress);
	while (!progress->reads)
		sched_yield();
	nanosleep(&pause, NULL);
	kill(pid, SIGKILL);
	if (waitpid(pid, NULL, 0) != pid)
		die("waitpid: %s", strerror(errno));
	return !progress->ended;
}

static unsigned long kill_readers(struct progress *progress, unsigned long n)
{
	unsigned long i, in_the_middle = 0;

	for (i = 0; i < n; i++)
		in_the_middle += kill_reader(files[i % ARRAY_SIZE(files)], progress);
	return in_the_middle;
}

/* How long the module takes to go, in ns. */
static uint64_t unload_time(void)
{
	uint64_t begin = clock_ns(CLOCK_MONOTONIC);
	int error = module_unload();

	if (error)
		die("unload: %s", strerror(error));
	return clock_ns(CLOCK_MONOTONIC) - begin;
}

TEST_F_TIMEOUT(reader_kill, in_the_middle, 300)
{
	unsigned long n = env_long("KILLS", getenv("MINUTES") ? 3000 : 300), caught;
	struct memory_usage before, after;

	kill_readers(self->progress, ARRAY_SIZE(files));
	before = memory_in_use();
	caught = kill_readers(self->progress, n);
	after = memory_in_use();
	fprintf(stderr, "# %lu of %lu readers killed in the middle; %ld KiB more than before\n",
		caught, n, (after.coarse - before.coarse) / 1024);
	EXPECT_LT(n / 4, caught);
	EXPECT_GT(MAY_STAY, after.coarse - before.coarse);
	EXPECT_GT(MAY_STAY, after.fine - before.fine);
	EXPECT_GT(time_scale() * SECOND, unload_time());
	EXPECT_EQ(-1, access(IPCDBG_DIR, F_OK));
}

/* As cat does. */
static void copy(int from, int to)
{
	static char buf[131072];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		if (write(to, buf, n) != n)
			break;
}

/* Straight from the file, where the kernel can. */
static void send(int from, int to)
{
	loff_t at = 0;

	while (sendfile(to, from, &at, 1 << 20) > 0)
		;
	copy(from, to);
}

static bool is_asleep(pid_t pid)
{
	struct proc_syscall call;

	return proc_state(pid, pid) == 'S' && proc_syscall(pid, pid, &call) &&
	       (call.nr == SYS_write || call.nr == SYS_sendfile);
}

/* Everything that needs a lock of the objects that are shown. */
static bool works(int semid)
{
	struct sembuf both[] = { { .sem_num = 0, .sem_op = 1 }, { .sem_num = 0, .sem_op = -1 } };
	struct semid_ds ds;
	uint64_t begin = clock_ns(CLOCK_MONOTONIC), took;
	int id = semget(IPC_PRIVATE, 3, 0600);

	if (id < 0 || semop(semid, both, 2) || semctl(semid, 0, IPC_STAT, &ds) ||
	    semctl(id, 0, IPC_RMID))
		return complain("a call failed: %s", strerror(errno));
	took = clock_ns(CLOCK_MONOTONIC) - begin;
	return took < time_scale() * SECOND || complain("calls took %lu ms", took / 1000000);
}

static void stick(struct __test_metadata *_metadata, int semid, const char *name,
		  void (*move)(int from, int to))
{
	long rounds = 10 * env_long("STUCK", getenv("MINUTES") ? 60 : 2);
	int ends[2];
	pid_t pid;

	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	pid = fork();
	if (!pid) {
		move(open_file(name), ends[1]);
		_exit(0);
	}
	wait_until(is_asleep(pid));
	while (rounds--) {
		usleep(100000);
		ASSERT_TRUE(works(semid));
		ASSERT_EQ(EWOULDBLOCK, module_unload());
	}
	ASSERT_TRUE(is_asleep(pid));
	kill(pid, SIGKILL);
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	close(ends[0]);
	close(ends[1]);
	EXPECT_GT(time_scale() * SECOND, unload_time());
	EXPECT_EQ(0, module_load(""));
}

TEST_F_TIMEOUT(reader_kill, on_a_full_pipe, 200)
{
	stick(_metadata, self->semid, "sem", copy);
	stick(_metadata, self->semid, "all/sem", send);
}

TEST_HARNESS_MAIN
