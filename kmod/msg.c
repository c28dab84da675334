// SPDX-License-Identifier: GPL-2.0
/*
 * System V message queues: what ipc/msg.c knows of them.
 *
 * q_perm.lock (held by ids.c) protects everything we read: times, counts, the two pids, and the
 * lists of messages, receivers and senders (do_msgsnd(), do_msgrcv(), the same from 5.10 to 7.x).
 * A msg_receiver or msg_sender stands on the stack of the blocked task, which takes that lock to
 * leave its list, or is unlinked under it before it is woken: valid, and its task alive, while we
 * hold the lock and the queue is not deleted. After IPC_RMID the lists still hold entries of tasks
 * that have left; ids.c has checked 'deleted'.
 *
 * Never the text of a message: only its type and size, which do not change while it is queued.
 *
 * Bounds on one hold: the lists of tasks are walked to their end, there is one entry a task; of the
 * messages MAX_MESSAGES, which msgrcv(2) too walks under this lock for a type that is not there.
 */
#include <linux/ipc.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/msg.h>
#include <linux/sort.h>

#include "ids.h"
#include "kind.h"
#include "layout.h"
#include "object.h"
#include "rows.h"

#define MAX_MESSAGES 65536

struct msg_wait {
	struct task_copy task;
	u64 size; /* senders */
	s64 msgtyp; /* this and below: receivers */
	s64 maxsize;
	u8 mode; /* enum ipcdbg_msgmode */
};

/* A message, or several of one type. */
struct msg_count {
	s64 type;
	u64 bytes;
	u32 count;
};

enum msg_vec { MSG_RECEIVERS, MSG_SENDERS, MSG_TYPES, MSG_VECS };

struct msg_state {
	struct walk_object o;
	struct vec vecs[MSG_VECS];
	struct ipcdbg_queue row;
	struct pid_copy lspid, lrpid;
	u32 nr_first;
	bool types_missed; /* more messages than one hold may visit, or there was room for */
	struct object_cursor at;
	struct msg_count first[IPCDBG_MESSAGES_SHOWN]; /* not there in a listing */
};

#define msg_wait_at(s, v, i) vec_at(struct msg_wait, &(s)->vecs[v], i)
#define msg_type_at(s, i) vec_at(struct msg_count, &(s)->vecs[MSG_TYPES], i)

static struct msg_state *msg_state_of(const struct walk_object *o)
{
	return container_of(o, struct msg_state, o);
}

static void copy_row(struct msg_state *s, struct msg_queue *q, struct kern_ipc_perm *perm)
{
	struct ipcdbg_queue *row = &s->row;

	memset(row, 0, sizeof(*row));
	IPCDBG_PUT(queue, row, msqid, perm->id);
	PUT_PERM(queue, row, perm, s->o.view->user_ns);
	IPCDBG_PUT(queue, row, cbytes, *msg_queue__q_cbytes(q));
	IPCDBG_PUT(queue, row, qnum, *msg_queue__q_qnum(q));
	IPCDBG_PUT(queue, row, qbytes, *msg_queue__q_qbytes(q));
	IPCDBG_PUT(queue, row, stime, *msg_queue__q_stime(q));
	IPCDBG_PUT(queue, row, rtime, *msg_queue__q_rtime(q));
	IPCDBG_PUT(queue, row, ctime, *msg_queue__q_ctime(q));
	IPCDBG_PUT(queue, row, receivers, 0);
	IPCDBG_PUT(queue, row, senders, 0);
	pid_copy_take(&s->lspid, *msg_queue__q_lspid(q));
	pid_copy_take(&s->lrpid, *msg_queue__q_lrpid(q));
}

/* NULL: no room, or the task has been reaped. */
static struct msg_wait *add_wait(struct msg_state *s, enum msg_vec v, struct task_struct *task)
{
	struct msg_wait *w;

	if (s->o.list)
		return NULL;
	w = vec_add(&s->vecs[v], 1);
	if (w && !task_ref_get(&w->task.ref, task)) {
		vec_undo_add(&s->vecs[v]);
		return NULL;
	}
	return w;
}

/* The r_mode of ipc/msg.c, SEARCH_ANY first, begins with 1. */
static u8 mode_of(struct msg_receiver *r)
{
	int mode = *msg_receiver__r_mode(r) - 1;

	return clamp(mode, IPCDBG_MSG_ANY, IPCDBG_MSG_NUMBER);
}

/* convert_mode() in ipc/msg.c made msgtyp positive. */
static s64 msgtyp_of(struct msg_receiver *r, u8 mode)
{
	long type = *msg_receiver__r_msgtype(r);

	return mode == IPCDBG_MSG_LESS_EQUAL ? -type : type;
}

static void copy_receivers(struct msg_state *s, struct list_head *list)
{
	struct msg_receiver *r;
	struct list_head *pos;
	struct msg_wait *w;

	list_for_each(pos, list) {
		s->row.receivers++;
		r = msg_receiver__of_r_list(pos);
		w = add_wait(s, MSG_RECEIVERS, *msg_receiver__r_tsk(r));
		if (!w)
			continue;
		w->mode = mode_of(r);
		w->msgtyp = msgtyp_of(r, w->mode);
		w->maxsize = *msg_receiver__r_maxsize(r);
	}
}

static void copy_senders(struct msg_state *s, struct list_head *list)
{
	struct msg_sender *sender;
	struct list_head *pos;
	struct msg_wait *w;

	list_for_each(pos, list) {
		s->row.senders++;
		sender = msg_sender__of_list(pos);
		w = add_wait(s, MSG_SENDERS, *msg_sender__tsk(sender));
		if (w)
			w->size = *msg_sender__msgsz(sender);
	}
}

static void copy_messages(struct msg_state *s, struct list_head *list)
{
	u32 most = min_t(u64, s->row.qnum, MAX_MESSAGES);
	struct msg_count *count;
	struct msg_msg *msg;
	u32 n = 0;

	list_for_each_entry(msg, list, m_list) {
		if (n == MAX_MESSAGES) {
			s->types_missed = true;
			break;
		}
		/* Without room for them, how many there are is known. */
		if (n >= IPCDBG_MESSAGES_SHOWN && vec_is_short(&s->vecs[MSG_TYPES])) {
			vec_want(&s->vecs[MSG_TYPES], most - n);
			break;
		}
		if (n < IPCDBG_MESSAGES_SHOWN)
			s->first[n] = (struct msg_count){ msg->m_type, msg->m_ts, 1 };
		n++;
		count = vec_add(&s->vecs[MSG_TYPES], 1);
		if (count)
			*count = (struct msg_count){ msg->m_type, msg->m_ts, 1 };
	}
	s->nr_first = min_t(u32, n, IPCDBG_MESSAGES_SHOWN);
}

static bool msg_collect(struct walk_object *o, struct kern_ipc_perm *perm)
{
	struct msg_queue *q = msg_queue__of_q_perm(perm);
	struct msg_state *s = msg_state_of(o);

	object_reset(o);
	s->types_missed = false;
	s->nr_first = 0;
	copy_row(s, q, perm);
	copy_receivers(s, msg_queue__q_receivers(q));
	copy_senders(s, msg_queue__q_senders(q));
	if (!o->list)
		copy_messages(s, msg_queue__q_messages(q));
	return true;
}

static void drop_refs(struct msg_state *s)
{
	unsigned int v;
	u32 i;

	pid_copy_drop(&s->lspid);
	pid_copy_drop(&s->lrpid);
	for (v = MSG_RECEIVERS; v <= MSG_SENDERS; v++)
		for (i = 0; i < s->vecs[v].nr; i++) {
			task_ref_put(&msg_wait_at(s, v, i)->task.ref);
			cond_resched();
		}
	object_empty(&s->o);
}

/* sort() of many rows takes long and nothing in it lets others run, but it calls this. */
static int type_order(const void *a, const void *b)
{
	const struct msg_count *x = a, *y = b;

	cond_resched();
	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	return 0;
}

/* Makes one row of the messages of a type. */
static void count_types(struct msg_state *s)
{
	struct vec *v = &s->vecs[MSG_TYPES];
	struct msg_count *to = NULL;
	u32 i, n = 0;

	sort(v->data, v->nr, v->item, type_order, NULL);
	for (i = 0; i < v->nr; i++) {
		const struct msg_count *from = msg_type_at(s, i);

		if (!to || to->type != from->type) {
			to = msg_type_at(s, n++);
			*to = *from;
			continue;
		}
		to->bytes += from->bytes;
		to->count++;
	}
	v->nr = n;
}

static void settle_refs(struct msg_state *s)
{
	const struct view *view = s->o.view;
	unsigned int v;
	u32 i;

	pid_copy_settle(&s->lspid, view);
	PUT_PID(queue, &s->row, lspid, &s->lspid);
	pid_copy_settle(&s->lrpid, view);
	PUT_PID(queue, &s->row, lrpid, &s->lrpid);
	for (v = MSG_RECEIVERS; v <= MSG_SENDERS; v++)
		for (i = 0; i < s->vecs[v].nr; i++)
			task_copy_settle(&msg_wait_at(s, v, i)->task, view);
	s->o.settled = true;
}

static int msg_settle(struct walk_object *o, bool last_try)
{
	struct msg_state *s = msg_state_of(o);

	if (o->settled)
		return 0;
	if (!last_try && object_can_grow(o)) {
		drop_refs(s);
		object_grow(o);
		return 1;
	}
	s->types_missed |= vec_is_short(&s->vecs[MSG_TYPES]);
	settle_refs(s);
	count_types(s);
	return 0;
}

static u32 count_receivers(const struct walk_object *o, u32 *total)
{
	struct msg_state *s = msg_state_of(o);

	*total = s->row.receivers;
	return s->vecs[MSG_RECEIVERS].nr;
}

static u32 count_senders(const struct walk_object *o, u32 *total)
{
	struct msg_state *s = msg_state_of(o);

	*total = s->row.senders;
	return s->vecs[MSG_SENDERS].nr;
}

static u32 count_msgtypes(const struct walk_object *o, u32 *total)
{
	struct msg_state *s = msg_state_of(o);

	*total = s->types_missed ? OBJECT_NOT_COUNTED : 0;
	return s->vecs[MSG_TYPES].nr;
}

static u32 count_messages(const struct walk_object *o, u32 *total)
{
	return msg_state_of(o)->nr_first;
}

static void emit_receiver(const struct walk_object *o, u32 i, struct emit *e)
{
	const struct msg_wait *w = msg_wait_at(msg_state_of(o), MSG_RECEIVERS, i);
	struct ipcdbg_receiver r = { 0 };

	PUT_TASK(receiver, &r, &w->task.facts);
	IPCDBG_PUT(receiver, &r, msgtyp, w->msgtyp);
	IPCDBG_PUT(receiver, &r, mode, w->mode);
	IPCDBG_PUT(receiver, &r, maxsize, w->maxsize);
	IPCDBG_PUT(receiver, &r, order, i);
	emit_line(e, 1, IPCDBG_R_receiver, &r);
}

static void emit_sender(const struct walk_object *o, u32 i, struct emit *e)
{
	const struct msg_wait *w = msg_wait_at(msg_state_of(o), MSG_SENDERS, i);
	struct ipcdbg_sender r = { 0 };

	PUT_TASK(sender, &r, &w->task.facts);
	IPCDBG_PUT(sender, &r, size, w->size);
	IPCDBG_PUT(sender, &r, order, i);
	emit_line(e, 1, IPCDBG_R_sender, &r);
}

static void emit_msgtype(const struct walk_object *o, u32 i, struct emit *e)
{
	const struct msg_count *c = msg_type_at(msg_state_of(o), i);
	struct ipcdbg_msgtype r = { 0 };

	IPCDBG_PUT(msgtype, &r, type, c->type);
	IPCDBG_PUT(msgtype, &r, count, c->count);
	IPCDBG_PUT(msgtype, &r, bytes, c->bytes);
	emit_line(e, 1, IPCDBG_R_msgtype, &r);
}

static void emit_message(const struct walk_object *o, u32 i, struct emit *e)
{
	const struct msg_count *c = &msg_state_of(o)->first[i];
	struct ipcdbg_message r = { 0 };

	IPCDBG_PUT(message, &r, order, i);
	IPCDBG_PUT(message, &r, type, c->type);
	IPCDBG_PUT(message, &r, size, c->bytes);
	emit_line(e, 1, IPCDBG_R_message, &r);
}

static const struct object_section sections[] = {
	{ "receiver", count_receivers, emit_receiver },
	{ "sender", count_senders, emit_sender },
	{ "msgtype", count_msgtypes, emit_msgtype },
	{ "message", count_messages, emit_message },
};

static bool msg_emit(struct walk_object *o, struct emit *e)
{
	struct msg_state *s = msg_state_of(o);

	return object_emit(o, &s->at, IPCDBG_R_queue, &s->row, sections,
			   o->list ? 0 : ARRAY_SIZE(sections), e);
}

static void msg_init(struct walk_object *o)
{
	struct msg_state *s = msg_state_of(o);

	s->vecs[MSG_RECEIVERS].item = sizeof(struct msg_wait);
	s->vecs[MSG_SENDERS].item = sizeof(struct msg_wait);
	s->vecs[MSG_TYPES].item = sizeof(struct msg_count);
	o->vecs = s->vecs;
	o->nr_vecs = MSG_VECS;
	o->settled = true;
}

static void msg_begin(struct walk_object *o)
{
	memset(&msg_state_of(o)->at, 0, sizeof(struct object_cursor));
	object_trim(o);
}

const struct walk_kind msg_kind = {
	.word = "queue",
	.has_ids = true,
	.ids = 1, /* IPC_MSG_IDS of ipc/util.h */
	.state_size = sizeof(struct msg_state),
	.list_size = offsetof(struct msg_state, first),
	.init = msg_init,
	.free = object_free,
	.seek = ids_seek,
	.begin = msg_begin,
	.find = ids_find,
	.next = ids_next,
	.collect = msg_collect,
	.settle = msg_settle,
	.emit = msg_emit,
};
