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

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include "common.h"
#include "ns_world.h"
#include "proc.h"
#include "random.h"
#include "storm_read.h"
#include "storm.h"

/* Each key in a namespace of the storm has the number of that, but for its highest bits, up here.
 */
#define MARK_SHIFT 2

static const enum ns_keeper keepers[] = { NS_PROCESS, NS_THREAD, NS_FILE, NS_FILE_THREAD,
					  NS_ATTACH };

#define STABLE (NS_CHAIN + ARRAY_SIZE(keepers))

static struct ns_world stable[STABLE];
static int home;

FIXTURE(ns_storm){};

FIXTURE_SETUP(ns_storm)
{
	unsigned int i;

	random_seed(env_long("SEED", 1));
	ASSERT_EQ(0, unshare(CLONE_NEWIPC | CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	puppets_open();
	home = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, home);
	ns_world_make_chain(stable, home, false);
	for (i = 0; i < ARRAY_SIZE(keepers); i++)
		ns_world_make(&stable[NS_CHAIN + i], keepers[i], home, false);
}

FIXTURE_TEARDOWN(ns_storm)
{
	unsigned int i;

	puppets_clear();
	for (i = 0; i < STABLE; i++)
		ns_world_free(&stable[i]);
}

/* The storm's side: whatever fails there, as it is killed or runs into limits, is no matter. */

static void make_marked(struct storm *s, unsigned int *seed)
{
	unsigned int i, nr = rand_r(seed) % (1 << MARK_SHIFT);
	unsigned int mark = proc_ns(getpid(), getpid(), "ipc");
	char name[16];

	for (i = 0; i < nr; i++) {
		key_t key = mark << MARK_SHIFT | i;

		semget(key, 1 + i, IPC_CREAT | 0600);
		shmget(key, 1000, IPC_CREAT | 0600);
		msgget(key, IPC_CREAT | 0600);
		storm_count(&s->operated);
	}
	snprintf(name, sizeof(name), "%x", mark);
	if (nr)
		syscall(SYS_mq_open, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600, NULL);
}

/* Goes home, or nowhere yet; a file or an attachment may stay behind, until exit. */
static void leave(int to, unsigned int *seed)
{
	int id;

	switch (rand_r(seed) % 4) {
	case 0:
		open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
		break;
	case 1:
		id = shmget(IPC_PRIVATE, 1, 0600);
		shmat(id, NULL, 0);
		shmctl(id, IPC_RMID, NULL);
		break;
	case 2:
		return;
	}
	setns(to, CLONE_NEWIPC);
}

static void live(struct storm *s, void *ctx, unsigned int *seed)
{
	unsigned int i, nr = 1 + rand_r(seed) % 8;

	for (i = 0; i < nr; i++) {
		if (unshare(CLONE_NEWIPC | (rand_r(seed) % 8 ? 0 : CLONE_NEWUSER)))
			return;
		storm_count(&s->made);
		make_marked(s, seed);
		usleep(rand_r(seed) % 20000);
		leave(*(int *)ctx, seed);
	}
	usleep(rand_r(seed) % 20000);
}

static void rage(struct storm *s, unsigned int seed)
{
	unsigned int i;

	while (!storm_is_over(s)) {
		for (i = rand_r(&seed) % 8; i; i--)
			storm_fork(s, &seed, live, &home);
		usleep(10000);
		storm_reap(s);
	}
}

/* The readers' side. */

static bool is_stable(unsigned int inum)
{
	unsigned int i;

	for (i = 0; i < STABLE; i++)
		if (stable[i].truth->inum == inum)
			return true;
	return false;
}

static bool is_of(const struct rows *r, int i, unsigned int inum)
{
	uint32_t key;

	switch (r->row[i].record) {
	case IPCDBG_R_set:
	case IPCDBG_R_segment:
	case IPCDBG_R_queue:
		key = row_named_number(r, i, "key");
		return key == IPC_PRIVATE || key >> MARK_SHIFT == inum << MARK_SHIFT >> MARK_SHIFT;
	case IPCDBG_R_mqueue:
		return strtoul(ROW_STR(r, i, mqueue, name), NULL, 16) == inum;
	default:
		return true;
	}
}

static bool check_marks(const struct rows *r, struct tally *tally)
{
	unsigned int inum = 0, i;

	for (i = 0; i < r->nr; i++) {
		if (r->row[i].record == IPCDBG_R_namespace)
			inum = ROW_NUM(r, i, namespace, inum);
		if (!is_stable(inum) && !is_of(r, i, inum))
			return complain("line %u: not of namespace %u", i + 1, inum);
		tally->gone += r->row[i].record == IPCDBG_R_truncated;
	}
	return true;
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
	bool ok = ns >= 0 && check_marks(r, tally);
	unsigned int i;

	for (i = 0; i < STABLE; i++)
		ok &= check_stable(r, &stable[i], name);
	return ok;
}

static const char *const names[] = {
	"namespaces",	"all/sem",	"all/shm",	"all/msg",	   "all/mqueue",
	"all/list/sem", "all/list/shm", "all/list/msg", "all/list/mqueue", NULL
};
static const struct storm_files files = { names, judge, NULL };

static void expect_weather(struct __test_metadata *_metadata, const struct storm *s)
{
	fprintf(stderr,
		"# storm: %" PRIu64 " namespaces, %" PRIu64 " times objects, %" PRIu64
		" forks, %" PRIu64 " exits\n",
		s->made, s->operated, s->forked, s->exited);
	EXPECT_LT(50, s->made);
	EXPECT_LT(50, s->operated);
	EXPECT_LT(20, s->exited);
}

TEST_F_TIMEOUT(ns_storm, readers, 3600)
{
	struct storm *s = storm_begin(3, env_long("SEED", 1), rage);

	ASSERT_TRUE(storm_read(&files));
	storm_end(s);
	expect_weather(_metadata, s);
}

TEST_HARNESS_MAIN
