// SPDX-License-Identifier: GPL-2.0
#include "proc_columns.h"

#include "common.h"
#include "proc_facts.h"

size_t nr_fact_columns(void)
{
	return proc_usable() ? NR_FACT_COLUMNS : 0;
}

static void add_unit(struct text *t, const struct proc_facts *f)
{
	if (f && f->cgroup)
		text_add_unit(t, f->cgroup);
	else
		text_addc(t, '-');
}

static void add_args(struct text *t, const struct proc_facts *f)
{
	if (f && f->args)
		text_add_args(t, f);
	else
		text_addc(t, '-');
}

void text_add_unit_of(struct text *t, int tid, __u64 start_ns)
{
	add_unit(t, proc_look_up(tid, start_ns));
}

void text_add_args_of(struct text *t, int tid, __u64 start_ns)
{
	add_args(t, proc_look_up(tid, start_ns));
}

static const struct proc_facts *facts_of(const struct task *task)
{
	return proc_look_up_thread(task->pid, task->tid, task->start_ns);
}

static void waiter_unit(struct text *t, const void *row)
{
	add_unit(t, facts_of(&((const struct waiter *)row)->task));
}

static void waiter_args(struct text *t, const void *row)
{
	add_args(t, facts_of(&((const struct waiter *)row)->task));
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
