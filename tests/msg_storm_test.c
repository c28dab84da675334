// SPDX-License-Identifier: GPL-2.0
/*
 * Readers of every file of message queues, in blocks of every size, in a storm of queues that are
 * removed with tasks blocked in them. Queues that the storm leaves alone stand in every listing,
 * once, with the right messages and tasks; every queue is exact in itself.
 *
 *   SECONDS=n or MINUTES=n   how long (default 5 s)
 *   SEED=n                   of the storm
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <sys/msg.h>
#include <sys/syscall.h>
#include "check.h"
#include "common.h"
#include "puppet.h"
#include "rows.h"
#include "storm_msg.h"
#include "storm_read.h"

#define STABLE 16

/* A queue that stays: full of messages of size i, with one who wants another type and one more. */
struct stable {
	int id, messages, size;
	pid_t receiver, sender;
};

static struct stable stable[STABLE];

static struct {
	long type;
	char text[100];
} message = { .type = 7 };

static void make_stable(struct stable *s, int i)
{
	struct msqid_ds ds;
	struct puppet *receiver, *sender;
	int j;

	s->id = msgget(IPC_PRIVATE, 0600);
	s->messages = i % 4 ? 3 + i : 300;
	s->size = 1 + i;
	if (s->id < 0 || msgctl(s->id, IPC_STAT, &ds))
		die("msgget: %s", strerror(errno));
	ds.msg_qbytes = s->messages * s->size;
	if (msgctl(s->id, IPC_SET, &ds))
		die("IPC_SET: %s", strerror(errno));
	for (j = 0; j < s->messages; j++)
		if (msgsnd(s->id, &message, s->size, IPC_NOWAIT))
			die("msgsnd: %s", strerror(errno));
	receiver = puppet_make(NULL, 0);
	sender = i % 2 ? puppet_make(receiver, PUPPET_THREAD) : puppet_make(NULL, 0);
	puppet_block_call(receiver, NULL, SYS_msgrcv, s->id, (long)&message, 1, 8, 0);
	puppet_block_call(sender, NULL, SYS_msgsnd, s->id, (long)&message, s->size, 0);
	s->receiver = receiver->tid;
	s->sender = sender->tid;
}

FIXTURE(msg_storm){};

FIXTURE_SETUP(msg_storm)
{
	int i;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
	for (i = 0; i < STABLE; i++)
		make_stable(&stable[i], i);
}

FIXTURE_TEARDOWN(msg_storm)
{
	puppets_clear();
}

static bool check_stable(const struct rows *r, int row, const struct stable *s, bool list)
{
	int receiver = rows_next(r, IPCDBG_R_receiver, row, -1);
	int sender = rows_next(r, IPCDBG_R_sender, row, -1);
	int type = rows_next(r, IPCDBG_R_msgtype, row, -1);
	bool ok = true;

	CHECK("msqid", s->id, ROW_NUM(r, row, queue, msqid));
	CHECK("qnum", s->messages, ROW_NUM(r, row, queue, qnum));
	CHECK("cbytes", s->messages * s->size, ROW_NUM(r, row, queue, cbytes));
	CHECK("receivers", 1, ROW_NUM(r, row, queue, receivers));
	CHECK("senders", 1, ROW_NUM(r, row, queue, senders));
	if (list)
		return ok;
	if (receiver < 0 || sender < 0 || type < 0)
		return complain("stable queue %d: rows below", s->id);
	CHECK("receiver", s->receiver, ROW_NUM(r, receiver, receiver, tid));
	CHECK("its msgtyp", 8, ROW_NUM(r, receiver, receiver, msgtyp));
	CHECK("sender", s->sender, ROW_NUM(r, sender, sender, tid));
	CHECK("its size", s->size, ROW_NUM(r, sender, sender, size));
	CHECK("type", 7, ROW_NUM(r, type, msgtype, type));
	CHECK("count", s->messages, ROW_NUM(r, type, msgtype, count));
	return ok;
}

/* All of what it counts stands below, or that it does not; of any queue, stable or not. */
static bool check_queue(const struct rows *r, int row, struct tally *tally)
{
	int64_t count = 0, bytes = 0, qnum = ROW_NUM(r, row, queue, qnum);
	bool ok = true;
	int i = -1;

	if (rows_next(r, IPCDBG_R_truncated, row, -1) >= 0) {
		tally->gone++;
		return true;
	}
	while ((i = rows_next(r, IPCDBG_R_msgtype, row, i)) >= 0) {
		count += ROW_NUM(r, i, msgtype, count);
		bytes += ROW_NUM(r, i, msgtype, bytes);
	}
	CHECK("messages", qnum, count);
	CHECK("bytes", ROW_NUM(r, row, queue, cbytes), bytes);
	CHECK("message rows", qnum < IPCDBG_MESSAGES_SHOWN ? qnum : IPCDBG_MESSAGES_SHOWN,
	      rows_count(r, IPCDBG_R_message, row));
	CHECK("receivers", ROW_NUM(r, row, queue, receivers),
	      rows_count(r, IPCDBG_R_receiver, row));
	CHECK("senders", ROW_NUM(r, row, queue, senders), rows_count(r, IPCDBG_R_sender, row));
	return ok;
}

static bool judge(const struct rows *r, const char *name, int ns, struct tally *tally)
{
	bool list = strstr(name, "list"), ok = STORM_IN_ORDER(r, queue, msqid);
	unsigned int i;
	int row;

	for (i = 0; i < r->nr && !list; i++)
		if (r->row[i].record == IPCDBG_R_queue)
			ok &= check_queue(r, i, tally);
	for (i = 0; i < STABLE; i++) {
		row = ROWS_FIND(r, ns, queue, msqid, stable[i].id);
		ok &= row >= 0 ? check_stable(r, row, &stable[i], list)
			       : complain("stable queue %d is missing", stable[i].id);
	}
	return ok;
}

/* One object by its position: it comes first. */
static bool read_position(unsigned int *seed, struct tally *tally)
{
	const struct stable *s = &stable[rand_r(seed) % STABLE];
	struct rows r;
	bool ok = storm_read_object(&r, "msg", s->id);
	int first = ok ? rows_next(&r, IPCDBG_R_queue, -1, -1) : -1;

	ok = first >= 0 && check_stable(&r, first, s, false);
	tally->reads++;
	rows_free(&r);
	return ok || complain("by the position of queue %d", s->id);
}

static const char *const names[] = { "msg", "list/msg", "all/msg", "all/list/msg", "msg", NULL };
static const struct storm_files files = { names, judge, read_position };

TEST_F_TIMEOUT(msg_storm, readers, 3600)
{
	struct storm *s = storm_begin(3, env_long("SEED", 1), storm_msg);
	struct tally tally = { 0 };

	if (!env_long("MINUTES", 0))
		setenv("SECONDS", "5", 0);
	ASSERT_TRUE(storm_read(&files));
	storm_end(s);
	fprintf(stderr,
		"# storm: %" PRIu64 " queues made, %" PRIu64 " removed, %" PRIu64
		" operations, %" PRIu64 " interrupted, %" PRIu64 " woken by removal, %" PRIu64
		" forks, %" PRIu64 " exits\n",
		s->made, s->removed, s->operated, s->blocked, s->woken, s->forked, s->exited);
	EXPECT_LT(50, s->made);
	EXPECT_LT(50, s->removed);
	EXPECT_LT(50, s->operated);
	EXPECT_LT(20, s->blocked);
	EXPECT_LT(5, s->woken);
	EXPECT_LT(20, s->exited);
	EXPECT_TRUE(storm_read_once(&files, "msg", 65536, &tally));
}

TEST_HARNESS_MAIN
