// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <sys/msg.h>

#include "msg.h"
#include "rm.h"
#include "task.h"

static void add_blocked(struct text *t, size_t nr, const char *to)
{
	if (nr)
		text_addf(t, "%s%zu %s %s", t->len ? ", " : "", nr,
			  nr == 1 ? "task waits" : "tasks wait", to);
}

static enum use msg_use(struct text *t, const struct object *o)
{
	const struct msg_queue *m = msg_queue_of(o);

	add_blocked(t, object_rows(o, "receiver", m->receivers.nr), "to receive");
	add_blocked(t, object_rows(o, "sender", m->senders.nr), "to send");
	if (t->len)
		return USE_SOME;
	if (!object_lacks(o, "receiver") && !object_lacks(o, "sender"))
		return USE_NONE;
	text_addf(t, "who waits is not known");
	return USE_UNKNOWN;
}

/*
 * Of one that has ended: it was no thread of a process that may live. The kernel remembers the
 * thread of a receiver to whom a message was handed over, of a sender always the process.
 */
static bool is_process(struct last receiver, struct last sender)
{
	return (receiver.has_state && receiver.state == IPCDBG_ZOMBIE) ||
	       (sender.known && receiver.pid > 0 && receiver.pid == sender.pid);
}

static enum left msg_left(const struct object *o)
{
	const struct ipcdbg_queue *q = &o->head.queue;
	struct last sender = LAST_OF(queue, q, lspid), receiver = LAST_OF(queue, q, lrpid);

	if ((sender.known && !last_has_ended(sender)) ||
	    (receiver.known && !last_has_ended(receiver)))
		return LEFT_NOT;
	if (receiver.known && !is_process(receiver, sender))
		return LEFT_UNUSED;
	return sender.known || receiver.known ? LEFT_BEHIND : LEFT_UNUSED;
}

static __s64 msg_last_use(const union ipcdbg_any *head)
{
	const struct ipcdbg_queue *q = &head->queue;
	__s64 last = q->stime > q->rtime ? q->stime : q->rtime;

	return last > q->ctime ? last : q->ctime;
}

static int msg_remove(const union ipcdbg_any *head)
{
	return msgctl(head->queue.msqid, IPC_RMID, NULL) ? errno : 0;
}

const struct rm_kind msg_removal = {
	.identity = IPCDBG_BIT(queue, msqid) | IPCDBG_BIT(queue, key) | IPCDBG_BIT(queue, cuid) |
		    IPCDBG_BIT(queue, cgid) | IPCDBG_BIT(queue, ctime),
	.use = msg_use,
	.left = msg_left,
	.last_use = msg_last_use,
	.remove = msg_remove,
};
