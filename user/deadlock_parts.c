// SPDX-License-Identifier: GPL-2.0
/* S falls into parts whose tasks wait for each other, each of which has a cycle. */
#include "deadlock.h"

#include <stdlib.h>

#include "ipcdbg.h"

#define NONE ((size_t)-1)

struct parts {
	struct deadlocks *d;
	const struct graph *g;
	const __u8 *counts;
	const bool *in;
	size_t *parent;	    /* of a process: one of the same part; itself at the root */
	size_t *number;	    /* of the part, at its root; 0 if it has none yet */
	size_t *seen;	    /* by which search a process was reached, ... */
	size_t *seen_group; /* ... and a semaphore and sign */
	size_t *via;	    /* the task that it was reached from */
	size_t search;
	VEC(size_t) queue;
};

static size_t *new_numbers(size_t nr)
{
	size_t *v = calloc(nr ? nr : 1, sizeof(*v));

	if (!v)
		die(EXIT_IO, "out of memory");
	return v;
}

static size_t root_of(struct parts *p, size_t process)
{
	while (p->parent[process] != process)
		process = p->parent[process] = p->parent[p->parent[process]];
	return process;
}

/* Whoever waits for something of a resource, and whoever they need. */
static void join_resource(struct parts *p, const struct graph_resource *r)
{
	size_t roots[2] = { NONE, NONE };

	for (size_t i = r->first_task; i < r->first_task + r->nr_tasks; i++) {
		const struct graph_task *t = &p->g->tasks.v[i];
		size_t root = p->in[i] ? root_of(p, t->process) : NONE;

		if (!p->in[i])
			continue;
		if (roots[t->zero] != NONE)
			p->parent[root] = roots[t->zero];
		roots[t->zero] = root_of(p, root);
	}
	for (size_t i = r->first_edge; i < r->first_edge + r->nr_edges; i++)
		for (int zero = 0; zero < 2; zero++)
			if (roots[zero] != NONE &&
			    deadlock_edge_counts(p->counts, p->g, &p->g->edges.v[i], zero))
				p->parent[root_of(p, p->g->edges.v[i].process)] =
					root_of(p, roots[zero]);
}

/* Numbers the parts in the order of their first tasks, and counts the tasks. */
static void number_parts(struct parts *p, enum deadlock_sort sort)
{
	struct deadlocks *d = p->d;

	for (size_t i = 0; i < p->g->tasks.nr; i++) {
		size_t root = p->in[i] ? root_of(p, p->g->tasks.v[i].process) : 0;

		if (!p->in[i])
			continue;
		if (!p->number[root]) {
			vec_add(&d->v)->sort = sort;
			p->number[root] = d->v.nr;
		}
		d->of_task[i] = p->number[root];
		d->v.v[d->of_task[i] - 1].nr_tasks++;
	}
}

/* All of S that wait there with that sign are of one part. */
static void find_surplus(struct parts *p, const struct graph_resource *r, bool zero)
{
	struct deadlock *of = NULL;
	__s64 lacks = 0;

	for (size_t i = r->first_task; i < r->first_task + r->nr_tasks; i++) {
		const struct graph_task *t = &p->g->tasks.v[i];

		if (!p->in[i] || t->zero != zero)
			continue;
		of = &p->d->v.v[p->d->of_task[i] - 1];
		if (llabs(t->lacks) > lacks)
			lacks = llabs(t->lacks);
	}
	for (size_t i = r->first_edge; of && i < r->first_edge + r->nr_edges; i++) {
		const struct graph_edge *e = &p->g->edges.v[i];

		of->surplus |= graph_holds(e, zero) && llabs(e->semadj) > lacks;
	}
}

static void list_tasks(struct parts *p, size_t first)
{
	struct deadlocks *d = p->d;
	size_t at = d->tasks.nr;

	for (size_t i = first; i < d->v.nr; i++) {
		d->v.v[i].first_task = at;
		at += d->v.v[i].nr_tasks;
		d->v.v[i].nr_tasks = 0;
	}
	while (d->tasks.nr < at)
		vec_add(&d->tasks);
	for (size_t i = 0; i < p->g->tasks.nr; i++) {
		struct deadlock *of = p->in[i] ? &d->v.v[d->of_task[i] - 1] : NULL;

		if (of)
			d->tasks.v[of->first_task + of->nr_tasks++] = i;
	}
}

/* The first task of a process that is in S, NONE if none is. */
static size_t first_task(const struct parts *p, size_t process)
{
	const struct graph_process *of = &p->g->processes.v[process];

	for (size_t i = 0; i < of->nr_tasks; i++)
		if (p->in[p->g->process_tasks[of->first_task + i]])
			return p->g->process_tasks[of->first_task + i];
	return NONE;
}

/* The first process that the task waits for; there is one, and it is in S. */
static size_t first_needed(const struct parts *p, size_t task)
{
	const struct graph_task *t = &p->g->tasks.v[task];
	const struct graph_resource *r = &p->g->resources.v[t->resource];

	for (size_t i = r->first_edge; i < r->first_edge + r->nr_edges; i++)
		if (deadlock_edge_leads(p->counts, p->g, &p->g->edges.v[i], t->zero))
			return p->g->edges.v[i].process;
	return t->process;
}

const struct graph_edge *deadlock_edge_to(const struct graph *g, const struct graph_task *t,
					  size_t process)
{
	const struct graph_resource *r = &g->resources.v[t->resource];
	const struct graph_edge *found = NULL;

	for (size_t i = r->first_edge; i < r->first_edge + r->nr_edges; i++) {
		const struct graph_edge *e = &g->edges.v[i];

		if (e->process != process)
			continue;
		if (graph_holds(e, t->zero))
			return e;
		if (e->type != GRAPH_HELD && !found)
			found = e;
	}
	return found;
}

/* A process of the part that is on a cycle: going on from anywhere ends in one. */
static size_t find_on_cycle(struct parts *p, size_t task)
{
	size_t process = p->g->tasks.v[task].process;

	p->search++;
	while (p->seen[process] != p->search) {
		p->seen[process] = p->search;
		process = first_needed(p, first_task(p, process));
	}
	return process;
}

/* Goes on from a task to what it needs. True: that is start, from which it all began. */
static bool reach(struct parts *p, size_t task, size_t start)
{
	const struct graph_task *t = &p->g->tasks.v[task];
	const struct graph_resource *r = &p->g->resources.v[t->resource];
	size_t *seen = &p->seen_group[2 * t->resource + t->zero];

	if (*seen == p->search)
		return false;
	*seen = p->search;
	for (size_t i = r->first_edge; i < r->first_edge + r->nr_edges; i++) {
		size_t process = p->g->edges.v[i].process;

		if (!deadlock_edge_leads(p->counts, p->g, &p->g->edges.v[i], t->zero))
			continue;
		if (process == start)
			return true;
		if (p->seen[process] == p->search)
			continue;
		p->seen[process] = p->search;
		p->via[process] = task;
		*vec_add(&p->queue) = process;
	}
	return false;
}

/* The task that closes the shortest cycle from start on. */
static size_t search_cycle(struct parts *p, size_t start)
{
	p->search++;
	p->queue.nr = 0;
	*vec_add(&p->queue) = start;
	for (size_t i = 0; i < p->queue.nr; i++) {
		const struct graph_process *of = &p->g->processes.v[p->queue.v[i]];

		for (size_t j = 0; j < of->nr_tasks; j++) {
			size_t task = p->g->process_tasks[of->first_task + j];

			if (p->in[task] && reach(p, task, start))
				return task;
		}
	}
	return NONE;
}

/* From the task that closes it back to that of start, then turned round. */
static void add_chain(struct parts *p, struct deadlock *deadlock)
{
	struct deadlocks *d = p->d;
	size_t start = find_on_cycle(p, d->tasks.v[deadlock->first_task]);
	size_t task = search_cycle(p, start);

	deadlock->first_link = d->chain.nr;
	while (task != NONE) {
		size_t process = p->g->tasks.v[task].process;

		*vec_add(&d->chain) = task;
		task = process == start ? NONE : p->via[process];
	}
	deadlock->nr_links = d->chain.nr - deadlock->first_link;
	for (size_t i = 0; i < deadlock->nr_links / 2; i++) {
		size_t *a = &d->chain.v[deadlock->first_link + i];
		size_t *b = &d->chain.v[d->chain.nr - 1 - i];
		size_t other = *a;

		*a = *b;
		*b = other;
	}
}

void deadlock_add_parts(struct deadlocks *d, const __u8 *counts, enum deadlock_sort sort,
			const bool *in)
{
	struct parts p = { .d = d, .g = d->g, .counts = counts, .in = in };
	size_t first = d->v.nr, nr = d->g->processes.nr;

	p.parent = new_numbers(nr);
	p.number = new_numbers(nr);
	p.seen = new_numbers(nr);
	p.via = new_numbers(nr);
	p.seen_group = new_numbers(2 * d->g->resources.nr);
	for (size_t i = 0; i < nr; i++)
		p.parent[i] = i;
	for (size_t i = 0; i < d->g->resources.nr; i++)
		join_resource(&p, &d->g->resources.v[i]);
	number_parts(&p, sort);
	for (size_t i = 0; i < d->g->resources.nr; i++)
		for (int zero = 0; zero < 2; zero++)
			find_surplus(&p, &d->g->resources.v[i], zero);
	list_tasks(&p, first);
	for (size_t i = first; i < d->v.nr; i++)
		add_chain(&p, &d->v.v[i]);
	free(p.parent);
	free(p.number);
	free(p.seen);
	free(p.via);
	free(p.seen_group);
	vec_free(&p.queue);
}
