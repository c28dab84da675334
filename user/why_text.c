// SPDX-License-Identifier: GPL-2.0
#include "why.h"

#include <stdlib.h>

#include "blocker.h"
#include "graph_say.h"
#include "proc_facts.h"
#include "task.h"

static void add_link(struct text *t, const struct why *w, const struct why_node *n)
{
	static const char *const words[] = {
		[WHY_LOCK] = "has locked that file",
		[WHY_TAKEN] = "took a lock that it may wait for (inferred)",
		[WHY_PIPE] = "has the other end of that pipe",
		[WHY_FUTEX] = "owns that futex",
		[WHY_CHILD] = "is a child of it that has not exited",
		[WHY_SHARED] = "maps that memory too, and could wake it (inferred)",
	};

	if (n->link == WHY_ASKED)
		return;
	text_addc(t, ' ');
	if (n->link == WHY_EDGE && n->ended)
		text_add_fact(t, &w->look->graph, n->edge);
	else if (n->link == WHY_EDGE)
		text_add_edge(t, &w->look->graph, n->edge, n->task);
	else
		text_addf(t, "%s", words[n->link]);
}

/* What that it has ended makes likely, by what it was found. */
static void add_end(struct text *t, const struct why *w, const struct why_node *n)
{
	const struct graph_resource *r;

	text_addf(t, n->state == IPCDBG_ZOMBIE ? ", and is a zombie" : ", and has exited");
	if (!n->edge || n->edge->type != GRAPH_LAST)
		return;
	r = &w->look->graph.resources.v[n->edge->resource];
	/* Somebody else may hold it. */
	if (r->type == GRAPH_SEM && !r->known)
		return;
	if (r->type != GRAPH_SEM)
		text_addf(t, ": nobody else may do so (inferred)");
	else if (n->task->zero)
		text_addf(t, ": it may have died before it lowered it (inferred)");
	else
		text_addf(t, ": it may have decremented and died (inferred)");
}

static void add_process(struct text *t, const struct why *w, const struct why_node *n)
{
	say_process(t, n->pid, n->tid ? n->tid : n->pid, n->comm);
	add_link(t, w, n);
	if (n->ended)
		add_end(t, w, n);
	else if (n->seen)
		text_addf(t, "; see above");
	else if (n->leaf)
		text_addf(t, n->pid ? "; what it does is not known" : "");
}

static void add_nobody(struct text *t, const struct why *w, const struct why_node *n)
{
	const struct graph *g = &w->look->graph;
	const struct graph_resource *r = &g->resources.v[n->task->resource];

	if (r->type == GRAPH_SEM && !r->known)
		text_addf(t, "who holds it is not known, for rows are missing");
	else if (r->type == GRAPH_SEM)
		text_addf(t,
			  "no process holds an undo %s, and no other that lives is known to have "
			  "operated on it: whoever may, could",
			  r->taken || r->raised ? "that blocks this" : "for it");
	else
		text_addf(t, "no other process is known to use it: whoever may, could");
}

/* Threads are only told apart where it is not the process's main one. */
static void add_thread(struct text *t, int pid, int tid, const char *comm)
{
	if (!tid || tid == pid)
		return;
	text_addf(t, "thread %d", tid);
	if (comm && comm[0]) {
		text_addf(t, " (");
		text_add_name(t, comm);
		text_addf(t, ")");
	}
	text_addc(t, ' ');
}

void text_add_why(struct text *t, const struct why *w, const struct why_node *n)
{
	const struct graph *g = &w->look->graph;

	switch (n->sort) {
	case WHY_PROCESS:
		add_process(t, w, n);
		break;
	case WHY_WAITS:
		add_thread(t, n->task->waiter.task.pid, n->task->waiter.task.tid,
			   n->task->waiter.task.comm);
		text_add_wait(t, g, n->task, g->several_ns);
		break;
	case WHY_DOES:
		add_thread(t, n->pid, n->tid, NULL);
		text_add_doing(t, &n->doing);
		break;
	case WHY_NOBODY:
		add_nobody(t, w, n);
		break;
	case WHY_MORE:
		text_addf(t, "and %zu more", n->more);
		break;
	}
}

/* Whom a task waits for stands below it, but not further in: chains are long. */
static unsigned int indent_of(const struct why_node *n)
{
	return (n->depth + 1) / 2 * 2;
}

static void print_stack(FILE *out, const struct why_node *n)
{
	if (!n->leaf || !n->doing.nr_stack)
		return;
	fprintf(out, "%*sin the kernel:", indent_of(n) + 2, "");
	for (size_t i = 0; i < n->doing.nr_stack; i++)
		fprintf(out, "%s %s", i ? "," : "", n->doing.stack[i]);
	fputs("\n", out);
}

/* Of the service, and its arguments: of the process that was asked for only. */
static void print_facts(FILE *out, const struct why_node *n)
{
	const struct proc_facts *f = proc_look_up(n->pid, proc_start_ns(n->pid));
	struct text t = { 0 };

	if (!f || (!f->cgroup && !f->args))
		return;
	text_addf(&t, "  ");
	if (f->cgroup) {
		text_addf(&t, "in ");
		text_add_unit(&t, f->cgroup);
		text_addf(&t, f->args ? ": " : "");
	}
	if (f->args)
		text_add_args(&t, f);
	fprintf(out, "%s\n", t.s);
	text_free(&t);
}

static void print_node(FILE *out, const struct why *w, const struct why_node *n)
{
	struct text t = { 0 };

	text_addf(&t, "%*s", indent_of(n), "");
	text_add_why(&t, w, n);
	if (n->deadlock) {
		text_addf(&t, " [");
		text_add_deadlock(&t, &w->look->deadlocks, n->deadlock);
		text_addf(&t, "]");
	}
	fprintf(out, "%s\n", t.s);
	if (n->sort == WHY_PROCESS && n->link == WHY_ASKED)
		print_facts(out, n);
	if (n->sort == WHY_DOES)
		print_stack(out, n);
	text_free(&t);
}

/* Each deadlock that the tree meets, once. */
static void say_deadlocks(const struct why *w)
{
	for (size_t i = 0; i < w->nodes.nr; i++) {
		size_t nr = w->nodes.v[i].deadlock, before = 0;

		while (before < i && w->nodes.v[before].deadlock != nr)
			before++;
		if (!nr || before < i)
			continue;
		fputs("\n", w->q->out);
		deadlock_say(w->q->out, w->look, nr);
	}
}

void why_print_text(const struct why *w)
{
	for (size_t i = 0; i < w->nodes.nr; i++)
		print_node(w->q->out, w, &w->nodes.v[i]);
	if (w->cut)
		fputs("the tree is larger: of what is left out nothing is said\n", w->q->out);
	say_deadlocks(w);
}
