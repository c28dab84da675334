// SPDX-License-Identifier: GPL-2.0
/* Very many POSIX queues: as in ramp_test. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sched.h>

#include "common.h"
#include "mqueue_many.h"
#include "stress/ramp.h"
#include "stress/stable_check.h"

#define QUEUES 32000
#define QUEUE_KIB 8 /* with its inode and name */

static uint64_t inodes[QUEUES];
static unsigned int nr_made;

static void make_queues(unsigned int n)
{
	mqueue_make_many(inodes, nr_made, n);
	nr_made = n;
}

/* Each of them once, as the queue it is. */
static bool has_queues(const struct rows *r, unsigned int n)
{
	static bool seen[QUEUES];
	unsigned int nr = 0;
	int row = -1;

	memset(seen, 0, sizeof(seen));
	while ((row = rows_next(r, IPCDBG_R_mqueue, -1, row)) >= 0) {
		unsigned long i = strtoul(ROW_STR(r, row, mqueue, name), NULL, 10);

		if (i >= n || seen[i] || ROW_NUM(r, row, mqueue, ino) != (int64_t)inodes[i])
			return stable_bad_row(r, row, "queue %lu of %u", i, n);
		seen[i] = true;
		nr++;
	}
	return nr == n || complain("%u queues, not %u", nr, n);
}

FIXTURE(ramp_mqueue){};

FIXTURE_SETUP(ramp_mqueue)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	ASSERT_EQ(0, mqueue_allow_many());
}

FIXTURE_TEARDOWN(ramp_mqueue)
{
}

TEST_F_TIMEOUT(ramp_mqueue, queues, 600)
{
	static const struct ramp queues = {
		"POSIX queues", make_queues, has_queues, { "list/mqueue", "mqueue" }
	};

	ASSERT_TRUE(ramp_has_room("POSIX queues", QUEUES, QUEUE_KIB));
	EXPECT_TRUE(ramp_climb(&queues, QUEUES));
}

TEST_HARNESS_MAIN
