// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "graph.h"
#include "sem.h"

/*
 * What the value lacks for the sembuf that blocks. Those of the same call before it have been
 * tried on the same value, as perform_atomic_semop() of ipc/sem.c does it.
 */
static bool find_lacks(const struct sem_set *s, const struct sem_wait *w, __s64 *lacks)
{
	__s64 semval = s->sems.v[w->sem].semval;

	for (size_t i = 0; i < w->nr_ops; i++) {
		const struct ipcdbg_op *op = &s->ops.v[w->first_op + i];

		if ((__s32)op->sem_num != w->semnum)
			continue;
		if (!op->blocking) {
			semval += op->sem_op;
			continue;
		}
		*lacks = op->sem_op ? -semval - op->sem_op : -semval;
		/* Enough by now, so that it is about to go on. */
		if (op->sem_op ? *lacks < 0 : *lacks > 0)
			*lacks = 0;
		return true;
	}
	return false;
}

static void add_waits(struct graph *g, const struct sem_set *s, size_t *i, size_t sem)
{
	for (; *i < s->waits.nr && s->waits.v[*i].sem == sem; ++*i) {
		const struct sem_wait *w = &s->waits.v[*i];
		struct graph_task *t = graph_add_task(g, WAITER_OF(wait, &w->w), w);

		t->zero = sem_wait_is_zero(s, w);
		t->has_lacks = find_lacks(s, w, &t->lacks);
	}
}

static struct graph_who who_owns(const struct ipcdbg_owner *o)
{
	return (struct graph_who){
		.pid = o->pid,
		.tid = o->tid,
		.start_ns = o->start_ns,
		.has_state = IPCDBG_HAS(owner, o, state),
		.has_uid = IPCDBG_HAS(owner, o, uid),
		.state = o->state,
		.uid = o->uid,
		.comm = o->comm,
	};
}

/* Threads of a process stand in a row, and are one holder. */
static void add_undo(struct graph *g, const struct sem_set *s, const struct sem_undo *u)
{
	struct graph_resource *r = &g->resources.v[g->resources.nr - 1];

	if (u->u.semadj > 0)
		r->taken += u->u.semadj;
	else
		r->raised += u->u.semadj;
	/* Of no process, or not all are here: somebody else may be about to adjust. */
	if (!u->nr_owners || (IPCDBG_HAS(undo, &u->u, tasks) && u->u.tasks > u->nr_owners))
		r->known = false;
	for (size_t i = 0; i < u->nr_owners; i++) {
		const struct ipcdbg_owner *o = &s->owners.v[u->first_owner + i];
		struct graph_who who = who_owns(o);

		if (sem_owner_is_first(s, u, i))
			graph_add_edge(g, GRAPH_HELD, &who)->semadj = u->u.semadj;
		if (o->pid)
			graph_add_thread(g, &who);
	}
}

static void add_last(struct graph *g, const struct ipcdbg_sem *sem)
{
	struct graph_who who = { .pid = sem->sempid,
				 .tid = sem->sempid,
				 .has_state = IPCDBG_HAS(sem, sem, sempid_state),
				 .state = sem->sempid_state,
				 .comm = sem->sempid_comm };

	if (IPCDBG_HAS(sem, sem, sempid))
		graph_add_edge(g, GRAPH_LAST, &who);
}

static void add_sem(struct graph *g, const struct sem_set *s, const struct ipcdbg_sem *sem)
{
	struct graph_resource *r = graph_add_resource(g, GRAPH_SEM, &s->o);

	r->inum = s->o.ns.inum;
	r->id = s->o.head.set.semid;
	r->semnum = sem->semnum;
	r->semval = sem->semval;
	r->known = !sem_set_lacks(s, "undo") && !sem_set_lacks(s, "owner");
	add_last(g, sem);
}

/* Semaphores that somebody waits for or holds. Waits and adjustments go along with them. */
void sem_graph(struct graph *g, const struct object *o)
{
	const struct sem_set *s = sem_set_of(o);
	struct sem_blockers b;
	size_t wait = 0, undo = 0;

	sem_blockers_init(&b, s);
	for (size_t i = 0; i < s->sems.nr; i++) {
		int semnum = s->sems.v[i].semnum;

		while (undo < b.undos.nr && b.undos.v[undo]->u.semnum < semnum)
			undo++;
		if ((wait == s->waits.nr || s->waits.v[wait].sem != i) &&
		    (undo == b.undos.nr || b.undos.v[undo]->u.semnum != semnum))
			continue;
		add_sem(g, s, &s->sems.v[i]);
		add_waits(g, s, &wait, i);
		for (; undo < b.undos.nr && b.undos.v[undo]->u.semnum == semnum; undo++)
			add_undo(g, s, b.undos.v[undo]);
	}
	sem_blockers_free(&b);
}

void sem_call(struct text *t, const struct object *o, const struct graph_task *task,
	      enum graph_type type)
{
	(void)type;
	text_add_ops(t, sem_set_of(o), task->row);
}
