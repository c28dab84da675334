// SPDX-License-Identifier: GPL-2.0
#include "json.h"
#include "mqueue.h"

static json_t *make_receiver(const void *ctx, size_t i)
{
	const struct mqueue *m = ctx;

	return json_record(IPCDBG_R_mq_receiver, &m->receivers.v[i], 0);
}

static json_t *make_sender(const void *ctx, size_t i)
{
	const struct mqueue *m = ctx;

	return json_record(IPCDBG_R_mq_sender, &m->senders.v[i], 0);
}

static json_t *make_prio(const void *ctx, size_t i)
{
	const struct mqueue *m = ctx;

	return json_record(IPCDBG_R_mqprio, &m->prios.v[i], 0);
}

static json_t *make_opener(const void *ctx, size_t i)
{
	const struct mqueue *m = ctx;

	return json_record(IPCDBG_R_opener, &m->openers.v[i], 0);
}

void mqueue_json(FILE *out, const struct object *o)
{
	const struct mqueue *m = mqueue_of(o);

	json_print_array(out, "receivers", make_receiver, m, m->receivers.nr);
	json_print_array(out, "senders", make_sender, m, m->senders.nr);
	json_print_array(out, "priorities", make_prio, m, m->prios.nr);
	json_print_array(out, "openers", make_opener, m, m->openers.nr);
}
