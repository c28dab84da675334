/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tasks by something they share, made by one visit of all tasks. The table is a hint with a
 * reference on each task: what it says is to be checked again where it is used.
 */
#ifndef IPCDBG_TASK_TABLE_H
#define IPCDBG_TASK_TABLE_H

#include <linux/limits.h>
#include <linux/types.h>

struct task_struct;

struct task_row {
	const void *key; /* compared, never followed; so is group */
	const void *group; /* the same for the threads of a process */
	struct task_struct *task;
};

#define TASK_TABLE_NONE U32_MAX
/* Bytes of a row, and of the index at most. */
#define TASK_TABLE_ROW (sizeof(struct task_row) + 4 * sizeof(u32))

struct task_table {
	struct task_row *rows; /* by key, and then by group */
	u32 nr;
	u32 size;
	bool full; /* tasks were left out, max was hit */
	u32 *first; /* by hash of the key, its first row; at least half are TASK_TABLE_NONE */
	unsigned int bits; /* of a hash */
	/* What the task shares; NULL: the task is of no interest. RCU; must not sleep. */
	const void *(*key_of)(struct task_struct *task);
};

/* key_of is set. 0 or -ENOMEM, -EINTR (the table is empty then). Sleeps. */
int task_table_build(struct task_table *table, u32 max);
void task_table_free(struct task_table *table);
/* Makes task_table_find() quick, or without memory does nothing. Of a table just built. Sleeps. */
void task_table_index(struct task_table *table);
/* First row of the key: those after it with the same key are its tasks. Any row or nr if none. */
u32 task_table_find(const struct task_table *table, const void *key);
/*
 * First row of that key and group, or one of others, or nr. While the table is there its tasks have
 * not been freed, nor has what tells their groups, so no other group has the same number.
 */
u32 task_table_first(const struct task_table *table, const struct task_row *row);
u64 task_table_bytes(const struct task_table *table);

#endif
