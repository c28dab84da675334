// SPDX-License-Identifier: GPL-2.0
/* What 'ipcs' would print of POSIX queues for -l and -u. */
#include <stdint.h>

#include "ns_limits.h"
#include "mqueue.h"

void mqueue_limits(const struct query *q, const struct ipcdbg_namespace *ns)
{
	fputs("------ POSIX Message Queue Limits --------\n", q->out);
	fprintf(q->out, "max number of queues = %u\n", ns->queues_max);
	fprintf(q->out, "max messages in a queue = %u\n", ns->msg_max);
	limits_size(q, "max size of message", ns->msgsize_max, false);
}

void mqueue_summary(const struct query *q, const struct usage *u)
{
	fputs("------ POSIX Message Queue Status --------\n", q->out);
	/* Without the module, those that were found, as for the lines below. */
	fprintf(q->out, "allocated queues = %ju\n",
		IPCDBG_HAS(namespace, &u->ns, mqueues) ? (uintmax_t)u->ns.mqueues
						       : (uintmax_t)u->objects);
	fprintf(q->out, "messages = %ju\n", (uintmax_t)u->messages);
	limits_size(q, "used space", u->bytes, false);
}

void mqueue_tally(struct usage *u, const union ipcdbg_any *head)
{
	u->messages += head->mqueue.curmsgs;
	u->bytes += head->mqueue.bytes;
}

const struct resource mqueue_resources[NR_MQUEUE_RESOURCES] = {
	{ "MQUMNI", "POSIX message queues", false, LIMIT_FIELD(queues_max), LIMIT_FIELD(mqueues),
	  0 },
	{ "MQUMAX", "messages in a POSIX queue", false, LIMIT_FIELD(msg_max), NO_FIELD, 0 },
	{ "MQUMNB", "size of a message there", true, LIMIT_FIELD(msgsize_max), NO_FIELD, 0 },
};
