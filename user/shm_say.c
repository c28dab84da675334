// SPDX-License-Identifier: GPL-2.0
/*
 * What the rows of a segment mean, in sentences. Who has it attached and what became of the
 * processes that it remembers are facts. That nobody will come back for it is a guess, and ends in
 * "(inferred)".
 */
#include "shm.h"
#include "task.h"

static size_t count_processes(const struct shm_segment *s)
{
	size_t nr = 0;

	for (size_t i = 0; i < s->attachments.nr; i++)
		nr += IPCDBG_HAS(attach, &s->attachments.v[i].a, pid);
	return nr;
}

static void say_attached(struct text *t, const struct shm_segment *s)
{
	const struct ipcdbg_segment *seg = &s->o.head.segment;
	size_t nr = count_processes(s);

	text_addf(t, "attached %llu time%s", seg->nattch, seg->nattch == 1 ? "" : "s");
	if (object_lacks(&s->o, "attach"))
		text_addf(t, ", by at least %zu process%s", nr, nr == 1 ? "" : "es");
	else if (nr)
		text_addf(t, ", by %zu process%s", nr, nr == 1 ? "" : "es");
	else
		text_addf(t, "; no process was found that has it");
}

static void say_unattached(struct text *t, const struct object *o)
{
	const struct ipcdbg_segment *s = &o->head.segment;

	if (s->dtime) {
		text_addf(t, "nobody has it attached ");
		say_since(t, s->dtime, o->read_ns);
	} else if (s->atime) {
		text_addf(t, "nobody has it attached");
	} else {
		text_addf(t, "nobody has ever attached it, which is there ");
		say_since(t, s->ctime, o->read_ns);
		text_addf(t, " or longer");
	}
}

/* Whether it has been unattached for long enough to guess, as far as the times can tell. */
static bool is_stale(const struct query *q, const struct object *o)
{
	const struct ipcdbg_segment *s = &o->head.segment;

	return is_long_ago(q, s->dtime ? s->dtime : s->ctime, o->read_ns);
}

/* The creator, and who attached or detached it last; whether that leaves it without anyone. */
static void say_remembered(const struct query *q, struct text *t, const struct shm_segment *s)
{
	const struct ipcdbg_segment *seg = &s->o.head.segment;
	struct last creator = LAST_OF(segment, seg, cpid), last = LAST_OF(segment, seg, lpid);
	bool unused = !s->attachments.nr && !object_lacks(&s->o, "attach");

	text_addf(t, ";\n  created by ");
	say_last(t, creator);
	if (last.known) {
		text_addf(t, "; last attached or detached by ");
		say_last(t, last);
	}
	if (unused && is_stale(q, &s->o) && last_has_ended(creator) &&
	    (!last.known || last_has_ended(last)))
		text_addf(t, ":\n  an orphan (inferred)");
}

/* Memory that maps it by other ways than shmat does not count as attached. */
static void say_foreign(FILE *out, const struct shm_segment *s)
{
	size_t nr = 0;

	for (size_t i = 0; i < s->mappings.nr; i++)
		nr += s->mappings.v[i].foreign;
	if (nr)
		fprintf(out, "%zu mapping%s not made by shmat, and not counted\n", nr,
			nr == 1 ? " of it was" : "s of it were");
}

static void say_memory(FILE *out, const struct ipcdbg_segment *s)
{
	if (!IPCDBG_HAS(segment, s, rss) || !IPCDBG_HAS(segment, s, swap))
		return;
	fprintf(out, "%llu bytes of it are in memory, %llu in swap", s->rss, s->swap);
	if (IPCDBG_HAS(segment, s, page_size))
		fprintf(out, "; pages of %llu bytes", s->page_size);
	fprintf(out, "%s%s%s\n", s->locked ? "; locked (SHM_LOCK)" : "",
		s->hugetlb ? "; huge pages (SHM_HUGETLB)" : "",
		s->noreserve ? "; no swap space is reserved (SHM_NORESERVE)" : "");
}

void shm_say(const struct query *q, const struct object *o)
{
	const struct shm_segment *s = shm_segment_of(o);
	const struct ipcdbg_segment *seg = &o->head.segment;
	struct text t = { 0 };

	if (seg->nattch)
		say_attached(&t, s);
	else
		say_unattached(&t, o);
	if (seg->dest)
		text_addf(&t,
			  seg->nattch
				  ? ";\n  removed (IPC_RMID): it vanishes with its last attachment"
				  : ";\n  removed (IPC_RMID): it is about to vanish");
	else if (!seg->nattch)
		say_remembered(q, &t, s);
	fprintf(q->out, "%s\n", t.s);
	text_free(&t);
	say_foreign(q->out, s);
	say_memory(q->out, seg);
}
