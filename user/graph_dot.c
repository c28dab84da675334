// SPDX-License-Identifier: GPL-2.0
#include "graph_dot.h"

#include <stdlib.h>
#include <time.h>

#include "blocker.h"
#include "graph_line.h"
#include "graph_rows.h"
#include "graph_say.h"
#include "proc_facts.h"
#include "task.h"

/* As many of those that only wait for one thing have nodes of their own. */
#define ALIKE_SHOWN 6

#define RED "#c01c28"
#define PALE_RED "#fbe3e4"
#define GREY "#77767b"

struct drawing {
	FILE *out;
	const struct look *l;
	const struct graph *g;
	const struct graph_pick *pick;
	size_t *alike; /* for each resource: processes that one node of it stands for */
	bool *link;    /* for each task: it is one of the shortest cycle, and not only behind it */
	bool *leads;   /* for each edge: so too */
	bool *stuck;   /* for each process: a task of it is in a deadlock */
	bool *closes;  /* for each resource, of either sign: a wait for it is in a deadlock */
	struct graph_rows rows;
	size_t nr_lines;
	bool of_ns;
};

/* It waits in one place, and nothing else is drawn of it. */
static bool only_waits(const struct drawing *d, size_t process)
{
	const struct graph_process *p = &d->g->processes.v[process];

	for (size_t i = 0; i < p->nr_edges; i++)
		if (d->pick->edges[d->g->process_edges[p->first_edge + i]])
			return false;
	return p->nr_tasks == 1;
}

static size_t waiting_process(const struct drawing *d, const struct graph_resource *r, size_t i)
{
	return d->g->tasks.v[r->first_task + i].process;
}

/* The first of those alike keep their nodes; a resource knows how many the others are. */
static bool *find_alike(struct drawing *d)
{
	bool *alike = calloc(d->g->processes.nr + 1, sizeof(*alike));

	d->alike = calloc(d->g->resources.nr + 1, sizeof(*d->alike));
	if (!alike || !d->alike)
		die(EXIT_IO, "out of memory");
	for (size_t i = 0; i < d->g->resources.nr; i++) {
		const struct graph_resource *r = &d->g->resources.v[i];
		size_t nr = 0;

		for (size_t j = 0; j < r->nr_tasks; j++)
			nr += only_waits(d, waiting_process(d, r, j));
		if (nr <= ALIKE_SHOWN + 1)
			continue;
		nr = 0;
		for (size_t j = 0; j < r->nr_tasks; j++) {
			if (!only_waits(d, waiting_process(d, r, j)) || nr++ < ALIKE_SHOWN)
				continue;
			alike[waiting_process(d, r, j)] = true;
			d->alike[i]++;
		}
	}
	return alike;
}

static bool *new_flags(size_t nr)
{
	bool *flags = calloc(nr + 1, sizeof(*flags));

	if (!flags)
		die(EXIT_IO, "out of memory");
	return flags;
}

static void find_cycle(struct drawing *d, const struct deadlock *of)
{
	const size_t *chain = d->l->deadlocks.chain.v + of->first_link;

	for (size_t i = 0; i < of->nr_links; i++) {
		const struct graph_task *next = &d->g->tasks.v[chain[(i + 1) % of->nr_links]];
		const struct graph_edge *e =
			deadlock_edge_to(d->g, &d->g->tasks.v[chain[i]], next->process);

		d->link[chain[i]] = true;
		if (e)
			d->leads[e - d->g->edges.v] = true;
	}
}

static void find_deadlocks(struct drawing *d)
{
	const struct deadlocks *all = &d->l->deadlocks;

	d->link = new_flags(d->g->tasks.nr);
	d->leads = new_flags(d->g->edges.nr);
	d->stuck = new_flags(d->g->processes.nr);
	d->closes = new_flags(2 * d->g->resources.nr);
	for (size_t i = 0; i < all->v.nr; i++)
		find_cycle(d, &all->v.v[i]);
	for (size_t i = 0; i < d->g->tasks.nr; i++) {
		const struct graph_task *t = &d->g->tasks.v[i];

		if (!deadlock_of(all, t))
			continue;
		d->stuck[t->process] = true;
		d->closes[2 * t->resource + t->zero] = true;
	}
}

static bool is_link(const struct drawing *d, const struct graph_task *t)
{
	return d->link[t - d->g->tasks.v];
}

static void add_unit(struct text *t, const struct graph_process *p)
{
	const struct proc_facts *f = proc_look_up(p->pid, p->start_ns);

	if (!f || !f->cgroup)
		return;
	text_addc(t, '\n');
	text_add_unit(t, f->cgroup);
}

static void print_process(const struct drawing *d, size_t process)
{
	const struct graph_process *p = &d->g->processes.v[process];
	bool ended = p->exited || (p->has_state && p->state != IPCDBG_LIVE);
	struct text label = { 0 };

	text_addf(&label, "pid ");
	text_add_pid(&label, p->pid);
	if (p->comm[0]) {
		text_addc(&label, '\n');
		text_add_name(&label, p->comm);
	}
	if (ended)
		text_addf(&label, "\n%s", state_words(p->state));
	else
		add_unit(&label, p);
	fprintf(d->out, "\tp%zu [shape=box, label=", process);
	graph_put_string(d->out, label.s);
	if (d->stuck[process])
		fputs(", color=\"" RED "\", fillcolor=\"" PALE_RED "\", style=\"filled,rounded\"",
		      d->out);
	else
		fprintf(d->out, ", style=\"rounded%s\"", ended ? ",dashed" : "");
	fputs("];\n", d->out);
	text_free(&label);
}

static void print_resource(const struct drawing *d, size_t resource)
{
	static const char *const shapes[] = {
		[GRAPH_SEM] = "ellipse",      [GRAPH_RECEIVE] = "cds",	 [GRAPH_SEND] = "cds",
		[GRAPH_SEGMENT] = "cylinder", [GRAPH_FUTEX] = "ellipse",
	};
	static const char *const more[] = {
		[GRAPH_SEM] = "",	    [GRAPH_RECEIVE] = "\nto receive",
		[GRAPH_SEND] = "\nto send", [GRAPH_SEGMENT] = "",
		[GRAPH_FUTEX] = "",
	};
	const struct graph_resource *r = &d->g->resources.v[resource];
	struct text label = { 0 };

	text_add_resource(&label, r, false);
	text_addf(&label, "%s", more[r->type]);
	if (r->type == GRAPH_SEM)
		text_addf(&label, "\nvalue %lld", r->semval);
	if (d->of_ns)
		text_addf(&label, "\nipc namespace %u", r->inum);
	fprintf(d->out, "\tr%zu [shape=%s, margin=\"%s\", label=", resource, shapes[r->type],
		r->type == GRAPH_SEM || r->type == GRAPH_FUTEX ? "0.02,0.02" : "0.3,0.12");
	graph_put_string(d->out, label.s);
	if (d->closes[2 * resource] || d->closes[2 * resource + 1])
		fputs(", color=\"" RED "\"", d->out);
	fputs("];\n", d->out);
	text_free(&label);
}

static void print_wait(struct drawing *d, const struct graph_task *t)
{
	const struct graph_resource *r = &d->g->resources.v[t->resource];
	const struct task *task = &t->waiter.task;
	size_t nr = deadlock_of(&d->l->deadlocks, t);
	struct graph_line line;
	struct text label = { 0 };

	if (task->tid != task->pid) {
		text_addf(&label, "tid %d ", task->tid);
		text_add_name(&label, task->comm);
		text_addc(&label, '\n');
	}
	r->o->kind->call(&label, r->o, t, r->type);
	if (t->waiter.timed) {
		text_addc(&label, '\n');
		text_add_duration(&label, t->waiter.blocked_ns);
	}
	if (is_link(d, t)) {
		text_addc(&label, '\n');
		text_add_deadlock(&label, &d->l->deadlocks, nr);
	}
	if (r->type == GRAPH_FUTEX)
		text_addf(&label, "\n(inferred)");
	line = (struct graph_line){
		.from = 'p',
		.from_index = t->process,
		.to = 'r',
		.to_index = t->resource,
		.text = label.s,
		.colour = nr ? RED : NULL,
		.dotted = r->type == GRAPH_FUTEX,
		.thick = is_link(d, t),
		.free = !graph_rows_order(&d->rows, d->rows.process[t->process],
					  d->rows.resource[t->resource]),
	};
	graph_put_line(d->out, d->nr_lines++, &line);
	text_free(&label);
}

/* Whether waits of a deadlock are for that edge. */
static bool closes_deadlock(const struct drawing *d, const struct graph_edge *e)
{
	bool *closes = &d->closes[2 * e->resource];

	if (!d->stuck[e->process])
		return false;
	if (e->type != GRAPH_HELD)
		return closes[false] || closes[true];
	return (closes[false] && graph_holds(e, false)) || (closes[true] && graph_holds(e, true));
}

static void add_edge_text(struct text *t, const struct graph_edge *e, bool segment)
{
	if (e->type == GRAPH_HELD)
		text_addf(t, "%s\nSEM_UNDO %+d", e->semadj > 0 ? "held by" : "raised by",
			  e->semadj);
	else if (segment)
		text_addf(t, "attached by");
	else
		text_addf(t, "%s\n(inferred)",
			  e->type == GRAPH_LAST ? "last operated by" : "could be woken by");
}

static void print_edge(struct drawing *d, const struct graph_edge *e)
{
	bool segment = d->g->resources.v[e->resource].type == GRAPH_SEGMENT;
	bool inferred = e->type != GRAPH_HELD && !segment;
	struct graph_line line = {
		.from = 'r',
		.from_index = e->resource,
		.to = 'p',
		.to_index = e->process,
		.colour = closes_deadlock(d, e) ? RED
			  : inferred		? GREY
						: NULL,
		.dotted = inferred,
		.thick = d->leads[e - d->g->edges.v],
		.no_arrow = segment,
		.free = !graph_rows_order(&d->rows, d->rows.resource[e->resource],
					  d->rows.process[e->process]),
	};
	struct text label = { 0 };

	add_edge_text(&label, e, segment);
	line.text = label.s;
	graph_put_line(d->out, d->nr_lines++, &line);
	text_free(&label);
}

/* What one node stands for. */
static void print_alike(const struct drawing *d, size_t resource)
{
	if (!d->alike[resource])
		return;
	fprintf(d->out,
		"\tm%zu [shape=box, style=\"rounded\", peripheries=2, label=\"%zu more\\n"
		"processes wait\"];\n",
		resource, d->alike[resource]);
	fprintf(d->out, "\tm%zu -> r%zu;\n", resource, resource);
}

static void print_head(const struct drawing *d)
{
	time_t time_s = d->l->world.header.time / 1000000000;
	struct text label = { 0 };
	char when[32] = "";

	strftime(when, sizeof(when), "%F %T", localtime(&time_s));
	text_addf(&label,
		  "ipcdbg, %s. Solid: a fact. Dotted: inferred. Dashed: has exited. "
		  "Red: a deadlock.%s",
		  when, d->l->world.incomplete ? " Not all is here." : "");
	fputs("digraph ipcdbg {\n"
	      "\trankdir=LR;\n"
	      "\tgraph [fontname=\"Helvetica\", fontsize=10, labelloc=b, nodesep=0.2,\n"
	      "\t\tranksep=0.3, label=",
	      d->out);
	graph_put_string(d->out, label.s);
	fputs("];\n"
	      "\tnode [fontname=\"Helvetica\", fontsize=10, margin=\"0.12,0.06\"];\n"
	      "\tedge [arrowsize=0.7];\n",
	      d->out);
	text_free(&label);
}

static void print_nodes(const struct drawing *d, const bool *alike)
{
	for (size_t i = 0; i < d->g->processes.nr; i++)
		if (d->pick->processes[i] && !alike[i])
			print_process(d, i);
	for (size_t i = 0; i < d->g->resources.nr; i++)
		if (d->pick->resources[i])
			print_resource(d, i);
	for (size_t i = 0; i < d->g->resources.nr; i++)
		if (d->pick->resources[i])
			print_alike(d, i);
}

static void print_edges(struct drawing *d, const bool *alike)
{
	for (size_t i = 0; i < d->g->tasks.nr; i++)
		if (d->pick->resources[d->g->tasks.v[i].resource] &&
		    !alike[d->g->tasks.v[i].process])
			print_wait(d, &d->g->tasks.v[i]);
	for (size_t i = 0; i < d->g->edges.nr; i++)
		if (d->pick->edges[i])
			print_edge(d, &d->g->edges.v[i]);
}

void graph_print_dot(FILE *out, const struct look *l, const struct graph_pick *pick)
{
	struct drawing d = { .out = out, .l = l, .g = &l->graph, .pick = pick };
	bool *alike;

	d.of_ns = d.g->several_ns;
	alike = find_alike(&d);
	find_deadlocks(&d);
	graph_find_rows(&d.rows, d.g, pick);
	print_head(&d);
	print_nodes(&d, alike);
	graph_begin_lines(out);
	print_edges(&d, alike);
	fputs("}\n", out);
	free(alike);
	free(d.alike);
	free(d.link);
	free(d.leads);
	free(d.stuck);
	free(d.closes);
	graph_rows_free(&d.rows);
}
