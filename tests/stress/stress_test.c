// SPDX-License-Identifier: GPL-2.0
/*
 * Everything at once: storms of every kind in several ipc namespaces, of tasks and of namespaces,
 * and stress-ng; four readers of every file, and the tool in all its forms. What stays in each of
 * the namespaces stands in every listing, once, and right in every field; what does not agrees with
 * itself, and stands under no other namespace.
 *
 *   MINUTES=n or SECONDS=n   how long (default a minute)
 *   SEED=n                   of all that is random
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <inttypes.h>
#include <sched.h>
#include <sys/mount.h>

#include "common.h"
#include "proc.h"
#include "stress/stable_check.h"
#include "stress/storm_read.h"
#include "stress/storms.h"
#include "stress/stress_ng.h"
#include "stress/tool.h"

#define PLACES 4
#define OWN_SETS 500   /* of the stormer in each place, beside those that stay */
#define REMOVALS 50000 /* of sets in ten minutes, on two emulated processors that are shared */
#define LISTINGS 1000

/* More of what one glance takes in, as many tasks as there are puppets. */
static const struct stable_numbers numbers = {
	.sets = 250, .segments = 60, .queues = 60, .mqueues = 30, .with_tasks = 11
};
static const int flags_of[PLACES] = { 0, 0, CLONE_NEWUSER, CLONE_NEWPID };

static struct stable *place[PLACES];
/* Those of the places, of stress-ng, and that of the test: nothing there has a mark of its own. */
static unsigned int silent[PLACES + 2];

static const struct storm_least sem_least[] = { { STORM_MADE, 20 },
						{ STORM_REMOVED, 20 },
						{ STORM_CHANGED, 10 },
						{ STORM_OPERATED, 50 },
						{ STORM_BLOCKED, 10 },
						{ STORM_EXITED, 10 },
						{} };
static const struct storm_least shm_least[] = {
	{ STORM_MADE, 50 }, { STORM_REMOVED, 5 }, { STORM_OPERATED, 200 }, { STORM_EXITED, 10 }, {}
};
static const struct storm_least msg_least[] = { { STORM_MADE, 20 },
						{ STORM_REMOVED, 20 },
						{ STORM_CHANGED, 10 },
						{ STORM_OPERATED, 50 },
						{ STORM_BLOCKED, 10 },
						{ STORM_EXITED, 10 },
						{} };
static const struct storm_least mqueue_least[] = { { STORM_MADE, 50 },
						   { STORM_REMOVED, 20 },
						   { STORM_OPERATED, 20 },
						   { STORM_BLOCKED, 10 },
						   { STORM_SPACES, 2 },
						   { STORM_EXITED, 10 },
						   {} };
static const struct storm_least task_least[] = {
	{ STORM_OPERATED, 50 }, { STORM_THREADS, 20 }, { STORM_ORPHANED, 3 }, { STORM_KIN, 3 },
	{ STORM_EXECED, 3 },	{ STORM_VFORKED, 3 },  { STORM_SPACES, 2 },   { STORM_ENTERED, 2 },
	{ STORM_TRACED, 3 },	{ STORM_FROZEN, 3 },   { STORM_EXITED, 20 },  {}
};
static const struct storm_least ns_least[] = {
	{ STORM_SPACES, 20 }, { STORM_MADE, 20 }, { STORM_ENTERED, 10 }, { STORM_EXITED, 10 }, {}
};

/* One stormer of each in every place, the last outside of them. */
static const struct {
	const char *name;
	storm_rage rage;
	const struct storm_least *least;
} kinds[] = {
	{ "sets", storm_sem, sem_least },    { "segments", storm_shm, shm_least },
	{ "queues", storm_msg, msg_least },  { "POSIX queues", storm_mqueue, mqueue_least },
	{ "tasks", storm_task, task_least },
};
#define KINDS ARRAY_SIZE(kinds)

static struct storm *storms[PLACES][KINDS], *spaces;

static bool has_counts(const struct rows *r, const struct stable *w)
{
	int ns = ROWS_FIND(r, -1, namespace, inum, w->inum);

	return (ROW_NUM(r, ns, namespace, sets) >= w->nr_sets &&
		ROW_NUM(r, ns, namespace, segments) >= w->nr_segments &&
		ROW_NUM(r, ns, namespace, queues) >= w->nr_queues &&
		ROW_NUM(r, ns, namespace, mqueues) >= w->nr_mqueues &&
		strstr(ROW_STR(r, ns, namespace, held), "task")) ||
	       stable_bad_row(r, ns, "less than what stays in place %u", w->mark);
}

static bool judge(const struct rows *r, const char *name, int ns, struct tally *tally)
{
	bool ok = stable_judge(r, name, ns, tally, place, PLACES) &&
		  storm_ns_judge(r, tally, silent, ARRAY_SIZE(silent));
	int i;

	for (i = 0; ok && i < PLACES && !strcmp(name, "namespaces"); i++)
		ok = has_counts(r, place[i]);
	return ok;
}

/* The next file is read in any of the places. */
static bool move(unsigned int *seed, struct tally *tally)
{
	(void)tally;
	stable_enter(place[rand_r(seed) % PLACES]);
	return true;
}

static bool try_tool(unsigned int *seed, struct tally *tally)
{
	(void)tally;
	return tool_try(place, PLACES, seed);
}

static const char *const names[] = { "sem",	   "list/sem",	  "all/sem",	"all/list/sem",
				     "shm",	   "list/shm",	  "all/shm",	"all/list/shm",
				     "msg",	   "list/msg",	  "all/msg",	"all/list/msg",
				     "mqueue",	   "list/mqueue", "all/mqueue", "all/list/mqueue",
				     "counts/sem", "namespaces",  "abi",	NULL };
static const size_t blocks[] = { 1, 7, 4096, 65536, 0 };
static const struct storm_files files = {
	.names = names,
	.each = true,
	.judge = judge,
	.aside = move,
	.blocks = blocks,
	.other = try_tool,
	.again = "list/sem",
	.times = LISTINGS,
};

FIXTURE(stress)
{
	long seed;
};

FIXTURE_SETUP(stress)
{
	int i;

	self->seed = env_long("SEED", 1);
	fprintf(stderr, "# seed %ld\n", self->seed);
	ASSERT_EQ(0, unshare(CLONE_NEWIPC | CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	ASSERT_EQ(0, setenv("ipcdbg", cli(), 1));
	ASSERT_TRUE(storm_freezer_begin());
	for (i = 0; i < PLACES; i++) {
		place[i] = stable_keep(1 + i, flags_of[i], &numbers);
		silent[i] = place[i]->inum;
	}
	silent[PLACES] = proc_ns(getpid(), getpid(), "ipc");
}

FIXTURE_TEARDOWN(stress)
{
}

static void begin(long seed)
{
	unsigned int i, j;

	silent[PLACES + 1] = stress_ng_begin(seed);
	storm_sem_sets(OWN_SETS);
	storm_shm_wave(8);
	for (i = 0; i < PLACES; i++)
		for (j = 0; j < KINDS; j++)
			storms[i][j] =
				storm_begin(1, seed * 100 + i * KINDS + j, kinds[j].rage, place[i]);
	spaces = storm_begin(1, seed * 100 + 99, storm_ns, NULL);
}

/* What all of one kind did, whatever their places. */
static struct storm sum_of(unsigned int kind)
{
	struct storm sum = { 0 };
	unsigned int i, event;

	for (i = 0; i < PLACES; i++)
		for (event = 0; event < STORM_EVENTS_NR; event++)
			sum.count[event] += storms[i][kind]->count[event];
	return sum;
}

/* How fast the sets go is a matter of the machine; in a long run many have gone. */
static bool enough_removed(uint64_t ns)
{
	uint64_t n = sum_of(0).count[STORM_REMOVED], want = storm_demand(REMOVALS);

	fprintf(stderr, "# %" PRIu64 " sets removed, %.0f a second\n", n, n * 1e9 / ns);
	return n >= want || complain("less than %" PRIu64, want);
}

/* ns: how long it lasted. */
static bool end(uint64_t ns)
{
	bool ok = stress_ng_end();
	unsigned int i, j;

	for (i = 0; i < PLACES; i++)
		for (j = 0; j < KINDS; j++)
			storm_end(storms[i][j]);
	storm_end(spaces);
	for (j = 0; j < KINDS; j++) {
		struct storm sum = sum_of(j);

		ok &= storm_did(&sum, kinds[j].name, kinds[j].least);
	}
	ok &= enough_removed(ns);
	return storm_did(spaces, "namespaces", ns_least) && ok;
}

TEST_F_TIMEOUT(stress, everything, 7200)
{
	struct tally tally = { 0 };
	uint64_t start;
	unsigned int i;

	begin(self->seed);
	start = clock_ns(CLOCK_MONOTONIC);
	ASSERT_TRUE(storm_read(&files, 60));
	EXPECT_TRUE(end(clock_ns(CLOCK_MONOTONIC) - start));
	for (i = 0; names[i]; i++) {
		stable_enter(place[i % PLACES]);
		EXPECT_TRUE(storm_read_once(&files, names[i], 65536, &tally));
	}
}

TEST_HARNESS_MAIN
