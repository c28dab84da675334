// SPDX-License-Identifier: GPL-2.0
/* Writes what mqueue.c copied of a queue. */
#include "mqueue.h"
#include "rows.h"

static u32 count_receivers(const struct walk_object *o, u32 *total)
{
	struct mqueue_state *s = mqueue_state_of(o);

	*total = s->row.receivers;
	return s->vecs[MQUEUE_RECEIVERS].nr;
}

static u32 count_senders(const struct walk_object *o, u32 *total)
{
	struct mqueue_state *s = mqueue_state_of(o);

	*total = s->row.senders;
	return s->vecs[MQUEUE_SENDERS].nr;
}

static u32 count_prios(const struct walk_object *o, u32 *total)
{
	struct mqueue_state *s = mqueue_state_of(o);

	*total = s->messages_missed ? OBJECT_NOT_COUNTED : s->vecs[MQUEUE_PRIOS].want;
	return s->vecs[MQUEUE_PRIOS].nr;
}

static u32 count_opens(const struct walk_object *o, u32 *total)
{
	struct mqueue_state *s = mqueue_state_of(o);

	*total = s->opens_missed ? OBJECT_NOT_COUNTED : 0;
	return s->nr_open;
}

static void emit_receiver(const struct walk_object *o, u32 i, struct emit *e)
{
	const struct mqueue_wait *w = mqueue_wait_at(mqueue_state_of(o), MQUEUE_RECEIVERS, i);
	struct ipcdbg_mq_receiver r = { 0 };

	PUT_TASK(mq_receiver, &r, &w->task.facts);
	IPCDBG_PUT(mq_receiver, &r, priority, w->task.facts.priority);
	IPCDBG_PUT(mq_receiver, &r, order, i);
	emit_line(e, 1, IPCDBG_R_mq_receiver, &r);
}

static void emit_sender(const struct walk_object *o, u32 i, struct emit *e)
{
	const struct mqueue_wait *w = mqueue_wait_at(mqueue_state_of(o), MQUEUE_SENDERS, i);
	struct ipcdbg_mq_sender r = { 0 };

	PUT_TASK(mq_sender, &r, &w->task.facts);
	IPCDBG_PUT(mq_sender, &r, priority, w->task.facts.priority);
	IPCDBG_PUT(mq_sender, &r, order, i);
	IPCDBG_PUT(mq_sender, &r, msg_prio, w->msg_prio);
	IPCDBG_PUT(mq_sender, &r, size, w->size);
	emit_line(e, 1, IPCDBG_R_mq_sender, &r);
}

static void emit_prio(const struct walk_object *o, u32 i, struct emit *e)
{
	const struct mqueue_prio *p = mqueue_prio_at(mqueue_state_of(o), i);
	struct ipcdbg_mqprio r = { 0 };

	IPCDBG_PUT(mqprio, &r, msg_prio, p->msg_prio);
	IPCDBG_PUT(mqprio, &r, count, p->count);
	IPCDBG_PUT(mqprio, &r, bytes, p->bytes);
	emit_line(e, 1, IPCDBG_R_mqprio, &r);
}

static void emit_open(const struct walk_object *o, u32 i, struct emit *e)
{
	struct mqueue_state *s = mqueue_state_of(o);
	const struct mqueue_open *open = mqueue_open_at(s, s->open + i);
	struct ipcdbg_opener r = { 0 };

	PUT_PROCESS(opener, &r, &open->tgid.facts);
	IPCDBG_PUT(opener, &r, fds, open->fds);
	IPCDBG_PUT(opener, &r, fd, open->fd);
	emit_line(e, 1, IPCDBG_R_opener, &r);
}

static const struct object_section sections[] = {
	{ "mq_receiver", count_receivers, emit_receiver },
	{ "mq_sender", count_senders, emit_sender },
	{ "mqprio", count_prios, emit_prio },
	{ "opener", count_opens, emit_open },
};

bool mqueue_emit(struct walk_object *o, struct emit *e)
{
	struct mqueue_state *s = mqueue_state_of(o);

	return object_emit(o, &s->at, IPCDBG_R_mqueue, &s->row, sections,
			   o->list ? 0 : ARRAY_SIZE(sections), e);
}
