// SPDX-License-Identifier: GPL-2.0
#include "proc_columns.h"

#include "common.h"
#include "proc_facts.h"

size_t nr_fact_columns(void)
{
	return proc_usable() ? NR_FACT_COLUMNS : 0;
}

void text_add_unit_of(struct text *t, int tid, __u64 start_ns)
{
	const struct proc_facts *f = proc_look_up(tid, start_ns);

	if (f && f->cgroup)
		text_add_unit(t, f->cgroup);
	else
		text_addc(t, '-');
}

void text_add_args_of(struct text *t, int tid, __u64 start_ns)
{
	const struct proc_facts *f = proc_look_up(tid, start_ns);

	if (f && f->args)
		text_add_args(t, f);
	else
		text_addc(t, '-');
}

static void waiter_unit(struct text *t, const void *row)
{
	const struct task *task = &((const struct waiter *)row)->task;

	text_add_unit_of(t, task->tid, task->start_ns);
}

static void waiter_args(struct text *t, const void *row)
{
	const struct task *task = &((const struct waiter *)row)->task;

	text_add_args_of(t, task->tid, task->start_ns);
}

const struct column waiter_fact_columns[NR_FACT_COLUMNS] = {
	{ .name = "UNIT", .fill = waiter_unit },
	{ .name = "ARGS", .fill = waiter_args },
};

static void process_unit(struct text *t, const void *row)
{
	const struct process *p = row;

	text_add_unit_of(t, p->pid, p->start_ns);
}

static void process_args(struct text *t, const void *row)
{
	const struct process *p = row;

	text_add_args_of(t, p->pid, p->start_ns);
}

const struct column process_fact_columns[NR_FACT_COLUMNS] = {
	{ .name = "UNIT", .fill = process_unit },
	{ .name = "ARGS", .fill = process_args },
};
