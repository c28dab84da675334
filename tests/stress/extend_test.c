// SPDX-License-Identifier: GPL-2.0
/* More sets than there may be without ipcmni_extend: the kernel must have been booted with it. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <sched.h>
#include <sys/sem.h>

#include "common.h"
#include "stress/ramp.h"
#include "stress/storm_read.h"

#define SETS 200000

static int ids[SETS];
static unsigned int nr_made;

static void make_sets(unsigned int n)
{
	for (; nr_made < n; nr_made++) {
		ids[nr_made] = semget(IPC_PRIVATE, 1, 0600);
		if (ids[nr_made] < 0)
			die("set %u: %s", nr_made, strerror(errno));
	}
}

static bool has_sets(const struct rows *r, unsigned int n)
{
	return RAMP_HAS_IDS(r, set, semid, ids, n);
}

FIXTURE(extend){};

FIXTURE_SETUP(extend)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	ASSERT_EQ(0, put_file("/proc/sys/kernel/sem", "32000 1024000000 500 200001"));
}

FIXTURE_TEARDOWN(extend)
{
}

TEST_F_TIMEOUT(extend, two_hundred_thousand_sets, 600)
{
	static const struct ramp sets = { "sets", make_sets, has_sets, { "list/sem" } };
	struct rows r;

	EXPECT_TRUE(ramp_climb(&sets, SETS));
	/* By position, at a place that only 24 bits reach. */
	EXPECT_TRUE(storm_read_object(&r, "list/sem", ids[SETS - 2]));
	EXPECT_TRUE(RAMP_HAS_IDS(&r, set, semid, ids + SETS - 2, 2));
}

TEST_HARNESS_MAIN
