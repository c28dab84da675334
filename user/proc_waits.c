// SPDX-License-Identifier: GPL-2.0
#include "proc_waits.h"

#include <stdlib.h>
#include <unistd.h>

#include "proc_facts.h"
#include "proc_task.h"

static struct proc_waits all;
static bool looked;

static bool is_ipc(enum syscall_kind kind)
{
	return kind != SYSCALL_OTHER && kind != SYSCALL_FUTEX;
}

/* The operations were so while the task slept: whoever wants to be sure looks at it once more. */
static void add_ops(struct proc_wait *w)
{
	const struct proc_syscall *s = &w->call;
	size_t size = s->size * sizeof(*all.ops.v);

	w->first_op = all.ops.nr;
	if (s->kind != SYSCALL_SEMOP || !s->size || s->size > PROC_SOPS_MAX)
		return;
	for (__u64 i = 0; i < s->size; i++)
		vec_add(&all.ops);
	w->ops_known = proc_syscall_memory(s, s->address, &all.ops.v[w->first_op], size);
	if (!w->ops_known)
		all.ops.nr = w->first_op;
}

static void look_at_thread(void *ctx, int pid, int tid)
{
	struct proc_syscall s;
	struct proc_wait *w;
	__u32 inum;

	(void)ctx;
	switch (proc_syscall_read(&s, pid, tid)) {
	case PROC_HIDDEN:
		all.hidden++;
		return;
	case PROC_ASLEEP:
		break;
	default:
		return;
	}
	if (!is_ipc(s.kind))
		return;
	inum = proc_task_ipc_ns(pid, tid);
	if (!inum) {
		all.hidden += !proc_has_ended();
		return;
	}
	w = vec_add(&all.v);
	w->call = s;
	w->inum = inum;
	add_ops(w);
}

static void look_at_process(void *ctx, int pid)
{
	all.hidden += !proc_visit_threads(pid, look_at_thread, ctx);
}

/* Whether there is such a file at all: this program's own, which it may look at. */
static bool calls_are_told(void)
{
	struct proc_syscall own;

	return proc_syscall_read(&own, getpid(), getpid()) == PROC_ELSEWHERE;
}

static int compare(__s64 a, __s64 b)
{
	return (a > b) - (a < b);
}

static int object_order(const struct proc_wait *a, const struct proc_wait *b)
{
	int order = compare(a->inum, b->inum);

	if (!order)
		order = compare(a->call.kind, b->call.kind);
	return order ? order : compare(a->call.id, b->call.id);
}

static int wait_order(const void *a, const void *b)
{
	const struct proc_wait *x = a, *y = b;
	int order = object_order(x, y);

	if (!order)
		order = compare(x->call.task.pid, y->call.task.pid);
	return order ? order : compare(x->call.task.tid, y->call.task.tid);
}

const struct proc_waits *proc_waits(void)
{
	if (looked)
		return &all;
	looked = true;
	/* In a /proc of another pid namespace tasks have other numbers. */
	if (!proc_usable() || !syscall_numbers_known() || !calls_are_told()) {
		all.hidden = 1;
		return &all;
	}
	all.hidden += !proc_visit_processes(look_at_process, NULL);
	if (all.v.nr)
		qsort(all.v.v, all.v.nr, sizeof(*all.v.v), wait_order);
	return &all;
}

void proc_waits_forget(void)
{
	looked = false;
	all.v.nr = all.ops.nr = all.hidden = 0;
	proc_slept_forget();
}

const struct proc_wait *proc_waits_on(__u32 inum, enum syscall_kind kind, int id, size_t *nr)
{
	const struct proc_wait key = { .inum = inum, .call = { .kind = kind, .id = id } };
	size_t low = 0, high = proc_waits()->v.nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (object_order(&all.v.v[mid], &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (*nr = 0; low + *nr < all.v.nr; ++*nr)
		if (object_order(&all.v.v[low + *nr], &key))
			break;
	return *nr ? &all.v.v[low] : NULL;
}
