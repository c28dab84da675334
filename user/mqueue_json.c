// SPDX-License-Identifier: GPL-2.0
#include "json.h"
#include "mqueue.h"

void mqueue_json(FILE *out, const struct object *o)
{
	const struct mqueue *m = mqueue_of(o);

	json_print_records(out, "receivers", IPCDBG_R_mq_receiver, m->receivers.v, m->receivers.nr);
	json_print_records(out, "senders", IPCDBG_R_mq_sender, m->senders.v, m->senders.nr);
	json_print_records(out, "priorities", IPCDBG_R_mqprio, m->prios.v, m->prios.nr);
	json_print_records(out, "openers", IPCDBG_R_opener, m->openers.v, m->openers.nr);
}
