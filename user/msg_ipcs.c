// SPDX-License-Identifier: GPL-2.0
/* The block of 'ipcs -q -i ID'. */
#include <stdint.h>

#include "ipcs.h"
#include "msg.h"

#define _(msgid) ipcs_word(msgid)

void msg_ipcs(FILE *out, const struct object *o)
{
	const struct ipcdbg_queue *q = &o->head.queue;

	fprintf(out, _("\nMessage Queue msqid=%d\n"), q->msqid);
	fprintf(out, _("uid=%u\tgid=%u\tcuid=%u\tcgid=%u\tmode=%#o\n"), q->uid, q->gid, q->cuid,
		q->cgid, q->mode);
	fprintf(out, "%s%ju\t", _("cbytes="), (uintmax_t)q->cbytes);
	fprintf(out, "%s%ju\t", _("qbytes="), (uintmax_t)q->qbytes);
	fprintf(out, _("qnum=%jd\tlspid=%d\tlrpid=%d\n"), (intmax_t)q->qnum, q->lspid, q->lrpid);
	fprintf(out, _("send_time=%-26.24s\n"), ipcs_time_if_set(q->stime));
	fprintf(out, _("rcv_time=%-26.24s\n"), ipcs_time_if_set(q->rtime));
	fprintf(out, _("change_time=%-26.24s\n"), ipcs_time_if_set(q->ctime));
	fputs("\n", out);
}
