// SPDX-License-Identifier: GPL-2.0
/*
 * Unloading while others open and read every file: refused as long as one is open, quick after it,
 * and of it all nothing stays.
 *
 *   LOADS=n   how often (default 20, 1000 in a long run, which sets MINUTES=)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include "common.h"
#include "every_file.h"
#include "every_kind.h"
#include "memory.h"
#include "module.h"

#define READERS 3
#define EACH 20 /* objects of a kind */
#define FILES_MAX 64
#define KMEMLEAK "/sys/kernel/debug/kmemleak"
#define MAY_VARY (512 * 1024) /* bytes; the buffers of a few dozen readers are more */
#define SECOND 1000000000ull

static char paths[FILES_MAX][64];
static unsigned int nr_paths;

/* Shared with the readers: what each has done. */
struct readers {
	atomic_ulong reads, absent, wrong;
};

FIXTURE(rmmod)
{
	struct readers *readers;
};

static int add_path(const char *path, const struct stat *st)
{
	(void)st;
	if (nr_paths == FILES_MAX)
		die("more than %d files", FILES_MAX);
	snprintf(paths[nr_paths++], sizeof(paths[0]), "%s", path);
	return 0;
}

FIXTURE_SETUP(rmmod)
{
	if (!module_is_loaded())
		ASSERT_EQ(0, module_load(""));
	every_file(add_path);
	every_kind_make(EACH);
	self->readers = mmap(NULL, sizeof(*self->readers), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->readers);
}

FIXTURE_TEARDOWN(rmmod)
{
	every_kind_clear();
	if (!module_is_loaded())
		EXPECT_EQ(0, module_load(""));
}

/* Any file, some of it. It may not be there, or be on its way out; what is open can be read. */
static void read_one(struct readers *r)
{
	static char buf[65536];
	int fd = open(paths[rand() % nr_paths], O_RDONLY | O_CLOEXEC), i;
	ssize_t n = 1;

	if (fd < 0) {
		*(errno == ENOENT || errno == ENXIO ? &r->absent : &r->wrong) += 1;
		return;
	}
	for (i = rand() % 3; n > 0 && i >= 0; i--)
		n = read(fd, buf, rand() % 2 ? sizeof(buf) : 100);
	*(n < 0 ? &r->wrong : &r->reads) += 1;
	close(fd);
}

static pid_t start_reader(struct readers *r)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	srand(getpid());
	for (;;) {
		read_one(r);
		usleep(rand() % (3000 * time_scale()));
	}
}

static bool is_gone(void)
{
	return access(IPCDBG_DIR, F_OK) && errno == ENOENT && !module_is_loaded();
}

/* Tries until nobody has a file open. Returns how often that took. */
static unsigned int unload_at_last(void)
{
	unsigned int tries = 0;
	int error;

	wait_until((error = module_unload(), tries++, error != EWOULDBLOCK));
	if (error)
		die("unload: %s", strerror(error));
	return tries;
}

/* Returns how often unloading was refused. */
static unsigned long load_and_unload(long n)
{
	unsigned long refused = 0;
	int error;

	while (n--) {
		error = module_load("");
		if (error)
			die("load: %s", strerror(error));
		usleep(rand() % 5000);
		refused += unload_at_last() - 1;
		if (!is_gone())
			die("something is left");
		if (n && n % 50 == 0)
			fprintf(stderr, "# %ld loads left\n", n);
	}
	return refused;
}

/* A hundredth more than before at the most, or what the kernel's own caches vary by. */
static bool is_flat(const char *what, long before, long after)
{
	long more = before / 100 > MAY_VARY ? before / 100 : MAY_VARY;

	fprintf(stderr, "# %s: %ld KiB, then %ld\n", what, before / 1024, after / 1024);
	return after - before < more || complain("%s has grown", what);
}

TEST_F_TIMEOUT(rmmod, against_readers, 600)
{
	long n = env_long("LOADS", getenv("MINUTES") ? 1000 : 20);
	struct memory_usage before, after;
	unsigned long refused, reads, absent, wrong;
	pid_t pid[READERS];
	int i;

	ASSERT_EQ(0, module_unload());
	for (i = 0; i < READERS; i++)
		pid[i] = start_reader(self->readers);
	load_and_unload(3);
	before = memory_in_use();
	refused = load_and_unload(n);
	after = memory_in_use();
	for (i = 0; i < READERS; i++) {
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
	}
	reads = self->readers->reads;
	absent = self->readers->absent;
	wrong = self->readers->wrong;
	fprintf(stderr, "# %ld loads, unloading refused %lu times, %lu files read, %lu absent\n", n,
		refused, reads, absent);
	EXPECT_EQ(0, wrong);
	EXPECT_LT((unsigned long)n, reads);
	EXPECT_LT(0, absent);
	EXPECT_LT(0, refused);
	/* KASAN keeps what is freed for a while. There kmemleak looks for what is lost. */
	if (!access(KMEMLEAK, F_OK)) {
		fprintf(stderr, "# memory in use is not compared with KASAN\n");
		return;
	}
	EXPECT_TRUE(is_flat("slab", before.fine, after.fine));
	EXPECT_TRUE(is_flat("all", before.coarse, after.coarse));
}

/* Each of the files, read or not: it keeps the module, and when it is closed nothing does. */
TEST_F_TIMEOUT(rmmod, with_a_file_open, 200)
{
	unsigned int i;
	uint64_t begin;
	char byte;
	int fd;

	for (i = 0; i < nr_paths; i++) {
		fd = open(paths[i], O_RDONLY | O_CLOEXEC);
		ASSERT_LE(0, fd);
		if (i % 2)
			EXPECT_EQ(1, read(fd, &byte, 1));
		EXPECT_EQ(EWOULDBLOCK, module_unload());
		close(fd);
		begin = clock_ns(CLOCK_MONOTONIC);
		EXPECT_EQ(0, module_unload());
		EXPECT_GT(time_scale() * SECOND, clock_ns(CLOCK_MONOTONIC) - begin);
		EXPECT_TRUE(is_gone());
		ASSERT_EQ(0, module_load(""));
	}
}

TEST_HARNESS_MAIN
