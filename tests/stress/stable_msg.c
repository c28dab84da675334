// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/stable_check.h"

#include <errno.h>
#include <sched.h>
#include <sys/msg.h>
#include <sys/syscall.h>

#include "puppet.h"
#include "stress/storm_read.h"

#define KEY(i) STABLE_KEY('q', i)
#define TYPE 7
#define WANTED 8

static struct {
	long type;
	char text[STABLE_MAX];
} message = { .type = TYPE };

static void make_queue(struct stable_queue *s, int i, unsigned int mark)
{
	struct msqid_ds ds;
	int j;

	s->id = msgget(KEY(i), IPC_CREAT | IPC_EXCL | 0600 | mark);
	s->messages = i % 16 ? 3 + i : 300;
	s->size = 1 + i;
	if (s->id < 0 || msgctl(s->id, IPC_STAT, &ds))
		die("msgget: %s", strerror(errno));
	ds.msg_qbytes = s->messages * s->size;
	if (msgctl(s->id, IPC_SET, &ds))
		die("IPC_SET: %s", strerror(errno));
	for (j = 0; j < s->messages; j++)
		if (msgsnd(s->id, &message, s->size, IPC_NOWAIT))
			die("msgsnd: %s", strerror(errno));
}

static void make_tasks(struct stable_queue *s, int i)
{
	struct puppet *receiver = puppet_make(NULL, 0);
	struct puppet *sender = i % 2 ? puppet_make(receiver, PUPPET_THREAD) : puppet_make(NULL, 0);

	puppet_block_call(receiver, NULL, SYS_msgrcv, s->id, (long)&message, 1, WANTED, 0);
	puppet_block_call(sender, NULL, SYS_msgsnd, s->id, (long)&message, s->size, 0);
	s->receiver = receiver->tid;
	s->sender = sender->tid;
}

static void make(struct stable *w, int n, int with_tasks)
{
	int i;

	for (i = 0; i < n; i++) {
		make_queue(&w->queue[i], i, w->mark);
		if (i < with_tasks)
			make_tasks(&w->queue[i], i);
	}
	w->nr_queues = n;
}

static bool check_tasks(const struct rows *r, int row, const struct stable_queue *s)
{
	int receiver = rows_next(r, IPCDBG_R_receiver, row, -1);
	int sender = rows_next(r, IPCDBG_R_sender, row, -1);
	bool ok = true;

	if (receiver < 0 || sender < 0)
		return complain("no receiver or no sender");
	CHECK("receiver", s->receiver, ROW_NUM(r, receiver, receiver, tid));
	CHECK("its msgtyp", WANTED, ROW_NUM(r, receiver, receiver, msgtyp));
	CHECK("its maxsize", 1, ROW_NUM(r, receiver, receiver, maxsize));
	CHECK("sender", s->sender, ROW_NUM(r, sender, sender, tid));
	CHECK("its size", s->size, ROW_NUM(r, sender, sender, size));
	return ok;
}

static bool check_messages(const struct rows *r, int row, const struct stable_queue *s)
{
	int type = rows_next(r, IPCDBG_R_msgtype, row, -1);
	bool ok = true;

	CHECK("types", 1, rows_count(r, IPCDBG_R_msgtype, row));
	if (!ok)
		return false;
	CHECK("type", TYPE, ROW_NUM(r, type, msgtype, type));
	CHECK("count", s->messages, ROW_NUM(r, type, msgtype, count));
	CHECK("bytes", s->messages * s->size, ROW_NUM(r, type, msgtype, bytes));
	return ok;
}

static bool check_queue(const struct stable *w, const struct rows *r, int row,
			const struct stable_queue *s, enum stable_view view)
{
	bool ok = stable_check_perm(w, r, row, KEY(s - w->queue));

	CHECK("qnum", s->messages, ROW_NUM(r, row, queue, qnum));
	CHECK("cbytes", s->messages * s->size, ROW_NUM(r, row, queue, cbytes));
	CHECK("qbytes", s->messages * s->size, ROW_NUM(r, row, queue, qbytes));
	CHECK("receivers", !!s->receiver, ROW_NUM(r, row, queue, receivers));
	CHECK("senders", !!s->sender, ROW_NUM(r, row, queue, senders));
	STABLE_CHECK_PID(r, row, queue, lspid, w->keeper);
	if (view == STABLE_LIST || !ok)
		return ok;
	return check_messages(r, row, s) && (!s->receiver || check_tasks(r, row, s));
}

static bool check(const struct stable *w, const struct rows *r, int ns, enum stable_view view)
{
	int i, row = -1;

	for (i = 0; i < w->nr_queues; i++) {
		row = STABLE_NEXT(r, ns, row, queue, msqid, w->queue[i].id);
		if (row < 0)
			return complain("stable queue %d (msqid %d) is missing", i, w->queue[i].id);
		if (!check_queue(w, r, row, &w->queue[i], view))
			return stable_bad_row(r, row, "stable queue %d", i);
	}
	return true;
}

/* All of what it counts stands below, or that it does not; of any queue, stable or not. */
static bool check_whole(const struct rows *r, int row, struct tally *tally)
{
	int64_t count = 0, bytes = 0, qnum = ROW_NUM(r, row, queue, qnum);
	bool ok = true;
	int i = -1;

	if (stable_has_truncated(r, row)) {
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
	return ok || stable_bad_row(r, row, "counts and rows");
}

static bool check_any(const struct rows *r, enum stable_view view, struct tally *tally)
{
	bool ok = STORM_IN_ORDER(r, queue, msqid);
	unsigned int i;

	for (i = 0; i < r->nr && view != STABLE_LIST; i++)
		if (r->row[i].record == IPCDBG_R_queue)
			ok &= check_whole(r, i, tally);
	return ok;
}

const struct stable_kind stable_msg = { "msg", "list/msg", make, check, check_any };
