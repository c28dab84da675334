// SPDX-License-Identifier: GPL-2.0
/*
 * Five namespaces of ipc objects, pids and users, each within the one before, with objects of the
 * same ids. A reader in any of them, or around them, finds those of each where they belong, and
 * everybody by the number that its own pid namespace has for them.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include "check.h"
#include "common.h"
#include "ns_truth.h"
#include "ns_world.h"
#include "proc.h"
#include "puppet.h"
#include "rows.h"

#define LEVELS 5
#define READERS (LEVELS + 1) /* one around them all */

/* What a process is called in the pid namespace of each reader, 0 if that has no number for it. */
struct numbers {
	pid_t pid[READERS];
	unsigned int uid; /* as the first reader has it */
};

struct level {
	struct puppet *holder, *waiter;
	struct numbers numbers[2]; /* theirs */
	int ipc, pid;		   /* descriptors of namespaces */
	unsigned int inum;
	int semid;
};

FIXTURE(nested)
{
	struct level level[READERS]; /* 0 is the test's own, without puppets */
	char *name;		     /* of POSIX queues, in memory of the puppets */
};

static long must_do(struct puppet *p, const long call[7], const char *what)
{
	long ret = puppet_syscall(p, call);

	if (ret < 0)
		die("%s: %s", what, strerror(-ret));
	return ret;
}

#define must(p, ...) must_do(p, (const long[7]){ __VA_ARGS__ }, #__VA_ARGS__)

static struct puppet *make(struct puppet *parent, unsigned long flags)
{
	struct puppet *p = puppet_make(parent, flags);

	if (!p)
		die("clone %lx: %s", flags, strerror(errno));
	return p;
}

static int open_ns(pid_t pid, const char *ns)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, ns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

/* The line NSpid of status goes from the namespace of /proc inwards. */
static void take_numbers(const struct puppet *p, struct numbers *n)
{
	char path[64], *text, *at;
	int i;

	snprintf(path, sizeof(path), "/proc/%d/status", p->pid);
	text = slurp(path, 8192, NULL);
	at = text ? strstr(text, "\nNSpid:") : NULL;
	if (!at)
		die("%s has no NSpid", path);
	for (i = 0, at += 7; i < READERS && *at != '\n'; i++)
		n->pid[i] = strtol(at, &at, 10);
	at = strstr(text, "\nUid:");
	n->uid = strtoul(at + 5, NULL, 10);
	free(text);
}

/* One of each kind, by the holder; the waiter waits. */
static void fill(struct level *l, int nr, const char *name)
{
	struct sembuf hold = { .sem_num = 0, .sem_op = nr, .sem_flg = SEM_UNDO };
	struct sembuf take = { .sem_num = 1, .sem_op = -1 };
	long segment;

	l->semid = must(l->holder, SYS_semget, 0x1234, 2 + nr, IPC_CREAT | 0666);
	puppet_semop(l->holder, l->semid, &hold, 1);
	segment = must(l->holder, SYS_shmget, 0x1234, 4096 * nr, IPC_CREAT | 0600);
	must(l->holder, SYS_shmat, segment, 0, 0);
	must(l->holder, SYS_msgget, 0x1234, IPC_CREAT | 0600 | nr);
	must(l->holder, SYS_mq_open, (long)name, O_CREAT | O_RDWR, 0600 | nr, 0);
	puppet_block(l->waiter, l->semid, &take, 1, NULL);
}

/* Holder and waiter are children of one outside: an init's children cannot be the test's. */
static void make_level(struct level *l, const struct level *around, int nr)
{
	struct puppet *outside = make(around->holder, CLONE_NEWUSER | CLONE_NEWIPC);

	ns_map_users(outside, around->holder ? around->holder->pid : getpid(),
		     around->holder ? 1000 : 100000, 60000 - nr * 5000);
	must(outside, SYS_unshare, CLONE_NEWPID);
	make(outside, 0);
	l->holder = make(outside, 0);
	l->waiter = make(outside, 0);
	must(l->waiter, SYS_setresuid, nr, nr, nr);
	l->ipc = open_ns(l->holder->pid, "ipc");
	l->pid = open_ns(l->holder->pid, "pid");
	l->inum = proc_ns(l->holder->pid, l->holder->pid, "ipc");
	take_numbers(l->holder, &l->numbers[0]);
	take_numbers(l->waiter, &l->numbers[1]);
}

FIXTURE_SETUP(nested)
{
	int i;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
	self->name = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->name);
	strcpy(self->name, "queue");
	ASSERT_LE(0, semget(0x1234, 2, IPC_CREAT | 0600));
	self->level[0].ipc = open_ns(getpid(), "ipc");
	self->level[0].pid = open_ns(getpid(), "pid");
	self->level[0].inum = proc_ns(getpid(), getpid(), "ipc");
	for (i = 1; i < READERS; i++)
		make_level(&self->level[i], &self->level[i - 1], i);
	/* Nothing of it is inherited by those further in. */
	for (i = 1; i < READERS; i++)
		fill(&self->level[i], i, self->name);
}

FIXTURE_TEARDOWN(nested)
{
	puppets_clear();
}

/* The row has the number that the reader's namespace has for the process. */
static bool is_numbered(const struct rows *r, int row, const struct numbers *n, int reader)
{
	bool ok = true;

	if (row < 0)
		return complain("no row of pid %d", n->pid[0]);
	CHECK("pid", n->pid[reader], row_named_number(r, row, "pid"));
	CHECK("uid", n->uid, row_named_number(r, row, "uid"));
	return ok;
}

/* The only row of that record below the object, or below what is below it. */
static int row_below(const struct rows *r, int object, enum ipcdbg_record_id record)
{
	int i, found = -1;

	for (i = object + 1; i < (int)r->nr && r->row[i].depth; i++)
		if (r->row[i].record == record) {
			if (found >= 0)
				return -1;
			found = i;
		}
	return found;
}

/* The first object below the namespace's row, which has no other. */
static bool has_processes(const struct rows *r, int ns, const struct level *l, int reader)
{
	switch (r->row[ns + 1].record) {
	case IPCDBG_R_set:
		return is_numbered(r, row_below(r, ns + 1, IPCDBG_R_owner), &l->numbers[0],
				   reader) &&
		       is_numbered(r, row_below(r, ns + 1, IPCDBG_R_wait), &l->numbers[1], reader);
	case IPCDBG_R_segment:
		return is_numbered(r, row_below(r, ns + 1, IPCDBG_R_attach), &l->numbers[0],
				   reader);
	case IPCDBG_R_mqueue:
		return is_numbered(r, row_below(r, ns + 1, IPCDBG_R_opener), &l->numbers[0],
				   reader);
	default:
		return true;
	}
}

/* What each level says of itself to the reader. */
static struct ns_truth *truths[READERS];

static bool level_is(const struct level *levels, int nr, const struct rows *all, const char *kind,
		     int reader)
{
	const struct level *l = &levels[nr];
	const struct ns_truth *truth = truths[nr];
	int ns = ns_find(all, l->inum);
	bool ok = true;

	CHECK("rows of the namespace", 1, ns_count(all, l->inum));
	ok = ok && ns_has_objects(truth, all, ns, kind) &&
	     (!nr || has_processes(all, ns, l, reader));
	return ok;
}

static bool table_is(const struct level *levels, const char *kind, int reader)
{
	struct rows all, own;
	char path[32];
	bool ok;
	int i;

	snprintf(path, sizeof(path), "all/%s", kind);
	if (!rows_read(&all, path) || !rows_read(&own, kind))
		return false;
	ok = rows_count(&own, IPCDBG_R_namespace, -1) == 1 &&
	     level_is(levels, reader, &own, kind, reader);
	for (i = 0; i < READERS; i++)
		if (!level_is(levels, i, &all, kind, reader))
			ok = complain("%s of level %d, read in level %d", kind, i, reader);
	rows_free(&all);
	rows_free(&own);
	return ok;
}

static bool tables_are(const struct level *levels, int reader)
{
	static const char *const kinds[] = { "sem", "shm", "msg", "mqueue" };
	unsigned int i;
	bool ok = true;

	for (i = 0; i < READERS; i++)
		truths[i] = ns_truth(levels[i].ipc);
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		ok &= table_is(levels, kinds[i], reader);
	return ok;
}

/* In a process that is in that level's namespaces of pids and of ipc objects. */
static bool reader_is_right(const struct level *levels, int reader)
{
	pid_t pid;
	int status;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		if (setns(levels[reader].pid, CLONE_NEWPID) ||
		    setns(levels[reader].ipc, CLONE_NEWIPC))
			die("setns: %s", strerror(errno));
		pid = fork();
		if (!pid)
			_exit(!tables_are(levels, reader));
		_exit(pid < 0 || waitpid(pid, &status, 0) != pid || status);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

TEST_F_TIMEOUT(nested, every_reader, 120)
{
	int i;

	for (i = 0; i < READERS; i++)
		EXPECT_TRUE(reader_is_right(self->level, i));
}

/* What is outside of a reader's pid namespace has no number there. */
TEST_F(nested, numbers_are_as_nested)
{
	int i;

	for (i = 1; i < READERS; i++) {
		EXPECT_LT(1, self->level[i].numbers[0].pid[i]);
		EXPECT_TRUE(i == LEVELS || !self->level[i].numbers[0].pid[i + 1]);
		EXPECT_LE(100000, self->level[i].numbers[0].uid);
	}
}

TEST_HARNESS_MAIN
