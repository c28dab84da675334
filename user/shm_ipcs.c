// SPDX-License-Identifier: GPL-2.0
/* The block of 'ipcs -m -i ID'. */
#include <stdint.h>

#include "ipcs.h"
#include "shm.h"

#define _(msgid) ipcs_word(msgid)

void shm_ipcs(FILE *out, const struct object *o)
{
	const struct ipcdbg_segment *s = &o->head.segment;

	fprintf(out, _("\nShared memory Segment shmid=%d\n"), s->shmid);
	fprintf(out, _("uid=%u\tgid=%u\tcuid=%u\tcgid=%u\n"), s->uid, s->gid, s->cuid, s->cgid);
	fprintf(out, _("mode=%#o\taccess_perms=%#o\n"), s->mode, s->mode & 0777);
	fprintf(out, "%s%ju\t", _("bytes="), (uintmax_t)s->size);
	fprintf(out, _("lpid=%u\tcpid=%u\tnattch=%jd\n"), s->lpid, s->cpid, (intmax_t)s->nattch);
	fprintf(out, _("att_time=%-26.24s\n"), ipcs_time_if_set(s->atime));
	fprintf(out, _("det_time=%-26.24s\n"), ipcs_time_if_set(s->dtime));
	fprintf(out, _("change_time=%-26.24s\n"), ipcs_time(s->ctime));
	fputs("\n", out);
}
