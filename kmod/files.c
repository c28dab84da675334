// SPDX-License-Identifier: GPL-2.0
/*
 * task_lock() keeps task->files (exit_files(), unshare_fd()), and inside it file_lock the table and
 * the files in it, as update_classid_task() of net_cls has them nested. A file met there is open
 * until file_lock is dropped. One hold takes FDS_PER_HOLD files and looks at SLOTS_PER_HOLD places,
 * a bit each; then both locks are dropped for a while.
 */
#include <linux/bitmap.h>
#include <linux/fdtable.h>
#include <linux/minmax.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "compat.h"
#include "files.h"
#include "task.h"
#include "task_table.h"
#include "unlocked.h"

#define FDS_PER_HOLD 256
#define SLOTS_PER_HOLD 65536
#define TASKS_PER_BATCH 32
#define MAX_TASKS 262144 /* of a table of them, 6 MiB, of which there are two */
#define KNOWN_LOOKS 16 /* at threads of a process */

struct visit {
	int (*fn)(const struct open_file *f, void *arg);
	void *arg;
	struct open_file file;
	unsigned int next; /* the descriptor to go on from */
	bool more; /* the hold ended before the table did */
};

/* Lock: files->file_lock. */
static int visit_slots(struct visit *v, struct files_struct *files)
{
	struct fdtable *fdt = files_fdtable(files);
	unsigned int end = min(fdt->max_fds, v->next + SLOTS_PER_HOLD);
	unsigned int left = FDS_PER_HOLD;
	unsigned int fd;
	int ret = 0;

	for (fd = find_next_bit(fdt->open_fds, end, v->next); fd < end && left && !ret;
	     fd = find_next_bit(fdt->open_fds, end, fd + 1)) {
		v->file.fd = fd;
		v->file.file = rcu_dereference_check_fdtable(files, fdt->fd[fd]);
		/* A descriptor may be taken before its file is there. */
		if (v->file.file)
			ret = v->fn(&v->file, v->arg);
		left--;
	}
	v->next = fd;
	v->more = fd < fdt->max_fds;
	return ret;
}

/* The descriptors of one hold, from v->next on. */
static int visit_some(struct visit *v, struct task_struct *task)
{
	struct files_struct *files;
	int ret = 0;

	v->more = false;
	v->file.task = task;
	task_lock(task);
	files = task->files;
	v->file.files = files;
	if (files) {
		spin_lock(&files->file_lock);
		ret = visit_slots(v, files);
		spin_unlock(&files->file_lock);
	}
	task_unlock(task);
	return ret;
}

/* What most threads share with their leader, which is visited before them. */
static bool shares_files(struct task_struct *task)
{
	const struct files_struct *files = READ_UNLOCKED(task->files);
	struct task_struct *first;
	bool same = false;

	if (!files || task_is_kthread(task))
		return true;
	rcu_read_lock();
	for_each_thread(task, first) {
		same = first != task && READ_UNLOCKED(first->files) == files;
		break;
	}
	rcu_read_unlock();
	return same;
}

static int visit_task(struct visit *v, struct task_struct *task)
{
	int ret = 0;

	v->next = 0;
	do {
		ret = visit_some(v, task);
		cond_resched();
		if (!ret && fatal_signal_pending(current))
			ret = -EINTR;
	} while (!ret && v->more);
	return ret;
}

static int visit_batch(struct visit *v, struct task_struct **tasks, unsigned int n)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < n; i++) {
		if (!ret && !shares_files(tasks[i]))
			ret = visit_task(v, tasks[i]);
		put_task_struct(tasks[i]);
		cond_resched();
	}
	return ret;
}

/* Task by task: takes no memory, and meets shared tables more than once. */
static int visit_batches(struct visit *v)
{
	struct task_struct *tasks[TASKS_PER_BATCH];
	unsigned int n;
	int nr = 1;
	int ret;

	do {
		n = next_tasks(&nr, tasks, TASKS_PER_BATCH);
		ret = visit_batch(v, tasks, n);
	} while (n && !ret);
	return ret;
}

static const void *files_of(struct task_struct *task)
{
	return task_is_kthread(task) ? NULL : READ_UNLOCKED(task->files);
}

static bool same_visit(const struct task_row *a, const struct task_row *b, bool by_process)
{
	return a->key == b->key && (!by_process || a->group == b->group);
}

/*
 * A task of the process that had the table when known was built, and has it now, had it when it was
 * its turn. Not found though it is there, it is only visited again.
 */
static bool was_visited(const struct task_table *known, const struct task_row *row)
{
	u32 i = task_table_first(known, row);
	u32 end = min(known->nr, i + KNOWN_LOOKS);

	for (; i < end && same_visit(&known->rows[i], row, true); i++)
		if (READ_UNLOCKED(known->rows[i].task->files) == row->key)
			return true;
	return false;
}

/*
 * One of those that share a table speaks for the others, if it has it to the end of its visit. A
 * task that got another one since is visited with that. What known has visited is left out.
 */
static int visit_table(struct visit *v, const struct task_table *table,
		       const struct task_table *known, bool by_process)
{
	const struct task_row *last = NULL;
	const struct files_struct *files;
	u32 i;
	int ret = 0;

	for (i = 0; i < table->nr && !ret; i++) {
		const struct task_row *row = &table->rows[i];

		cond_resched();
		files = READ_UNLOCKED(row->task->files);
		if (!files || (files == row->key && last && same_visit(last, row, by_process)))
			continue;
		if (known && was_visited(known, row))
			continue;
		ret = visit_task(v, row->task);
		if (READ_UNLOCKED(row->task->files) == row->key)
			last = row;
	}
	return ret;
}

/* Visits the tables that known has not, if there is one, and builds table of all. */
static int visit_tables(struct visit *v, struct task_table *table, const struct task_table *known,
			bool by_process)
{
	int ret = task_table_build(table, MAX_TASKS);

	if (ret == -ENOMEM || table->full) {
		task_table_free(table);
		return visit_batches(v);
	}
	return ret ? ret : visit_table(v, table, known, by_process);
}

/* Twice: who has forked and exited before its turn has handed its files on. */
int visit_files(int (*fn)(const struct open_file *f, void *arg), void *arg, bool by_process)
{
	struct task_table table = { .key_of = files_of }, later = { .key_of = files_of };
	struct visit v = { .fn = fn, .arg = arg };
	int ret;

	ret = visit_tables(&v, &table, NULL, by_process);
	if (!ret && table.nr)
		ret = visit_tables(&v, &later, &table, by_process);
	task_table_free(&later);
	task_table_free(&table);
	return ret;
}

int visit_file(struct task_struct *task, int fd, int (*fn)(const struct open_file *f, void *arg),
	       void *arg)
{
	struct visit v = { .fn = fn, .arg = arg, .next = fd };

	return visit_some(&v, task);
}
