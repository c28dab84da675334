// SPDX-License-Identifier: GPL-2.0
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "msg.h"

static struct msg_queue *queue_of(struct object *o)
{
	return (struct msg_queue *)o;
}

void msg_clear(struct object *o)
{
	struct msg_queue *m = queue_of(o);

	m->receivers.nr = m->senders.nr = m->types.nr = m->messages.nr = 0;
}

void msg_add(struct object *o, const struct parse_row *row)
{
	struct msg_queue *m = queue_of(o);

	switch (row->id) {
	case IPCDBG_R_receiver:
		*vec_add(&m->receivers) = row->u.receiver;
		break;
	case IPCDBG_R_sender:
		*vec_add(&m->senders) = row->u.sender;
		break;
	case IPCDBG_R_msgtype:
		*vec_add(&m->types) = row->u.msgtype;
		break;
	case IPCDBG_R_message:
		*vec_add(&m->messages) = row->u.message;
		break;
	default:
		break;
	}
}

void msg_free(struct object *o)
{
	struct msg_queue *m = queue_of(o);

	vec_free(&m->receivers);
	vec_free(&m->senders);
	vec_free(&m->types);
	vec_free(&m->messages);
}

static __u64 excess(__u64 n, __u64 more, __u64 limit)
{
	__u64 sum;

	if (__builtin_add_overflow(n, more, &sum))
		sum = UINT64_MAX;
	return sum > limit ? sum - limit : 0;
}

struct msg_need msg_need_of(const struct ipcdbg_queue *q, __u64 size)
{
	/* qbytes is a limit of the number of messages too, which keeps empty ones few. */
	return (struct msg_need){
		.never = size > q->qbytes || !q->qbytes,
		.bytes = excess(q->cbytes, size, q->qbytes),
		.messages = excess(q->qnum, 1, q->qbytes),
	};
}

void text_add_need(struct text *t, struct msg_need need)
{
	if (need.bytes)
		text_add_count(t, need.bytes, "byte");
	if (need.bytes && need.messages)
		text_addf(t, " and ");
	if (need.messages)
		text_add_count(t, need.messages, "message");
}

bool msg_types_known(const struct msg_queue *m)
{
	__u64 nr = 0;

	for (size_t i = 0; i < m->types.nr; i++)
		nr += m->types.v[i].count;
	return nr == m->o.head.queue.qnum;
}

/* Whether it would get messages of that type. */
static bool takes(const struct ipcdbg_receiver *r, __s64 type)
{
	switch ((enum ipcdbg_msgmode)r->mode) {
	case IPCDBG_MSG_ANY:
		return true;
	case IPCDBG_MSG_EQUAL:
		return type == r->msgtyp;
	case IPCDBG_MSG_EXCEPT:
		return type != r->msgtyp;
	case IPCDBG_MSG_LESS_EQUAL:
		return type <= (r->msgtyp == LLONG_MIN ? LLONG_MAX : -r->msgtyp);
	case IPCDBG_MSG_NUMBER:
		break;
	}
	return false;
}

bool msg_has_one_for(const struct msg_queue *m, const struct ipcdbg_receiver *r)
{
	for (size_t i = 0; i < m->types.nr; i++)
		if (takes(r, m->types.v[i].type))
			return true;
	return false;
}
