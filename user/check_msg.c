// SPDX-License-Identifier: GPL-2.0
/* What can be wrong with a System V message queue by itself. */
#include "check.h"
#include "msg.h"
#include "task.h"

/* Rows of one sort that stand in the evidence of a finding. */
#define ROWS_SHOWN 8

#define QUEUE_FIELDS                                                                             \
	(IPCDBG_BIT(queue, msqid) | IPCDBG_BIT(queue, key) | IPCDBG_BIT(queue, mode) |           \
	 IPCDBG_BIT(queue, uid) | IPCDBG_BIT(queue, cbytes) | IPCDBG_BIT(queue, qnum) |          \
	 IPCDBG_BIT(queue, qbytes) | IPCDBG_BIT(queue, lspid) | IPCDBG_BIT(queue, lspid_state) | \
	 IPCDBG_BIT(queue, lrpid) | IPCDBG_BIT(queue, lrpid_state) | IPCDBG_BIT(queue, stime) |  \
	 IPCDBG_BIT(queue, rtime))

static void add_sender(struct finding *f, const struct ipcdbg_sender *s)
{
	finding_record(f, IPCDBG_R_sender, s,
		       IPCDBG_BIT(sender, pid) | IPCDBG_BIT(sender, tid) |
			       IPCDBG_BIT(sender, comm) | IPCDBG_BIT(sender, uid) |
			       IPCDBG_BIT(sender, start_ns) | IPCDBG_BIT(sender, size) |
			       IPCDBG_BIT(sender, blocked_ns));
}

static void add_receiver(struct finding *f, const struct ipcdbg_receiver *r)
{
	finding_record(f, IPCDBG_R_receiver, r,
		       IPCDBG_BIT(receiver, pid) | IPCDBG_BIT(receiver, tid) |
			       IPCDBG_BIT(receiver, comm) | IPCDBG_BIT(receiver, uid) |
			       IPCDBG_BIT(receiver, start_ns) | IPCDBG_BIT(receiver, msgtyp) |
			       IPCDBG_BIT(receiver, mode) | IPCDBG_BIT(receiver, blocked_ns));
}

void check_impossible_msgsnd(struct check *c, const struct rule *r, const struct object *o)
{
	const struct msg_queue *m = msg_queue_of(o);
	const struct ipcdbg_queue *q = &o->head.queue;

	for (size_t i = 0; i < m->senders.nr; i++) {
		const struct ipcdbg_sender *s = &m->senders.v[i];
		struct finding *f;

		if (!IPCDBG_HAS(sender, s, size) || !IPCDBG_HAS(queue, q, qbytes) ||
		    !msg_need_of(q, s->size).never)
			continue;
		f = check_add(c, r, o);
		say_process(&f->told, s->pid, s->tid, s->comm);
		text_addf(&f->told,
			  " sends %llu bytes to a queue that may hold %llu: no receiver makes "
			  "room for them, only a higher limit (qbytes)",
			  s->size, q->qbytes);
		finding_record(f, IPCDBG_R_queue, q, QUEUE_FIELDS);
		add_sender(f, s);
		check_next_show(c, f, o);
	}
}

/* Senders that wait for room that a receiver could make. */
static struct waits waiting_senders(const struct msg_queue *m)
{
	struct waits waits = { 0 };

	for (size_t i = 0; i < m->senders.nr; i++) {
		const struct ipcdbg_sender *s = &m->senders.v[i];
		struct msg_need need = msg_need_of(&m->o.head.queue, s->size);

		if (IPCDBG_HAS(sender, s, size) && !need.never && (need.bytes || need.messages))
			waits_add(&waits, IPCDBG_HAS(sender, s, blocked_ns), s->blocked_ns);
	}
	return waits;
}

/* Whoever received last has exited, or nobody ever has. */
void check_unread_queue(struct check *c, const struct rule *r, const struct object *o)
{
	const struct msg_queue *m = msg_queue_of(o);
	const struct ipcdbg_queue *q = &o->head.queue;
	struct waits waits = waiting_senders(m);
	struct last reader = LAST_OF(queue, q, lrpid);
	struct finding *f;

	if (!check_is_long(c, &waits) || m->receivers.nr || object_lacks(o, "receiver") ||
	    (reader.known && !last_has_ended(reader)))
		return;
	f = check_add(c, r, o);
	f->inferred = true;
	say_waits(&f->told, &waits, object_lacks(o, "sender"));
	text_addf(&f->told, " to send; the queue is full, with %llu of at most %llu bytes; ",
		  q->cbytes, q->qbytes);
	if (reader.known) {
		text_addf(&f->told, "the last reader, a process or a thread, was ");
		say_last(&f->told, reader);
	} else {
		text_addf(&f->told, "no process has ever received");
	}
	text_addf(&f->told, ": nobody may be left who reads");
	finding_record(f, IPCDBG_R_queue, q, QUEUE_FIELDS);
	for (size_t i = 0; i < m->senders.nr && i < ROWS_SHOWN; i++)
		add_sender(f, &m->senders.v[i]);
	check_next_show(c, f, o);
}

static void say_wrong_type(struct check *c, const struct rule *r, const struct msg_queue *m,
			   const struct waits *waits)
{
	struct finding *f = check_add(c, r, &m->o);

	say_waits(&f->told, waits, object_lacks(&m->o, "receiver"));
	text_addf(&f->told, " for messages of types that are not there, while ");
	text_add_count(&f->told, m->o.head.queue.qnum, "message");
	text_addf(&f->told, " of other types lie%s in the queue",
		  m->o.head.queue.qnum == 1 ? "s" : "");
	finding_record(f, IPCDBG_R_queue, &m->o.head.queue, QUEUE_FIELDS);
	for (size_t i = 0; i < m->receivers.nr && i < ROWS_SHOWN; i++)
		add_receiver(f, &m->receivers.v[i]);
	for (size_t i = 0; i < m->types.nr && i < ROWS_SHOWN; i++)
		finding_record(f, IPCDBG_R_msgtype, &m->types.v[i], ~0ULL);
	check_next_show(c, f, &m->o);
}

void check_wrong_type(struct check *c, const struct rule *r, const struct object *o)
{
	const struct msg_queue *m = msg_queue_of(o);
	struct waits waits = { 0 };

	if (!o->head.queue.qnum || !msg_types_known(m))
		return;
	for (size_t i = 0; i < m->receivers.nr; i++) {
		const struct ipcdbg_receiver *w = &m->receivers.v[i];

		/* One that is about to be served: the others may be next. */
		if (!IPCDBG_HAS(receiver, w, mode) || msg_has_one_for(m, w))
			return;
		waits_add(&waits, IPCDBG_HAS(receiver, w, blocked_ns), w->blocked_ns);
	}
	if (check_is_long(c, &waits))
		say_wrong_type(c, r, m, &waits);
}

void check_orphaned_queue(struct check *c, const struct rule *r, const struct object *o)
{
	const struct ipcdbg_queue *q = &o->head.queue;
	enum orphan orphan = check_orphan(c, o);
	struct text shape = { 0 };
	struct finding *f;

	if (orphan < ORPHAN_UNUSED)
		return;
	text_addf(&shape, "at most %llu bytes, mode %03o", q->qbytes, q->mode & 0777);
	f = crowd_add(c, r, o, shape.s, orphan == ORPHAN_YES);
	text_free(&shape);
	if (!f)
		return;
	f->inferred = true;
	text_add_count(&f->told, q->qnum, "message");
	text_addf(&f->told, ", no task is blocked, who sent and received has exited; unused ");
	say_since(&f->told, o->kind->removal->last_use(&o->head), o->read_ns);
	finding_record(f, IPCDBG_R_queue, q, QUEUE_FIELDS);
	check_next_remove(c, f, o);
}
