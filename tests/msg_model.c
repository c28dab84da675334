// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "msg_model.h"
#include "common.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/msg.h>

void msg_add_queue(struct msg_model *m, int id, size_t qbytes)
{
	struct msg_queue *q = &m->queue[m->nr_queues++];

	memset(q, 0, sizeof(*q));
	q->id = id;
	q->qbytes = qbytes;
	q->lspid = q->lrpid = CAST_NOBODY;
}

static bool is_except(const struct msg_call *call)
{
	return call->type > 0 && call->flags & MSG_EXCEPT;
}

const char *msg_mode(const struct msg_call *call)
{
	if (!call->type)
		return "any";
	if (call->type < 0)
		return "less_equal";
	return is_except(call) ? "except" : "equal";
}

static bool matches(const struct msg_call *call, long type)
{
	if (!call->type)
		return true;
	if (call->type < 0)
		return call->type == LONG_MIN || type <= -call->type;
	return (type == call->type) != is_except(call);
}

static bool too_long(const struct msg_call *call, size_t size)
{
	return size > call->size && !(call->flags & MSG_NOERROR);
}

static long received(const struct msg_call *call, size_t size)
{
	return size < call->size ? size : call->size;
}

static void comes_back(struct msg_model *m, struct msg_outcome *out, int task, long result)
{
	struct msg_queue *q = &m->queue[m->call[task].queue];

	line_remove(&q->receivers, task);
	line_remove(&q->senders, task);
	out->back[out->nr_back].task = task;
	out->back[out->nr_back++].result = result;
}

/* The first receiver in line who wants the message takes it; one who has no room for it fails. */
static bool hand_over(struct msg_model *m, const struct msg_call *call, struct msg_outcome *out)
{
	struct msg_queue *q = &m->queue[call->queue];
	struct line line = q->receivers;
	bool taken = false;
	int i, wanted = 0;

	for (i = 0; i < line.nr && (!taken || q->shuffled); i++) {
		const struct msg_call *theirs = &m->call[line.task[i]];

		if (!matches(theirs, call->type))
			continue;
		out->unsure |= q->shuffled && wanted++;
		if (too_long(theirs, call->size)) {
			comes_back(m, out, line.task[i], -E2BIG);
			continue;
		}
		taken = true;
		q->lrpid = cast_thread(&m->cast, line.task[i]);
		comes_back(m, out, line.task[i], received(theirs, call->size));
	}
	return taken;
}

static bool fits(const struct msg_queue *q, size_t size)
{
	return size + q->cbytes <= q->qbytes && 1u + q->qnum <= q->qbytes;
}

static void put(struct msg_model *m, int task, const struct msg_call *call, struct msg_outcome *out)
{
	struct msg_queue *q = &m->queue[call->queue];

	if (q->qnum == MSG_MESSAGES)
		die("too many messages");
	q->lspid = cast_who(&m->cast, task);
	if (hand_over(m, call, out))
		return;
	q->message[q->qnum++] = (struct msg_message){ call->type, call->size };
	q->cbytes += call->size;
}

void msg_send(struct msg_model *m, int task, const struct msg_call *call, struct msg_outcome *out)
{
	memset(out, 0, sizeof(*out));
	out->blocks = !fits(&m->queue[call->queue], call->size);
	if (!out->blocks)
		put(m, task, call, out);
}

/* Place of the message that a receiver takes, -1 if there is none. */
static int find(const struct msg_queue *q, const struct msg_call *call)
{
	int i, found = -1;

	for (i = 0; i < q->qnum; i++) {
		if (!matches(call, q->message[i].type))
			continue;
		if (call->type >= 0)
			return i;
		if (found < 0 || q->message[i].type < q->message[found].type)
			found = i;
	}
	return found;
}

/* Everybody who now has room sends. Of two, nobody knows who is first. */
static void wake_senders(struct msg_model *m, int queue, struct msg_outcome *out)
{
	struct msg_queue *q = &m->queue[queue];
	int i, task = -1;

	for (i = 0; i < q->senders.nr; i++) {
		if (!fits(q, m->call[q->senders.task[i]].size))
			continue;
		out->unsure |= task >= 0;
		task = q->senders.task[i];
	}
	if (task < 0)
		return;
	comes_back(m, out, task, 0);
	put(m, task, &m->call[task], out);
}

void msg_receive(struct msg_model *m, int task, const struct msg_call *call,
		 struct msg_outcome *out)
{
	struct msg_queue *q = &m->queue[call->queue];
	int at = find(q, call);
	size_t size;

	memset(out, 0, sizeof(*out));
	out->blocks = at < 0;
	if (at < 0)
		return;
	size = q->message[at].size;
	out->result = too_long(call, size) ? -E2BIG : received(call, size);
	if (out->result < 0)
		return;
	q->qnum--;
	memmove(&q->message[at], &q->message[at + 1], (q->qnum - at) * sizeof(*q->message));
	q->cbytes -= size;
	q->lrpid = cast_who(&m->cast, task);
	wake_senders(m, call->queue, out);
}

void msg_set_qbytes(struct msg_model *m, int queue, size_t qbytes, struct msg_outcome *out)
{
	struct msg_queue *q = &m->queue[queue];

	memset(out, 0, sizeof(*out));
	q->qbytes = qbytes;
	q->shuffled |= q->receivers.nr > 1;
	wake_senders(m, queue, out);
	out->unsure |= out->nr_back && q->receivers.nr;
}

void msg_wait(struct msg_model *m, int task, const struct msg_call *call, bool receives)
{
	struct msg_queue *q = &m->queue[call->queue];

	m->call[task] = *call;
	line_add(receives ? &q->receivers : &q->senders, task);
}

void msg_bury(struct msg_model *m)
{
	int i, task;

	for (task = 0; task < m->cast.nr_tasks; task++)
		for (i = 0; i < m->nr_queues && !m->cast.task[task].alive; i++) {
			line_remove(&m->queue[i].receivers, task);
			line_remove(&m->queue[i].senders, task);
		}
}
