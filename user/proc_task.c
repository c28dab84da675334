// SPDX-License-Identifier: GPL-2.0
#include "proc_task.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "ns_link.h"
#include "proc_facts.h"
#include "proc_file.h"
#include "retry.h"

static int trouble;

void proc_note_trouble(void)
{
	bool shortage = errno == EMFILE || errno == ENFILE || errno == ENOMEM;

	if (shortage || (errno == EIO && !trouble))
		trouble = errno;
}

ssize_t proc_task_file(const struct task *t, const char *name, char *buf, size_t room)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", t->pid, t->tid, name);
	return proc_read(AT_FDCWD, path, buf, room);
}

bool proc_task_stat(struct task *t, __s32 *priority)
{
	char stat[1024], *comm, *end;
	const char *field, *start;

	if (proc_task_file(t, "stat", stat, sizeof(stat)) < 0)
		return false;
	comm = strchr(stat, '(');
	end = strrchr(stat, ')');
	field = proc_stat_field(stat, 18);
	start = proc_stat_field(stat, 22);
	if (!comm || !start || end[1] != ' ') {
		errno = EIO;
		return false;
	}
	*priority = atoi(field);
	IPCDBG_PUT(task, t, state, end[2]);
	IPCDBG_PUT(task, t, start_ns, strtoull(start, NULL, 10) * proc_tick_ns());
	*end = '\0';
	snprintf(t->comm, sizeof(t->comm), "%s", comm + 1);
	t->present |= IPCDBG_BIT(task, comm);
	return true;
}

bool proc_task_status(struct task *t)
{
	__u64 uid, voluntary, involuntary;
	const char *status;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", t->pid, t->tid);
	status = proc_read_whole(AT_FDCWD, path);
	if (!status)
		return false;
	if (!proc_status_number(status, "Uid:", &uid) ||
	    !proc_status_number(status, "voluntary_ctxt_switches:", &voluntary) ||
	    !proc_status_number(status, "nonvoluntary_ctxt_switches:", &involuntary)) {
		errno = EIO;
		return false;
	}
	IPCDBG_PUT(task, t, uid, uid);
	IPCDBG_PUT(task, t, switches, voluntary + involuntary);
	return true;
}

bool proc_task_process(struct process *p, int pid)
{
	struct task t = { .pid = pid, .tid = pid };
	__s32 priority;

	if (!proc_task_stat(&t, &priority) || !proc_task_status(&t))
		return false;
	*p = (struct process){ 0 };
	IPCDBG_PUT(process, p, pid, pid);
	memcpy(p->comm, t.comm, sizeof(p->comm));
	p->present |= IPCDBG_BIT(process, comm);
	IPCDBG_PUT(process, p, uid, t.uid);
	IPCDBG_PUT(process, p, start_ns, t.start_ns);
	return true;
}

__u32 proc_task_ipc_ns(int pid, int tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/ns/ipc", pid, tid);
	return ns_link_inum(AT_FDCWD, path);
}

static int number_of(const struct dirent *entry)
{
	char *end;
	long n = strtol(entry->d_name, &end, 10);

	return *end ? 0 : n;
}

bool proc_has_ended(void)
{
	proc_note_trouble();
	return errno == ENOENT || errno == ESRCH;
}

int proc_trouble(void)
{
	return trouble;
}

bool proc_fell_short(void)
{
	return trouble && trouble != EIO;
}

/* The next number in a folder of /proc; 0 at its end, -1 if it cannot be read on. */
static int next_number(DIR *dir)
{
	struct dirent *entry;

	do {
		errno = 0;
		entry = readdir(dir);
	} while (entry && number_of(entry) <= 0);
	if (entry)
		return number_of(entry);
	return errno && !proc_has_ended() ? -1 : 0;
}

bool proc_visit_processes(void (*fn)(void *ctx, int pid), void *ctx)
{
	DIR *proc = retry_opendir(AT_FDCWD, "/proc");
	int pid = -1;

	while (proc && (pid = next_number(proc)) > 0)
		fn(ctx, pid);
	if (proc)
		closedir(proc);
	return !pid;
}

bool proc_visit_threads(int pid, void (*fn)(void *ctx, int pid, int tid), void *ctx)
{
	char path[32];
	DIR *tasks;
	int tid;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = retry_opendir(AT_FDCWD, path);
	if (!tasks)
		return proc_has_ended();
	while ((tid = next_number(tasks)) > 0)
		fn(ctx, pid, tid);
	closedir(tasks);
	return !tid;
}
