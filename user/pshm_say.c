// SPDX-License-Identifier: GPL-2.0
/*
 * What the rows of a POSIX shared memory object mean, in sentences. Who maps it and has it open are
 * facts, as old as the search for it. That a task waits inside it is inferred from the call that
 * it sleeps in.
 */
#include "pshm.h"
#include "task.h"

#define SHOWN 3

typedef bool (*is_meant_fn)(const struct pshm *p, const struct pshm_user *u);

static bool maps(const struct pshm *p, const struct pshm_user *u)
{
	(void)p;
	return u->u.mappings;
}

static bool has_open_only(const struct pshm *p, const struct pshm_user *u)
{
	return !maps(p, u);
}

static bool does_not_wait(const struct pshm *p, const struct pshm_user *u)
{
	for (size_t i = 0; i < p->waits.nr; i++)
		if (p->waits.v[i].pid == u->u.pid)
			return false;
	return true;
}

/* "pid 1 (a), pid 2 (b) and 3 more"; how many there are. */
static size_t say_those(struct text *t, const struct pshm *p, is_meant_fn is_meant)
{
	size_t nr = 0;

	for (size_t i = 0; i < p->users.nr; i++) {
		const struct ipcdbg_shm_user *u = &p->users.v[i].u;

		if (!is_meant(p, &p->users.v[i]) || nr++ >= SHOWN)
			continue;
		text_addf(t, nr == 1 ? "" : ", ");
		say_process(t, u->pid, u->pid, u->comm);
	}
	if (nr > SHOWN)
		text_addf(t, " and %zu more", nr - SHOWN);
	return nr;
}

/* Whether there are any. */
static bool say_each(struct text *t, const struct pshm *p, const char *what, is_meant_fn is_meant)
{
	struct text those = { 0 };
	size_t nr;

	text_clear(&those);
	nr = say_those(&those, p, is_meant);
	if (nr)
		text_addf(t, "%s%s %s", t->len ? ";\n  " : "", what, those.s);
	text_free(&those);
	return nr;
}

static void say_nobody(struct text *t, const struct pshm *p, const char *who)
{
	text_addf(t, "%sno %sprocess%s maps it or has it open", t->len ? ";\n  " : "", who,
		  object_lacks(&p->o, "shm_user") ? " that may be looked into" : "");
}

void pshm_say_users(struct text *t, const struct pshm *p)
{
	say_each(t, p, "mapped by", maps);
	say_each(t, p, "open, but not mapped, by", has_open_only);
	if (!p->users.nr)
		say_nobody(t, p, "");
}

void pshm_say_others(struct text *t, const struct pshm *p)
{
	if (!say_each(t, p, "others that use it, and do not wait:", does_not_wait))
		say_nobody(t, p, "other ");
}

void pshm_say_unlinked(FILE *out, const struct pshm *p)
{
	if (pshm_head(&p->o.head)->unlinked)
		fputs("unlinked: it has no name any more, and goes with its last user\n", out);
}

static void say_waits_inside(FILE *out, const struct pshm *p)
{
	struct waits waits = { 0 };
	struct text t = { 0 };

	for (size_t i = 0; i < p->waits.nr; i++)
		waits_add(&waits, IPCDBG_HAS(shm_wait, &p->waits.v[i], blocked_ns),
			  p->waits.v[i].blocked_ns);
	if (!waits.nr)
		return;
	say_waits(&t, &waits, object_lacks(&p->o, "shm_wait"));
	fprintf(out, "%s for a word inside it (inferred)\n", t.s);
	text_free(&t);
}

void pshm_say(const struct query *q, const struct object *o)
{
	const struct pshm *p = pshm_of(o);
	const struct ipcdbg_pshm *h = pshm_head(&o->head);
	struct text t = { 0 };

	say_waits_inside(q->out, p);
	pshm_say_users(&t, p);
	if (!p->users.nr && !object_lacks(o, "shm_user") && !h->unlinked &&
	    IPCDBG_HAS(pshm, h, allocated) && h->allocated)
		text_addf(&t,
			  ";\n  its %llu bytes stay in memory, or in swap, until it is unlinked",
			  h->allocated);
	fprintf(q->out, "%s\n", t.s);
	text_free(&t);
	pshm_say_unlinked(q->out, p);
}
