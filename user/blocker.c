// SPDX-License-Identifier: GPL-2.0
#include "blocker.h"

#include <stdlib.h>

#include "task.h"

/* As many as one cell names; how many more there are stands behind them. */
#define SHOWN 3

static bool waits_there(const struct graph *g, const struct graph_process *p, size_t resource)
{
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

struct cell {
	struct text *t;
	const struct graph *g;
	size_t nr;
	size_t last; /* process */
	bool zombie;
};

static void add_pid(void *ctx, const struct graph_edge *e)
{
	struct cell *c = ctx;
	const struct graph_process *p = &c->g->processes.v[e->process];

	/* Several undo lists, or both ends of a queue, may be of one process. */
	if ((c->nr && c->last == e->process) || c->nr++ >= SHOWN)
		return;
	c->last = e->process;
	c->zombie = p->has_state && p->state == IPCDBG_ZOMBIE;
	text_addf(c->t, c->nr > 1 ? ", " : "");
	text_add_pid(c->t, p->pid);
	if (p->comm[0] && !c->zombie) {
		text_addf(c->t, " (");
		text_add_name(c->t, p->comm);
		text_addf(c->t, ")");
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

void text_add_blocker(struct text *t, const struct look *l, const struct graph_task *task)
{
	struct cell c = { .g = &l->graph };
	struct text pids = { 0 };
	enum blocker_sort sort;

	if (deadlock_of(&l->deadlocks, task)) {
		text_add_deadlock(t, &l->deadlocks, deadlock_of(&l->deadlocks, task));
		return;
	}
	c.t = &pids;
	text_clear(&pids);
	sort = blockers_each(&l->graph, task, add_pid, &c);
	if (sort == BLOCKER_UNKNOWN)
		text_addf(t, "unknown");
	else if (sort == BLOCKER_EXITED)
		text_addf(t, "%s (pid %s)", c.zombie ? "zombie" : "exited", pids.s);
	else
		text_addf(t, "%s", pids.s);
	if (c.nr > SHOWN)
		text_addf(t, ", +%zu", c.nr - SHOWN);
	if (sort >= BLOCKER_LAST)
		text_addf(t, " (inferred)");
	text_free(&pids);
}
