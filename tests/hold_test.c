// SPDX-License-Identifier: GPL-2.0
/*
 * How long an object's lock is held while it is read, against what the kernel's own calls take on
 * the same object; and how long one read() takes. In instructions: the guest runs with -icount, so
 * that a nanosecond is one. The module is built with IPCDBG_HOLDS=y (kmod/hold.c).
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <unistd.h>
#include "common.h"
#include "crowd.h"

#define READ_MOST 100000000ull /* of one read() */
#define SMALL_MOST 120000ull   /* of a hold, up to 1000 semaphores and 500 waiters */
#define BLOCK (1 << 20)
#define REPEATS 5

static char block[BLOCK];

/* The longest hold of a lock since the last call. */
static uint64_t longest_hold(const char *lock)
{
	uint64_t longest = 0;
	char *line, *rest;
	size_t len;

	rest = slurp(IPCDBG_DIR "/holds", 4096, &len);
	if (!rest)
		die("holds: %s", strerror(errno));
	for (line = strtok(rest, "\n"); line; line = strtok(NULL, "\n"))
		if (!strncmp(line, lock, strlen(lock)))
			sscanf(strstr(line, "longest="), "longest=%lu", &longest);
	free(rest);
	return longest;
}

/* Reads a file to its end; returns the longest read(), 0 if one failed. */
static uint64_t longest_read(const char *name)
{
	uint64_t longest = 0, start, took;
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	do {
		start = clock_ns(CLOCK_MONOTONIC);
		n = read(fd, block, sizeof(block));
		took = clock_ns(CLOCK_MONOTONIC) - start;
		longest = took > longest ? took : longest;
	} while (n > 0);
	close(fd);
	return n ? 0 : longest;
}

/* semctl(GETALL), GETNCNT and GETZCNT, the shortest of some times. */
static uint64_t own_calls(int id, int semnum, int nsems)
{
	unsigned short *vals = calloc(nsems, sizeof(*vals));
	uint64_t start, took, least = UINT64_MAX;
	int i;

	for (i = 0; i < REPEATS; i++) {
		start = clock_ns(CLOCK_MONOTONIC);
		if (semctl(id, 0, GETALL, vals) || semctl(id, semnum, GETNCNT) < 0 ||
		    semctl(id, semnum, GETZCNT) < 0)
			die("semctl: %s", strerror(errno));
		took = clock_ns(CLOCK_MONOTONIC) - start;
		least = took < least ? took : least;
	}
	free(vals);
	return least;
}

struct shape {
	int nsems, waiters;
	int nsops; /* of each waiter */
	bool one;  /* all wait for semaphore 0 */
};

struct world {
	const struct shape *shape;
	int id;
};

/* Blocks on its first operation, complex if there are more. */
static void sleep_in_semop(void *ctx, unsigned int i)
{
	struct world *w = ctx;
	struct sembuf ops[2] = { { w->shape->one ? 0 : i % w->shape->nsems, -1, 0 },
				 { (i + 1) % w->shape->nsems, -1, 0 } };

	semop(w->id, ops, w->shape->nsops);
}

struct figures {
	uint64_t read, hold; /* the longest of each */
};

/* Of some times the file is read, the best: a clock tick that falls into a hold is not of it. */
static void measure(struct figures *f, const char *name, const char *lock)
{
	uint64_t took, hold;
	int i;

	*f = (struct figures){ UINT64_MAX, UINT64_MAX };
	longest_hold(lock);
	for (i = 0; i < REPEATS; i++) {
		took = longest_read(name);
		hold = longest_hold(lock);
		if (!took || !hold)
			die("%s: not read, or without its lock", name);
		f->read = took < f->read ? took : f->read;
		f->hold = hold < f->hold ? hold : f->hold;
	}
}

static bool is_quick(const char *name, const struct shape *shape, uint64_t own)
{
	bool small = shape->nsems <= 1000 && shape->waiters <= 500;
	struct figures f;

	measure(&f, name, "perm");
	fprintf(stderr,
		"# %5d semaphores, %5d waiters of %d%s, %s: hold %.1f k of %.1f k, read %.2f M\n",
		shape->nsems, shape->waiters, shape->nsops, shape->one ? " on one" : "", name,
		f.hold / 1e3, own / 1e3, f.read / 1e6);
	if (f.read > READ_MOST || f.hold > own || (small && f.hold > SMALL_MOST))
		return complain("takes too long");
	return true;
}

static bool set_is_quick(const struct shape *shape)
{
	struct world w = { .shape = shape, .id = semget(IPC_PRIVATE, shape->nsems, 0600) };
	pid_t pid = 0;
	uint64_t own;
	bool ok;

	if (w.id < 0)
		die("semget: %s", strerror(errno));
	if (shape->waiters)
		pid = crowd_begin(shape->waiters, sleep_in_semop, &w);
	own = own_calls(w.id, 0, shape->nsems);
	ok = is_quick("sem", shape, own);
	ok = is_quick("list/sem", shape, own) && ok;
	if (pid)
		crowd_end(pid);
	semctl(w.id, 0, IPC_RMID);
	return ok;
}

FIXTURE(hold){};

FIXTURE_SETUP(hold)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	ASSERT_EQ(0, put_file("/proc/sys/kernel/sem", "32000 1024000000 500 32000"));
	put_file("/proc/sys/kernel/threads-max", "100000");
	put_file("/proc/sys/kernel/pid_max", "200000");
	put_file("/proc/sys/vm/max_map_count", "1000000");
}

FIXTURE_TEARDOWN(hold)
{
}

TEST_F_TIMEOUT(hold, sets, 600)
{
	static const struct shape shapes[] = {
		{ 1, 0, 1, true },	   { 100, 0, 1, false },      { 1000, 0, 1, false },
		{ 32000, 0, 1, false },	   { 1000, 500, 1, false },   { 1000, 500, 2, false },
		{ 1000, 500, 1, true },	   { 1000, 500, 2, true },    { 1000, 5000, 1, false },
		{ 1000, 5000, 2, false },  { 1000, 5000, 1, true },   { 2, 500, 1, true },
		{ 1000, 20000, 2, false }, { 1000, 20000, 1, false }, { 1, 20000, 1, true },
	};
	unsigned int i;

	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		EXPECT_TRUE(set_is_quick(&shapes[i]));
}

TEST_HARNESS_MAIN
