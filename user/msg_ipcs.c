// SPDX-License-Identifier: GPL-2.0
/* The blocks of 'ipcs -q' -i ID, -l and -u. */
#include <stdint.h>

#include "ipcs.h"
#include "ns_limits.h"
#include "msg.h"

#define _(msgid) ipcs_word(msgid)

void msg_ipcs(const struct query *query, const struct object *o)
{
	const struct ipcdbg_queue *q = &o->head.queue;
	FILE *out = query->out;

	fprintf(out, _("\nMessage Queue msqid=%d\n"), q->msqid);
	fprintf(out, _("uid=%u\tgid=%u\tcuid=%u\tcgid=%u\tmode=%#o\n"), q->uid, q->gid, q->cuid,
		q->cgid, q->mode);
	ipcs_size(query, _("cbytes="), _("csize="), q->cbytes);
	ipcs_size(query, _("qbytes="), _("qsize="), q->qbytes);
	fprintf(out, _("qnum=%jd\tlspid=%d\tlrpid=%d\n"), (intmax_t)q->qnum, q->lspid, q->lrpid);
	fprintf(out, _("send_time=%-26.24s\n"), ipcs_time_if_set(q->stime));
	fprintf(out, _("rcv_time=%-26.24s\n"), ipcs_time_if_set(q->rtime));
	fprintf(out, _("change_time=%-26.24s\n"), ipcs_time_if_set(q->ctime));
	fputs("\n", out);
}

void msg_limits(const struct query *q, const struct ipcdbg_namespace *ns)
{
	fputs(_("------ Messages Limits --------\n"), q->out);
	fprintf(q->out, _("max queues system wide = %d\n"), ns->msgmni);
	limits_size(q, _("max size of message"), ns->msgmax, false);
	limits_size(q, _("default max size of queue"), ns->msgmnb, false);
}

void msg_summary(const struct query *q, const struct usage *u)
{
	fputs(_("------ Messages Status --------\n"), q->out);
	fprintf(q->out, _("allocated queues = %d\n"), u->ns.queues);
	fprintf(q->out, _("used headers = %d\n"), (int)u->messages);
	if (q->style.unit == UNIT_DEFAULT)
		fprintf(q->out, "%s = %ju%s", _("used space"), (uintmax_t)u->bytes, _(" bytes\n"));
	else
		limits_size(q, _("used space"), u->bytes, false);
}

void msg_tally(struct usage *u, const union ipcdbg_any *head)
{
	u->messages += head->queue.qnum;
	u->bytes += head->queue.cbytes;
}

const struct resource msg_resources[NR_MSG_RESOURCES] = {
	{ "MSGMNI", "message queues", false, LIMIT_FIELD(msgmni), LIMIT_FIELD(queues), 0 },
	{ "MSGMAX", "size of a message", true, LIMIT_FIELD(msgmax), NO_FIELD, 0 },
	{ "MSGMNB", "default size of a queue", true, LIMIT_FIELD(msgmnb), NO_FIELD, 0 },
};
