// SPDX-License-Identifier: GPL-2.0
/* The blocks of 'ipcs -m' -i ID, -l and -u. */
#include <stdint.h>

#include "ipcs.h"
#include "ns_limits.h"
#include "shm.h"

#define _(msgid) ipcs_word(msgid)

void shm_ipcs(const struct query *q, const struct object *o)
{
	FILE *out = q->out;
	const struct ipcdbg_segment *s = &o->head.segment;

	fprintf(out, _("\nShared memory Segment shmid=%d\n"), s->shmid);
	fprintf(out, _("uid=%u\tgid=%u\tcuid=%u\tcgid=%u\n"), s->uid, s->gid, s->cuid, s->cgid);
	fprintf(out, _("mode=%#o\taccess_perms=%#o\n"), s->mode, s->mode & 0777);
	ipcs_size(q, _("bytes="), _("size="), s->size);
	fprintf(out, _("lpid=%u\tcpid=%u\tnattch=%jd\n"), s->lpid, s->cpid, (intmax_t)s->nattch);
	fprintf(out, _("att_time=%-26.24s\n"), ipcs_time_if_set(s->atime));
	fprintf(out, _("det_time=%-26.24s\n"), ipcs_time_if_set(s->dtime));
	fprintf(out, _("change_time=%-26.24s\n"), ipcs_time(s->ctime));
	fputs("\n", out);
}

/* shmall pages; what does not fit into 64 bits is the largest that does. */
static __u64 total(__u64 shmall, __u64 page)
{
	__u64 sum;

	return __builtin_mul_overflow(shmall, page, &sum) ? UINT64_MAX - UINT64_MAX % page : sum;
}

void shm_limits(const struct query *q, const struct ipcdbg_namespace *ns)
{
	__u64 page = source_page_size(q->source);

	fputs(_("------ Shared Memory Limits --------\n"), q->out);
	fprintf(q->out, _("max number of segments = %ju\n"), (uintmax_t)ns->shmmni);
	limits_size(q, _("max seg size"), ns->shmmax, true);
	if (q->style.unit == UNIT_DEFAULT)
		fprintf(q->out, "%s = %ju\n", _("max total shared memory (kbytes)"),
			(uintmax_t)total(ns->shmall, page / 1024));
	else
		limits_size(q, _("max total shared memory"), total(ns->shmall, page), false);
	limits_size(q, _("min seg size"), 1, false);
}

void shm_summary(const struct query *q, const struct usage *u)
{
	long page = source_page_size(q->source);

	fputs(_("------ Shared Memory Status --------\n"), q->out);
	fprintf(q->out,
		_("segments allocated %d\n"
		  "pages allocated %ld\n"
		  "pages resident  %ld\n"
		  "pages swapped   %ld\n"
		  "Swap performance: %ld attempts\t %ld successes\n"),
		u->ns.segments, (long)u->ns.shm_tot, (long)u->rss / page, (long)u->swap / page, 0L,
		0L);
}

void shm_tally(struct usage *u, const union ipcdbg_any *head)
{
	u->rss += head->segment.rss;
	u->swap += head->segment.swap;
}

const struct resource shm_resources[NR_SHM_RESOURCES] = {
	{ "SHMMNI", "segments", false, LIMIT_FIELD(shmmni), LIMIT_FIELD(segments), 0 },
	{ "SHMALL", "pages of all segments", false, LIMIT_FIELD(shmall), LIMIT_FIELD(shm_tot), 0 },
	{ "SHMMAX", "size of a segment", true, LIMIT_FIELD(shmmax), NO_FIELD, 0 },
	{ "SHMMIN", "least size of a segment", true, NO_FIELD, NO_FIELD, 1 },
};
