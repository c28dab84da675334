// SPDX-License-Identifier: GPL-2.0
/* What can be wrong with a POSIX message queue by itself. */
#include "check.h"
#include "mqueue.h"
#include "task.h"

/* Rows of one sort that stand in the evidence of a finding. */
#define ROWS_SHOWN 8

#define MQUEUE_FIELDS                                                                          \
	(IPCDBG_BIT(mqueue, name) | IPCDBG_BIT(mqueue, mode) | IPCDBG_BIT(mqueue, uid) |       \
	 IPCDBG_BIT(mqueue, maxmsg) | IPCDBG_BIT(mqueue, curmsgs) | IPCDBG_BIT(mqueue, time) | \
	 IPCDBG_BIT(mqueue, unlinked))

static void add_openers(struct finding *f, const struct mqueue *m)
{
	for (size_t i = 0; i < m->openers.nr && i < ROWS_SHOWN; i++)
		finding_record(f, IPCDBG_R_opener, &m->openers.v[i],
			       IPCDBG_BIT(opener, pid) | IPCDBG_BIT(opener, comm) |
				       IPCDBG_BIT(opener, start_ns) | IPCDBG_BIT(opener, fds));
}

static bool is_receiver(const struct mqueue *m, int pid)
{
	for (size_t i = 0; i < m->receivers.nr; i++)
		if (m->receivers.v[i].pid == pid)
			return true;
	return false;
}

static bool is_sender(const struct mqueue *m, int pid)
{
	for (size_t i = 0; i < m->senders.nr; i++)
		if (m->senders.v[i].pid == pid)
			return true;
	return false;
}

/* Whether every process that has it open is known, and blocked in the queue by a thread of its. */
static bool all_blocked(const struct mqueue *m, bool (*blocked)(const struct mqueue *m, int pid))
{
	if (object_lacks(&m->o, "opener"))
		return false;
	for (size_t i = 0; i < m->openers.nr; i++)
		if (!m->openers.v[i].pid || !blocked(m, m->openers.v[i].pid))
			return false;
	return true;
}

void check_unread_mqueue(struct check *c, const struct rule *r, const struct object *o)
{
	const struct mqueue *m = mqueue_of(o);
	const struct ipcdbg_mqueue *q = &o->head.mqueue;
	struct waits waits = { 0 };
	struct finding *f;

	for (size_t i = 0; i < m->senders.nr; i++)
		waits_add(&waits, IPCDBG_HAS(mq_sender, &m->senders.v[i], blocked_ns),
			  m->senders.v[i].blocked_ns);
	if (!check_is_long(c, &waits) || q->curmsgs < q->maxmsg || m->receivers.nr ||
	    !all_blocked(m, is_sender))
		return;
	f = check_add(c, r, o);
	f->inferred = true;
	say_waits(&f->told, &waits, object_lacks(o, "mq_sender"));
	text_addf(&f->told,
		  " to send; the queue is full, with %lld messages, and nobody else was found "
		  "that has it open: nobody may be left who reads",
		  q->curmsgs);
	finding_record(f, IPCDBG_R_mqueue, q, MQUEUE_FIELDS);
	for (size_t i = 0; i < m->senders.nr && i < ROWS_SHOWN; i++)
		finding_record(f, IPCDBG_R_mq_sender, &m->senders.v[i],
			       IPCDBG_BIT(mq_sender, pid) | IPCDBG_BIT(mq_sender, tid) |
				       IPCDBG_BIT(mq_sender, comm) |
				       IPCDBG_BIT(mq_sender, start_ns) |
				       IPCDBG_BIT(mq_sender, blocked_ns));
	add_openers(f, m);
	check_next_show(c, f, o);
}

/*
 * Nobody can open it any more, and who has it open waits there. Another thread of theirs, a
 * descriptor on its way through a socket, or one reopened in /proc may send yet.
 */
void check_unlinked_mqueue(struct check *c, const struct rule *r, const struct object *o)
{
	const struct mqueue *m = mqueue_of(o);
	struct waits waits = { 0 };
	struct finding *f;

	if (!o->head.mqueue.unlinked || !m->receivers.nr || m->senders.nr ||
	    !all_blocked(m, is_receiver))
		return;
	for (size_t i = 0; i < m->receivers.nr; i++)
		waits_add(&waits, IPCDBG_HAS(mq_receiver, &m->receivers.v[i], blocked_ns),
			  m->receivers.v[i].blocked_ns);
	if (!check_is_long(c, &waits))
		return;
	f = check_add(c, r, o);
	f->inferred = true;
	say_waits(&f->told, &waits, object_lacks(o, "mq_receiver"));
	text_addf(&f->told, " to receive from a queue that has no name any more, and that nobody "
			    "else was found to have open: nobody may be left who sends");
	finding_record(f, IPCDBG_R_mqueue, &o->head.mqueue, MQUEUE_FIELDS);
	for (size_t i = 0; i < m->receivers.nr && i < ROWS_SHOWN; i++)
		finding_record(f, IPCDBG_R_mq_receiver, &m->receivers.v[i],
			       IPCDBG_BIT(mq_receiver, pid) | IPCDBG_BIT(mq_receiver, tid) |
				       IPCDBG_BIT(mq_receiver, comm) |
				       IPCDBG_BIT(mq_receiver, start_ns) |
				       IPCDBG_BIT(mq_receiver, blocked_ns));
	add_openers(f, m);
	check_next_show(c, f, o);
}

void check_orphaned_mqueue(struct check *c, const struct rule *r, const struct object *o)
{
	const struct ipcdbg_mqueue *q = &o->head.mqueue;
	enum orphan orphan = check_orphan(c, o);
	struct text shape = { 0 };
	struct finding *f;

	if (orphan < ORPHAN_UNUSED)
		return;
	text_addf(&shape, "at most %lld messages of %lld bytes, mode %03o", q->maxmsg, q->msgsize,
		  q->mode & 0777);
	f = crowd_add(c, r, o, shape.s, orphan == ORPHAN_YES);
	text_free(&shape);
	if (!f)
		return;
	f->inferred = true;
	text_add_count(&f->told, q->curmsgs, "message");
	text_addf(&f->told, ", and no process was found that has it open; unused ");
	say_since(&f->told, q->time, o->read_ns);
	finding_record(f, IPCDBG_R_mqueue, q, MQUEUE_FIELDS);
	check_next_remove(c, f, o);
}
