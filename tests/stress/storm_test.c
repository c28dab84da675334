// SPDX-License-Identifier: GPL-2.0
/*
 * Readers of the files of one kind, in blocks of every size, in a storm of its objects and of tasks
 * that come and go. Objects that the storm leaves alone stand in every listing, once, with all that
 * is theirs; every other one agrees with itself.
 *
 *   SECONDS=n    how long each kind (default 10 s, 20 s for segments, 5 s for queues)
 *   MINUTES=n    how long all of them, each a minute at the least
 *   SEED=n       of the storm
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/shm.h>

#include "common.h"
#include "puppet.h"
#include "stress/stable.h"
#include "stress/storm_read.h"
#include "stress/storms.h"

#define SEGMENTS_MOST 30000

static struct stable *place;

static bool judge(const struct rows *r, const char *name, int ns, struct tally *tally)
{
	return stable_judge(r, name, ns, tally, &place, 1);
}

/* One object by its position: it comes first, and those after it are there too. */
static bool read_position(const char *file, int first_id, enum ipcdbg_record_id record,
			  unsigned int field, struct tally *tally)
{
	struct rows r;
	bool ok = storm_read_object(&r, file, first_id);
	int first = ok ? rows_next(&r, record, -1, -1) : -1, ns;

	ns = first < 0 ? -1 : ROWS_FIND(&r, -1, namespace, inum, place->inum);
	ok = ns >= 0 && row_number(&r, first, record, field) == first_id &&
	     stable_kind_of(file)->check(place, &r, ns, false);
	tally->reads++;
	rows_free(&r);
	return ok || complain("by the position of object %d", first_id);
}

#define READ_POSITION(file, id, record, field, tally) \
	read_position(file, id, IPCDBG_R_##record, IPCDBG_F_##record##_##field, tally)

static bool read_set(unsigned int *seed, struct tally *tally)
{
	return rand_r(seed) % 4 || READ_POSITION("sem", place->set[0].id, set, semid, tally);
}

static bool read_segment(unsigned int *seed, struct tally *tally)
{
	return rand_r(seed) % 4 ||
	       READ_POSITION("shm", place->segment[0].id, segment, shmid, tally);
}

static bool read_queue(unsigned int *seed, struct tally *tally)
{
	return rand_r(seed) % 4 || READ_POSITION("msg", place->queue[0].id, queue, msqid, tally);
}

static const char *const sem_names[] = { "sem",		 "list/sem",   "all/sem",
					 "all/list/sem", "counts/sem", "namespaces",
					 "abi",		 "sem",	       NULL };
static const char *const shm_names[] = {
	"shm", "list/shm", "all/shm", "all/list/shm", "shm", NULL
};
static const char *const msg_names[] = {
	"msg", "list/msg", "all/msg", "all/list/msg", "msg", NULL
};
static const char *const mqueue_names[] = { "mqueue",	       "list/mqueue", "all/mqueue",
					    "all/list/mqueue", "mqueue",      NULL };

static const struct storm_least sem_least[] = { { STORM_MADE, 50 },
						{ STORM_REMOVED, 50 },
						{ STORM_OPERATED, 50 },
						{ STORM_CHANGED, 20 },
						{ STORM_BLOCKED, 20 },
						{ STORM_EXITED, 20 },
						{} };
static const struct storm_least shm_least[] = { { STORM_MADE, 100 },
						{ STORM_REMOVED, 20 },
						{ STORM_OPERATED, 1000 },
						{ STORM_EXITED, 50 },
						{} };
static const struct storm_least msg_least[] = { { STORM_MADE, 50 },	{ STORM_REMOVED, 50 },
						{ STORM_OPERATED, 50 }, { STORM_CHANGED, 20 },
						{ STORM_BLOCKED, 20 },	{ STORM_WOKEN, 1 },
						{ STORM_EXITED, 20 },	{} };
static const struct storm_least mqueue_least[] = { { STORM_MADE, 50 },
						   { STORM_REMOVED, 50 },
						   { STORM_OPERATED, 50 },
						   { STORM_BLOCKED, 20 },
						   { STORM_SPACES, 10 },
						   { STORM_EXITED, 20 },
						   {} };

FIXTURE(storm){};

FIXTURE_VARIANT(storm)
{
	const struct stable_kind *kind;
	storm_rage rage;
	struct storm_files files;
	const struct storm_least *least;
	int stable, with_tasks;
	unsigned int seconds;
};

FIXTURE_VARIANT_ADD(storm, sem){
	.kind = &stable_sem,
	.rage = storm_sem,
	.files = { .names = sem_names, .judge = judge, .aside = read_set },
	.least = sem_least,
	.stable = 40,
	.with_tasks = 24,
	.seconds = 10,
};

FIXTURE_VARIANT_ADD(storm, shm){
	.kind = &stable_shm,
	.rage = storm_shm,
	.files = { .names = shm_names, .even = true, .judge = judge, .aside = read_segment },
	.least = shm_least,
	.stable = 20,
	.with_tasks = 16,
	.seconds = 20,
};

FIXTURE_VARIANT_ADD(storm, msg){
	.kind = &stable_msg,
	.rage = storm_msg,
	.files = { .names = msg_names, .judge = judge, .aside = read_queue },
	.least = msg_least,
	.stable = 24,
	.with_tasks = 16,
	.seconds = 5,
};

FIXTURE_VARIANT_ADD(storm, mqueue){
	.kind = &stable_mqueue,
	.rage = storm_mqueue,
	.files = { .names = mqueue_names, .judge = judge },
	.least = mqueue_least,
	.stable = 20,
	.with_tasks = 16,
	.seconds = 5,
};

/* Segments go with their last attachment; in a long run as many of them as there may be. */
static void prepare_segments(void)
{
	int others = env_long("MINUTES", 0) ? SEGMENTS_MOST : 0;

	if (put_file("/proc/sys/kernel/shmmni", "32768") ||
	    put_file("/proc/sys/kernel/shm_rmid_forced", "1"))
		die("no limits of segments");
	storm_shm_wave(others ? 330 : 20);
	while (others--)
		if (shmget(IPC_PRIVATE, 1, 0600) < 0)
			die("shmget");
}

static void share_minutes(void)
{
	long minutes = env_long("MINUTES", 0);
	char number[24];

	snprintf(number, sizeof(number), "%ld", minutes > 4 ? 15 * minutes : 60);
	if (minutes)
		setenv("SECONDS", number, 0);
}

FIXTURE_SETUP(storm)
{
	share_minutes();
	ASSERT_EQ(0, unshare(CLONE_NEWIPC | CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	puppets_open();
	place = stable_new(0);
	variant->kind->make(place, variant->stable, variant->with_tasks);
	if (variant->kind == &stable_shm)
		prepare_segments();
}

FIXTURE_TEARDOWN(storm)
{
	puppets_clear();
}

TEST_F_TIMEOUT(storm, readers, 3600)
{
	struct storm *s = storm_begin(3, env_long("SEED", 1), variant->rage, place);
	struct tally tally = { 0 };

	ASSERT_TRUE(storm_read_raging(&variant->files, variant->seconds, s, variant->least));
	storm_end(s);
	EXPECT_TRUE(storm_did(s, variant->kind->file, variant->least));
	EXPECT_TRUE(storm_read_once(&variant->files, variant->kind->file, 65536, &tally));
}

TEST_HARNESS_MAIN
