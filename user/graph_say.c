// SPDX-License-Identifier: GPL-2.0
#include "graph_say.h"

#include <stdlib.h>

#include "blocker.h"
#include "task.h"

void text_add_node(struct text *t, const struct graph_process *p)
{
	say_process(t, p->pid, p->pid, p->comm);
}

void text_add_task(struct text *t, const struct graph_task *task)
{
	const struct task *who = &task->waiter.task;

	say_process(t, who->pid, who->tid, who->comm);
}

void text_add_resource(struct text *t, const struct graph_resource *r, bool of_ns)
{
	if (r->type == GRAPH_SEM)
		text_addf(t, "semaphore %d of set %llu", r->semnum, r->id);
	else if (r->o)
		object_add_name(t, r->o);
	if (of_ns)
		text_addf(t, " in ipc namespace %u", r->inum);
}

void text_add_wait(struct text *t, const struct graph *g, const struct graph_task *task, bool of_ns)
{
	const struct graph_resource *r = &g->resources.v[task->resource];

	text_addf(t, "waits ");
	if (task->waiter.timed) {
		text_add_duration_words(t, task->waiter.blocked_ns);
		text_addc(t, ' ');
	}
	if (r->type == GRAPH_SEND)
		text_addf(t, "to send to ");
	else if (r->type == GRAPH_RECEIVE)
		text_addf(t, "for a message in ");
	else
		text_addf(t, task->zero ? "for zero of " : "for ");
	text_add_resource(t, r, of_ns);
	if (r->type == GRAPH_SEM)
		text_addf(t, ", value %lld", r->semval);
	if (!r->o || !r->o->kind->call)
		return;
	text_addf(t, " (");
	r->o->kind->call(t, r->o, task, r->type);
	text_addf(t, r->type == GRAPH_FUTEX ? ") (inferred)" : ")");
}

void text_add_fact(struct text *t, const struct graph *g, const struct graph_edge *e)
{
	static const char *const last[] = {
		[GRAPH_SEM] = "operated on it last",
		[GRAPH_RECEIVE] = "sent to it last",
		[GRAPH_SEND] = "received from it last",
		[GRAPH_SEGMENT] = "",
		[GRAPH_FUTEX] = "",
	};
	enum graph_type type = g->resources.v[e->resource].type;

	switch (e->type) {
	case GRAPH_HELD:
		text_addf(t,
			  e->semadj > 0 ? "holds it (SEM_UNDO %+d)"
					: "has raised it (SEM_UNDO %+d)",
			  e->semadj);
		break;
	case GRAPH_LAST:
		text_addf(t, "%s", last[type]);
		break;
	case GRAPH_USES:
		text_addf(t, type == GRAPH_SEGMENT ? "has it attached"
			     : type == GRAPH_FUTEX ? "maps it"
						   : "uses it");
		break;
	}
}

void text_add_edge(struct text *t, const struct graph *g, const struct graph_edge *e,
		   const struct graph_task *of)
{
	enum graph_type type = g->resources.v[e->resource].type;

	text_add_fact(t, g, e);
	/* Who waits for zero has nothing to fear from one that has it. */
	if (e->type == GRAPH_LAST && !of->zero)
		text_addf(t, type == GRAPH_SEM ? " and may have it (inferred)"
					       : " and may again (inferred)");
	else if (e->type == GRAPH_USES && type != GRAPH_SEGMENT)
		text_addf(t, " and could wake (inferred)");
}

static void say_link(FILE *out, const struct look *l, const struct deadlock *d, size_t i)
{
	const struct graph *g = &l->graph;
	const size_t *chain = l->deadlocks.chain.v + d->first_link;
	const struct graph_task *t = &g->tasks.v[chain[i]];
	size_t next = g->tasks.v[chain[(i + 1) % d->nr_links]].process;
	const struct graph_edge *e = deadlock_edge_to(g, t, next);
	struct text line = { 0 };

	text_addf(&line, "  ");
	text_add_task(&line, t);
	text_addc(&line, ' ');
	text_add_wait(&line, g, t, g->several_ns);
	text_addf(&line, next == t->process ? "; itself, it " : "; ");
	if (next != t->process) {
		text_add_node(&line, &g->processes.v[next]);
		text_addc(&line, ' ');
	}
	if (e)
		text_add_edge(&line, g, e, t);
	fprintf(out, "%s\n", line.s);
	text_free(&line);
}

static const char *certainty(const struct deadlocks *d, const struct deadlock *of)
{
	if (of->sort == DEADLOCK_INFERRED)
		return "as far as is known, each waits for another one (inferred)";
	if (of->sort == DEADLOCK_SELF)
		return "each waits for what only those hold that wait there too: a deadlock, or "
		       "they\n"
		       "  take with SEM_UNDO what others post without it, and are idle (inferred)";
	if (of->surplus)
		return "one of them holds more than is waited for: a deadlock, or they\n"
		       "  take with SEM_UNDO what others post without it, and are idle (inferred)";
	if (d->looks < 2)
		return "seen in one look: not certain, for objects were read one after another";
	return "certain: two looks found each of them in the same sleep";
}

void deadlock_say(FILE *out, const struct look *l, size_t nr)
{
	const struct deadlock *d = &l->deadlocks.v.v[nr - 1];

	fprintf(out, "deadlock #%zu, of %zu task%s: %s\n", nr, d->nr_tasks,
		d->nr_tasks == 1 ? "" : "s", certainty(&l->deadlocks, d));
	for (size_t i = 0; i < d->nr_links; i++)
		say_link(out, l, d, i);
	if (d->nr_tasks > d->nr_links)
		fprintf(out, "  %zu more wait%s for these or with them\n",
			d->nr_tasks - d->nr_links, d->nr_tasks - d->nr_links == 1 ? "s" : "");
	fprintf(out, "  %s could still post, or a time limit end a wait\n",
		d->sort == DEADLOCK_INFERRED ? "somebody else" : "only somebody who holds nothing");
}
