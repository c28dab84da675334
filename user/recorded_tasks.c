// SPDX-License-Identifier: GPL-2.0
/* What a recording has kept of processes and threads: rows are found by number, and read again. */
#include <stdlib.h>
#include <string.h>

#include "proc_facts.h"
#include "proc_file.h"
#include "recorded.h"

/* Of a text that goes on from row to row, what is more than this is left. */
#define TEXT_MAX 8192

static int by_tid(const void *a, const void *b)
{
	const struct recorded_task *x = a, *y = b;

	if (x->tid != y->tid)
		return x->tid > y->tid ? 1 : -1;
	return (x->row > y->row) - (x->row < y->row);
}

/* The first of that number; a number that was used again has several. */
static size_t find(int tid)
{
	size_t low = 0, high = recording.tasks.nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (recording.tasks.v[middle].tid < (__u32)tid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct recorded_task *task_at(size_t i, int tid)
{
	bool there = i < recording.tasks.nr && recording.tasks.v[i].tid == (__u32)tid;

	return there ? &recording.tasks.v[i] : NULL;
}

/* A row of a process, or of a thread. */
static bool read_start(off_t at, struct parse_row *row, __u64 *start_ns)
{
	if (!recorded_read_row(&at, row))
		return false;
	*start_ns = row->id == IPCDBG_R_proc ? row->u.proc.start_ns : row->u.thread.start_ns;
	return row->id == IPCDBG_R_proc || row->id == IPCDBG_R_thread;
}

static bool read_process(off_t *at, struct ipcdbg_proc *process)
{
	struct parse_row row;

	if (!recorded_read_row(at, &row) || row.id != IPCDBG_R_proc)
		return false;
	*process = row.u.proc;
	return true;
}

static __u64 start_ns(int tid)
{
	const struct recorded_task *task = task_at(find(tid), tid);
	struct parse_row row;
	__u64 start;

	return task && read_start(task->row, &row, &start) ? start : 0;
}

static int leader(int tid)
{
	const struct recorded_task *task = task_at(find(tid), tid);
	struct ipcdbg_proc process;
	off_t at;

	if (!task)
		return 0;
	at = task->process;
	return read_process(&at, &process) ? process.pid : 0;
}

static void add_text(struct text *t, const char *text)
{
	for (; *text && t->len < TEXT_MAX; text++)
		text_addc(t, *text);
}

/* The texts right below the row of a process, before its threads. */
static void read_texts(off_t at, struct proc_facts *f)
{
	struct text cgroup = { 0 }, exe = { 0 }, args = { 0 };
	struct parse_row row;

	while (recorded_read_row(&at, &row) && row.depth == 1 && row.id != IPCDBG_R_thread) {
		if (row.id == IPCDBG_R_cgroup)
			add_text(&cgroup, row.u.cgroup.text);
		if (row.id == IPCDBG_R_exe)
			add_text(&exe, row.u.exe.text);
		if (row.id != IPCDBG_R_arg)
			continue;
		add_text(&args, row.u.arg.text);
		if (!row.u.arg.more && args.len < TEXT_MAX)
			text_addc(&args, '\0');
	}
	f->cgroup = cgroup.s;
	f->exe = exe.s;
	f->args = args.s;
	f->len = args.len ? args.len - 1 : 0;
}

static void take_comm(struct proc_facts *f, const char *comm)
{
	struct text t = { 0 };

	if (!comm[0])
		return;
	add_text(&t, comm);
	f->comm = t.s;
}

/* The one that started then, and its row; NULL if there is none. */
static const struct recorded_task *find_started(int tid, __u64 start_ns, struct parse_row *row)
{
	const struct recorded_task *task;
	__u64 start;

	for (size_t i = find(tid); (task = task_at(i, tid)); i++)
		if (read_start(task->row, row, &start) &&
		    start == start_ns - start_ns % proc_tick_ns())
			break;
	return task;
}

static bool started(int tid, __u64 start_ns)
{
	struct parse_row row;

	return find_started(tid, start_ns, &row);
}

static bool look_up(int tid, __u64 start_ns, struct proc_facts *f)
{
	struct parse_row row;
	const struct recorded_task *task = find_started(tid, start_ns, &row);
	struct ipcdbg_proc process;
	off_t at;

	if (!task)
		return false;
	take_comm(f, row.id == IPCDBG_R_proc ? row.u.proc.comm : row.u.thread.comm);
	at = task->process;
	if (read_process(&at, &process))
		read_texts(at, f);
	return true;
}

/* The row of a process of that number, not of a thread; what stands behind it in *at. */
static bool find_process(int pid, off_t *at, struct ipcdbg_proc *process)
{
	const struct recorded_task *task;

	for (size_t i = find(pid); (task = task_at(i, pid)); i++)
		if (task->row == task->process)
			break;
	if (!task)
		return false;
	*at = task->process;
	return read_process(at, process);
}

static bool process(int pid, struct ipcdbg_proc *process)
{
	off_t at;

	return find_process(pid, &at, process);
}

static bool threads(int pid, proc_thread_fn fn, void *ctx)
{
	struct ipcdbg_proc process;
	struct parse_row row;
	off_t at;

	if (!find_process(pid, &at, &process))
		return false;
	while (recorded_read_row(&at, &row) && row.depth)
		if (row.id == IPCDBG_R_thread && row.depth == 1)
			fn(ctx, &row.u.thread);
	return true;
}

/* The thread that is the process has no row of its own in the table: it stands below that one. */
static bool read_thread(const struct recorded_task *task, struct ipcdbg_thread *thread)
{
	off_t at = task->row;
	struct parse_row row;

	if (!recorded_read_row(&at, &row))
		return false;
	while (row.id != IPCDBG_R_thread || row.u.thread.tid != (__s32)task->tid)
		if (!recorded_read_row(&at, &row) || !row.depth)
			return false;
	*thread = row.u.thread;
	return true;
}

static bool thread(int pid, int tid, __u64 start_ns, struct ipcdbg_thread *thread)
{
	const struct recorded_task *task;
	struct ipcdbg_proc process;

	start_ns -= start_ns % proc_tick_ns();
	for (size_t i = find(tid); (task = task_at(i, tid)); i++) {
		off_t at = task->process;

		if (read_thread(task, thread) && thread->start_ns == start_ns &&
		    read_process(&at, &process) && process.pid == pid)
			return true;
	}
	return false;
}

static void nexts(int pid, int tid, proc_next_fn fn, void *ctx)
{
	struct ipcdbg_proc process;
	struct parse_row row;
	bool here = false;
	off_t at;

	if (!find_process(pid, &at, &process))
		return;
	while (recorded_read_row(&at, &row) && row.depth) {
		if (row.depth == 1)
			here = row.id == IPCDBG_R_thread && row.u.thread.tid == tid;
		else if (here && row.id == IPCDBG_R_next)
			fn(ctx, &row.u.next);
	}
}

/* Of the numbers of system calls that this program was built with, as uname(2) calls it. */
#if defined(__x86_64__)
#define MACHINE "x86_64"
#elif defined(__aarch64__)
#define MACHINE "aarch64"
#else
#define MACHINE "-"
#endif

void recorded_begin_tasks(void)
{
	static struct proc_source source = {
		.leader = leader,
		.start_ns = start_ns,
		.started = started,
		.look_up = look_up,
		.process = process,
		.threads = threads,
		.thread = thread,
		.nexts = nexts,
	};

	if (recording.tasks.nr)
		qsort(recording.tasks.v, recording.tasks.nr, sizeof(*recording.tasks.v), by_tid);
	source.same_calls = !strcmp(MACHINE, recording.head.machine);
	proc_begin_other(&source);
}
