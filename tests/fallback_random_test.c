// SPDX-License-Identifier: GPL-2.0
/*
 * Random states, of which the command prints without the module what it prints with it: blocked
 * tasks with their operations, attachments with their addresses. From the environment:
 *
 *   SEED=n     only that state of each kind
 *   SEEDS=n    this many of each (default 6, 200 at most), from SEED_FROM= (default 1)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include "common.h"
#include "fallback.h"
#include "generate.h"
#include "mqueue_generate.h"
#include "msg_generate.h"
#include "shm_generate.h"

/* Most of what is asked for was there, and decided. */
static bool enough_seen(long states)
{
	fprintf(stderr, "# %ld states: %ld rows, %ld of them unsure, %ld with a time\n", states,
		fallback_seen.rows, fallback_seen.unsure, fallback_seen.timed);
	return states < 5 ||
	       (fallback_seen.rows > states && fallback_seen.unsure * 20 < fallback_seen.rows);
}

static bool each_state(const char *kind, bool (*generate_state)(uint64_t seed),
		       bool (*same)(const char *kind), void (*clear)(void))
{
	long first = env_long("SEED_FROM", 1), n = env_long("SEEDS", 6), i;
	long only = env_long("SEED", 0);
	bool ok = true;

	if (only)
		first = only;
	n = only ? 1 : n < 200 ? n : 200;
	for (i = 0; i < n && ok; i++) {
		ok = generate_state(first + i) && same(kind);
		if (!ok)
			complain("state differs, again with SEED=%ld", first + i);
		clear();
	}
	return ok && enough_seen(i);
}

static struct model sets;
static struct msg_model queues;
static struct shm_model segments;
static struct mqueue_model mqueues;

static bool generate_sets(uint64_t seed)
{
	return generate(&sets, seed);
}

static void clear_sets(void)
{
	generate_clear(&sets);
}

static bool generate_queues(uint64_t seed)
{
	return msg_generate(&queues, seed);
}

static void clear_queues(void)
{
	msg_generate_clear(&queues);
}

static bool generate_segments(uint64_t seed)
{
	shm_generate(&segments, seed);
	return true;
}

static void clear_segments(void)
{
	shm_generate_clear(&segments);
}

static bool generate_mqueues(uint64_t seed)
{
	return mqueue_generate(&mqueues, seed);
}

/* How many waits and queues could not be known, and how many waits led to another queue. */
static struct {
	long waits, astray, queues;
} lost;

static void print_lost_waits(FILE *f, const struct mqueue *q, const struct line *l)
{
	int i, given;

	for (i = 0; i < l->nr; i++) {
		given = mqueue_given(&mqueues, l->task[i]);
		if (given >= 0 && &mqueues.queue[given] == q)
			continue;
		fprintf(f, "{\"ino\":%" PRIu64 ",\"tid\":%d", q->ino,
			mqueues.cast.task[l->task[i]].puppet->tid);
		if (given >= 0)
			fprintf(f, ",\"other\":%" PRIu64, mqueues.queue[given].ino);
		fputs("}\n", f);
		lost.waits++;
		lost.astray += given >= 0;
	}
}

/* As the model has it, what cannot be known. */
static bool same_mqueues(const char *kind)
{
	FILE *waits = fopen(FALLBACK_WAITS, "w"), *queues = fopen(FALLBACK_QUEUES, "w");
	int i;

	if (!waits || !queues)
		die(FALLBACK_WAITS);
	for (i = 0; i < mqueues.nr_queues; i++) {
		const struct mqueue *q = &mqueues.queue[i];

		print_lost_waits(waits, q, &q->receivers);
		print_lost_waits(waits, q, &q->senders);
		if (q->gone || mqueue_reachable(q))
			continue;
		fprintf(queues, "%" PRIu64 "\n", q->ino);
		lost.queues++;
	}
	fclose(waits);
	fclose(queues);
	return same_but_lost(kind);
}

static void clear_mqueues(void)
{
	mqueue_generate_clear(&mqueues);
}

FIXTURE(fallback){};

FIXTURE_SETUP(fallback)
{
	fallback_begin();
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
}

FIXTURE_TEARDOWN(fallback)
{
}

TEST_F_TIMEOUT(fallback, sets, 3600)
{
	puppets_open();
	EXPECT_TRUE(each_state("-s", generate_sets, same_without_module, clear_sets));
	EXPECT_LT(0, fallback_seen.timed);
}

TEST_F_TIMEOUT(fallback, queues, 3600)
{
	msg_generate_open();
	puppets_open();
	EXPECT_TRUE(each_state("-q", generate_queues, same_without_module, clear_queues));
	EXPECT_LT(0, fallback_seen.timed);
}

TEST_F_TIMEOUT(fallback, segments, 3600)
{
	ASSERT_EQ(0, put_file("/proc/sys/vm/nr_hugepages", "12"));
	shm_generate_open();
	puppets_open();
	EXPECT_TRUE(each_state("-m", generate_segments, same_without_module, clear_segments));
	put_file("/proc/sys/vm/nr_hugepages", "0");
}

TEST_F_TIMEOUT(fallback, mqueues, 3600)
{
	mqueue_generate_open();
	puppets_open();
	EXPECT_TRUE(each_state("-Q", generate_mqueues, same_mqueues, clear_mqueues));
	fprintf(stderr,
		"# %ld waits that cannot be known, %ld of them by a number that leads "
		"to another queue, %ld queues\n",
		lost.waits, lost.astray, lost.queues);
	EXPECT_LT(0, fallback_seen.timed);
}

TEST_HARNESS_MAIN
