// SPDX-License-Identifier: GPL-2.0
#include "blocker.h"

#include <stdlib.h>

#include "task.h"

static bool waits_there(const struct graph *g, const struct graph_process *p, size_t resource)
{
	const struct graph_resource *r = &g->resources.v[resource];

	/* Both may have thousands of tasks, but not all resources and processes have. */
	if (r->nr_tasks < p->nr_tasks) {
		for (size_t i = 0; i < r->nr_tasks; i++)
			if (&g->processes.v[g->tasks.v[r->first_task + i].process] == p)
				return true;
		return false;
	}
	for (size_t i = 0; i < p->nr_tasks; i++)
		if (graph_task_of(g, p, i)->resource == resource)
			return true;
	return false;
}

/* Which edges are of that sort for the wait. */
static bool is_of(const struct graph *g, const struct graph_task *t, const struct graph_edge *e,
		  enum blocker_sort sort)
{
	const struct graph_process *p = &g->processes.v[e->process];
	bool ended = p->exited || (p->has_state && p->state != IPCDBG_LIVE);

	switch (sort) {
	case BLOCKER_HOLDS:
		return graph_holds(e, t->zero);
	case BLOCKER_USES:
		return e->type == GRAPH_USES && !ended && !waits_there(g, p, t->resource);
	case BLOCKER_LAST:
		return e->type == GRAPH_LAST && !ended && !waits_there(g, p, t->resource);
	case BLOCKER_EXITED:
		return e->type == GRAPH_LAST && ended;
	case BLOCKER_UNKNOWN:
		break;
	}
	return false;
}

enum blocker_sort blockers_each(const struct graph *g, const struct graph_task *t,
				void (*fn)(void *ctx, const struct graph_edge *e), void *ctx)
{
	static const enum blocker_sort sorts[] = { BLOCKER_HOLDS, BLOCKER_USES, BLOCKER_LAST,
						   BLOCKER_EXITED };
	const struct graph_resource *r = &g->resources.v[t->resource];
	/* Where adjustments are missing, nothing is guessed about there being none. */
	size_t nr = r->type == GRAPH_SEM && !r->known ? 1 : sizeof(sorts) / sizeof(sorts[0]);
	enum blocker_sort found = BLOCKER_UNKNOWN;

	for (size_t i = 0; !found && i < nr; i++)
		for (size_t j = r->first_edge; j < r->first_edge + r->nr_edges; j++)
			if (is_of(g, t, &g->edges.v[j], sorts[i])) {
				found = sorts[i];
				fn(ctx, &g->edges.v[j]);
			}
	return found;
}

void blockers_last(const struct graph *g, const struct graph_task *t,
		   void (*fn)(void *ctx, const struct graph_edge *e), void *ctx)
{
	const struct graph_resource *r = &g->resources.v[t->resource];

	for (size_t i = r->first_edge; i < r->first_edge + r->nr_edges; i++) {
		const struct graph_edge *e = &g->edges.v[i];

		if (is_of(g, t, e, BLOCKER_LAST) || is_of(g, t, e, BLOCKER_EXITED))
			fn(ctx, e);
	}
}

/* Several undo lists, or both ends of a queue, may be of one process. */
static void add_process(void *ctx, const struct graph_edge *e)
{
	struct blockers *b = ctx;

	if (b->nr && b->last == e->process)
		return;
	b->last = e->process;
	if (b->nr < BLOCKERS_SHOWN)
		b->first[b->nr] = e->process;
	b->nr++;
}

const struct blockers *blockers_of(const struct look *l, const struct graph_task *t)
{
	struct blockers *b = &l->blockers[2 * t->resource + t->zero];

	if (!b->known)
		b->sort = blockers_each(&l->graph, t, add_process, b);
	b->known = true;
	return b;
}

static void add_pids(struct text *t, const struct graph *g, const struct blockers *b)
{
	for (size_t i = 0; i < b->nr && i < BLOCKERS_SHOWN; i++) {
		const struct graph_process *p = &g->processes.v[b->first[i]];
		bool zombie = p->has_state && p->state == IPCDBG_ZOMBIE;

		text_addf(t, i ? ", " : "");
		text_add_pid(t, p->pid);
		if (p->comm[0] && !zombie) {
			text_addf(t, " (");
			text_add_name(t, p->comm);
			text_addf(t, ")");
		}
	}
}

void text_add_deadlock(struct text *t, const struct deadlocks *d, size_t nr)
{
	text_addf(t, "deadlock #%zu", nr);
	if (deadlock_is_guess(&d->v.v[nr - 1]))
		text_addf(t, " (inferred)");
	else if (d->looks < 2)
		text_addf(t, " (one look)");
}

static bool is_zombie(const struct graph *g, const struct blockers *b)
{
	const struct graph_process *p = &g->processes.v[b->first[0]];

	return p->has_state && p->state == IPCDBG_ZOMBIE;
}

void text_add_blocker(struct text *t, const struct look *l, const struct graph_task *task)
{
	const struct blockers *b;

	if (deadlock_of(&l->deadlocks, task)) {
		text_add_deadlock(t, &l->deadlocks, deadlock_of(&l->deadlocks, task));
		return;
	}
	b = blockers_of(l, task);
	if (b->sort == BLOCKER_UNKNOWN)
		text_addf(t, "unknown");
	if (b->sort == BLOCKER_EXITED)
		text_addf(t, is_zombie(&l->graph, b) ? "zombie (pid " : "exited (pid ");
	add_pids(t, &l->graph, b);
	if (b->sort == BLOCKER_EXITED)
		text_addf(t, ")");
	if (b->nr > BLOCKERS_SHOWN)
		text_addf(t, ", +%zu", b->nr - BLOCKERS_SHOWN);
	if (b->sort >= BLOCKER_LAST)
		text_addf(t, " (inferred)");
}
