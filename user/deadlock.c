// SPDX-License-Identifier: GPL-2.0
/*
 * Finds S. Tasks that wait for the same semaphore with the same sign, a group, need the same
 * processes. One thread that is not in S frees its process, that the groups the process holds
 * something for, and these their tasks' processes: every process, group and edge once.
 */
#include "deadlock.h"

#include <stdlib.h>

#include "ipcdbg.h"

static void *new_array(size_t nr, size_t size)
{
	void *v = calloc(nr ? nr : 1, size);

	if (!v)
		die(EXIT_IO, "out of memory");
	return v;
}

static size_t group_of(const struct graph_task *t)
{
	return 2 * t->resource + t->zero;
}

/* It may be who wakes, as far as is known. */
static bool is_presumed(const struct graph *g, const struct graph_edge *e)
{
	const struct graph_process *p = &g->processes.v[e->process];

	return (e->type == GRAPH_LAST || e->type == GRAPH_USES) && !p->exited &&
	       (!p->has_state || p->state == IPCDBG_LIVE);
}

/* Which signs the adjustments of a resource have, as bits. */
static __u8 held_signs(const struct graph *g, const struct graph_resource *r)
{
	__u8 signs = 0;

	for (size_t i = 0; i < r->nr_edges; i++) {
		const struct graph_edge *e = &g->edges.v[r->first_edge + i];

		signs |= graph_holds(e, false) | graph_holds(e, true) << 1;
	}
	return signs;
}

/* Marks the processes that wait for r, with its number plus 1. */
static void mark_waiting(const struct graph *g, size_t r, size_t *waits)
{
	const struct graph_resource *of = &g->resources.v[r];

	for (size_t i = 0; i < of->nr_tasks; i++)
		waits[g->tasks.v[of->first_task + i].process] = r + 1;
}

__u8 *deadlock_edges(const struct graph *g, enum deadlock_sort sort)
{
	size_t *waits = new_array(g->processes.nr, sizeof(*waits));
	__u8 *counts = new_array(g->edges.nr, sizeof(*counts));

	for (size_t r = 0; r < g->resources.nr; r++) {
		const struct graph_resource *of = &g->resources.v[r];
		__u8 signs = held_signs(g, of);

		mark_waiting(g, r, waits);
		for (size_t i = of->first_edge; i < of->first_edge + of->nr_edges; i++) {
			const struct graph_edge *e = &g->edges.v[i];
			bool elsewhere = waits[e->process] != r + 1;

			counts[i] = graph_holds(e, false) | graph_holds(e, true) << 1;
			if (sort == DEADLOCK_INFERRED && elsewhere && is_presumed(g, e))
				counts[i] |= 3 & ~signs;
			if (sort == DEADLOCK_SELF || elsewhere)
				counts[i] |= counts[i] << 2;
		}
	}
	free(waits);
	return counts;
}

/* S being made. */
struct shrink {
	const struct graph *g;
	const __u8 *counts;
	enum deadlock_sort sort;
	bool *in;
	bool *free_process, *free_group;
	VEC(size_t) work; /* processes that are free, whose edges come next */
};

/* Groups with an edge that leads on. */
static bool *find_held(const struct graph *g, const __u8 *counts)
{
	bool *held = new_array(2 * g->resources.nr, sizeof(*held));

	for (size_t i = 0; i < g->edges.nr; i++)
		for (int zero = 0; zero < 2; zero++)
			if (deadlock_edge_leads(counts, g, &g->edges.v[i], zero))
				held[2 * g->edges.v[i].resource + zero] = true;
	return held;
}

/* Whether all adjustments together would let it go on, which it cannot without them. */
static bool is_enough(const struct graph_resource *r, const struct graph_task *t)
{
	return t->zero ? t->lacks < 0 && r->raised <= t->lacks
		       : t->lacks > 0 && r->taken >= t->lacks;
}

/* Whether what it waits for is held, by adjustments, as the sort of S needs it. */
static bool is_candidate(const struct shrink *s, const struct graph_task *t)
{
	const struct graph_resource *r = &s->g->resources.v[t->resource];
	bool adjusted = t->zero ? r->raised < 0 : r->taken > 0;

	if (t->waiter.task.state == 'R')
		return false;
	if (s->sort != DEADLOCK_INFERRED)
		return r->type == GRAPH_SEM && r->known && t->has_lacks && is_enough(r, t);
	if (r->type != GRAPH_SEM || !t->has_lacks)
		return true;
	return t->lacks && (!adjusted || is_enough(r, t));
}

/* Of a process whose threads are not known nothing is certain. */
static bool is_stuck(const struct shrink *s, const struct graph_process *p)
{
	if (!p->pid || p->exited || p->reused || p->threads == GRAPH_FREE)
		return false;
	if (p->threads == GRAPH_UNKNOWN && s->sort != DEADLOCK_INFERRED)
		return false;
	for (size_t i = 0; i < p->nr_tasks; i++)
		if (!s->in[s->g->process_tasks[p->first_task + i]])
			return false;
	return true;
}

static void free_process(struct shrink *s, size_t process)
{
	if (s->free_process[process])
		return;
	s->free_process[process] = true;
	*vec_add(&s->work) = process;
}

static void free_group(struct shrink *s, size_t resource, bool zero)
{
	const struct graph_resource *r = &s->g->resources.v[resource];

	if (s->free_group[2 * resource + zero])
		return;
	s->free_group[2 * resource + zero] = true;
	for (size_t i = r->first_task; i < r->first_task + r->nr_tasks; i++) {
		const struct graph_task *t = &s->g->tasks.v[i];

		if (t->zero != zero || !s->in[i])
			continue;
		s->in[i] = false;
		free_process(s, t->process);
	}
}

static void free_what_it_holds(struct shrink *s, const struct graph_process *p)
{
	for (size_t i = 0; i < p->nr_edges; i++) {
		const struct graph_edge *e = graph_edge_of(s->g, p, i);

		for (int zero = 0; zero < 2; zero++)
			if (deadlock_edge_counts(s->counts, s->g, e, zero))
				free_group(s, e->resource, zero);
	}
}

void deadlock_shrink(const struct graph *g, const __u8 *counts, enum deadlock_sort sort, bool *in)
{
	struct shrink s = { .g = g, .counts = counts, .sort = sort, .in = in };
	bool *held = find_held(g, counts);

	s.free_process = new_array(g->processes.nr, sizeof(bool));
	s.free_group = new_array(2 * g->resources.nr, sizeof(bool));
	for (size_t i = 0; i < g->tasks.nr; i++)
		in[i] = in[i] && held[group_of(&g->tasks.v[i])] && is_candidate(&s, &g->tasks.v[i]);
	for (size_t i = 0; i < g->processes.nr; i++)
		if (!is_stuck(&s, &g->processes.v[i]))
			free_process(&s, i);
	while (s.work.nr)
		free_what_it_holds(&s, &g->processes.v[s.work.v[--s.work.nr]]);
	vec_free(&s.work);
	free(s.free_process);
	free(s.free_group);
	free(held);
}

static bool is_same_place(const struct graph_resource *r, const struct graph_resource *q)
{
	return r->type == q->type && r->inum == q->inum && r->id == q->id &&
	       r->semnum == q->semnum && r->offset == q->offset;
}

static bool is_same_thread(const struct task *x, const struct task *y)
{
	return x->tid && x->tid == y->tid && x->pid == y->pid && IPCDBG_HAS(task, x, start_ns) &&
	       IPCDBG_HAS(task, y, start_ns) && x->start_ns == y->start_ns;
}

bool graph_same_sleep(const struct graph *ga, const struct graph_task *a, const struct graph *gb,
		      const struct graph_task *b)
{
	const struct task *x = &a->waiter.task, *y = &b->waiter.task;

	return is_same_thread(x, y) && IPCDBG_HAS(task, x, switches) &&
	       IPCDBG_HAS(task, y, switches) && x->switches == y->switches && a->zero == b->zero &&
	       is_same_place(&ga->resources.v[a->resource], &gb->resources.v[b->resource]);
}

bool deadlock_was_in(void *ctx, const struct graph_task *t, enum deadlock_sort sort)
{
	const struct deadlock_before *of = ctx;
	const struct deadlocks *d = of->before;
	const struct graph_process *p = graph_find_process(d->g, t->waiter.task.pid);
	const struct graph_task *then = p ? graph_find_task(d->g, p, t->waiter.task.tid) : NULL;
	size_t nr = then ? deadlock_of(d, then) : 0;

	return nr && d->v.v[nr - 1].sort <= sort && graph_same_sleep(d->g, then, of->now, t);
}

static void find_sort(struct deadlocks *d, enum deadlock_sort sort,
		      const struct deadlock_second *second)
{
	const struct graph *g = d->g;
	__u8 *counts = deadlock_edges(g, sort);
	bool *in = new_array(g->tasks.nr, sizeof(*in));

	for (size_t i = 0; i < g->tasks.nr; i++)
		in[i] = !d->of_task[i] &&
			(!second || second->confirms(second->ctx, &g->tasks.v[i], sort));
	deadlock_shrink(g, counts, sort, in);
	deadlock_add_parts(d, counts, sort, in);
	free(in);
	free(counts);
}

void deadlocks_find(struct deadlocks *d, const struct graph *g,
		    const struct deadlock_second *second)
{
	*d = (struct deadlocks){ .g = g, .looks = second ? 2 : 1 };
	d->of_task = new_array(g->tasks.nr, sizeof(*d->of_task));
	for (enum deadlock_sort sort = 0; sort < DEADLOCK_SORTS; sort++)
		find_sort(d, sort, second);
}

void deadlocks_free(struct deadlocks *d)
{
	vec_free(&d->v);
	vec_free(&d->tasks);
	vec_free(&d->chain);
	free(d->of_task);
}
