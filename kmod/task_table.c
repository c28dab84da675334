// SPDX-License-Identifier: GPL-2.0
/* Process context, no lock held. */
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "task.h"
#include "task_table.h"

#define MAX_STEPS 16 /* from place to place; then a search by halves takes no longer */

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

static int group_order(const struct task_row *x, const struct task_row *y)
{
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return 0;
}

/* sort() of many rows takes long and nothing in it lets others run, but it calls this. */
static int row_order(const void *a, const void *b)
{
	const struct task_row *x = a, *y = b;
	int order = group_order(x, y);

	cond_resched();
	if (order || x->task == y->task)
		return order;
	return x->task < y->task ? -1 : 1;
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
	kvfree(table->first);
	table->rows = NULL;
	table->first = NULL;
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

static u32 next_place(const struct task_table *table, u32 i)
{
	return (i + 1) & ((1U << table->bits) - 1);
}

/* At least half of the places are free. */
static void add_key(struct task_table *table, u32 row)
{
	u32 i = hash_ptr(table->rows[row].key, table->bits);

	while (table->first[i] != TASK_TABLE_NONE)
		i = next_place(table, i);
	table->first[i] = row;
}

void task_table_index(struct task_table *table)
{
	u32 i;

	if (!table->nr)
		return;
	table->bits = ilog2(table->nr) + 2;
	table->first = kvmalloc_array(1UL << table->bits, sizeof(*table->first),
				      GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!table->first)
		return;
	memset(table->first, 0xff, sizeof(*table->first) << table->bits);
	for (i = 0; i < table->nr; i++) {
		cond_resched();
		if (!i || table->rows[i].key != table->rows[i - 1].key)
			add_key(table, i);
	}
}

static u32 search(const struct task_table *table, const void *key)
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

u32 task_table_find(const struct task_table *table, const void *key)
{
	unsigned int steps;
	u32 i, row;

	if (!table->first)
		return search(table, key);
	i = hash_ptr(key, table->bits);
	for (steps = 0; steps < MAX_STEPS; steps++) {
		row = table->first[i];
		if (row == TASK_TABLE_NONE)
			return table->nr;
		if (table->rows[row].key == key)
			return row;
		i = next_place(table, i);
	}
	return search(table, key);
}

u32 task_table_first(const struct task_table *table, const struct task_row *row)
{
	u32 low = 0, high = table->nr;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (group_order(&table->rows[mid], row) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

u64 task_table_bytes(const struct task_table *table)
{
	u64 index = table->first ? sizeof(*table->first) << table->bits : 0;

	return (u64)table->size * sizeof(*table->rows) + index;
}
