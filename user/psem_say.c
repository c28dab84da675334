// SPDX-License-Identifier: GPL-2.0
/*
 * What the rows of a named semaphore mean, in sentences. Its value and its count of waiters are
 * facts, read after the tasks that were found waiting, which are inferred from the calls that they
 * sleep in. Nothing anywhere tells who took it.
 */
#include "pshm.h"
#include "task.h"

static void say_value(struct text *t, const struct ipcdbg_psem *s)
{
	if (IPCDBG_HAS(psem, s, value))
		text_addf(t, "value %u", s->value);
	else
		text_addf(t, "its value is not known, since its file may not be read");
}

static bool lacks_waits(const struct object *o)
{
	return object_lacks(o, "shm_wait");
}

static void say_waiting(struct text *t, const struct pshm *p)
{
	struct waits waits = { 0 };

	for (size_t i = 0; i < p->waits.nr; i++)
		waits_add(&waits, IPCDBG_HAS(shm_wait, &p->waits.v[i], blocked_ns),
			  p->waits.v[i].blocked_ns);
	say_waits(t, &waits, lacks_waits(&p->o));
	text_addf(t, " (inferred); ");
	say_value(t, &p->o.head.psem);
}

static void say_idle(struct text *t, const struct pshm *p)
{
	if (!lacks_waits(&p->o))
		text_addf(t, "no task was found that waits; ");
	say_value(t, &p->o.head.psem);
}

/* A waiter that is killed leaves itself in the count. */
static void say_count(FILE *out, const struct pshm *p)
{
	const struct ipcdbg_psem *s = &p->o.head.psem;

	if (!IPCDBG_HAS(psem, s, nwaiters) || lacks_waits(&p->o) || s->nwaiters <= p->waits.nr)
		return;
	fprintf(out,
		"its count of waiters is %u, of whom %zu were found:\n"
		"  others may be about to wait, or were killed while they did (inferred)\n",
		s->nwaiters, p->waits.nr);
}

/* sem_open makes the file under a name of six letters, which its maker sees in /proc for ever. */
static void say_name(FILE *out, const struct ipcdbg_psem *s)
{
	if (s->unlinked && strlen(s->name) == 6)
		fputs("/proc may tell the name that it had while it was made (inferred)\n", out);
}

void psem_say(const struct query *q, const struct object *o)
{
	const struct pshm *p = pshm_of(o);
	struct text t = { 0 };

	if (p->waits.nr) {
		say_waiting(&t, p);
		pshm_say_others(&t, p);
		text_addf(&t, ";\n  who has taken it is not known: a POSIX semaphore has no owner");
	} else {
		say_idle(&t, p);
		pshm_say_users(&t, p);
	}
	fprintf(q->out, "%s\n", t.s);
	text_free(&t);
	say_count(q->out, p);
	pshm_say_unlinked(q->out, p);
	say_name(q->out, &o->head.psem);
}
