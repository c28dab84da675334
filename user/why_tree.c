// SPDX-License-Identifier: GPL-2.0
#include "why.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "blocker.h"
#include "proc_facts.h"

/* Bounds of a tree that somebody is to read. */
#define NODES_MAX 400
#define DEPTH_MAX 128
#define THREADS_MAX 4
#define PROCESSES_MAX 8

static struct why_node *add(struct why *w, enum why_sort sort, unsigned int depth)
{
	struct why_node *n = vec_add(&w->nodes);

	n->sort = sort;
	n->depth = depth;
	return n;
}

static bool is_full(struct why *w, unsigned int depth)
{
	bool full = w->nodes.nr >= NODES_MAX || depth >= DEPTH_MAX;

	w->cut |= full;
	return full;
}

static bool was_seen(struct why *w, int pid)
{
	for (size_t i = 0; i < w->seen.nr; i++)
		if (w->seen.v[i] == pid)
			return true;
	*vec_add(&w->seen) = pid;
	return false;
}

/* Processes that something waits for, as they are found. */
struct below {
	struct why *w;
	const struct graph_task *task; /* that waits; NULL: none of the graph */
	unsigned int depth;
	size_t nr;
};

/* How a process was found: see struct why_node. */
struct found {
	enum why_link link;
	const struct graph_edge *edge;
	const struct graph_task *task;
};

static void add_process(struct why *w, unsigned int depth, int pid,
			const struct graph_process *process, struct found found);

static void add_edge(void *ctx, const struct graph_edge *e)
{
	struct below *b = ctx;
	const struct graph_process *p = &b->w->look->graph.processes.v[e->process];

	if (b->nr++ < PROCESSES_MAX)
		add_process(b->w, b->depth, p->pid, p, (struct found){ WHY_EDGE, e, b->task });
}

static void add_more(struct why *w, unsigned int depth, size_t nr, size_t shown)
{
	if (nr <= shown)
		return;
	add(w, WHY_MORE, depth)->more = nr - shown;
	w->cut = true;
}

static void add_wait(struct why *w, unsigned int depth, const struct graph_task *t)
{
	struct below b = { .w = w, .task = t, .depth = depth + 1 };
	struct why_node *n = add(w, WHY_WAITS, depth);

	n->task = t;
	n->tid = t->waiter.task.tid;
	n->deadlock = deadlock_of(&w->look->deadlocks, t);
	if (blockers_each(&w->look->graph, t, add_edge, &b) == BLOCKER_UNKNOWN) {
		n = add(w, WHY_NOBODY, depth + 1);
		n->task = t;
		n->leaf = true;
		blockers_last(&w->look->graph, t, add_edge, &b);
	}
	add_more(w, depth + 1, b.nr, PROCESSES_MAX);
}

static void add_followed(void *ctx, enum doing_link link, int pid)
{
	static const enum why_link links[] = {
		[DOING_LOCK] = WHY_LOCK,   [DOING_TAKEN] = WHY_TAKEN, [DOING_PIPE] = WHY_PIPE,
		[DOING_FUTEX] = WHY_FUTEX, [DOING_CHILD] = WHY_CHILD, [DOING_SHARED] = WHY_SHARED,
	};
	struct below *b = ctx;
	int leader = proc_leader(pid);

	/* Who looks is nobody's concern. */
	if (b->w->q->source->live && leader == getpid())
		return;
	if (b->nr++ < PROCESSES_MAX)
		add_process(b->w, b->depth, leader ? leader : pid,
			    graph_find_process(&b->w->look->graph, leader),
			    (struct found){ .link = links[link] });
}

static void add_doing(struct why *w, unsigned int depth, int pid, int tid)
{
	struct below b = { .w = w, .depth = depth + 1 };
	size_t index = w->nodes.nr;
	struct doing doing;

	bool live = w->q->source->live;

	if (live ? !doing_read(&doing, pid, tid) : !doing_recorded(&doing, pid, tid))
		return;
	*add(w, WHY_DOES, depth) = (struct why_node){
		.sort = WHY_DOES, .depth = depth, .pid = pid, .tid = tid, .doing = doing
	};
	if (live)
		doing_follow(&doing, pid, tid, add_followed, &b);
	else
		doing_follow_recorded(pid, tid, add_followed, &b);
	add_more(w, depth + 1, b.nr, PROCESSES_MAX);
	w->nodes.v[index].leaf = !b.nr;
}

/* Threads of a process: those that are blocked are in the graph, what others do is asked /proc. */
struct threads {
	struct why *w;
	const struct graph_process *p;
	unsigned int depth;
	int pid, only;
	size_t nr;
};

static bool add_thread(void *ctx, int tid)
{
	struct threads *t = ctx;

	if ((t->only && tid != t->only) || (t->p && graph_find_task(&t->w->look->graph, t->p, tid)))
		return true;
	if (t->nr++ < THREADS_MAX)
		add_doing(t->w, t->depth, t->pid, tid);
	return true;
}

static void add_threads(struct why *w, unsigned int depth, int pid, const struct graph_process *p,
			int only)
{
	struct threads t = { .w = w, .p = p, .depth = depth, .pid = pid, .only = only };

	for (size_t i = 0; p && i < p->nr_tasks; i++) {
		const struct graph_task *task = graph_task_of(&w->look->graph, p, i);

		if ((!only || task->waiter.task.tid == only) && t.nr++ < THREADS_MAX)
			add_wait(w, depth, task);
	}
	if (pid)
		proc_each_thread(pid, add_thread, &t);
	add_more(w, depth, t.nr, THREADS_MAX);
}

static bool note_thread(void *ctx, int tid)
{
	(void)tid;
	*(bool *)ctx = true;
	return false;
}

/* What rows do not tell of who did something once, as without the module: it may be a zombie. */
static void find_state(struct why_node *n)
{
	bool lives = false;

	if (!n->edge || n->edge->type != GRAPH_LAST || !n->pid)
		return;
	if (proc_each_thread(n->pid, note_thread, &lives))
		n->state = lives ? IPCDBG_LIVE : IPCDBG_ZOMBIE;
}

static void name_process(struct why_node *n)
{
	const struct graph_process *p = n->process;
	const struct proc_facts *f;

	n->state = IPCDBG_LIVE;
	if (p && p->has_state)
		n->state = p->state;
	else if (p)
		find_state(n);
	n->ended = n->state != IPCDBG_LIVE;
	if (p)
		memcpy(n->comm, p->comm, sizeof(n->comm));
	if (n->comm[0] || n->ended || !n->pid)
		return;
	f = proc_look_up_whole(n->pid, proc_start_ns(n->pid));
	if (f && f->comm)
		strncpy(n->comm, f->comm, sizeof(n->comm) - 1);
}

static void add_process(struct why *w, unsigned int depth, int pid,
			const struct graph_process *process, struct found found)
{
	size_t index = w->nodes.nr;
	struct why_node *n;

	if (is_full(w, depth))
		return;
	n = add(w, WHY_PROCESS, depth);
	n->pid = pid;
	n->process = process;
	n->link = found.link;
	n->edge = found.edge;
	n->task = found.task;
	name_process(n);
	if (n->ended || !pid) {
		n->leaf = true;
		return;
	}
	n->seen = was_seen(w, pid);
	if (n->seen)
		return;
	add_threads(w, depth + 1, pid, process, 0);
	/* Nothing can be told of what it does. */
	w->nodes.v[index].leaf = w->nodes.nr == index + 1;
}

void why_make(struct why *w, int pid, int tid)
{
	const struct graph_process *p = graph_find_process(&w->look->graph, pid);
	const struct graph_task *task;
	struct why_node *n;

	if (tid == pid) {
		add_process(w, 0, pid, p, (struct found){ .link = WHY_ASKED });
		return;
	}
	n = add(w, WHY_PROCESS, 0);
	n->pid = pid;
	n->tid = tid;
	n->process = p;
	task = p ? graph_find_task(&w->look->graph, p, tid) : NULL;
	if (task)
		memcpy(n->comm, task->waiter.task.comm, sizeof(n->comm));
	else
		name_process(n);
	add_threads(w, 1, pid, p, tid);
}

void why_free(struct why *w)
{
	vec_free(&w->nodes);
	vec_free(&w->seen);
}
