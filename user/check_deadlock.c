// SPDX-License-Identifier: GPL-2.0
/* Deadlocks: certain ones, and those that rest on guesses about who would wake. */
#include "check.h"
#include "json.h"
#include "kinds.h"
#include "look.h"
#include "task.h"

/* So many tasks of a cycle are told in the sentence, and stand in the evidence. */
#define LINKS_SAID 4
#define LINKS_SHOWN 32

static const struct graph_task *link_task(const struct deadlocks *d, const struct deadlock *of,
					  size_t i)
{
	return &d->g->tasks.v[d->chain.v[of->first_link + i % of->nr_links]];
}

static void say_resource(struct text *t, const struct graph_resource *r, bool zero)
{
	switch (r->type) {
	case GRAPH_SEM:
		text_addf(t, zero ? "zero of semaphore %d of " : "semaphore %d of ", r->semnum);
		break;
	case GRAPH_RECEIVE:
		text_addf(t, "a message of ");
		break;
	case GRAPH_SEND:
		text_addf(t, "room in ");
		break;
	case GRAPH_SEGMENT:
	case GRAPH_FUTEX:
		break;
	}
	object_add_name(t, r->o);
}

static const char *edge_words(const struct graph_edge *e, bool zero)
{
	if (!e || e->type == GRAPH_USES)
		return "which is used by";
	if (e->type == GRAPH_LAST)
		return "last operated by";
	return zero ? "raised by" : "held by";
}

/* "pid 7 (a) waits for semaphore 0 of semaphore set 3, held by pid 8 (b); pid 8 (b) waits ..." */
static void say_cycle(struct text *t, const struct deadlocks *d, const struct deadlock *of)
{
	const struct graph *g = d->g;

	for (size_t i = 0; i < of->nr_links && i < LINKS_SAID; i++) {
		const struct graph_task *task = link_task(d, of, i);
		size_t next = link_task(d, of, i + 1)->process;
		const struct graph_process *p = &g->processes.v[next];

		text_addf(t, i ? "; " : "");
		say_process(t, task->waiter.task.pid, task->waiter.task.tid,
			    task->waiter.task.comm);
		text_addf(t, " waits for ");
		say_resource(t, &g->resources.v[task->resource], task->zero);
		text_addf(t, ", %s ", edge_words(deadlock_edge_to(g, task, next), task->zero));
		say_process(t, p->pid, p->pid, p->comm);
	}
	if (of->nr_links > LINKS_SAID)
		text_addf(t, "; and so on by %zu more to the first one", of->nr_links - LINKS_SAID);
	if (of->nr_tasks > of->nr_links) {
		text_addf(t, "; ");
		text_add_count(t, of->nr_tasks - of->nr_links, "more task");
		text_addf(t,
			  of->nr_tasks - of->nr_links == 1 ? " waits for them" : " wait for them");
	}
	text_addf(t, "; a process that holds nothing could still wake them");
}

/* Where it is: the field that names an object, and the semaphore. */
static json_t *resource_fact(const struct graph_resource *r)
{
	const struct ipcdbg_field *name = &ipcdbg_records[r->o->kind->head].fields[0];
	json_t *fact = json_object();

	json_put(fact, "namespace", json_integer(r->inum));
	json_put(fact, name->name, json_field(name, &r->o->head));
	if (r->type == GRAPH_SEM)
		json_put(fact, "semnum", json_integer(r->semnum));
	return fact;
}

static void add_wait(struct finding *f, const struct graph *g, const struct graph_task *t)
{
	static const char *const words[] = {
		[GRAPH_SEM] = "wait", [GRAPH_RECEIVE] = "receive", [GRAPH_SEND] = "send",
		[GRAPH_SEGMENT] = "", [GRAPH_FUTEX] = "shm_wait",
	};
	const struct graph_resource *r = &g->resources.v[t->resource];
	const struct task *task = &t->waiter.task;
	json_t *fact = resource_fact(r);

	json_put(fact, "pid", json_integer(task->pid));
	json_put(fact, "tid", json_integer(task->tid));
	json_put(fact, "comm", json_name(task->comm));
	json_put(fact, "start_ns", json_u64(task->start_ns));
	json_put(fact, "switches", json_u64(task->switches));
	if (t->waiter.timed)
		json_put(fact, "blocked_ns", json_u64(t->waiter.blocked_ns));
	finding_fact(f, words[r->type], fact);
}

static void add_edge(struct finding *f, const struct graph *g, const struct graph_edge *e)
{
	static const char *const words[] = {
		[GRAPH_HELD] = "undo",
		[GRAPH_LAST] = "last",
		[GRAPH_USES] = "uses",
	};
	const struct graph_process *p = &g->processes.v[e->process];
	json_t *fact = resource_fact(&g->resources.v[e->resource]);

	if (e->type == GRAPH_HELD)
		json_put(fact, "semadj", json_integer(e->semadj));
	json_put(fact, "pid", json_integer(p->pid));
	json_put(fact, "comm", json_name(p->comm));
	finding_fact(f, words[e->type], fact);
}

static void add_evidence(struct finding *f, const struct deadlocks *d, const struct deadlock *of)
{
	for (size_t i = 0; i < of->nr_links && i < LINKS_SHOWN; i++) {
		const struct graph_task *task = link_task(d, of, i);
		size_t next = link_task(d, of, i + 1)->process;
		const struct graph_edge *e = deadlock_edge_to(d->g, task, next);

		add_wait(f, d->g, task);
		if (e)
			add_edge(f, d->g, e);
	}
}

/* What rests on guesses is only worth it if all of the cycle waits for long. */
static bool is_old(const struct check *c, const struct deadlocks *d, const struct deadlock *of)
{
	for (size_t i = 0; i < of->nr_links; i++) {
		const struct waiter *w = &link_task(d, of, i)->waiter;
		struct waits one = { 0 };

		waits_add(&one, w->timed, w->blocked_ns);
		if (!check_is_long(c, &one))
			return false;
	}
	return true;
}

static void say_deadlock(struct check *c, const struct rule *r, const struct deadlock *of)
{
	const struct deadlocks *d = &c->look->deadlocks;
	const struct graph_task *first;
	struct finding *f;

	if (!of->nr_links || (deadlock_is_guess(of) && !is_old(c, d, of)))
		return;
	first = link_task(d, of, 0);
	f = check_add(c, r, NULL);
	f->inferred = !deadlock_is_certain(d, of);
	f->inum = d->g->resources.v[first->resource].inum;
	text_add_count(&f->subject, of->nr_tasks, "task");
	say_cycle(&f->told, d, of);
	add_evidence(f, d, of);
	check_next_command(c, f);
	text_addf(&f->next, "why %d", first->waiter.task.tid);
}

void check_deadlocks(struct check *c, const struct rule *r)
{
	const struct deadlocks *d = &c->look->deadlocks;

	for (size_t i = 0; i < d->v.nr; i++)
		if (!deadlock_is_guess(&d->v.v[i]))
			say_deadlock(c, r, &d->v.v[i]);
}

void check_probable_deadlocks(struct check *c, const struct rule *r)
{
	const struct deadlocks *d = &c->look->deadlocks;

	for (size_t i = 0; i < d->v.nr; i++)
		if (deadlock_is_guess(&d->v.v[i]))
			say_deadlock(c, r, &d->v.v[i]);
}
