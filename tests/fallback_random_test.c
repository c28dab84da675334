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

static bool each_state(const char *kind, bool (*generate_state)(uint64_t seed), void (*clear)(void))
{
	long first = env_long("SEED_FROM", 1), n = env_long("SEEDS", 6), i;
	long only = env_long("SEED", 0);
	bool ok = true;

	if (only)
		first = only;
	n = only ? 1 : n < 200 ? n : 200;
	for (i = 0; i < n && ok; i++) {
		ok = generate_state(first + i) && same_without_module(kind);
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
	EXPECT_TRUE(each_state("-s", generate_sets, clear_sets));
	EXPECT_LT(0, fallback_seen.timed);
}

TEST_F_TIMEOUT(fallback, queues, 3600)
{
	msg_generate_open();
	puppets_open();
	EXPECT_TRUE(each_state("-q", generate_queues, clear_queues));
	EXPECT_LT(0, fallback_seen.timed);
}

TEST_F_TIMEOUT(fallback, segments, 3600)
{
	ASSERT_EQ(0, put_file("/proc/sys/vm/nr_hugepages", "12"));
	shm_generate_open();
	puppets_open();
	EXPECT_TRUE(each_state("-m", generate_segments, clear_segments));
	put_file("/proc/sys/vm/nr_hugepages", "0");
}

TEST_F_TIMEOUT(fallback, mqueues, 3600)
{
	mqueue_generate_open();
	puppets_open();
	EXPECT_TRUE(each_state("-Q", generate_mqueues, clear_mqueues));
	EXPECT_LT(0, fallback_seen.timed);
}

TEST_HARNESS_MAIN
