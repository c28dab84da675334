// SPDX-License-Identifier: GPL-2.0
#include "json.h"
#include "msg.h"

void msg_json(FILE *out, const struct object *o)
{
	const struct msg_queue *m = msg_queue_of(o);

	json_print_records(out, "receivers", IPCDBG_R_receiver, m->receivers.v, m->receivers.nr);
	json_print_records(out, "senders", IPCDBG_R_sender, m->senders.v, m->senders.nr);
	json_print_records(out, "types", IPCDBG_R_msgtype, m->types.v, m->types.nr);
	json_print_records(out, "messages", IPCDBG_R_message, m->messages.v, m->messages.nr);
}
