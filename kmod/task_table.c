// SPDX-License-Identifier: GPL-2.0
/* Process context, no lock held. */
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "task.h"
#include "task_table.h"

/* -ENOSPC: no room for the task. */
static int add_task(struct task_struct *task, void *arg)
{
	struct task_table *table = arg;
	const void *key = table->key_of(task);

	if (!key)
		return 0;
	if (table->nr == table->size)
		return -ENOSPC;
	get_task_struct(task);
	table->rows[table->nr++] = (struct task_row){ key, task->signal, task };
	return 0;
}

/* sort() of many rows takes long and nothing in it lets others run, but it calls this. */
static int row_order(const void *a, const void *b)
{
	const struct task_row *x = a, *y = b;

	cond_resched();
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->task != y->task)
		return x->task < y->task ? -1 : 1;
	return 0;
}

/* A task met twice is kept once. */
static void make_unique(struct task_table *table)
{
	u32 i, n = 0;

	for (i = 0; i < table->nr; i++) {
		cond_resched();
		if (n && !row_order(&table->rows[n - 1], &table->rows[i]))
			put_task_struct(table->rows[i].task);
		else
			table->rows[n++] = table->rows[i];
	}
	table->nr = n;
}

void task_table_free(struct task_table *table)
{
	while (table->nr) {
		cond_resched();
		put_task_struct(table->rows[--table->nr].task);
	}
	kvfree(table->rows);
	table->rows = NULL;
	table->size = 0;
	table->full = false;
}

int task_table_build(struct task_table *table, u32 max)
{
	u32 size = 64;
	int ret;

	do {
		task_table_free(table);
		size = min(size * 4, max);
		table->rows = kvmalloc_array(size, sizeof(*table->rows),
					     GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
		if (!table->rows)
			return -ENOMEM;
		table->size = size;
		ret = visit_tasks(add_task, table);
	} while (ret == -ENOSPC && size < max);
	if (ret && ret != -ENOSPC) {
		task_table_free(table);
		return ret;
	}
	table->full = ret == -ENOSPC;
	sort(table->rows, table->nr, sizeof(*table->rows), row_order, NULL);
	make_unique(table);
	return 0;
}

u32 task_table_find(const struct task_table *table, const void *key)
{
	u32 low = 0, high = table->nr;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (table->rows[mid].key < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

u64 task_table_bytes(const struct task_table *table)
{
	return (u64)table->size * sizeof(*table->rows);
}
