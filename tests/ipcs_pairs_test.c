// SPDX-License-Identifier: GPL-2.0
/*
 * ipcs and --ipcs, with the module, print the same bytes: pairs drawn at random from all kinds,
 * formats, units and objects, as root and as another user, in several languages and time zones, of
 * worlds of random objects. $PAIRS of them, by default twice $SEEDS (40); the first world is that
 * of seed $SEED_FROM (1).
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sched.h>
#include <sys/wait.h>
#include "against_ipcs.h"
#include "cli/record.h"
#include "common.h"
#include "ipcs_pair.h"

#define PAIRS_A_WORLD 50

static const char *const zones[] = { "UTC", "KAT-5:45", "NST3:30NDT", "APIA-13" };
static const char *const as_root[] = { NULL };
static const char *const as_nobody[] = { "setpriv", "--reuid",	      "65534", "--regid",
					 "65534",   "--clear-groups", NULL };

/* Of an object that is or was there, each third time. */
static void draw(char words[IPCS_WORDS], const struct record_world *w)
{
	unsigned int k = below(RECORD_KINDS);
	const struct record_objects *o = &w->objects[k];

	if (below(3))
		ipcs_list(words, below(ipcs_lists()));
	else
		ipcs_object(words, recorded_kinds[k]->letter, below(ipcs_objects()),
			    o->nr ? o->ids[below(o->nr)] : 4711);
}

static bool same_pair(const struct record_world *w)
{
	const char *const locales[] = { "C", "C.utf8", ipcs_foreign() };
	const char *const *as = below(2) ? as_root : as_nobody;
	char words[IPCS_WORDS];

	setenv("LC_ALL", locales[below(ARRAY_SIZE(locales))], 1);
	setenv("TZ", zones[below(ARRAY_SIZE(zones))], 1);
	draw(words, w);
	return ipcs_same(as, cli(), words);
}

/* In a process that has the segments attached; ends it. */
static void compare(long seed, long pairs)
{
	struct record_world w;
	bool ok = true;

	if (unshare(CLONE_NEWIPC))
		_exit(2);
	random_seed(seed);
	record_world_make(&w);
	while (pairs--)
		ok &= same_pair(&w);
	record_world_remove(&w);
	_exit(!ok);
}

static bool same_world(long seed, long pairs)
{
	int status = -1;
	pid_t child = fork();

	if (!child)
		compare(seed, pairs);
	waitpid(child, &status, 0);
	return !status || complain("world %ld: status %x", seed, status);
}

FIXTURE(ipcs)
{
	int unused;
};

FIXTURE_SETUP(ipcs)
{
}

FIXTURE_TEARDOWN(ipcs)
{
}

TEST_F_TIMEOUT(ipcs, pairs, 3600)
{
	long pairs = env_long("PAIRS", 2 * env_long("SEEDS", 40)), done, n;
	long seed = env_long("SEED_FROM", 1);

	for (done = 0; done < pairs; done += n, seed++) {
		n = pairs - done < PAIRS_A_WORLD ? pairs - done : PAIRS_A_WORLD;
		EXPECT_TRUE(same_world(seed, n));
		printf("# %ld pairs, up to world %ld\n", done + n, seed);
		fflush(stdout);
	}
}

TEST_F(ipcs, language)
{
	setenv("LC_ALL", ipcs_foreign(), 1);
	EXPECT_TRUE(ipcs_is_foreign(&ipcs_sets));
}

TEST_HARNESS_MAIN
