// SPDX-License-Identifier: GPL-2.0
/*
 * Very many sets, semaphores, waiters, queues, segments, attachments and namespaces: each table is
 * complete, its time linear, and no read() of it long. A lockup of the kernel would end the guest.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "check.h"
#include "common.h"
#include "crowd.h"
#include "stress/ramp.h"
#include "stress/stable_check.h"

#define OBJECTS 32000
#define SEGMENTS 30000
#define SEMS 32000
#define WAITERS 20000
#define COMPLEX_SEMS 1000
#define PROCESSES 4000
#define SPACES 1000

#define THREAD_KIB 100 /* at the most, of the kernel and of the process */
#define PROCESS_KIB 400
#define SHARED_KIB 24 /* of a segment's file and inode */

FIXTURE(ramp){};

FIXTURE_SETUP(ramp)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	ASSERT_EQ(0, put_file("/proc/sys/kernel/shmmni", "32768"));
	ASSERT_EQ(0, put_file("/proc/sys/kernel/threads-max", "60000"));
	ASSERT_EQ(0, put_file("/proc/sys/kernel/pid_max", "100000"));
}

FIXTURE_TEARDOWN(ramp)
{
}

static int ids[OBJECTS];
static unsigned int nr_made;

/* Sets, each with as many semaphores as tells it apart from its neighbours. */

static int sems_of(unsigned int i)
{
	return 1 + i % 3;
}

static void make_sets(unsigned int n)
{
	for (; nr_made < n; nr_made++) {
		ids[nr_made] = semget(IPC_PRIVATE, sems_of(nr_made), 0600);
		if (ids[nr_made] < 0)
			die("semget: %s", strerror(errno));
	}
}

static bool has_sets(const struct rows *r, unsigned int n)
{
	unsigned int i = 0;
	int row = -1;

	if (!RAMP_HAS_IDS(r, set, semid, ids, n))
		return false;
	while ((row = rows_next(r, IPCDBG_R_set, -1, row)) >= 0)
		if (ROW_NUM(r, row, set, nsems) != sems_of(i++))
			return stable_bad_row(r, row, "nsems");
	return true;
}

TEST_F_TIMEOUT(ramp, sets, 600)
{
	static const struct ramp sets = { "sets", make_sets, has_sets, { "list/sem", "sem" } };

	EXPECT_TRUE(ramp_climb(&sets, OBJECTS));
}

/* One set of n semaphores, against GETALL. */

static unsigned short values[SEMS];

static void make_sems(unsigned int n)
{
	unsigned int i;

	if (nr_made)
		semctl(ids[0], 0, IPC_RMID);
	nr_made = 1;
	ids[0] = semget(IPC_PRIVATE, n, 0600);
	for (i = 0; i < n; i++)
		values[i] = i * 7 % 32000;
	if (ids[0] < 0 || semctl(ids[0], 0, SETALL, values))
		die("semget: %s", strerror(errno));
}

static bool has_sems(const struct rows *r, unsigned int n)
{
	int set = rows_set(r, -1, ids[0]), row = -1;
	unsigned int i = 0;

	memset(values, 0xff, sizeof(values));
	if (set < 0 || semctl(ids[0], 0, GETALL, values))
		return complain("no set");
	if (rows_count(r, IPCDBG_R_set, -1) != 1)
		return complain("another set");
	while ((row = rows_next(r, IPCDBG_R_sem, set, row)) >= 0) {
		if (i >= n || ROW_NUM(r, row, sem, semnum) != i ||
		    ROW_NUM(r, row, sem, semval) != values[i])
			return stable_bad_row(r, row, "semaphore %u", i);
		i++;
	}
	return i == n || complain("%u semaphores", i);
}

TEST_F_TIMEOUT(ramp, semaphores, 300)
{
	static const struct ramp sems = { "semaphores", make_sems, has_sems, { "sem" } };

	EXPECT_TRUE(ramp_climb(&sems, SEMS));
}

/* Waiters, each known by its operations: those of thread i. */

static pid_t crowd;
static unsigned int nr_sops;
static bool seen[WAITERS];

static void sops_of(unsigned int i, struct sembuf sops[2])
{
	if (nr_sops == 1) {
		sops[0] = (struct sembuf){ 0, -1 - (int)i, 0 };
		return;
	}
	sops[0] = (struct sembuf){ i % COMPLEX_SEMS, -1, 0 };
	sops[1] = (struct sembuf){ i / COMPLEX_SEMS, -2, 0 };
}

static void block(void *ctx, unsigned int i)
{
	struct sembuf sops[2];

	(void)ctx;
	sops_of(i, sops);
	semop(ids[0], sops, nr_sops);
}

static void make_waiters(unsigned int n)
{
	if (crowd)
		crowd_end(crowd);
	crowd = crowd_begin(n, block, NULL);
}

/* Which thread waits there, by its first operations; -1: none does so. */
static int waiter_of(const struct rows *r, int wait)
{
	int op = rows_next(r, IPCDBG_R_op, wait, -1), next;

	if (op < 0 || ROW_NUM(r, wait, wait, nsops) != nr_sops)
		return -1;
	if (nr_sops == 1)
		return -1 - ROW_NUM(r, op, op, sem_op);
	next = rows_next(r, IPCDBG_R_op, wait, op);
	return next < 0
		       ? -1
		       : ROW_NUM(r, op, op, sem_num) + COMPLEX_SEMS * ROW_NUM(r, next, op, sem_num);
}

/* All waiters of a semaphore: as many as it counts. Returns how many, -1 (complained). */
static int count_waiters(const struct rows *r, int sem, unsigned int n)
{
	int row = -1, nr = 0, i;

	while ((row = rows_next(r, IPCDBG_R_wait, sem, row)) >= 0) {
		i = waiter_of(r, row);
		if (i < 0 || i >= (int)n || seen[i] || ROW_NUM(r, row, wait, pid) != crowd ||
		    ROW_NUM(r, row, wait, tid) != crowd_tid(i)) {
			stable_bad_row(r, row, "thread %d", i);
			return -1;
		}
		seen[i] = true;
		nr++;
	}
	if (ROW_NUM(r, sem, sem, semncnt) == nr)
		return nr;
	stable_bad_row(r, sem, "%d wait rows", nr);
	return -1;
}

static bool has_waiters(const struct rows *r, unsigned int n)
{
	int set = rows_set(r, -1, ids[0]), sem = -1, nr;
	unsigned int sum = 0;

	if (ROW_HAS(r, set, set, waiters))
		return ROW_NUM(r, set, set, waiters) == n ||
		       stable_bad_row(r, set, "waiters, not %u", n);
	memset(seen, 0, sizeof(seen));
	while ((sem = rows_next(r, IPCDBG_R_sem, set, sem)) >= 0) {
		nr = count_waiters(r, sem, n);
		if (nr < 0)
			return false;
		sum += nr;
	}
	return sum == n || complain("%u waiters, not %u", sum, n);
}

static bool climb_waiters(unsigned int sops, unsigned int nsems)
{
	static const struct ramp waiters = {
		"waiters", make_waiters, has_waiters, { "list/sem", "sem" }
	};
	bool ok;

	nr_sops = sops;
	ids[0] = semget(IPC_PRIVATE, nsems, 0600);
	ok = ramp_has_room("waiters", WAITERS, THREAD_KIB) && ramp_climb(&waiters, WAITERS);
	if (crowd)
		crowd_end(crowd);
	crowd = 0;
	return ok;
}

TEST_F_TIMEOUT(ramp, waiters_on_one, 600)
{
	EXPECT_TRUE(climb_waiters(1, 1));
}

TEST_F_TIMEOUT(ramp, complex_waiters, 600)
{
	EXPECT_TRUE(climb_waiters(2, COMPLEX_SEMS));
}

static void make_queues(unsigned int n)
{
	for (; nr_made < n; nr_made++) {
		ids[nr_made] = msgget(IPC_PRIVATE, 0600);
		if (ids[nr_made] < 0)
			die("msgget: %s", strerror(errno));
	}
}

static bool has_queues(const struct rows *r, unsigned int n)
{
	return RAMP_HAS_IDS(r, queue, msqid, ids, n);
}

TEST_F_TIMEOUT(ramp, queues, 600)
{
	static const struct ramp queues = {
		"queues", make_queues, has_queues, { "list/msg", "msg" }
	};

	EXPECT_TRUE(ramp_climb(&queues, OBJECTS));
}

static void make_segments(unsigned int n)
{
	for (; nr_made < n; nr_made++) {
		ids[nr_made] = shmget(IPC_PRIVATE, 1 + nr_made, 0600);
		if (ids[nr_made] < 0)
			die("shmget: %s", strerror(errno));
	}
}

static bool has_segments(const struct rows *r, unsigned int n)
{
	return RAMP_HAS_IDS(r, segment, shmid, ids, n);
}

TEST_F_TIMEOUT(ramp, segments, 600)
{
	static const struct ramp segments = {
		"segments", make_segments, has_segments, { "list/shm", "shm" }
	};

	ASSERT_TRUE(ramp_has_room("segments", SEGMENTS, SHARED_KIB));
	EXPECT_TRUE(ramp_climb(&segments, SEGMENTS));
}

/* Processes that have one segment attached. */

static pid_t attached[PROCESSES];

static int nattch(int id)
{
	struct shmid_ds ds;

	return shmctl(id, IPC_STAT, &ds) ? -1 : (int)ds.shm_nattch;
}

static void attach_and_wait(int id)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (shmat(id, NULL, 0) == (void *)-1)
		_exit(1);
	for (;;)
		pause();
}

static void make_attached(unsigned int n)
{
	for (; nr_made < n; nr_made++) {
		attached[nr_made] = fork();
		if (!attached[nr_made])
			attach_and_wait(ids[0]);
		if (attached[nr_made] < 0)
			die("fork: %s", strerror(errno));
		/* One by one: none may take long because all others start too. */
		wait_until(nattch(ids[0]) == (int)nr_made + 1);
	}
}

static bool has_attached(const struct rows *r, unsigned int n)
{
	int segment = ROWS_FIND(r, -1, segment, shmid, ids[0]), row = -1;
	unsigned int i = 0;
	bool ok = true;

	CHECK("nattch", n, ROW_NUM(r, segment, segment, nattch));
	while (ok && (row = rows_next(r, IPCDBG_R_attach, segment, row)) >= 0) {
		if (i >= n || ROW_NUM(r, row, attach, pid) != attached[i] ||
		    ROW_NUM(r, row, attach, mappings) != 1)
			return stable_bad_row(r, row, "attachment %u", i);
		i++;
	}
	CHECK("attachments", n, i);
	return ok;
}

TEST_F_TIMEOUT(ramp, attaching_processes, 600)
{
	static const struct ramp processes = {
		"processes", make_attached, has_attached, { "shm" }
	};

	ASSERT_TRUE(ramp_has_room("processes", PROCESSES, PROCESS_KIB));
	ids[0] = shmget(IPC_PRIVATE, 1, 0600);
	EXPECT_TRUE(ramp_climb(&processes, PROCESSES));
	while (nr_made--) {
		kill(attached[nr_made], SIGKILL);
		waitpid(attached[nr_made], NULL, 0);
	}
}

/* Namespaces, held by a descriptor each, with a set whose key is the number of that. */

static unsigned int inums[SPACES];

static void make_spaces(unsigned int n)
{
	struct stat st;
	int fd;

	for (; nr_made < n; nr_made++) {
		if (unshare(CLONE_NEWIPC) || semget(nr_made + 1, 1, IPC_CREAT | 0600) < 0)
			die("namespace %u: %s", nr_made, strerror(errno));
		fd = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
		if (fd < 0 || fstat(fd, &st))
			die("namespace %u: %s", nr_made, strerror(errno));
		inums[nr_made] = st.st_ino;
	}
}

static int space_of(unsigned int inum)
{
	unsigned int i;

	for (i = 0; i < nr_made; i++)
		if (inums[i] == inum)
			return i;
	return -1;
}

static bool has_its_set(const struct rows *r, int ns, int i)
{
	int set = ns + 1;

	return (r->row[set].record == IPCDBG_R_set && ROW_NUM(r, set, set, key) == i + 1) ||
	       stable_bad_row(r, ns, "its set is missing");
}

static bool has_spaces(const struct rows *r, unsigned int n)
{
	bool list = !strcmp(ROW_STR(r, 0, header, table), "namespaces");
	int ns = -1, i;
	unsigned int nr = 0;

	memset(seen, 0, sizeof(seen));
	while ((ns = rows_next(r, IPCDBG_R_namespace, -1, ns)) >= 0) {
		i = space_of(ROW_NUM(r, ns, namespace, inum));
		if (i < 0) /* of the system, of this process before */
			continue;
		if (seen[i] || (!list && !has_its_set(r, ns, i)))
			return stable_bad_row(r, ns, "namespace %d", i);
		seen[i] = true;
		nr++;
	}
	return nr == n || complain("%u namespaces, not %u", nr, n);
}

TEST_F_TIMEOUT(ramp, namespaces, 600)
{
	static const struct ramp spaces = {
		"namespaces", make_spaces, has_spaces, { "namespaces", "all/list/sem" }
	};
	struct rlimit many = { 2 * SPACES, 2 * SPACES };

	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &many));
	EXPECT_TRUE(ramp_climb(&spaces, SPACES));
}

TEST_HARNESS_MAIN
