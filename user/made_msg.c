// SPDX-License-Identifier: GPL-2.0
/*
 * A System V message queue with the tasks that are blocked on it. How many there are is nowhere
 * told: if all tasks could be looked at, they are those that were found.
 */
#include <limits.h>
#include <sys/msg.h>

#include "made.h"
#include "proc_hides.h"

/* The index is the low bits of an id, of which there are more after booting with ipcmni_extend. */
static bool stat_any(int id, struct msqid_ds *ds)
{
	return msgctl(id & 0x7fff, MSG_STAT_ANY, ds) == id ||
	       msgctl(id & 0xffffff, MSG_STAT_ANY, ds) == id;
}

/* As convert_mode() in ipc/msg.c has it. */
static void put_wanted(struct ipcdbg_receiver *r, const struct proc_syscall *call)
{
	__s64 type = call->msgtyp;

	if (call->flags & MSG_COPY)
		IPCDBG_PUT(receiver, r, mode, IPCDBG_MSG_NUMBER);
	else if (!type)
		IPCDBG_PUT(receiver, r, mode, IPCDBG_MSG_ANY);
	else if (type < 0)
		IPCDBG_PUT(receiver, r, mode, IPCDBG_MSG_LESS_EQUAL);
	else
		IPCDBG_PUT(receiver, r, mode,
			   call->flags & MSG_EXCEPT ? IPCDBG_MSG_EXCEPT : IPCDBG_MSG_EQUAL);
	/* The kernel has no number for what is up to LONG_MIN. */
	IPCDBG_PUT(receiver, r, msgtyp, type == LLONG_MIN ? -LLONG_MAX : type);
	IPCDBG_PUT(receiver, r, maxsize, call->flags & MSG_NOERROR ? INT_MAX : (__s64)call->size);
}

static __u32 add_receivers(struct maker *m, int id)
{
	size_t nr;
	const struct proc_wait *w = proc_waits_on(m->inum, SYSCALL_MSGRCV, id, &nr);
	__u32 found = 0;

	for (size_t i = 0; i < nr; i++) {
		struct ipcdbg_receiver r = { 0 };

		if (!proc_syscall_lasts(&w[i].call))
			continue;
		MADE_TASK(receiver, &r, &w[i].call);
		put_wanted(&r, &w[i].call);
		text_add_record(&m->text, 1, IPCDBG_R_receiver, &r);
		found++;
	}
	return found;
}

static __u32 add_senders(struct maker *m, int id)
{
	size_t nr;
	const struct proc_wait *w = proc_waits_on(m->inum, SYSCALL_MSGSND, id, &nr);
	__u32 found = 0;

	for (size_t i = 0; i < nr; i++) {
		struct ipcdbg_sender s = { 0 };

		if (!proc_syscall_lasts(&w[i].call))
			continue;
		MADE_TASK(sender, &s, &w[i].call);
		IPCDBG_PUT(sender, &s, size, w[i].call.size);
		text_add_record(&m->text, 1, IPCDBG_R_sender, &s);
		found++;
	}
	return found;
}

/* The row of the queue stands above theirs, and counts them. */
static void add_blocked(struct maker *m, struct ipcdbg_queue *q, struct text *rows)
{
	struct text before = m->text;
	bool all = !proc_waits()->hidden && proc_shows_all();

	m->text = *rows;
	IPCDBG_PUT(queue, q, receivers, add_receivers(m, q->msqid));
	IPCDBG_PUT(queue, q, senders, add_senders(m, q->msqid));
	if (!all) {
		q->present &= ~(IPCDBG_BIT(queue, receivers) | IPCDBG_BIT(queue, senders));
		made_truncated(m, 1, "receiver", MADE_UNKNOWN, MADE_UNKNOWN);
		made_truncated(m, 1, "sender", MADE_UNKNOWN, MADE_UNKNOWN);
	}
	*rows = m->text;
	m->text = before;
}

/* To ipcs, the limit of a queue that it may not read is 0. */
void made_queue(struct maker *m, union ipcdbg_any *head)
{
	struct ipcdbg_queue *q = &head->queue;
	struct msqid_ds ds = { 0 };
	struct text rows = { 0 };

	if (msgctl(q->msqid, IPC_STAT, &ds) && !m->source->as_ipcs)
		stat_any(q->msqid, &ds);
	IPCDBG_PUT(queue, q, qbytes, ds.msg_qbytes);
	if (made_with_tasks(m))
		add_blocked(m, q, &rows);
	made_states(m, IPCDBG_R_queue, q);
	text_add_record(&m->text, 0, IPCDBG_R_queue, q);
	m->objects++;
	if (rows.len)
		text_addf(&m->text, "%s", rows.s);
	text_free(&rows);
	if (!m->details || !q->qnum)
		return;
	made_truncated(m, 1, "msgtype", MADE_UNKNOWN, MADE_UNKNOWN);
	made_truncated(m, 1, "message", 0, q->qnum);
}
