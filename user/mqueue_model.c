// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "mqueue.h"

static struct mqueue *queue_of(struct object *o)
{
	return (struct mqueue *)o;
}

void mqueue_clear(struct object *o)
{
	struct mqueue *m = queue_of(o);

	m->receivers.nr = m->senders.nr = m->prios.nr = m->openers.nr = 0;
}

void mqueue_add(struct object *o, const struct parse_row *row)
{
	struct mqueue *m = queue_of(o);

	switch (row->id) {
	case IPCDBG_R_mq_receiver:
		*vec_add(&m->receivers) = row->u.mq_receiver;
		break;
	case IPCDBG_R_mq_sender:
		*vec_add(&m->senders) = row->u.mq_sender;
		break;
	case IPCDBG_R_mqprio:
		*vec_add(&m->prios) = row->u.mqprio;
		break;
	case IPCDBG_R_opener:
		*vec_add(&m->openers) = row->u.opener;
		break;
	default:
		break;
	}
}

void mqueue_free(struct object *o)
{
	struct mqueue *m = queue_of(o);

	vec_free(&m->receivers);
	vec_free(&m->senders);
	vec_free(&m->prios);
	vec_free(&m->openers);
}
