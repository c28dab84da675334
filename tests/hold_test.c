// SPDX-License-Identifier: GPL-2.0
/*
 * How long an object's lock is held while it is read, against what the kernel's own calls take on
 * the same object; and how long one read() takes. In instructions: the guest runs with -icount, so
 * that a nanosecond is one. The module is built with IPCDBG_HOLDS=y (kmod/hold.c).
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>
#include "common.h"
#include "crowd.h"
#include "module.h"

#define READ_MOST 100000000ull /* of one read() */
#define SMALL_MOST 120000ull   /* of a hold, up to 1000 semaphores and 500 waiters */
#define BLOCK (1 << 20)
#define REPEATS 8
#define SETTLE_US 1000000

static char block[BLOCK];

/* The longest hold of a lock since the last call. */
static uint64_t longest_hold(const char *lock)
{
	uint64_t longest = 0;
	char *line, *rest;
	size_t len;

	rest = slurp(IPCDBG_DIR "/holds", 4096, &len);
	if (!rest)
		die("holds: %s", strerror(errno));
	for (line = strtok(rest, "\n"); line; line = strtok(NULL, "\n"))
		if (!strncmp(line, lock, strlen(lock)))
			sscanf(strstr(line, "longest="), "longest=%lu", &longest);
	free(rest);
	return longest;
}

/* Reads a file to its end; returns the longest read(), 0 if one failed. */
static uint64_t longest_read(const char *name)
{
	uint64_t longest = 0, start, took;
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	do {
		start = clock_ns(CLOCK_MONOTONIC);
		n = read(fd, block, sizeof(block));
		took = clock_ns(CLOCK_MONOTONIC) - start;
		longest = took > longest ? took : longest;
	} while (n > 0);
	close(fd);
	return n ? 0 : longest;
}

/* semctl(GETALL), GETNCNT and GETZCNT, the shortest of some times. */
static uint64_t own_calls(int id, int semnum, int nsems)
{
	unsigned short *vals = calloc(nsems, sizeof(*vals));
	uint64_t start, took, least = UINT64_MAX;
	int i;

	for (i = 0; i < REPEATS; i++) {
		start = clock_ns(CLOCK_MONOTONIC);
		if (semctl(id, 0, GETALL, vals) || semctl(id, semnum, GETNCNT) < 0 ||
		    semctl(id, semnum, GETZCNT) < 0)
			die("semctl: %s", strerror(errno));
		took = clock_ns(CLOCK_MONOTONIC) - start;
		least = took < least ? took : least;
	}
	free(vals);
	return least;
}

struct shape {
	int nsems, waiters;
	int nsops;   /* of each waiter */
	bool one;    /* all wait for semaphore 0 */
	bool zero;   /* for zero, of semaphores that have 1 */
	int undos;   /* tasks with an undo list, one in two without an adjustment; no waiters */
	bool shared; /* that is the same for all */
};

struct world {
	const struct shape *shape;
	int id;
};

/* Blocks on its first operation, complex if there are more. */
static void sleep_in_semop(void *ctx, unsigned int i)
{
	struct world *w = ctx;
	short op = w->shape->zero ? 0 : -1;
	struct sembuf ops[2] = { { w->shape->one ? 0 : i % w->shape->nsems, op, 0 },
				 { (i + 1) % w->shape->nsems, op, 0 } };

	semop(w->id, ops, w->shape->nsops);
}

/* Has an undo list that adjusts one semaphore, or none. */
static void sleep_with_undo(void *ctx, unsigned int i)
{
	struct world *w = ctx;
	struct sembuf op = { i % w->shape->nsems, 1, SEM_UNDO };

	if ((!w->shape->shared && unshare(CLONE_SYSVSEM)) || semop(w->id, &op, 1))
		return;
	op.sem_op = -1;
	if (i % 2)
		semop(w->id, &op, 1);
	for (;;)
		pause();
}

struct figures {
	uint64_t read, hold; /* the longest of each */
};

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/*
 * Of some times the file is read. The shortest of the longest read()s: clock ticks fall into some.
 * The median of the longest holds: one that a tick fell into is left out by the module, so that the
 * longest may be missing, and another interrupt may make one longer.
 */
static void measure(struct figures *f, const char *name, const char *lock)
{
	uint64_t took, hold[REPEATS];
	int i, tries = 0;

	*f = (struct figures){ .read = UINT64_MAX };
	longest_hold(lock);
	for (i = 0; i < REPEATS; i++) {
		took = longest_read(name);
		hold[i] = longest_hold(lock);
		if (!took)
			die("%s: not read", name);
		f->read = took < f->read ? took : f->read;
		if (hold[i])
			continue;
		/* There may be but one, and a tick may have fallen into that. */
		if (++tries > REPEATS)
			die("%s: read without its lock", name);
		i--;
	}
	qsort(hold, REPEATS, sizeof(*hold), by_number);
	f->hold = hold[REPEATS / 2];
}

static bool is_quick(const char *name, const struct shape *shape, uint64_t most)
{
	bool small = shape->nsems <= 1000 && shape->waiters <= 500 && shape->undos <= 500;
	struct figures f;

	measure(&f, name, "perm");
	fprintf(stderr, "# %5d semaphores, ", shape->nsems);
	if (shape->undos)
		fprintf(stderr, "%5d %s", shape->undos,
			shape->shared ? "tasks of an undo list" : "undo lists");
	else
		fprintf(stderr, "%5d waiters of %d%s%s", shape->waiters, shape->nsops,
			shape->one ? " on one" : "", shape->zero ? " for zero" : "");
	fprintf(stderr, ", %s: hold %.1f k of %.1f k at most, read %.2f M\n", name, f.hold / 1e3,
		most / 1e3, f.read / 1e6);
	if (f.read > READ_MOST || f.hold > most || (small && f.hold > SMALL_MOST))
		return complain("takes too long");
	return true;
}

static void raise_all(int id, int nsems)
{
	unsigned short *vals = calloc(nsems, sizeof(*vals));
	int i;

	for (i = 0; i < nsems; i++)
		vals[i] = 1;
	if (semctl(id, 0, SETALL, vals))
		die("SETALL: %s", strerror(errno));
	free(vals);
}

static bool set_is_quick(const struct shape *shape)
{
	struct world w = { .shape = shape, .id = semget(IPC_PRIVATE, shape->nsems, 0600) };
	uint64_t most;
	pid_t pid = 0;
	bool ok;

	if (w.id < 0)
		die("semget: %s", strerror(errno));
	if (shape->zero)
		raise_all(w.id, shape->nsems);
	if (shape->waiters)
		pid = crowd_begin(shape->waiters, sleep_in_semop, &w);
	else if (shape->undos)
		pid = crowd_begin(shape->undos, sleep_with_undo, &w);
	/* What the kernel still has to do for the tasks before, it does now. */
	usleep(SETTLE_US);
	most = own_calls(w.id, 0, shape->nsems);
	ok = is_quick("sem", shape, most);
	ok = is_quick("list/sem", shape, most) && ok;
	ok = is_quick("counts/sem", shape, most) && ok;
	if (pid)
		crowd_end(pid);
	semctl(w.id, 0, IPC_RMID);
	return ok;
}

FIXTURE(hold){};

FIXTURE_SETUP(hold)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	ASSERT_EQ(0, put_file("/proc/sys/kernel/sem", "32000 1024000000 500 32000"));
	put_file("/proc/sys/kernel/threads-max", "100000");
	put_file("/proc/sys/kernel/pid_max", "200000");
	put_file("/proc/sys/vm/max_map_count", "1000000");
}

FIXTURE_TEARDOWN(hold)
{
}

TEST_F_TIMEOUT(hold, sets, 600)
{
	static const struct shape shapes[] = {
		{ .nsems = 1 },
		{ .nsems = 100 },
		{ .nsems = 1000 },
		{ .nsems = 32000 },
		{ .nsems = 1000, .waiters = 500, .nsops = 1 },
		{ .nsems = 1000, .waiters = 500, .nsops = 2 },
		{ .nsems = 1000, .waiters = 500, .nsops = 1, .one = true },
		{ .nsems = 1000, .waiters = 500, .nsops = 2, .one = true },
		{ .nsems = 1000, .waiters = 5000, .nsops = 1 },
		{ .nsems = 1000, .waiters = 5000, .nsops = 2 },
		{ .nsems = 1000, .waiters = 5000, .nsops = 1, .one = true },
		{ .nsems = 2, .waiters = 500, .nsops = 1, .one = true },
		{ .nsems = 1000, .waiters = 20000, .nsops = 2 },
		{ .nsems = 1000, .waiters = 20000, .nsops = 1 },
		{ .nsems = 1, .waiters = 20000, .nsops = 1, .one = true },
		{ .nsems = 1000, .waiters = 500, .nsops = 2, .zero = true },
		{ .nsems = 1000, .waiters = 5000, .nsops = 2, .zero = true },
		{ .nsems = 1000, .waiters = 20000, .nsops = 2, .zero = true },
		{ .nsems = 1000, .waiters = 20000, .nsops = 2, .one = true, .zero = true },
		{ .nsems = 1000, .waiters = 5000, .nsops = 1, .zero = true },
		{ .nsems = 1, .undos = 500 },
		{ .nsems = 100, .undos = 5000 },
		{ .nsems = 15, .undos = 150 },
		{ .nsems = 31, .undos = 80 },
		{ .nsems = 1000, .undos = 500 },
		{ .nsems = 32000, .undos = 130 },
		{ .nsems = 1, .undos = 20000 },
		{ .nsems = 1, .undos = 20000, .shared = true },
	};
	unsigned int i;

	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		EXPECT_TRUE(set_is_quick(&shapes[i]));
}

/* Waits that there is no room for are not copied, but counted. */
TEST_F_TIMEOUT(hold, sets_without_room, 300)
{
	static const struct shape shapes[] = {
		{ .nsems = 1, .waiters = 20000, .nsops = 1, .one = true },
		{ .nsems = 1000, .waiters = 5000, .nsops = 1, .one = true },
		{ .nsems = 1000, .waiters = 20000, .nsops = 2 },
		{ .nsems = 1000, .waiters = 20000, .nsops = 2, .one = true, .zero = true },
	};
	unsigned int i;

	ASSERT_EQ(0, module_unload());
	ASSERT_EQ(0, module_load("max_kib=256"));
	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		EXPECT_TRUE(set_is_quick(&shapes[i]));
	ASSERT_EQ(0, module_unload());
	ASSERT_EQ(0, module_load(""));
}

/* A queue with n entries of one sort: how long its lock is held. Removes the queue. */
typedef uint64_t queue_fn(unsigned int n);

/* Doubling the entries may not more than double the hold. */
static bool is_proportional(const char *what, queue_fn *hold, unsigned int n)
{
	uint64_t some = hold(n), twice = hold(2 * n);

	fprintf(stderr, "# %s: hold %.1f k with %u, %.1f k with %u: %.1f an entry\n", what,
		some / 1e3, n, twice / 1e3, 2 * n, (double)(twice - some) / n);
	return twice <= some * 22 / 10 || complain("%s: not proportional", what);
}

static uint64_t hold_of(const char *file, const char *lock)
{
	struct figures f;

	measure(&f, file, lock);
	return f.hold;
}

static void sleep_in_msgrcv(void *ctx, unsigned int i)
{
	char text[64];

	(void)i;
	msgrcv(*(int *)ctx, text, sizeof(text) - sizeof(long), 4711, 0);
}

static uint64_t hold_with_msg_receivers(unsigned int n)
{
	int id = msgget(IPC_PRIVATE, 0600);
	pid_t pid = crowd_begin(n, sleep_in_msgrcv, &id);
	uint64_t hold = hold_of("msg", "perm");

	crowd_end(pid);
	msgctl(id, IPC_RMID, NULL);
	return hold;
}

static void sleep_in_msgsnd(void *ctx, unsigned int i)
{
	struct {
		long type;
		char text[8];
	} msg = { 1, "" };

	(void)i;
	msgsnd(*(int *)ctx, &msg, sizeof(msg.text), 0);
}

static uint64_t hold_with_msg_senders(unsigned int n)
{
	int id = msgget(IPC_PRIVATE, 0600);
	struct msqid_ds ds;
	uint64_t hold;
	pid_t pid;

	if (msgctl(id, IPC_STAT, &ds))
		die("IPC_STAT: %s", strerror(errno));
	ds.msg_qbytes = 4;
	if (msgctl(id, IPC_SET, &ds))
		die("IPC_SET: %s", strerror(errno));
	pid = crowd_begin(n, sleep_in_msgsnd, &id);
	hold = hold_of("msg", "perm");
	crowd_end(pid);
	msgctl(id, IPC_RMID, NULL);
	return hold;
}

static uint64_t hold_with_msg_messages(unsigned int n)
{
	int id = msgget(IPC_PRIVATE, 0600);
	struct {
		long type;
		char text[1];
	} msg = { 1, "x" };
	uint64_t hold;

	for (; n; n--, msg.type++)
		if (msgsnd(id, &msg, 1, IPC_NOWAIT))
			die("msgsnd: %s", strerror(errno));
	hold = hold_of("msg", "perm");
	msgctl(id, IPC_RMID, NULL);
	return hold;
}

static mqd_t make_mqueue(long messages)
{
	struct mq_attr attr = { .mq_maxmsg = messages, .mq_msgsize = 1 };
	mqd_t q = mq_open("/hold", O_CREAT | O_EXCL | O_RDWR, 0600, &attr);

	if (q < 0)
		die("mq_open: %s", strerror(errno));
	return q;
}

static uint64_t hold_of_mqueue(mqd_t q)
{
	uint64_t hold = hold_of("mqueue", "mqueue");

	mq_close(q);
	mq_unlink("/hold");
	return hold;
}

static void sleep_in_mq_receive(void *ctx, unsigned int i)
{
	char text[1];

	(void)i;
	mq_receive(*(mqd_t *)ctx, text, sizeof(text), NULL);
}

static uint64_t hold_with_mq_receivers(unsigned int n)
{
	mqd_t q = make_mqueue(1);
	pid_t pid = crowd_begin(n, sleep_in_mq_receive, &q);
	uint64_t hold = hold_of_mqueue(q);

	crowd_end(pid);
	return hold;
}

static void sleep_in_mq_send(void *ctx, unsigned int i)
{
	mq_send(*(mqd_t *)ctx, "x", 1, i % 8);
}

static uint64_t hold_with_mq_senders(unsigned int n)
{
	mqd_t q = make_mqueue(1);
	uint64_t hold;
	pid_t pid;

	if (mq_send(q, "x", 1, 0))
		die("mq_send: %s", strerror(errno));
	pid = crowd_begin(n, sleep_in_mq_send, &q);
	hold = hold_of_mqueue(q);
	crowd_end(pid);
	return hold;
}

static uint64_t hold_with_mq_messages(unsigned int n)
{
	mqd_t q = make_mqueue(n);
	unsigned int i;

	for (i = 0; i < n; i++)
		if (mq_send(q, "x", 1, i % 100))
			die("mq_send: %s", strerror(errno));
	return hold_of_mqueue(q);
}

TEST_F_TIMEOUT(hold, queues, 600)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	ASSERT_EQ(0, setrlimit(RLIMIT_MSGQUEUE, &all));
	ASSERT_EQ(0, put_file("/proc/sys/kernel/msgmnb", "100000"));
	ASSERT_EQ(0, put_file("/proc/sys/fs/mqueue/msg_max", "65536"));
	EXPECT_TRUE(is_proportional("receivers of a queue", hold_with_msg_receivers, 2500));
	EXPECT_TRUE(is_proportional("senders of a queue", hold_with_msg_senders, 2500));
	EXPECT_TRUE(is_proportional("messages of a queue", hold_with_msg_messages, 10000));
	EXPECT_TRUE(is_proportional("receivers of a POSIX queue", hold_with_mq_receivers, 2500));
	EXPECT_TRUE(is_proportional("senders of a POSIX queue", hold_with_mq_senders, 2500));
	EXPECT_TRUE(is_proportional("messages of a POSIX queue", hold_with_mq_messages, 5000));
}

/* No read() of these files is long, whatever there is of the kind. */
static bool reads_are_short(const char *what, const char *const files[])
{
	bool ok = true;
	uint64_t took;

	for (; *files; files++) {
		took = longest_read(*files);
		fprintf(stderr, "# %s, %s: read %.2f M\n", what, *files, took / 1e6);
		if (!took || took > READ_MOST)
			ok = complain("takes too long");
	}
	return ok;
}

static const char *const sem_files[] = { "sem",	    "list/sem",	    "counts/sem",
					 "all/sem", "all/list/sem", NULL };
static const char *const shm_files[] = { "shm", "list/shm", "all/shm", "all/list/shm", NULL };
static const char *const msg_files[] = { "msg", "list/msg", "all/msg", "all/list/msg", NULL };
static const char *const all_files[] = {
	"namespaces",	"all/sem",	"all/shm",	"all/msg",	   "all/mqueue",
	"all/list/sem", "all/list/shm", "all/list/msg", "all/list/mqueue", NULL
};

TEST_F_TIMEOUT(hold, objects, 900)
{
	int i;

	ASSERT_EQ(0, put_file("/proc/sys/kernel/msgmni", "32000"));
	ASSERT_EQ(0, put_file("/proc/sys/kernel/shmmni", "32000"));
	for (i = 0; i < 32000; i++) {
		ASSERT_LE(0, semget(IPC_PRIVATE, 1, 0600));
		ASSERT_LE(0, msgget(IPC_PRIVATE, 0600));
		ASSERT_LE(0, i < 30000 ? shmget(IPC_PRIVATE, 1, 0600) : 0);
	}
	EXPECT_TRUE(reads_are_short("32000 sets", sem_files));
	EXPECT_TRUE(reads_are_short("32000 queues", msg_files));
	EXPECT_TRUE(reads_are_short("30000 segments", shm_files));
}

/* n processes, each of which has done what the test says before it sleeps. */
static void make_processes(int n, bool (*prepare)(int i))
{
	int i, ready[2];
	char byte;

	if (pipe(ready))
		die("pipe: %s", strerror(errno));
	for (i = 0; i < n; i++) {
		if (fork()) {
			if (read(ready[0], &byte, 1) != 1)
				die("process %d did not come up", i);
			continue;
		}
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!prepare(i) || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
}

static bool moves_out(int i)
{
	return !unshare(CLONE_NEWIPC) && semget(IPC_PRIVATE, 1 + i % 3, 0600) >= 0 &&
	       shmget(IPC_PRIVATE, 1, 0600) >= 0 && msgget(IPC_PRIVATE, 0600) >= 0;
}

TEST_F_TIMEOUT(hold, namespaces, 900)
{
	make_processes(1000, moves_out);
	EXPECT_TRUE(reads_are_short("1000 namespaces", all_files));
}

static int segment;

static bool attaches(int i)
{
	(void)i;
	return shmat(segment, NULL, 0) != (void *)-1;
}

/* shmctl(IPC_STAT), which takes the segment's lock too. */
static uint64_t stat_call(int id)
{
	uint64_t start = clock_ns(CLOCK_MONOTONIC);
	struct shmid_ds ds;

	if (shmctl(id, IPC_STAT, &ds))
		die("IPC_STAT: %s", strerror(errno));
	return clock_ns(CLOCK_MONOTONIC) - start;
}

TEST_F_TIMEOUT(hold, attachments, 900)
{
	uint64_t stat;
	struct figures f;

	segment = shmget(IPC_PRIVATE, 4096, 0600);
	make_processes(4000, attaches);
	stat_call(segment);
	stat = stat_call(segment);
	EXPECT_TRUE(reads_are_short("4000 attached processes", shm_files));
	measure(&f, "shm", "perm");
	fprintf(stderr, "# a segment's lock: hold %.1f k of %.1f k\n", f.hold / 1e3, stat / 1e3);
	EXPECT_GE(stat, f.hold);
	shmctl(segment, IPC_RMID, NULL);
}

TEST_HARNESS_MAIN
