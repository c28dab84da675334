// SPDX-License-Identifier: GPL-2.0
#include "graph_pick.h"

#include <stdlib.h>

#include "blocker.h"
#include "object.h"

static bool *new_flags(size_t nr)
{
	bool *flags = calloc(nr ? nr : 1, sizeof(*flags));

	if (!flags)
		die(EXIT_IO, "out of memory");
	return flags;
}

struct choice {
	struct graph_pick *p;
	const struct graph *g;
	VEC(size_t) work; /* processes, what they wait for comes next */
};

static void add_process(struct choice *c, size_t process)
{
	if (c->p->processes[process])
		return;
	c->p->processes[process] = true;
	*vec_add(&c->work) = process;
}

static void add_edge(void *ctx, const struct graph_edge *e)
{
	struct choice *c = ctx;

	c->p->edges[e - c->g->edges.v] = true;
	add_process(c, e->process);
}

/* With those that wait for it, and whom each of these needs. */
static void add_resource(struct choice *c, size_t resource)
{
	const struct graph_resource *r = &c->g->resources.v[resource];
	bool done[2] = { false, false };

	if (c->p->resources[resource])
		return;
	c->p->resources[resource] = true;
	for (size_t i = 0; i < r->nr_tasks; i++) {
		const struct graph_task *t = &c->g->tasks.v[r->first_task + i];

		add_process(c, t->process);
		/* The waits of one sign need the same. */
		if (!done[t->zero] && blockers_each(c->g, t, add_edge, c) == BLOCKER_UNKNOWN)
			blockers_last(c->g, t, add_edge, c);
		done[t->zero] = true;
	}
}

/* Whether there is a better reason for the process to be told of than that. */
static bool also_holds(const struct graph *g, const struct graph_process *p,
		       const struct graph_edge *last)
{
	for (size_t i = 0; i < p->nr_edges; i++) {
		const struct graph_edge *e = graph_edge_of(g, p, i);

		if (e->resource == last->resource && e->type != GRAPH_LAST)
			return true;
	}
	return false;
}

/* What it holds that nobody waits for, too. */
static void add_all_of(struct choice *c, const struct graph_process *p)
{
	for (size_t i = 0; i < p->nr_edges; i++) {
		const struct graph_edge *e = graph_edge_of(c->g, p, i);

		add_resource(c, e->resource);
		if (e->type != GRAPH_LAST || !also_holds(c->g, p, e))
			add_edge(c, e);
	}
}

static void go_on(struct choice *c)
{
	while (c->work.nr) {
		const struct graph_process *p = &c->g->processes.v[c->work.v[--c->work.nr]];

		for (size_t i = 0; i < p->nr_tasks; i++)
			add_resource(c, graph_task_of(c->g, p, i)->resource);
	}
}

/* A process, or one of its threads, by its number. */
static bool add_number(struct choice *c, int number)
{
	const struct graph_process *p = graph_find_process(c->g, number);

	for (size_t i = 0; !p && i < c->g->tasks.nr; i++)
		if (c->g->tasks.v[i].waiter.task.tid == number)
			p = &c->g->processes.v[c->g->tasks.v[i].process];
	if (!p)
		return false;
	add_process(c, p - c->g->processes.v);
	add_all_of(c, p);
	return true;
}

/* Ids are those of the own namespace, unless asked otherwise; that of a folder is not known. */
static bool is_asked_for(const struct query *q, const struct object *o)
{
	__u32 home = q->all || q->chosen ? 0 : q->source->inum;
	bool found = false;

	if (home && o->ns.inum != home)
		return false;
	for (int i = 0; i < q->nr_operands; i++)
		if (o->kind == q->kinds[0] && object_is(o->kind, &o->head, &q->operands[i]))
			found = q->operands[i].found = true;
	return found;
}

/* All edges of what is asked for, whether somebody waits there or not. */
static bool add_operands(struct choice *c, const struct query *q)
{
	bool some = false;

	for (size_t i = 0; i < c->g->resources.nr; i++) {
		const struct graph_resource *r = &c->g->resources.v[i];

		if (!is_asked_for(q, r->o))
			continue;
		add_resource(c, i);
		for (size_t j = 0; j < r->nr_edges; j++)
			if (c->g->edges.v[r->first_edge + j].type != GRAPH_LAST || !r->nr_tasks)
				add_edge(c, &c->g->edges.v[r->first_edge + j]);
	}
	for (int i = 0; i < q->nr_operands; i++)
		some |= q->operands[i].found;
	return some;
}

/* Of any kind, or of one that an option names. */
static bool is_of_kinds(const struct query *q, const struct object *o)
{
	for (size_t i = 0; i < q->nr_kinds; i++)
		if (q->kinds[i] == o->kind)
			return true;
	return q->every_kind;
}

bool graph_choose(struct graph_pick *p, const struct look *l, const struct query *q)
{
	struct choice c = { .p = p, .g = &l->graph };
	bool found = true;

	p->resources = new_flags(c.g->resources.nr);
	p->processes = new_flags(c.g->processes.nr);
	p->edges = new_flags(c.g->edges.nr);
	if (q->tasks.pid)
		found = add_number(&c, q->tasks.pid);
	else if (q->nr_operands)
		found = add_operands(&c, q);
	else
		for (size_t i = 0; i < c.g->resources.nr; i++)
			if (c.g->resources.v[i].nr_tasks && is_of_kinds(q, c.g->resources.v[i].o))
				add_resource(&c, i);
	go_on(&c);
	vec_free(&c.work);
	return found;
}

void graph_pick_free(struct graph_pick *p)
{
	free(p->resources);
	free(p->processes);
	free(p->edges);
}
