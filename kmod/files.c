// SPDX-License-Identifier: GPL-2.0
/*
 * task_lock() keeps task->files (exit_files(), unshare_fd()), and inside it iterate_fd() holds the
 * table's file_lock while it calls back, as update_classid_task() of net_cls has them nested. A
 * file met there is open until file_lock is dropped. Tables are taken in pieces of FDS_PER_HOLD
 * files, and all locks are dropped between them.
 */
#include <linux/fdtable.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "files.h"
#include "task.h"

#define FDS_PER_HOLD 256
#define TASKS_PER_BATCH 32

struct visit {
	int (*fn)(const struct open_file *f, void *arg);
	void *arg;
	struct open_file file;
	unsigned int left; /* descriptors of this hold */
	bool more; /* the hold ended before the table did */
	int ret;
};

static int visit_fd(const void *arg, struct file *file, unsigned int fd)
{
	struct visit *v = (struct visit *)arg;

	v->file.fd = fd;
	if (!v->left) {
		v->more = true;
		return 1;
	}
	v->left--;
	v->file.file = file;
	v->ret = v->fn(&v->file, v->arg);
	return v->ret;
}

/* Up to nr descriptors from fd on. true if there are more, from v->file.fd on. */
static bool visit_some(struct visit *v, struct task_struct *task, unsigned int fd, unsigned int nr)
{
	v->file.task = task;
	v->left = nr;
	v->more = false;
	task_lock(task);
	v->file.files = task->files;
	if (task->files)
		iterate_fd(task->files, fd, visit_fd, v);
	task_unlock(task);
	return v->more;
}

/* Most threads have the table of their leader, and it is visited with that. */
static bool shares_files(struct task_struct *task)
{
	struct task_struct *leader;
	bool same;

	if (task->flags & PF_KTHREAD)
		return true;
	rcu_read_lock();
	leader = READ_ONCE(task->group_leader);
	same = leader != task && READ_ONCE(leader->files) == READ_ONCE(task->files);
	rcu_read_unlock();
	return same;
}

static int visit_task(struct visit *v, struct task_struct *task)
{
	unsigned int fd = 0;

	if (shares_files(task))
		return 0;
	while (visit_some(v, task, fd, FDS_PER_HOLD)) {
		fd = v->file.fd;
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return v->ret;
}

static int visit_batch(struct visit *v, struct task_struct **tasks, unsigned int n)
{
	int ret = fatal_signal_pending(current) ? -EINTR : 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!ret)
			ret = visit_task(v, tasks[i]);
		put_task_struct(tasks[i]);
		cond_resched();
	}
	return ret;
}

int visit_files(int (*fn)(const struct open_file *f, void *arg), void *arg)
{
	struct task_struct *tasks[TASKS_PER_BATCH];
	struct visit v = { .fn = fn, .arg = arg };
	unsigned int n;
	int nr = 1;
	int ret;

	do {
		n = next_tasks(&nr, tasks, TASKS_PER_BATCH);
		ret = visit_batch(&v, tasks, n);
	} while (n && !ret);
	return ret;
}

int visit_file(struct task_struct *task, int fd, int (*fn)(const struct open_file *f, void *arg),
	       void *arg)
{
	struct visit v = { .fn = fn, .arg = arg };

	visit_some(&v, task, fd, 1);
	return v.ret;
}
