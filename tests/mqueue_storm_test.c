// SPDX-License-Identifier: GPL-2.0
/*
 * Readers of every file of POSIX message queues, in blocks of every size, in a storm of queues that
 * come, lose their names and go, and of namespaces that die with theirs. Queues that the storm
 * leaves alone stand in every listing, once, with the right messages, tasks and openers.
 *
 *   SECONDS=n or MINUTES=n   how long (default 5 s)
 *   SEED=n                   of the storm
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <mqueue.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "check.h"
#include "common.h"
#include "puppet.h"
#include "rows.h"
#include "storm_mqueue.h"
#include "storm_read.h"

#define STABLE 16
#define ROOM 3

/* A queue that stays, with a name or without: full, and somebody waits to send more. */
struct stable {
	char name[32];
	uint64_t ino;
	bool unlinked;
	struct puppet *owner, *sender;
};

static struct stable stable[STABLE];

struct memory {
	char name[32], text[8];
	struct mq_attr attr;
};
static struct memory *memory;

static int make_queue(struct puppet *p)
{
	long fd;
	int i;

	memory->attr = (struct mq_attr){ .mq_maxmsg = ROOM, .mq_msgsize = sizeof(memory->text) };
	fd = puppet_call(p, SYS_mq_open, (long)memory->name, O_CREAT | O_EXCL | O_RDWR, 0600,
			 (long)&memory->attr);
	for (i = 0; i < ROOM; i++)
		if (fd < 0 || puppet_call(p, SYS_mq_timedsend, fd, (long)memory->text, i, i, 0))
			die("no stable queue");
	return fd;
}

static uint64_t inode_of(const struct puppet *p, int fd)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", p->pid, fd);
	if (stat(path, &st))
		die("%s: %s", path, strerror(errno));
	return st.st_ino;
}

static void make_stable(struct stable *s, int i)
{
	long fd;

	snprintf(s->name, sizeof(s->name), "stable %d", i);
	strcpy(memory->name, s->name);
	s->owner = puppet_make(NULL, 0);
	s->ino = inode_of(s->owner, make_queue(s->owner));
	s->sender = puppet_make(NULL, 0);
	fd = puppet_call(s->sender, SYS_mq_open, (long)memory->name, O_RDWR, 0, 0);
	puppet_block_call(s->sender, NULL, SYS_mq_timedsend, fd, (long)memory->text, 4, 9, 0);
	s->unlinked = i % 2;
	if (s->unlinked && syscall(SYS_mq_unlink, memory->name))
		die("mq_unlink: %s", strerror(errno));
}

FIXTURE(mqueue_storm){};

FIXTURE_SETUP(mqueue_storm)
{
	struct rlimit most = { RLIM_INFINITY, RLIM_INFINITY };
	int i;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC | CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	ASSERT_EQ(0, setrlimit(RLIMIT_MSGQUEUE, &most));
	memory = mmap(NULL, sizeof(*memory), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	ASSERT_NE(MAP_FAILED, memory);
	puppets_open();
	for (i = 0; i < STABLE; i++)
		make_stable(&stable[i], i);
}

FIXTURE_TEARDOWN(mqueue_storm)
{
	puppets_clear();
}

/* Its two processes, and nobody else. */
static bool check_openers(const struct rows *r, int row, const struct stable *s)
{
	int first = rows_next(r, IPCDBG_R_opener, row, -1);
	int second = first < 0 ? -1 : rows_next(r, IPCDBG_R_opener, row, first);
	bool ok = true;

	CHECK("openers", 2, rows_count(r, IPCDBG_R_opener, row));
	if (!ok)
		return false;
	CHECK("owner", s->owner->pid, ROW_NUM(r, first, opener, pid));
	CHECK("sender", s->sender->pid, ROW_NUM(r, second, opener, pid));
	CHECK("fds", 1, ROW_NUM(r, first, opener, fds));
	return ok;
}

static bool check_stable(const struct rows *r, int row, const struct stable *s, bool list)
{
	int sender = rows_next(r, IPCDBG_R_mq_sender, row, -1);
	bool ok = true;

	if (!escaped_is(ROW_STR(r, row, mqueue, name), s->name))
		ok = complain("name %s", ROW_STR(r, row, mqueue, name));
	CHECK("unlinked", s->unlinked, ROW_NUM(r, row, mqueue, unlinked));
	CHECK("curmsgs", ROOM, ROW_NUM(r, row, mqueue, curmsgs));
	CHECK("receivers", 0, ROW_NUM(r, row, mqueue, receivers));
	CHECK("senders", 1, ROW_NUM(r, row, mqueue, senders));
	if (list)
		return ok;
	if (sender < 0)
		return complain("stable queue %s: no sender", s->name);
	CHECK("sender", s->sender->tid, ROW_NUM(r, sender, mq_sender, tid));
	CHECK("size", 4, ROW_NUM(r, sender, mq_sender, size));
	CHECK("priorities", ROOM, rows_count(r, IPCDBG_R_mqprio, row));
	return check_openers(r, row, s) && ok;
}

/* All of what it counts stands below, or that it does not; of any queue, stable or not. */
static bool check_queue(const struct rows *r, int row, struct tally *tally)
{
	int64_t count = 0, bytes = 0;
	bool ok = true;
	int i = -1;

	if (rows_next(r, IPCDBG_R_truncated, row, -1) >= 0) {
		tally->gone++;
		return true;
	}
	while ((i = rows_next(r, IPCDBG_R_mqprio, row, i)) >= 0) {
		count += ROW_NUM(r, i, mqprio, count);
		bytes += ROW_NUM(r, i, mqprio, bytes);
	}
	CHECK("messages", ROW_NUM(r, row, mqueue, curmsgs), count);
	CHECK("bytes", ROW_NUM(r, row, mqueue, bytes), bytes);
	CHECK("receivers", ROW_NUM(r, row, mqueue, receivers),
	      rows_count(r, IPCDBG_R_mq_receiver, row));
	CHECK("senders", ROW_NUM(r, row, mqueue, senders), rows_count(r, IPCDBG_R_mq_sender, row));
	return ok;
}

/* No queue comes twice: a number is not of two file systems, nor of two queues at once. */
static bool check_once(const struct rows *r, int row)
{
	int64_t ino = ROW_NUM(r, row, mqueue, ino);
	int again = ROWS_FIND(r, row, mqueue, ino, ino);

	return again < 0 || complain("line %d: queue %" PRId64 " is doubled", again + 1, ino);
}

static bool judge(const struct rows *r, const char *name, int ns, struct tally *tally)
{
	bool list = strstr(name, "list"), ok = true;
	int i, row = -1;

	while ((row = rows_next(r, IPCDBG_R_mqueue, -1, row)) >= 0) {
		ok &= check_once(r, row);
		if (!list)
			ok &= check_queue(r, row, tally);
	}
	for (i = 0; i < STABLE; i++) {
		row = ROWS_FIND(r, ns, mqueue, ino, (int64_t)stable[i].ino);
		ok &= row >= 0 ? check_stable(r, row, &stable[i], list)
			       : complain("stable queue %s is missing", stable[i].name);
	}
	return ok;
}

static const char *const names[] = { "mqueue",		"list/mqueue", "all/mqueue",
				     "all/list/mqueue", "mqueue",      NULL };
static const struct storm_files files = { names, judge, NULL };

TEST_F_TIMEOUT(mqueue_storm, readers, 3600)
{
	struct storm *s = storm_begin(3, env_long("SEED", 1), storm_mqueue);
	struct tally tally = { 0 };

	if (!env_long("MINUTES", 0))
		setenv("SECONDS", "5", 0);
	ASSERT_TRUE(storm_read(&files));
	storm_end(s);
	fprintf(stderr,
		"# storm: %" PRIu64 " queues made, %" PRIu64 " unlinked, %" PRIu64
		" operations, %" PRIu64 " in vain, %" PRIu64 " namespaces, %" PRIu64
		" forks, %" PRIu64 " exits\n",
		s->made, s->removed, s->operated, s->blocked, s->woken, s->forked, s->exited);
	EXPECT_LT(50, s->made);
	EXPECT_LT(50, s->removed);
	EXPECT_LT(50, s->operated);
	EXPECT_LT(20, s->blocked);
	EXPECT_LT(10, s->woken);
	EXPECT_LT(20, s->exited);
	EXPECT_TRUE(storm_read_once(&files, "mqueue", 65536, &tally));
}

TEST_HARNESS_MAIN
