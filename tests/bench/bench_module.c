// SPDX-License-Identifier: GPL-2.0
/* The module itself: what it costs to have it, and how long it holds locks. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "bench/bench.h"
#include "common.h"
#include "memory.h"
#include "module.h"

#define HOLDS_MODULE "/t/ipcdbg.ko" /* built with IPCDBG_HOLDS=y */
#define OPEN_FILES 256
#define LARGE_FILES 16 /* of megabytes */
#define HEAP_ROUNDS 8
#define PAGES_OF_OTHERS 24576
#define HEAP_READS 4
#define REST_US 50000
#define RESTS 3
#define CHUNKS 101
#define CHUNK 200 /* operations in a row */
#define REPEATS 12
#define TICK_NS 4000000 /* CONFIG_HZ of Debian's kernels is 250, or 1000 */
#define LOADS 8
#define IDLE_ROUNDS 10
#define SIMPLE_AFTER 16 /* USE_GLOBAL_LOCK_HYSTERESIS of ipc/sem.c, and some */

static void load(void)
{
	int error = module_load("");

	if (error)
		die("the module does not load: %s", strerror(error));
}

/* What dropped its last reference to the module may still be on its way out. */
static void unload(void)
{
	wait_until(!module_unload());
}

/* The longest hold of an object's lock since the last call, in ns. */
static double longest_hold(void)
{
	char *text = slurp(IPCDBG_DIR "/holds", 4096, NULL), *at;
	unsigned long longest = 0;

	at = text ? strstr(text, "perm ") : NULL;
	if (!at || sscanf(at, "perm nr=%*u longest=%lu", &longest) != 1 || !longest)
		die("holds: no lock was held");
	free(text);
	return longest;
}

static void operate_sem(int id)
{
	struct sembuf up = { 0, 1, 0 }, down = { 0, -1, 0 };

	if (semop(id, &up, 1) || semop(id, &down, 1))
		die("semop: %s", strerror(errno));
}

/* What a hold is held against: GETALL, and counts of one semaphore. */
static const struct own_calls {
	const char *peer; /* of the row, and what scanf takes */
	bool ncnt, zcnt;
} own_calls[] = {
	{ "GETALL %d", false, false },
	{ "GETALL+GETNCNT %d", true, false },
	{ "GETALL+GETNCNT+GETZCNT %d", true, true },
};

static const struct own_calls *own_calls_of(const char *peer, int *id)
{
	size_t i;

	for (i = 0; i < sizeof(own_calls) / sizeof(own_calls[0]); i++)
		if (sscanf(peer, own_calls[i].peer, id) == 1)
			return &own_calls[i];
	die("hold: '%s' is not GETALL {id}, or that with +GETNCNT, or +GETNCNT+GETZCNT", peer);
	return NULL;
}

/*
 * Of a set in simple mode, which a few operations on one semaphore bring it back to unless tasks
 * wait with more than one. In ns on the clock: of a task that a tick finds under a lock the
 * processor time falls short.
 */
static double own_calls_cost(int id, const struct own_calls *calls)
{
	static unsigned short values[65536];
	uint64_t start;
	int i;

	for (i = 0; i < SIMPLE_AFTER; i++)
		operate_sem(id);
	start = clock_ns(CLOCK_MONOTONIC);
	if (semctl(id, 0, GETALL, values) || (calls->ncnt && semctl(id, 0, GETNCNT) < 0) ||
	    (calls->zcnt && semctl(id, 0, GETZCNT) < 0))
		die("semctl: %s", strerror(errno));
	return clock_ns(CLOCK_MONOTONIC) - start;
}

/* Begins part i of REPEATS of the time between two clock ticks. */
static void wait_for_phase(int i)
{
	uint64_t until = clock_ns(CLOCK_MONOTONIC) / TICK_NS * TICK_NS + TICK_NS;

	until += i * TICK_NS / REPEATS;
	while (clock_ns(CLOCK_MONOTONIC) < until)
		;
}

/*
 * The best of some: a clock tick that falls into a hold is not of it. The readings begin at other
 * times after a tick each, else all of them might meet one in the longest hold. The control is
 * every other of the calls, half of which are made right after the file was read.
 */
static void measure_hold(const struct bench_row *row, struct bench_figures *f)
{
	const char *usual = getenv("IPCDBG_KO");
	double best[2] = { 1e18, 1e18 }, cost, holds[REPEATS];
	const struct own_calls *calls;
	char path[256];
	int i, id;

	calls = own_calls_of(row->peer, &id);
	snprintf(path, sizeof(path), "%s", usual ? usual : "");
	unload();
	setenv("IPCDBG_KO", HOLDS_MODULE, 1);
	load();
	for (i = 0; i < REPEATS; i++) {
		cost = own_calls_cost(id, calls);
		best[i % 2] = cost < best[i % 2] ? cost : best[i % 2];
		wait_for_phase(i);
		bench_read(row->ours);
		holds[i] = longest_hold();
		cost = own_calls_cost(id, calls);
		best[!(i % 2)] = cost < best[!(i % 2)] ? cost : best[!(i % 2)];
	}
	f->again = best[1] / best[0];
	f->peer = best[0] < best[1] ? best[0] : best[1];
	f->peer /= 1e3;
	/* One that a clock tick fell into is left out by the module: the longest may be missing. */
	f->ours = bench_median(holds, REPEATS) / 1e3;
	unload();
	setenv("IPCDBG_KO", path, 1);
	load();
}

static void read_to_the_end(int fd)
{
	static char block[65536];
	ssize_t n;

	do
		n = read(fd, block, sizeof(block));
	while (n > 0);
	if (n)
		die("read: %s", strerror(errno));
}

/* Kernel memory of each of nr open files of a name, in KiB: the most of after the first byte was
 * read, when what follows is at hand, and after the last.
 */
static double memory_of_open(const char *name, int nr)
{
	int fds[OPEN_FILES], i;
	long before, first, last;
	char path[128], byte;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	bench_read(name);
	before = memory_in_use().coarse;
	for (i = 0; i < nr; i++) {
		fds[i] = open(path, O_RDONLY | O_CLOEXEC);
		if (fds[i] < 0 || read(fds[i], &byte, 1) != 1)
			die("%s: %s", path, strerror(errno));
	}
	first = memory_in_use().coarse;
	for (i = 0; i < nr; i++)
		read_to_the_end(fds[i]);
	last = memory_in_use().coarse;
	for (i = 0; i < nr; i++)
		close(fds[i]);
	return ((last > first ? last : first) - before) / 1024.0 / nr;
}

static void measure_open(const struct bench_row *row, struct bench_figures *f)
{
	f->ours = memory_of_open(row->ours, OPEN_FILES);
	f->again = 1;
}

static void measure_large(const struct bench_row *row, struct bench_figures *f)
{
	f->ours = memory_of_open(row->ours, LARGE_FILES);
	f->again = 1;
}

/*
 * What debugfs itself keeps of a file from its first open on, it keeps of one that was refused too:
 * the module opens nothing to be written.
 */
static void open_in_vain(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	if (open(path, O_WRONLY | O_CLOEXEC) >= 0)
		die("%s opens to be written", path);
}

/* The least of some readings, once what RCU or a worker was to free is freed. */
static struct memory_usage memory_at_rest(void)
{
	struct memory_usage now, least = { LONG_MAX, LONG_MAX };
	int i;

	usleep(4 * REST_US);
	for (i = 0; i < RESTS; i++) {
		usleep(REST_US);
		now = memory_in_use();
		least.fine = now.fine < least.fine ? now.fine : least.fine;
		least.coarse = now.coarse < least.coarse ? now.coarse : least.coarse;
	}
	return least;
}

/*
 * Bytes that the kernel has in use once a file was read and closed, beyond those when the module
 * was loaded: of small objects to the byte; of whole pages if they are more than come and go by
 * others. The least of some rounds: what the module keeps it keeps each time.
 */
static void measure_heap(const struct bench_row *row, struct bench_figures *f)
{
	struct memory_usage before, after, least = { LONG_MAX, LONG_MAX };
	int i, j;

	for (i = 0; i < HEAP_ROUNDS; i++) {
		unload();
		load();
		open_in_vain(row->ours);
		before = memory_at_rest();
		for (j = 0; j < HEAP_READS; j++)
			bench_read(row->ours);
		after = memory_at_rest();
		/* What is fetched or let go once does not count. */
		if (!i)
			continue;
		if (after.fine - before.fine < least.fine)
			least.fine = after.fine - before.fine;
		if (after.coarse - before.coarse < least.coarse)
			least.coarse = after.coarse - before.coarse;
	}
	f->ours = (least.fine > 0 ? least.fine : 0) +
		  (least.coarse > PAGES_OF_OTHERS ? least.coarse : 0);
	f->again = 1;
}

static void operate_msg(int id)
{
	struct {
		long type;
		char text[8];
	} msg = { 1, "" };

	if (msgsnd(id, &msg, 8, 0) || msgrcv(id, &msg, 8, 0, 0) != 8)
		die("msgsnd: %s", strerror(errno));
}

static void operate_shm(int id)
{
	void *at = shmat(id, NULL, 0);

	if (at == (void *)-1 || shmdt(at))
		die("shmat: %s", strerror(errno));
}

/* Instructions of one round; a clock tick falls into few of the chunks. */
static double operation_cost(void (*operate)(int id), int id)
{
	double chunks[CHUNKS];
	uint64_t start;
	int i, j;

	for (i = 0; i < CHUNKS; i++) {
		start = clock_ns(CLOCK_MONOTONIC);
		for (j = 0; j < CHUNK; j++)
			operate(id);
		chunks[i] = (double)(clock_ns(CLOCK_MONOTONIC) - start) / CHUNK;
	}
	return bench_median(chunks, CHUNKS);
}

static double lesser(double a, double b)
{
	return a < b ? a : b;
}

/*
 * Without the module, with it, and without it again: the least of some times, for an operation
 * finds the memory it takes in another place each time.
 */
static void measure_idle(const struct bench_row *row, struct bench_figures *f)
{
	void (*operate)(int id) = operate_sem;
	double again;
	int i, id;

	if (!strcmp(row->ours, "msgsnd")) {
		operate = operate_msg;
		id = msgget(IPC_PRIVATE, 0600);
	} else if (!strcmp(row->ours, "shmat")) {
		operate = operate_shm;
		id = shmget(IPC_PRIVATE, 4096, 0600);
	} else {
		id = semget(IPC_PRIVATE, 1, 0600);
	}
	unload();
	operation_cost(operate, id);
	f->peer = f->ours = again = 1e18;
	for (i = 0; i < IDLE_ROUNDS; i++) {
		f->peer = lesser(f->peer, operation_cost(operate, id));
		load();
		f->ours = lesser(f->ours, operation_cost(operate, id));
		unload();
		again = lesser(again, operation_cost(operate, id));
	}
	f->again = again / f->peer;
	load();
}

/* insmod and the first reading. */
static uint64_t load_cost(const char *file)
{
	uint64_t start;

	unload();
	start = clock_ns(CLOCK_MONOTONIC);
	load();
	bench_read(file);
	return clock_ns(CLOCK_MONOTONIC) - start;
}

/*
 * In M instructions of this task. What the kernel finds free for the module and for the BTF that it
 * reads differs from time to time, and the first time most of all: the best of some, twice.
 */
static void measure_load(const struct bench_row *row, struct bench_figures *f)
{
	double best[2] = { 1e18, 1e18 }, cost;
	int i;

	load_cost(row->ours);
	for (i = 0; i < 2 * LOADS; i++) {
		cost = load_cost(row->ours) / 1e6;
		best[i % 2] = cost < best[i % 2] ? cost : best[i % 2];
	}
	f->again = best[1] / best[0];
	f->ours = best[0] < best[1] ? best[0] : best[1];
}

/* Milliseconds on the clock. */
static double unload_time(const char *file)
{
	uint64_t start;
	int error;

	bench_read(file);
	start = clock_ns(CLOCK_MONOTONIC);
	error = module_unload();
	start = clock_ns(CLOCK_MONOTONIC) - start;
	if (error)
		die("the module does not unload: %s", strerror(error));
	load();
	return start / 1e6;
}

const struct bench_how bench_module[] = {
	{ .word = "hold", .unit = "k", .measure = measure_hold },
	{ .word = "open", .unit = "KiB", .measure = measure_open },
	{ .word = "large", .unit = "KiB", .measure = measure_large },
	{ .word = "heap", .unit = "bytes", .measure = measure_heap },
	{ .word = "idle", .unit = "instr", .measure = measure_idle },
	{ .word = "load", .unit = "M", .measure = measure_load },
	{ .word = "unload", .unit = "ms", .once = unload_time, .rounds = 11 },
	{ 0 },
};
