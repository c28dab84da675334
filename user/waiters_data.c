// SPDX-License-Identifier: GPL-2.0
/* The columns of 'ipcdbg waiters'. */
#include "blocker.h"
#include "proc_columns.h"
#include "proc_facts.h"
#include "task.h"
#include "user.h"
#include "waiters.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static const struct waiter_row *row_of(const struct list_row *row)
{
	return row->row;
}

static const struct graph_task *task_of(const struct list_row *row)
{
	return row_of(row)->task;
}

static const struct task *thread_of(const struct list_row *row)
{
	return &task_of(row)->waiter.task;
}

static const struct graph_resource *resource_of(const struct list_row *row)
{
	return &row_of(row)->l->graph.resources.v[task_of(row)->resource];
}

static void add_change(struct text *t, const struct list_row *row)
{
	if (row_of(row)->change)
		text_addc(t, row_of(row)->change);
}

static void add_kind(struct text *t, const struct list_row *row)
{
	text_addf(t, "%s", strchr(row->o->kind->table, '/') + 1);
}

static void add_id(struct text *t, const struct list_row *row)
{
	const struct kind *kind = row->o->kind;

	if (!kind->name) {
		text_addf(t, "%llu", resource_of(row)->id);
		return;
	}
	text_addc(t, '/');
	text_add_name(t, kind->name(&row->o->head));
}

static void add_key(struct text *t, const struct list_row *row)
{
	if (!row->o->kind->name)
		text_addf(t, "0x%08x", sysv_of(&row->o->head).key);
}

static void add_index(struct text *t, const struct list_row *row)
{
	if (resource_of(row)->type == GRAPH_SEM)
		text_addf(t, "%d", resource_of(row)->semnum);
}

static void add_op(struct text *t, const struct list_row *row)
{
	row->o->kind->call(t, row->o, task_of(row), resource_of(row)->type);
	if (resource_of(row)->type == GRAPH_FUTEX)
		text_addf(t, " (inferred)");
}

static void add_pid(struct text *t, const struct list_row *row)
{
	if (thread_of(row)->pid)
		text_add_pid(t, thread_of(row)->pid);
}

static void add_tid(struct text *t, const struct list_row *row)
{
	if (thread_of(row)->tid)
		text_add_pid(t, thread_of(row)->tid);
}

static void add_comm(struct text *t, const struct list_row *row)
{
	text_add_name(t, thread_of(row)->comm);
}

static void add_user(struct text *t, const struct list_row *row)
{
	if (IPCDBG_HAS(task, thread_of(row), uid))
		text_add_user(t, thread_of(row)->uid, false);
}

static void add_uid(struct text *t, const struct list_row *row)
{
	if (IPCDBG_HAS(task, thread_of(row), uid))
		text_addf(t, "%u", thread_of(row)->uid);
}

static void add_state(struct text *t, const struct list_row *row)
{
	const char state[2] = { thread_of(row)->state };

	text_add_name(t, state);
}

static void add_wait(struct text *t, const struct list_row *row)
{
	if (task_of(row)->waiter.timed)
		text_add_duration(t, task_of(row)->waiter.blocked_ns);
}

static void add_wait_ns(struct text *t, const struct list_row *row)
{
	if (task_of(row)->waiter.timed)
		text_addf(t, "%llu", task_of(row)->waiter.blocked_ns);
}

static void add_blocker(struct text *t, const struct list_row *row)
{
	text_add_blocker(t, row_of(row)->l, task_of(row));
}

struct each {
	const struct graph *g;
	process_fn fn;
	void *ctx;
};

static void each_edge(void *ctx, const struct graph_edge *e)
{
	const struct each *each = ctx;
	const struct graph_process *p = &each->g->processes.v[e->process];

	each->fn(each->ctx, p->pid, p->comm);
}

static void each_blocker(const struct list_row *row, process_fn fn, void *ctx)
{
	struct each each = { &row_of(row)->l->graph, fn, ctx };

	blockers_each(each.g, task_of(row), each_edge, &each);
}

/* By what the blockers are known. */
static void add_because(struct text *t, const struct list_row *row)
{
	static const char *const words[] = {
		[BLOCKER_UNKNOWN] = "unknown", [BLOCKER_HOLDS] = "holds",
		[BLOCKER_LAST] = "last",       [BLOCKER_EXITED] = "last-exited",
		[BLOCKER_USES] = "uses",
	};

	text_addf(t, "%s", words[blockers_of(row_of(row)->l, task_of(row))->sort]);
}

static void add_deadlock(struct text *t, const struct list_row *row)
{
	size_t nr = deadlock_of(&row_of(row)->l->deadlocks, task_of(row));

	if (nr)
		text_addf(t, "%zu", nr);
}

static void add_unit(struct text *t, const struct list_row *row)
{
	const struct task *thread = thread_of(row);
	const struct proc_facts *f =
		proc_look_up_thread(thread->pid, thread->tid, thread->start_ns);

	if (f && f->cgroup)
		text_add_unit(t, f->cgroup);
}

static void add_args(struct text *t, const struct list_row *row)
{
	const struct task *thread = thread_of(row);
	const struct proc_facts *f =
		proc_look_up_thread(thread->pid, thread->tid, thread->start_ns);

	if (f && f->args)
		text_add_args(t, f);
}

static const struct datum data[] = {
	DATUM_OF_TEXT("CHANGE", add_change,
		      "with --watch: + if it is new, - if it is gone, else ="),
	DATUM_OF_NS,
	DATUM_OF_TEXT("KIND", add_kind, "sem, msg or mqueue; as --kind says, pshm or psem"),
	DATUM_OF_TEXT("ID", add_id, "identifier of the object, or name of the POSIX one"),
	DATUM_OF_TEXT("KEY", add_key, "its key"),
	DATUM_OF_NUMBER("INDEX", add_index, "semaphore in its set"),
	DATUM_OF_TEXT("OP", add_op, "what the task does there; * is the operation that blocks"),
	DATUM_OF_NUMBER("PID", add_pid, "its process"),
	DATUM_OF_NUMBER("TID", add_tid, "its own number"),
	DATUM_OF_TEXT("COMMAND", add_comm, "command name of the task"),
	DATUM_OF_TEXT("USER", add_user, "its real user"),
	DATUM_OF_NUMBER("UID", add_uid, "that one's number"),
	DATUM_OF_TEXT("STATE", add_state, "its state, as in /proc/PID/stat"),
	DATUM_OF_TEXT("WAIT", add_wait, "how long it sleeps; the call lasts no less"),
	DATUM_OF_NUMBER("WAIT_NS", add_wait_ns, "the same in nanoseconds"),
	DATUM_OF_TEXT("BLOCKER", add_blocker, "whom it waits for, or the deadlock that it is in"),
	{ .name = "BLOCKERS",
	  .help = "processes that it may wait for",
	  .type = DATUM_PROCESSES,
	  .each = each_blocker },
	DATUM_OF_TEXT("BECAUSE", add_because,
		      "by what those are known: holds, uses, last, last-exited"),
	DATUM_OF_NUMBER("DEADLOCK", add_deadlock, "number of the deadlock that it is in"),
	DATUM_OF_TEXT("UNIT", add_unit, "its service or container"),
	DATUM_OF_TEXT("ARGS", add_args, "its command line"),
};

static const struct list_column columns[] = {
	{ .datum = "NS" },   { .datum = "KIND" }, { .datum = "ID" },	  { .datum = "INDEX" },
	{ .datum = "OP" },   { .datum = "PID" },  { .datum = "TID" },	  { .datum = "COMMAND" },
	{ .datum = "USER" }, { .datum = "WAIT" }, { .datum = "BLOCKER" },
};

/* With --watch. */
static const struct list_column watch_columns[] = {
	{ .datum = "CHANGE" },	{ .datum = "NS" },   { .datum = "KIND" }, { .datum = "ID" },
	{ .datum = "INDEX" },	{ .datum = "OP" },   { .datum = "PID" },  { .datum = "TID" },
	{ .datum = "COMMAND" }, { .datum = "USER" }, { .datum = "WAIT" }, { .datum = "BLOCKER" },
};

const struct kind waiters_kind = {
	.help = "waiters",
	.array = "waiters",
	.data = data,
	.nr_data = NR(data),
	.lists = { [VIEW_LIST] = { .columns = columns, .nr = NR(columns) },
		   [VIEW_TIMES] = { .columns = watch_columns, .nr = NR(watch_columns) } },
};
