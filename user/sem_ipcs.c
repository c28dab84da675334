// SPDX-License-Identifier: GPL-2.0
/* The blocks of 'ipcs -s' -i ID, -l and -u. */
#include <stdint.h>
#include <string.h>

#include <ipcdbg/digits.h>

#include "ipcs.h"
#include "ns_limits.h"
#include "sem.h"

#define SEMVMX 32767 /* of the kernel */

#define _(msgid) ipcs_word(msgid)

/* A column of ten and what stands behind it, in room for CELL_MAX. */
#define CELL_MAX (IPCDBG_DIGITS_MAX + 2)
#define ROWS 64 /* that are written together */

static char *put_cell(char *p, long long n, char behind)
{
	char *end = p + 10;

	memset(p, ' ', 10);
	if (n < 0)
		*p++ = '-';
	p = ipcdbg_put_u64(p, n < 0 ? -(__u64)n : (__u64)n);
	if (p < end)
		p = end;
	*p++ = behind;
	return p;
}

static char *put_row(char *p, const struct ipcdbg_sem *sem)
{
	p = put_cell(p, sem->semnum, ' ');
	p = put_cell(p, sem->semval, ' ');
	p = put_cell(p, sem->semncnt, ' ');
	p = put_cell(p, sem->semzcnt, ' ');
	return put_cell(p, sem->sempid, '\n');
}

/* Its row is that of the one before it, but for the last digit of its number. */
static bool counts_on(const struct ipcdbg_sem *sem)
{
	const struct ipcdbg_sem *last = sem - 1;

	return sem->semnum == last->semnum + 1 && sem->semnum % 10 && sem->semval == last->semval &&
	       sem->semncnt == last->semncnt && sem->semzcnt == last->semzcnt &&
	       sem->sempid == last->sempid;
}

static void sem_rows(FILE *out, const struct sem_set *s)
{
	char rows[ROWS * 5 * CELL_MAX], row[5 * CELL_MAX] = "", *p = rows;
	size_t len = 0, digit = 0;

	fprintf(out, "%-10s %-10s %-10s %-10s %-10s\n", _("semnum"), _("value"), _("ncount"),
		_("zcount"), _("pid"));
	for (size_t i = 0; i < s->sems.nr; i++) {
		const struct ipcdbg_sem *sem = &s->sems.v[i];

		if (i && counts_on(sem)) {
			row[digit]++;
		} else {
			len = put_row(row, sem) - row;
			digit = ipcdbg_count_digits(sem->semnum) - 1;
		}
		memcpy(p, row, sizeof(row));
		p += len;
		if ((i + 1) % ROWS && i + 1 < s->sems.nr)
			continue;
		fwrite(rows, 1, p - rows, out);
		p = rows;
	}
}

void sem_ipcs(const struct query *q, const struct object *o)
{
	FILE *out = q->out;
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

void sem_limits(const struct query *q, const struct ipcdbg_namespace *ns)
{
	fputs(_("------ Semaphore Limits --------\n"), q->out);
	fprintf(q->out, _("max number of arrays = %d\n"), ns->semmni);
	fprintf(q->out, _("max semaphores per array = %d\n"), ns->semmsl);
	fprintf(q->out, _("max semaphores system wide = %d\n"), ns->semmns);
	fprintf(q->out, _("max ops per semop call = %d\n"), ns->semopm);
	fprintf(q->out, _("semaphore max value = %u\n"), SEMVMX);
}

void sem_summary(const struct query *q, const struct usage *u)
{
	fputs(_("------ Semaphore Status --------\n"), q->out);
	fprintf(q->out, _("used arrays = %d\n"), u->ns.sets);
	fprintf(q->out, _("allocated semaphores = %d\n"), u->ns.semaphores);
}

const struct resource sem_resources[NR_SEM_RESOURCES] = {
	{ "SEMMNI", "semaphore sets", false, LIMIT_FIELD(semmni), LIMIT_FIELD(sets), 0 },
	{ "SEMMNS", "semaphores in all sets", false, LIMIT_FIELD(semmns), LIMIT_FIELD(semaphores),
	  0 },
	{ "SEMMSL", "semaphores in a set", false, LIMIT_FIELD(semmsl), NO_FIELD, 0 },
	{ "SEMOPM", "operations in a semop call", false, LIMIT_FIELD(semopm), NO_FIELD, 0 },
	{ "SEMVMX", "value of a semaphore", false, NO_FIELD, NO_FIELD, SEMVMX },
};
