// SPDX-License-Identifier: GPL-2.0
#include "task.h"

#include "ipcs.h"
#include "proc_columns.h"
#include "user.h"

#define NS_PER_S 1000000000

void text_add_pid(struct text *t, int pid)
{
	if (pid)
		text_addd(t, pid);
	else
		text_addc(t, '?');
}

void text_add_comm(struct text *t, const char *comm)
{
	text_add_name(t, comm[0] ? comm : "-");
}

void text_add_state(struct text *t, __u8 state)
{
	const struct ipcdbg_field *f = &ipcdbg_records[IPCDBG_R_owner].fields[IPCDBG_F_owner_state];

	text_addf(t, "%s", f->words[state]);
}

void text_add_last_pid(struct text *t, struct last last)
{
	if (last.known)
		text_add_pid(t, last.pid);
	else
		text_addf(t, "-");
}

void text_add_last_state(struct text *t, struct last last)
{
	if (last.has_state)
		text_add_state(t, last.state);
	else
		text_addf(t, "-");
}

void text_add_last_comm(struct text *t, struct last last)
{
	text_add_comm(t, last.comm);
}

static void last_pid(struct text *t, const void *row)
{
	text_add_last_pid(t, ((const struct last_row *)row)->last);
}

static void last_comm(struct text *t, const void *row)
{
	text_add_last_comm(t, ((const struct last_row *)row)->last);
}

static void last_state(struct text *t, const void *row)
{
	text_add_last_state(t, ((const struct last_row *)row)->last);
}

static void last_role(struct text *t, const void *row)
{
	text_addf(t, "%s", ((const struct last_row *)row)->role);
}

static const struct column last_columns[] = {
	{ .name = "PID", .right = true, .fill = last_pid },
	{ .name = "COMMAND", .fill = last_comm },
	{ .name = "STATE", .fill = last_state },
	{ .name = "ROLE", .fill = last_role },
};

void print_last(FILE *out, const struct last_row *rows, size_t nr)
{
	struct aligned *table;

	fputs("------ Remembered Processes --------\n", out);
	table = aligned_new(out, last_columns, sizeof(last_columns) / sizeof(last_columns[0]));
	for (size_t i = 0; i < nr; i++)
		aligned_add(table, &rows[i]);
	aligned_print(table);
	fputs("\n", out);
}

static const struct task *task_of(const void *row)
{
	return &((const struct waiter *)row)->task;
}

static void waiter_pid(struct text *t, const void *row)
{
	text_add_pid(t, task_of(row)->pid);
}

static void waiter_tid(struct text *t, const void *row)
{
	text_add_pid(t, task_of(row)->tid);
}

static void waiter_comm(struct text *t, const void *row)
{
	text_add_comm(t, task_of(row)->comm);
}

static void waiter_user(struct text *t, const void *row)
{
	if (IPCDBG_HAS(task, task_of(row), uid))
		text_add_user(t, task_of(row)->uid, false);
	else
		text_addf(t, "-");
}

static void waiter_state(struct text *t, const void *row)
{
	const char state[2] = { task_of(row)->state };

	text_add_comm(t, state);
}

static void waiter_time(struct text *t, const void *row)
{
	const struct waiter *w = row;

	if (w->timed)
		text_add_duration(t, w->blocked_ns);
	else
		text_addf(t, "-");
}

const struct column waiter_columns[NR_WAITER_COLUMNS] = {
	{ .name = "PID", .right = true, .fill = waiter_pid },
	{ .name = "TID", .right = true, .fill = waiter_tid },
	{ .name = "COMMAND", .fill = waiter_comm },
	{ .name = "USER", .fill = waiter_user },
	{ .name = "STATE", .fill = waiter_state },
	{ .name = "WAIT", .right = true, .fill = waiter_time },
};

struct aligned *waiters_new(FILE *out, const char *title, const struct column *more, size_t nr)
{
	struct aligned *table;

	fprintf(out, "------ %s --------\n", title);
	table = aligned_new(out, waiter_columns, NR_WAITER_COLUMNS);
	aligned_extend(table, more, nr);
	aligned_extend(table, waiter_fact_columns, nr_fact_columns());
	return table;
}

static void process_pid(struct text *t, const void *row)
{
	const struct process *p = row;

	if (IPCDBG_HAS(process, p, pid))
		text_add_pid(t, p->pid);
	else
		text_addf(t, "-");
}

static void process_comm(struct text *t, const void *row)
{
	text_add_comm(t, ((const struct process *)row)->comm);
}

static void process_user(struct text *t, const void *row)
{
	const struct process *p = row;

	if (IPCDBG_HAS(process, p, uid))
		text_add_user(t, p->uid, false);
	else
		text_addf(t, "-");
}

static void process_state(struct text *t, const void *row)
{
	const struct process *p = row;

	if (IPCDBG_HAS(process, p, state))
		text_add_state(t, p->state);
	else
		text_addf(t, "-");
}

const struct column process_columns[NR_PROCESS_COLUMNS] = {
	{ .name = "PID", .right = true, .fill = process_pid },
	{ .name = "COMMAND", .fill = process_comm },
	{ .name = "USER", .fill = process_user },
	{ .name = "STATE", .fill = process_state },
};

struct aligned *processes_new(FILE *out, const char *title, const struct column *more, size_t nr)
{
	struct aligned *table;

	fprintf(out, "------ %s --------\n", title);
	table = aligned_new(out, process_columns, NR_PROCESS_COLUMNS);
	aligned_extend(table, more, nr);
	aligned_extend(table, process_fact_columns, nr_fact_columns());
	return table;
}

static void say_name(struct text *t, const char *comm)
{
	if (!comm[0])
		return;
	text_addf(t, " (");
	text_add_name(t, comm);
	text_addf(t, ")");
}

void say_process(struct text *t, int pid, int tid, const char *comm)
{
	if (!pid)
		text_addf(t, "a process");
	else if (tid != pid)
		text_addf(t, "thread %d", tid);
	else
		text_addf(t, "pid %d", pid);
	say_name(t, comm);
	if (!pid)
		text_addf(t, " that this pid namespace does not see");
	else if (tid != pid)
		text_addf(t, " of pid %d", pid);
}

void waits_add(struct waits *w, bool timed, __u64 blocked_ns)
{
	w->nr++;
	if (!timed)
		return;
	w->timed = true;
	if (blocked_ns > w->longest_ns)
		w->longest_ns = blocked_ns;
}

void say_waits(struct text *t, const struct waits *w, bool missing)
{
	if (w->timed) {
		text_addf(t, "blocked ");
		text_add_duration_words(t, w->longest_ns);
		text_addf(t, ": ");
	}
	text_addf(t, "%s%zu %s", missing ? "at least " : "", w->nr,
		  w->nr == 1 ? "task waits" : "tasks wait");
}

bool last_has_ended(struct last last)
{
	return last.has_state && last.state != IPCDBG_LIVE;
}

void say_last(struct text *t, struct last last)
{
	if (!last.known) {
		text_addf(t, "no process");
		return;
	}
	say_process(t, last.pid, last.pid, last.comm);
	if (last.has_state)
		text_addf(t, ", which %s", state_words(last.state));
}

void say_since(struct text *t, __s64 seconds, __u64 read_ns)
{
	__u64 since_ns;

	text_addf(t, "since %.24s", ipcs_time(seconds));
	if (seconds < 0 || __builtin_mul_overflow((__u64)seconds, NS_PER_S, &since_ns) ||
	    since_ns > read_ns)
		return;
	text_addf(t, " (");
	text_add_seconds(t, (read_ns - since_ns) / NS_PER_S);
	text_addf(t, ")");
}

bool is_long_ago(const struct query *q, __s64 seconds, __u64 read_ns)
{
	__u64 then_s = seconds, now_s = read_ns / NS_PER_S;

	return then_s < now_s && now_s - then_s > q->suspect_ns / NS_PER_S;
}

const char *state_words(__u8 state)
{
	switch ((enum ipcdbg_pstate)state) {
	case IPCDBG_LIVE:
		return "is alive";
	case IPCDBG_ZOMBIE:
		return "is a zombie";
	case IPCDBG_EXITED:
		return "has exited";
	}
	return "";
}
