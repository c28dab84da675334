// SPDX-License-Identifier: GPL-2.0
/*
 * What the rows of a set mean, in sentences. Wait queues and undo lists are facts and are told as
 * such. Who holds a semaphore without SEM_UNDO is nowhere in the kernel: what the last operation
 * makes likely is told only of a long wait, and ends in "(inferred)". Where rows are missing,
 * nothing is said about what is not there.
 */
#include <stdlib.h>

#include "sem.h"
#include "task.h"

/* The longest waits are told first, and so many of each. */
#define GROUPS_SHOWN 3
#define HOLDERS_SHOWN 3

/* The tasks that wait for one semaphore in one way. */
struct group {
	const struct ipcdbg_sem *sem;
	int semnum;
	bool zero;
	struct waits waits;
};

struct teller {
	const struct query *q;
	const struct sem_set *s;
	struct sem_blockers b;
	VEC(struct group) groups;
	struct text t;
};

static struct group *group_of(struct teller *me, const struct sem_wait *w)
{
	bool zero = sem_wait_is_zero(me->s, w);
	struct group *g;

	/* The waits of one semaphore follow each other, so its groups are the newest two at most.
	 */
	for (size_t i = me->groups.nr; i && i + 2 > me->groups.nr; i--) {
		g = &me->groups.v[i - 1];
		if (g->semnum == w->semnum && g->zero == zero)
			return g;
	}
	g = vec_add(&me->groups);
	g->sem = &me->s->sems.v[w->sem];
	g->semnum = w->semnum;
	g->zero = zero;
	return g;
}

static int longest_first(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->waits.longest_ns != y->waits.longest_ns)
		return x->waits.longest_ns > y->waits.longest_ns ? -1 : 1;
	if (x->semnum != y->semnum)
		return x->semnum < y->semnum ? -1 : 1;
	return x->zero - y->zero;
}

/* The wait of a process, or of one of its threads, on this set; NULL if there is none. */
static const struct sem_wait *wait_of(const struct sem_set *s, int pid)
{
	for (size_t i = 0; pid && i < s->waits.nr; i++)
		if (s->waits.v[i].w.pid == pid)
			return &s->waits.v[i];
	return NULL;
}

/* ", which itself waits for semaphore 0", or ", whose thread 93 waits ..." */
static void say_own_wait(struct text *t, const struct sem_wait *own, const char *which,
			 const char *whose)
{
	if (whose)
		text_addf(t, ", %s thread %d", whose, own->w.tid);
	else
		text_addf(t, ", %s itself", which);
	text_addf(t, " waits for semaphore %d", own->semnum);
}

/* Whether more than one thread of the first owner shares the undo list. */
static bool has_threads(const struct sem_set *s, const struct sem_undo *u)
{
	return u->nr_owners > 1 && !sem_owner_is_first(s, u, 1);
}

static size_t processes_of(const struct sem_set *s, const struct sem_undo *u)
{
	size_t nr = 0;

	for (size_t i = 0; i < u->nr_owners; i++)
		nr += sem_owner_is_first(s, u, i);
	return nr;
}

/* "pid 811 (aplay) holds it (SEM_UNDO +1) and is alive" */
static void say_holder(struct teller *me, const struct sem_undo *u, bool zero)
{
	const struct ipcdbg_owner *o = u->nr_owners ? &me->s->owners.v[u->first_owner] : NULL;
	size_t others = processes_of(me->s, u);
	const struct sem_wait *own;
	struct text *t = &me->t;

	text_addf(t, "; ");
	if (o)
		say_process(t, o->pid, o->tid, o->comm);
	else
		text_addf(t, u->u.exiting ? "a process that is just exiting" : "some process");
	if (others > 1)
		text_addf(t, ", together with %zu other%s%s,", others - 1, others > 2 ? "s" : "",
			  !o[0].pid && !o[1].pid ? " or threads of it" : "");
	text_addf(t, zero ? " has raised it (SEM_UNDO %+d)" : " holds it (SEM_UNDO %+d)",
		  u->u.semadj);
	if (!o)
		return;
	own = wait_of(me->s, o->pid);
	if (IPCDBG_HAS(owner, o, state))
		text_addf(t, " and %s", state_words(o->state));
	if (own)
		say_own_wait(t, own, "and", has_threads(me->s, u) ? "and its" : NULL);
}

/* What is not known of holders forbids guesses. */
static void say_last_operation(struct teller *me, const struct group *g, bool guess)
{
	const struct ipcdbg_sem *sem = g->sem;
	bool suspect = guess && g->waits.timed && g->waits.longest_ns > me->q->suspect_ns;
	const struct sem_wait *own = NULL;
	struct text *t = &me->t;

	if (!IPCDBG_HAS(sem, sem, sempid)) {
		text_addf(t, ";\n  no process has operated on it yet");
		return;
	}
	text_addf(t, ";\n  last operated by ");
	say_process(t, sem->sempid, sem->sempid, sem->sempid_comm);
	/* The number of one that has exited may be that of a stranger by now. */
	if (IPCDBG_HAS(sem, sem, sempid_state) && sem->sempid_state != IPCDBG_EXITED)
		own = wait_of(me->s, sem->sempid);
	if (own)
		say_own_wait(t, own, "which", own->w.tid != own->w.pid ? "whose" : NULL);
	else if (IPCDBG_HAS(sem, sem, sempid_state))
		text_addf(t, ", which %s", state_words(sem->sempid_state));
	if (own || !suspect || !IPCDBG_HAS(sem, sem, sempid_state))
		return;
	if (sem->sempid_state == IPCDBG_LIVE)
		text_addf(t, g->zero ? "" : ": it may hold it without SEM_UNDO (inferred)");
	else
		text_addf(t, g->zero ? ": it may have died before it lowered it (inferred)"
				     : ": it may have decremented and died (inferred)");
}

/* Whether any undo stands for that semaphore: then "no undo" would be wrong, "none that blocks" is
 * right. */
static bool has_undo(const struct sem_set *s, int semnum)
{
	for (size_t i = 0; i < s->undos.nr; i++)
		if (s->undos.v[i].u.semnum == semnum && s->undos.v[i].u.semadj)
			return true;
	return false;
}

static void say_holders(struct teller *me, const struct group *g)
{
	size_t nr;
	const struct sem_undo *const *u = sem_blockers_find(&me->b, g->semnum, g->zero, &nr);

	for (size_t i = 0; i < nr && i < HOLDERS_SHOWN; i++)
		say_holder(me, u[i], g->zero);
	if (nr > HOLDERS_SHOWN)
		text_addf(&me->t, g->zero ? "; %zu more have raised it" : "; %zu more hold it",
			  nr - HOLDERS_SHOWN);
	if (nr)
		return;
	if (sem_set_lacks(me->s, "undo")) {
		text_addf(&me->t, "; who holds it is not known, for rows are missing");
		say_last_operation(me, g, false);
		return;
	}
	text_addf(&me->t, has_undo(me->s, g->semnum) ? "; no process holds an undo that blocks this"
						     : "; no process holds an undo for it");
	say_last_operation(me, g, true);
}

static void say_group(struct teller *me, const struct group *g)
{
	struct text *t = &me->t;

	text_clear(t);
	say_waits(t, &g->waits, sem_set_lacks(me->s, "wait"));
	text_addf(t, g->zero ? " until semaphore %d is 0" : " for semaphore %d", g->semnum);
	say_holders(me, g);
	fprintf(me->q->out, "%s\n", t->s);
}

/* What the sentences above leave out. */
static void say_untold(const struct teller *me)
{
	size_t tasks = 0;

	for (size_t i = GROUPS_SHOWN; i < me->groups.nr; i++)
		tasks += me->groups.v[i].waits.nr;
	if (tasks)
		fprintf(me->q->out, "%zu more task%s for semaphores of this set\n", tasks,
			tasks == 1 ? " waits" : "s wait");
}

static void say_idle(const struct teller *me)
{
	if (sem_set_lacks(me->s, "wait"))
		return;
	fprintf(me->q->out, "no task waits for this set%s\n",
		me->b.undos.nr || sem_set_lacks(me->s, "undo")
			? ""
			: "; no process holds an undo for it");
}

void sem_say(const struct query *q, const struct object *o)
{
	const struct sem_set *s = sem_set_of(o);
	struct teller me = { .q = q, .s = s };

	sem_blockers_init(&me.b, s);
	for (size_t i = 0; i < s->waits.nr; i++) {
		const struct ipcdbg_wait *w = &s->waits.v[i].w;

		waits_add(&group_of(&me, &s->waits.v[i])->waits, IPCDBG_HAS(wait, w, blocked_ns),
			  w->blocked_ns);
	}
	if (me.groups.nr)
		qsort(me.groups.v, me.groups.nr, sizeof(*me.groups.v), longest_first);
	else
		say_idle(&me);
	for (size_t i = 0; i < me.groups.nr && i < GROUPS_SHOWN; i++)
		say_group(&me, &me.groups.v[i]);
	say_untold(&me);
	sem_blockers_free(&me.b);
	vec_free(&me.groups);
	text_free(&me.t);
}
