// SPDX-License-Identifier: GPL-2.0
#include "graph.h"

#include <stdlib.h>
#include <string.h>

#include "ipcdbg.h"

/* What a row says of a process, and which task or edge it says it of. */
struct graph_mention {
	struct graph_process says;
	int tid;
	bool any_thread;			 /* says.pid may be the number of a thread too */
	__u64 start_ns;				 /* of that thread */
	enum { OF_TASK, OF_EDGE, OF_THREAD } of; /* the last: of no other than the process */
	size_t index;
};

struct graph_resource *graph_add_resource(struct graph *g, enum graph_type type,
					  const struct object *o)
{
	struct graph_resource *r = vec_add(&g->resources);

	r->type = type;
	r->o = o;
	r->first_task = g->tasks.nr;
	r->first_edge = g->edges.nr;
	return r;
}

static void mention(struct graph *g, const struct graph_who *who, int of, size_t index)
{
	struct graph_mention *m = vec_add(&g->mentions);
	struct graph_process *p = &m->says;

	p->pid = who->pid;
	p->exited = who->has_state && who->state == IPCDBG_EXITED;
	p->has_state = who->has_state;
	p->state = who->state;
	p->has_uid = who->has_uid;
	p->uid = who->uid;
	if (who->pid == who->tid)
		p->start_ns = who->start_ns;
	if (who->comm)
		strncpy(p->comm, who->comm, sizeof(p->comm) - 1);
	m->tid = who->tid;
	m->any_thread = who->any_thread;
	m->start_ns = who->start_ns;
	m->of = of;
	m->index = index;
}

struct graph_who graph_who_of_task(const struct task *task)
{
	return (struct graph_who){
		.pid = task->pid,
		.tid = task->tid,
		.start_ns = task->start_ns,
		.has_uid = IPCDBG_HAS(task, task, uid),
		.uid = task->uid,
		.comm = task->comm,
	};
}

struct graph_who graph_who_of_process(const struct process *p)
{
	return (struct graph_who){
		.pid = p->pid,
		.tid = p->pid,
		.start_ns = p->start_ns,
		.has_state = IPCDBG_HAS(process, p, state),
		.has_uid = IPCDBG_HAS(process, p, uid),
		.state = p->state,
		.uid = p->uid,
		.comm = p->comm,
	};
}

struct graph_task *graph_add_task(struct graph *g, struct waiter waiter, const void *row)
{
	const struct task *task = &waiter.task;
	struct graph_who who = graph_who_of_task(task);
	struct graph_task *t = vec_add(&g->tasks);

	t->waiter = waiter;
	t->resource = g->resources.nr - 1;
	t->row = row;
	g->resources.v[t->resource].nr_tasks++;
	mention(g, &who, OF_TASK, g->tasks.nr - 1);
	return t;
}

struct graph_edge *graph_add_edge(struct graph *g, enum graph_edge_type type,
				  const struct graph_who *who)
{
	struct graph_edge *e = vec_add(&g->edges);

	e->type = type;
	e->resource = g->resources.nr - 1;
	g->resources.v[e->resource].nr_edges++;
	mention(g, who, OF_EDGE, g->edges.nr - 1);
	return e;
}

void graph_add_thread(struct graph *g, const struct graph_who *who)
{
	mention(g, who, OF_THREAD, 0);
}

#define ORDER(x, y) (((x) > (y)) - ((x) < (y)))

struct thread {
	int tid, pid;
};

static int thread_order(const void *a, const void *b)
{
	const struct thread *x = a, *y = b;
	int order = ORDER(x->tid, y->tid);

	return order ? order : ORDER(x->pid, y->pid);
}

static int thread_match(const void *key, const void *row)
{
	return ORDER(((const struct thread *)key)->tid, ((const struct thread *)row)->tid);
}

/* Gives numbers that may be those of threads, as rows name them, the process of that thread. */
static void find_processes(struct graph *g)
{
	VEC(struct thread) threads = { 0 };

	for (size_t i = 0; i < g->mentions.nr; i++) {
		const struct graph_mention *m = &g->mentions.v[i];

		if (m->says.pid && m->tid && m->tid != m->says.pid)
			*vec_add(&threads) = (struct thread){ m->tid, m->says.pid };
	}
	if (threads.nr)
		qsort(threads.v, threads.nr, sizeof(*threads.v), thread_order);
	for (size_t i = 0; threads.nr && i < g->mentions.nr; i++) {
		struct graph_mention *m = &g->mentions.v[i];
		struct thread key = { .tid = m->says.pid };
		const struct thread *found;

		if (!m->any_thread || m->says.exited)
			continue;
		found = bsearch(&key, threads.v, threads.nr, sizeof(key), thread_match);
		if (found)
			m->says.pid = found->pid;
	}
	vec_free(&threads);
}

/* By process; of one, what the leader's rows say comes first. */
static int mention_order(const void *a, const void *b)
{
	const struct graph_mention *x = a, *y = b;
	int order = ORDER(x->says.pid, y->says.pid);

	if (!order)
		order = ORDER(x->says.exited, y->says.exited);
	if (!order)
		order = ORDER(x->tid != x->says.pid, y->tid != y->says.pid);
	if (!order)
		order = ORDER(x->tid, y->tid);
	if (!order)
		order = ORDER(x->of, y->of);
	return order ? order : ORDER(x->index, y->index);
}

static bool is_same_process(const struct graph_mention *x, const struct graph_mention *y)
{
	return x->says.pid && x->says.pid == y->says.pid && x->says.exited == y->says.exited;
}

/* Adds what a further row says of the process; before is the row in front of it. */
static void learn(struct graph_process *p, const struct graph_mention *m,
		  const struct graph_mention *before)
{
	const struct graph_process *says = &m->says;

	if (says->start_ns && p->start_ns && says->start_ns != p->start_ns)
		p->reused = true;
	if (m->tid == before->tid && m->start_ns && before->start_ns &&
	    m->start_ns != before->start_ns)
		p->reused = true;
	/* A thread sleeps in one place. */
	if (m->tid == before->tid && m->of == OF_TASK && before->of == OF_TASK)
		p->reused = true;
	if (!p->start_ns)
		p->start_ns = says->start_ns;
	if (!p->has_uid) {
		p->has_uid = says->has_uid;
		p->uid = says->uid;
	}
	/* The later of two states is the graver one. */
	if (says->has_state && (!p->has_state || says->state > p->state)) {
		p->has_state = true;
		p->state = says->state;
	}
	if (!p->comm[0])
		memcpy(p->comm, says->comm, sizeof(p->comm));
}

/* Joins mentions in a row of one process, and gives its number to their tasks and edges. */
static void join(struct graph *g)
{
	const struct graph_mention *m = g->mentions.v;
	bool blocked = false; /* the newest thread has a row of a blocked task */

	if (g->mentions.nr)
		qsort(g->mentions.v, g->mentions.nr, sizeof(*g->mentions.v), mention_order);
	for (size_t i = 0; i < g->mentions.nr; i++) {
		bool same = i && is_same_process(&m[i], &m[i - 1]);

		blocked = m[i].of == OF_TASK || (same && blocked && m[i].tid == m[i - 1].tid);
		if (!same)
			*vec_add(&g->processes) = m[i].says;
		else
			learn(&g->processes.v[g->processes.nr - 1], &m[i], &m[i - 1]);
		if (m[i].of == OF_TASK)
			g->tasks.v[m[i].index].process = g->processes.nr - 1;
		else if (m[i].of == OF_EDGE)
			g->edges.v[m[i].index].process = g->processes.nr - 1;
		else if (!blocked)
			g->processes.v[g->processes.nr - 1].threads = GRAPH_FREE;
	}
	vec_free(&g->mentions);
}

static size_t *new_indices(size_t nr)
{
	size_t *v = calloc(nr ? nr : 1, sizeof(*v));

	if (!v)
		die(EXIT_IO, "out of memory");
	return v;
}

/* Counts, makes room, and fills it, which counts once more. */
static void index_processes(struct graph *g)
{
	struct graph_process *p = g->processes.v;
	size_t tasks = 0, edges = 0;

	for (size_t i = 0; i < g->tasks.nr; i++)
		p[g->tasks.v[i].process].nr_tasks++;
	for (size_t i = 0; i < g->edges.nr; i++)
		p[g->edges.v[i].process].nr_edges++;
	for (size_t i = 0; i < g->processes.nr; i++) {
		p[i].first_task = tasks;
		p[i].first_edge = edges;
		tasks += p[i].nr_tasks;
		edges += p[i].nr_edges;
		p[i].nr_tasks = p[i].nr_edges = 0;
	}
	g->process_tasks = new_indices(tasks);
	g->process_edges = new_indices(edges);
	for (size_t i = 0; i < g->tasks.nr; i++) {
		struct graph_process *of = &p[g->tasks.v[i].process];

		g->process_tasks[of->first_task + of->nr_tasks++] = i;
	}
	for (size_t i = 0; i < g->edges.nr; i++) {
		struct graph_process *of = &p[g->edges.v[i].process];

		g->process_edges[of->first_edge + of->nr_edges++] = i;
	}
}

static int tid_order(const void *a, const void *b, void *ctx)
{
	const struct graph *g = ctx;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int order = ORDER(g->tasks.v[x].waiter.task.tid, g->tasks.v[y].waiter.task.tid);

	return order ? order : ORDER(x, y);
}

void graph_finish(struct graph *g)
{
	for (size_t i = 1; i < g->resources.nr; i++)
		g->several_ns |= g->resources.v[i].inum != g->resources.v[0].inum;
	find_processes(g);
	join(g);
	index_processes(g);
	for (size_t i = 0; i < g->processes.nr; i++)
		if (g->processes.v[i].nr_tasks > 1)
			qsort_r(g->process_tasks + g->processes.v[i].first_task,
				g->processes.v[i].nr_tasks, sizeof(*g->process_tasks), tid_order,
				g);
	/* Of one without a blocked task, no thread is blocked. */
	for (size_t i = 0; i < g->processes.nr; i++)
		if (!g->processes.v[i].nr_tasks)
			g->processes.v[i].threads = GRAPH_FREE;
}

void graph_free(struct graph *g)
{
	vec_free(&g->resources);
	vec_free(&g->tasks);
	vec_free(&g->edges);
	vec_free(&g->processes);
	vec_free(&g->mentions);
	free(g->process_tasks);
	free(g->process_edges);
}

struct graph_process *graph_find_process(const struct graph *g, int pid)
{
	size_t low = 0, high = g->processes.nr;

	while (pid > 0 && low < high) {
		size_t mid = low + (high - low) / 2;
		struct graph_process *p = &g->processes.v[mid];

		if (p->pid == pid && !p->exited)
			return p;
		if (p->pid < pid)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct graph_task *graph_find_task(const struct graph *g, const struct graph_process *p,
					 int tid)
{
	size_t low = 0, high = p->nr_tasks;

	while (tid > 0 && low < high) {
		size_t mid = low + (high - low) / 2;
		const struct graph_task *t = graph_task_of(g, p, mid);

		if (t->waiter.task.tid == tid)
			return t;
		if (t->waiter.task.tid < tid)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
