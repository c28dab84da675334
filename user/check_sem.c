// SPDX-License-Identifier: GPL-2.0
/* What can be wrong with a semaphore set by itself. */
#include <sys/ipc.h>

#include "check.h"
#include "sem.h"
#include "task.h"

/* Blocked tasks that stand in the evidence of a finding. */
#define WAITS_SHOWN 8
#define SEMVMX 32767 /* as the kernel has it */

#define SET_FIELDS                                                                \
	(IPCDBG_BIT(set, semid) | IPCDBG_BIT(set, key) | IPCDBG_BIT(set, mode) |  \
	 IPCDBG_BIT(set, uid) | IPCDBG_BIT(set, nsems) | IPCDBG_BIT(set, otime) | \
	 IPCDBG_BIT(set, ctime))
#define WAIT_FIELDS                                                               \
	(IPCDBG_BIT(wait, pid) | IPCDBG_BIT(wait, tid) | IPCDBG_BIT(wait, comm) | \
	 IPCDBG_BIT(wait, uid) | IPCDBG_BIT(wait, start_ns) | IPCDBG_BIT(wait, blocked_ns))

/* The tasks that wait for one semaphore in one way. */
struct group {
	const struct ipcdbg_sem *sem;
	bool zero;
	struct waits waits;
	const struct sem_wait *longest;
};

static void add_to_group(struct group *g, const struct sem_wait *w)
{
	bool timed = IPCDBG_HAS(wait, &w->w, blocked_ns);

	if (!g->longest || (timed && w->w.blocked_ns > g->waits.longest_ns))
		g->longest = w;
	waits_add(&g->waits, timed, w->w.blocked_ns);
}

static bool is_held(const struct sem_set *s, int semnum, bool zero)
{
	for (size_t i = 0; i < s->undos.nr; i++)
		if (sem_undo_blocks(&s->undos.v[i], semnum, zero))
			return true;
	return false;
}

/* Whether who has done something with it lives; one of whom no state is known may. */
static bool has_ended(const struct ipcdbg_sem *sem)
{
	return last_has_ended((struct last)LAST_OF(sem, sem, sempid));
}

static void say_abandoned(struct check *c, const struct rule *r, const struct sem_set *s,
			  const struct group *g)
{
	struct finding *f = check_add(c, r, &s->o);
	struct text *t = &f->told;

	f->inferred = true;
	say_waits(t, &g->waits, sem_set_lacks(s, "wait"));
	text_addf(t, g->zero ? " until semaphore %d is 0" : " for semaphore %d", g->sem->semnum);
	text_addf(t,
		  ", which is %d; no process holds an undo that blocks this; "
		  "last operated by ",
		  g->sem->semval);
	say_last(t, LAST_OF(sem, g->sem, sempid));
	text_addf(t, g->zero ? ": it may have died before it lowered it"
			     : ": it may have decremented and died");
	finding_record(f, IPCDBG_R_sem, g->sem, ~0ULL);
	finding_record(f, IPCDBG_R_wait, &g->longest->w, WAIT_FIELDS);
	check_next_show(c, f, &s->o);
}

/*
 * A set that no semop has succeeded on cannot have been decremented. Who operated last has ended,
 * and nobody is known who holds it: a producer that posts and exits looks the same.
 */
static void look_at_group(struct check *c, const struct rule *r, const struct sem_set *s,
			  const struct group *g)
{
	const struct ipcdbg_set *set = &s->o.head.set;

	if (!check_is_long(c, &g->waits) || !has_ended(g->sem))
		return;
	if (IPCDBG_HAS(set, set, otime) && !set->otime)
		return;
	if (!is_held(s, g->sem->semnum, g->zero))
		say_abandoned(c, r, s, g);
}

void check_abandoned(struct check *c, const struct rule *r, const struct object *o)
{
	const struct sem_set *s = sem_set_of(o);
	size_t i = 0;

	if (sem_set_lacks(s, "undo"))
		return;
	while (i < s->waits.nr) {
		size_t sem = s->waits.v[i].sem;
		struct group groups[2] = { { .sem = &s->sems.v[sem] },
					   { .sem = &s->sems.v[sem], .zero = true } };

		/* The waits of a semaphore follow each other. */
		for (; i < s->waits.nr && s->waits.v[i].sem == sem; i++)
			add_to_group(&groups[sem_wait_is_zero(s, &s->waits.v[i])], &s->waits.v[i]);
		look_at_group(c, r, s, &groups[0]);
		look_at_group(c, r, s, &groups[1]);
	}
}

/* Whether the operations of one call on a semaphore of that value wait; else it ends, at least so.
 */
static bool waits_at(const struct ipcdbg_op *ops, size_t nr, __u32 semnum, int value)
{
	for (size_t i = 0; i < nr; i++) {
		if (ops[i].sem_num != semnum)
			continue;
		if ((!ops[i].sem_op && value) || value + ops[i].sem_op < 0)
			return !(ops[i].sem_flg & IPC_NOWAIT);
		value += ops[i].sem_op;
		if (value > SEMVMX)
			return false;
	}
	return false;
}

/* Whether the operations on other semaphores may end the call with an error. */
static bool may_fail(const struct ipcdbg_op *ops, size_t nr, __u32 semnum)
{
	for (size_t i = 0; i < nr; i++)
		if (ops[i].sem_num != semnum && (ops[i].sem_op > 0 || ops[i].sem_flg & IPC_NOWAIT))
			return true;
	return false;
}

/* Whether the call waits at every value that the semaphore can have. */
static bool is_impossible(const struct ipcdbg_op *ops, size_t nr, __u32 semnum)
{
	int value = 0;

	while (value <= SEMVMX && waits_at(ops, nr, semnum, value))
		value++;
	return value > SEMVMX && !may_fail(ops, nr, semnum);
}

static void say_impossible(struct check *c, const struct rule *r, const struct sem_set *s,
			   const struct sem_wait *w, __u32 semnum)
{
	struct finding *f = check_add(c, r, &s->o);

	say_process(&f->told, w->w.pid, w->w.tid, w->w.comm);
	text_addf(&f->told,
		  " waits in a semop that no value of semaphore %u lets succeed: only a signal, "
		  "a time limit or the removal of the set ends it",
		  semnum);
	finding_record(f, IPCDBG_R_wait, &w->w, WAIT_FIELDS);
	for (size_t i = 0; i < w->nr_ops; i++)
		if (s->ops.v[w->first_op + i].sem_num == semnum)
			finding_record(f, IPCDBG_R_op, &s->ops.v[w->first_op + i], ~0ULL);
	check_next_show(c, f, &s->o);
}

void check_impossible_semop(struct check *c, const struct rule *r, const struct object *o)
{
	const struct sem_set *s = sem_set_of(o);

	for (size_t i = 0; i < s->waits.nr; i++) {
		const struct sem_wait *w = &s->waits.v[i];
		const struct ipcdbg_op *ops = &s->ops.v[w->first_op];

		if (w->nr_ops != w->w.nsops)
			continue;
		for (size_t j = 0; j < w->nr_ops; j++)
			if (ops[j].blocking && is_impossible(ops, w->nr_ops, ops[j].sem_num)) {
				say_impossible(c, r, s, w, ops[j].sem_num);
				break;
			}
	}
}

void check_orphaned_set(struct check *c, const struct rule *r, const struct object *o)
{
	const struct sem_set *s = sem_set_of(o);
	const struct ipcdbg_set *set = &o->head.set;
	enum orphan orphan = check_orphan(c, o);
	struct text shape = { 0 };
	struct finding *f;

	if (orphan < ORPHAN_UNUSED)
		return;
	text_add_count(&shape, set->nsems, "semaphore");
	text_addf(&shape, ", mode %03o", set->mode & 0777);
	f = crowd_add(c, r, o, shape.s, orphan == ORPHAN_YES);
	text_free(&shape);
	if (!f)
		return;
	f->inferred = true;
	text_addf(&f->told, "no task waits, no process holds an undo, who operated on it has "
			    "exited; unused ");
	say_since(&f->told, o->kind->removal->last_use(&o->head), o->read_ns);
	finding_record(f, IPCDBG_R_set, set, SET_FIELDS);
	for (size_t i = 0; i < s->sems.nr && i < WAITS_SHOWN; i++)
		finding_record(f, IPCDBG_R_sem, &s->sems.v[i],
			       IPCDBG_BIT(sem, semnum) | IPCDBG_BIT(sem, sempid) |
				       IPCDBG_BIT(sem, sempid_state));
	check_next_remove(c, f, o);
}
