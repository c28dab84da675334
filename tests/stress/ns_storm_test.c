// SPDX-License-Identifier: GPL-2.0
/*
 * Readers of every file of all namespaces while namespaces are made, left, and die by the hundred.
 * Those that the storm leaves alone are always shown, once, with what is theirs; of the others no
 * object stands under a namespace that it is not of.
 *
 *   SECONDS=n or MINUTES=n   how long (default 10 s)
 *   SEED=n                   of the storm
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include "common.h"
#include "ns_world.h"
#include "random.h"
#include "stress/storm_read.h"
#include "stress/storms.h"

static const enum ns_keeper keepers[] = { NS_PROCESS, NS_THREAD, NS_FILE, NS_FILE_THREAD,
					  NS_ATTACH };

#define STABLE (NS_CHAIN + ARRAY_SIZE(keepers))

static struct ns_world stable[STABLE];
static unsigned int inums[STABLE]; /* theirs */

FIXTURE(ns_storm){};

FIXTURE_SETUP(ns_storm)
{
	unsigned int i;
	int home;

	random_seed(env_long("SEED", 1));
	ASSERT_EQ(0, unshare(CLONE_NEWIPC | CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	puppets_open();
	home = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, home);
	ns_world_make_chain(stable, home, false);
	for (i = 0; i < ARRAY_SIZE(keepers); i++)
		ns_world_make(&stable[NS_CHAIN + i], keepers[i], home, false);
	for (i = 0; i < STABLE; i++)
		inums[i] = stable[i].truth->inum;
}

FIXTURE_TEARDOWN(ns_storm)
{
	unsigned int i;

	puppets_clear();
	for (i = 0; i < STABLE; i++)
		ns_world_free(&stable[i]);
}

static bool check_stable(const struct rows *r, const struct ns_world *w, const char *name)
{
	int ns = ns_find(r, w->truth->inum);
	const char *kind = strrchr(name, '/');
	bool ok;

	if (ns_count(r, w->truth->inum) != 1)
		return complain("%s: keeper %d: %u times", name, w->keeper,
				ns_count(r, w->truth->inum));
	ok = kind ? ns_has_objects(w->truth, r, ns, kind + 1) : ns_has_row(w->truth, r, ns);
	return ok || complain("%s: keeper %d", name, w->keeper);
}

static bool judge(const struct rows *r, const char *name, int ns, struct tally *tally)
{
	bool ok = ns >= 0 && storm_ns_judge(r, tally, inums, STABLE);
	unsigned int i;

	for (i = 0; i < STABLE; i++)
		ok &= check_stable(r, &stable[i], name);
	return ok;
}

static const char *const names[] = {
	"namespaces",	"all/sem",	"all/shm",	"all/msg",	   "all/mqueue",
	"all/list/sem", "all/list/shm", "all/list/msg", "all/list/mqueue", NULL
};
static const struct storm_files files = { .names = names, .judge = judge };

static const struct storm_least least[] = {
	{ STORM_SPACES, 50 }, { STORM_MADE, 50 }, { STORM_ENTERED, 20 }, { STORM_EXITED, 20 }, {}
};

TEST_F_TIMEOUT(ns_storm, readers, 3600)
{
	struct storm *s = storm_begin(3, env_long("SEED", 1), storm_ns, NULL);

	ASSERT_TRUE(storm_read_raging(&files, 10, s, least));
	storm_end(s);
	EXPECT_TRUE(storm_did(s, "ns", least));
}

TEST_HARNESS_MAIN
