// SPDX-License-Identifier: GPL-2.0
/*
 * What a process that uses ipc notices of another that reads about it: on one processor the victim,
 * on the other one an observer that reads a file again and again, or only spins, or nothing but
 * another spell of spinning, which tells how much of a difference is chance.
 *
 * The arms take turns, a slice of time each. The victim counts what it gets done in a second of its
 * own processor's time, and how long each operation takes on the clock.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/membarrier.h>

#include "bench/bench.h"
#include "common.h"

#define SLICES 40
#define SLICE_NS 500000000ull
#define SETTLE_US 20000
#define BUCKETS 1024 /* 16 to each power of two */

enum arm { SPIN, PEER, OURS, SPIN_AGAIN, ARMS };

/* Shared with the observer. */
struct orders {
	int arm;
	char file[ARMS][BENCH_TEXT_MAX]; /* empty: spins */
};

struct slice {
	double pace; /* operations a second of its own processor time */
	double tail; /* 99.9 % take no longer, in us */
};

static volatile unsigned int spun;

static void pin_to(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("there is no processor %d", cpu);
}

static void observe(struct orders *orders)
{
	int arm, i;

	for (;;) {
		arm = __atomic_load_n(&orders->arm, __ATOMIC_ACQUIRE);
		if (orders->file[arm][0])
			bench_read(orders->file[arm]);
		else
			for (i = 0; i < 10000; i++)
				spun++;
	}
}

static pid_t start_observer(struct orders *orders)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pin_to(1);
		observe(orders);
	}
	return pid;
}

static unsigned int bucket_of(uint64_t ns)
{
	unsigned int power = ns < 16 ? 4 : 63 - __builtin_clzll(ns);
	unsigned int n = (power - 4) * 16 + (ns >> (power - 4)) % 16;

	return n < BUCKETS ? n : BUCKETS - 1;
}

static double bucket_us(unsigned int n)
{
	return (double)((16 + n % 16) << (n / 16)) / 1e3;
}

/* Below how many us all but a thousandth are. */
static double tail_of(const unsigned int *buckets, unsigned long nr)
{
	unsigned long beyond = 0;
	unsigned int i = BUCKETS;

	while (i && beyond <= nr / 1000)
		beyond += buckets[--i];
	return bucket_us(i);
}

static void use_set(int id)
{
	static short step = 1;
	struct sembuf op = { 0, step, 0 };

	if (semop(id, &op, 1))
		die("semop: %s", strerror(errno));
	step = -step;
}

static void make_and_remove(int id)
{
	(void)id;
	id = semget(IPC_PRIVATE, 1, 0600);
	if (id < 0 || semctl(id, 0, IPC_RMID))
		die("semget: %s", strerror(errno));
}

/* Sleeps until a grace period of RCU is over (synchronize_rcu()). */
static void wait_for_grace(int id)
{
	(void)id;
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		die("membarrier: %s", strerror(errno));
}

/* The victims that rows name. */
static const struct victim {
	const char *word;
	void (*operate)(int id);
	clockid_t clock; /* of its pace: its own processor's time, unless it sleeps */
} victims[] = {
	{ "use", use_set, CLOCK_THREAD_CPUTIME_ID },
	{ "make", make_and_remove, CLOCK_THREAD_CPUTIME_ID },
	{ "grace", wait_for_grace, CLOCK_MONOTONIC },
};

static const struct victim *victim_of(const char *word)
{
	for (size_t i = 0; i < sizeof(victims) / sizeof(*victims); i++)
		if (!strcmp(victims[i].word, word))
			return &victims[i];
	die("there is no victim '%s'", word);
}

static struct slice suffer(const struct victim *v, int id)
{
	static unsigned int buckets[BUCKETS];
	uint64_t own = clock_ns(v->clock), start = clock_ns(CLOCK_MONOTONIC);
	uint64_t end = start + SLICE_NS, now;
	unsigned long nr = 0;

	memset(buckets, 0, sizeof(buckets));
	do {
		v->operate(id);
		now = clock_ns(CLOCK_MONOTONIC);
		buckets[bucket_of(now - start)]++;
		start = now;
		nr++;
	} while (now < end);
	own = clock_ns(v->clock) - own;
	return (struct slice){ nr * 1e9 / own, tail_of(buckets, nr) };
}

static void collect(struct orders *orders, const struct victim *v, int id,
		    struct slice slices[ARMS][SLICES])
{
	int i, arm;

	for (i = 0; i < SLICES; i++)
		for (arm = 0; arm < ARMS; arm++) {
			__atomic_store_n(&orders->arm, arm, __ATOMIC_RELEASE);
			usleep(SETTLE_US);
			slices[arm][i] = suffer(v, id);
		}
}

static double value(const struct slice *s, bool tail)
{
	return tail ? s->tail : s->pace;
}

static double median_of(const struct slice *slices, bool tail)
{
	double values[SLICES];
	int i;

	for (i = 0; i < SLICES; i++)
		values[i] = value(&slices[i], tail);
	return bench_median(values, SLICES);
}

/* Of the two spells of spinning of each round, without an eighth at either end. */
static void spread_of(struct slice slices[ARMS][SLICES], bool tail, struct bench_figures *f)
{
	double ratios[SLICES];
	int i;

	for (i = 0; i < SLICES; i++)
		ratios[i] = value(&slices[SPIN_AGAIN][i], tail) / value(&slices[SPIN][i], tail);
	bench_median(ratios, SLICES);
	f->low = ratios[SLICES / 8];
	f->high = ratios[SLICES - 1 - SLICES / 8];
}

/* What is known of the slices; returns whether the machine was quiet enough. */
static bool figures_of(struct slice slices[ARMS][SLICES], enum arm peer, bool tail,
		       struct bench_figures *f)
{
	f->ours = median_of(slices[OURS], tail);
	f->peer = median_of(slices[peer], tail);
	f->again = median_of(slices[SPIN_AGAIN], tail) / median_of(slices[SPIN], tail);
	spread_of(slices, tail, f);
	return tail || !bench_control_off(f->again, true);
}

/* The peer is "spin", or a file; ours are a set that is used, or sets that are made, and a file. */
static void measure(const struct bench_row *row, struct bench_figures *f, bool tail)
{
	struct orders *orders = mmap(NULL, sizeof(*orders), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	static struct slice slices[ARMS][SLICES];
	bool by_file = row->peer[0] == '/';
	char victim[16], file[BENCH_TEXT_MAX];
	pid_t observer;
	int id = -1, i;

	if (orders == MAP_FAILED || sscanf(row->ours, "%15[a-z]:%d %95s", victim, &id, file) < 2)
		die("'%s' names no victim and file", row->ours);
	strcpy(orders->file[OURS], file);
	if (by_file)
		strcpy(orders->file[PEER], row->peer);
	pin_to(0);
	observer = start_observer(orders);
	for (i = 0; i < BENCH_TRIES; i++) {
		collect(orders, victim_of(victim), id, slices);
		if (figures_of(slices, by_file ? PEER : SPIN, tail, f))
			break;
	}
	kill(observer, SIGKILL);
	waitpid(observer, NULL, 0);
}

static void measure_pace(const struct bench_row *row, struct bench_figures *f)
{
	measure(row, f, false);
}

static void measure_tail(const struct bench_row *row, struct bench_figures *f)
{
	measure(row, f, true);
}

const struct bench_how bench_observe[] = {
	{ .word = "pace", .unit = "/s", .measure = measure_pace },
	{ .word = "tail", .unit = "us", .measure = measure_tail },
	{ 0 },
};
