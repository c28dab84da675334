// SPDX-License-Identifier: GPL-2.0
/* The block of 'ipcs -s -i ID'. */
#include <stdint.h>

#include "ipcs.h"
#include "sem.h"

#define _(msgid) ipcs_word(msgid)

static void sem_rows(FILE *out, const struct sem_set *s)
{
	fprintf(out, "%-10s %-10s %-10s %-10s %-10s\n", _("semnum"), _("value"), _("ncount"),
		_("zcount"), _("pid"));
	for (size_t i = 0; i < s->sems.nr; i++) {
		const struct ipcdbg_sem *sem = &s->sems.v[i];

		fprintf(out, "%-10d %-10d %-10u %-10u %-10d\n", sem->semnum, sem->semval,
			sem->semncnt, sem->semzcnt, sem->sempid);
	}
}

void sem_ipcs(FILE *out, const struct object *o)
{
	const struct ipcdbg_set *set = &o->head.set;

	fprintf(out, _("\nSemaphore Array semid=%d\n"), set->semid);
	fprintf(out, _("uid=%u\t gid=%u\t cuid=%u\t cgid=%u\n"), set->uid, set->gid, set->cuid,
		set->cgid);
	fprintf(out, _("mode=%#o, access_perms=%#o\n"), set->mode, set->mode & 0777);
	fprintf(out, _("nsems = %ju\n"), (uintmax_t)set->nsems);
	fprintf(out, _("otime = %-26.24s\n"), ipcs_time_if_set(set->otime));
	fprintf(out, _("ctime = %-26.24s\n"), ipcs_time(set->ctime));
	sem_rows(out, sem_set_of(o));
	fputs("\n", out);
}
