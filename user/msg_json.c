// SPDX-License-Identifier: GPL-2.0
#include "json.h"
#include "msg.h"

static json_t *make_receiver(const void *ctx, size_t i)
{
	const struct msg_queue *m = ctx;

	return json_record(IPCDBG_R_receiver, &m->receivers.v[i], 0);
}

static json_t *make_sender(const void *ctx, size_t i)
{
	const struct msg_queue *m = ctx;

	return json_record(IPCDBG_R_sender, &m->senders.v[i], 0);
}

static json_t *make_type(const void *ctx, size_t i)
{
	const struct msg_queue *m = ctx;

	return json_record(IPCDBG_R_msgtype, &m->types.v[i], 0);
}

static json_t *make_message(const void *ctx, size_t i)
{
	const struct msg_queue *m = ctx;

	return json_record(IPCDBG_R_message, &m->messages.v[i], 0);
}

void msg_json(FILE *out, const struct object *o)
{
	const struct msg_queue *m = msg_queue_of(o);

	json_print_array(out, "receivers", make_receiver, m, m->receivers.nr);
	json_print_array(out, "senders", make_sender, m, m->senders.nr);
	json_print_array(out, "types", make_type, m, m->types.nr);
	json_print_array(out, "messages", make_message, m, m->messages.nr);
}
