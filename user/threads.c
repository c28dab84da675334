// SPDX-License-Identifier: GPL-2.0
#include "threads.h"

#include "proc_facts.h"

struct search {
	const struct graph *g;
	const struct graph_process *p;
	size_t blocked;
	bool free;
};

static bool look_at(void *ctx, int tid)
{
	struct search *s = ctx;

	if (graph_find_task(s->g, s->p, tid))
		s->blocked++;
	else
		s->free = true;
	return !s->free;
}

/* Who has the number now is that process if one of its tasks is a thread with that start time. */
static bool is_still_there(const struct graph *g, const struct graph_process *p)
{
	const struct task *task = &graph_task_of(g, p, 0)->waiter.task;

	return IPCDBG_HAS(task, task, start_ns) && proc_is_thread(p->pid, task->tid) &&
	       proc_started(task->tid, task->start_ns);
}

void threads_read(struct graph *g)
{
	for (size_t i = 0; i < g->processes.nr; i++) {
		struct graph_process *p = &g->processes.v[i];
		struct search s = { .g = g, .p = p };

		if (!p->pid || p->exited || !p->nr_tasks || !p->nr_edges ||
		    p->threads != GRAPH_UNKNOWN || !is_still_there(g, p))
			continue;
		if (!proc_each_thread(p->pid, look_at, &s))
			continue;
		if (s.free)
			p->threads = GRAPH_FREE;
		else if (s.blocked == p->nr_tasks)
			p->threads = GRAPH_BLOCKED;
	}
}

bool thread_sleeps_on(void *ctx, const struct graph_task *t, enum deadlock_sort sort)
{
	const struct task *task = &t->waiter.task;
	struct ipcdbg_thread now;

	(void)ctx;
	(void)sort;
	return task->tid && IPCDBG_HAS(task, task, start_ns) && IPCDBG_HAS(task, task, switches) &&
	       proc_thread(task->pid, task->tid, task->start_ns, &now) &&
	       (now.state == 'S' || now.state == 'D') && IPCDBG_HAS(thread, &now, switches) &&
	       now.switches == task->switches;
}
