// SPDX-License-Identifier: GPL-2.0
#include "proc_tasks.h"

#include <ctype.h>
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ns_link.h"
#include "proc_file.h"
#include "retry.h"

#define LIMIT "Max msgqueue size"

/* Cut to the room there is, without the newline at its end; false if it cannot be read. */
static bool read_line(int dir, const char *name, char *line, size_t room)
{
	char text[256];
	ssize_t len = proc_read(dir, name, text, sizeof(text));

	if (len <= 0)
		return false;
	if (text[len - 1] == '\n')
		text[len - 1] = '\0';
	snprintf(line, room, "%s", text);
	return line[0];
}

/* The soft one. */
static bool read_limit(int dir, __u64 *limit)
{
	char text[4096], *line, *end;
	unsigned long long n;

	if (proc_read(dir, "limits", text, sizeof(text)) <= 0 || !(line = strstr(text, LIMIT)))
		return false;
	line += strlen(LIMIT);
	line += strspn(line, " ");
	n = strtoull(line, &end, 10);
	*limit = end == line ? UINT64_MAX : n;
	return end != line || !strncmp(line, "unlimited", strlen("unlimited"));
}

static void read_more(struct ipcdbg_proc *p, int dir)
{
	const char *status;
	__u64 uid, limit;
	struct stat st;
	__u32 inum;

	if (read_line(dir, "comm", p->comm, sizeof(p->comm)))
		p->present |= IPCDBG_BIT(proc, comm);
	status = proc_read_whole(dir, "status");
	if (status && proc_status_number(status, "Uid:", &uid))
		IPCDBG_PUT(proc, p, uid, uid);
	inum = ns_link_inum(dir, "ns/ipc");
	if (inum)
		IPCDBG_PUT(proc, p, ipc_ns, inum);
	if (read_limit(dir, &limit))
		IPCDBG_PUT(proc, p, msgqueue, limit);
	if (!fstatat(dir, "cwd", &st, 0))
		IPCDBG_PUT(proc, p, cwd_ino, st.st_ino);
}

bool proc_tasks_process(int pid, struct ipcdbg_proc *p)
{
	int dir = proc_open_task(pid);
	struct proc_stat stat;
	bool ok;

	*p = (struct ipcdbg_proc){ 0 };
	if (dir < 0)
		return false;
	ok = proc_stat_read(dir, &stat);
	if (ok) {
		IPCDBG_PUT(proc, p, pid, pid);
		IPCDBG_PUT(proc, p, ppid, stat.ppid);
		IPCDBG_PUT(proc, p, state, stat.state);
		IPCDBG_PUT(proc, p, start_ns, stat.start_ns);
		IPCDBG_PUT(proc, p, threads, stat.threads);
		read_more(p, dir);
	}
	close(dir);
	return ok;
}

bool proc_tasks_is_native(int dir)
{
	unsigned char ident[EI_NIDENT];
	int fd = retry_open(dir, "exe", O_RDONLY);
	ssize_t n = fd < 0 ? -1 : retry_pread(fd, ident, sizeof(ident), 0);

	if (fd >= 0)
		close(fd);
	return n == sizeof(ident) &&
	       ident[EI_CLASS] == (sizeof(long) == 8 ? ELFCLASS64 : ELFCLASS32);
}

/* "running", or the number, six arguments, and two addresses that say nothing here. */
static void read_syscall(struct ipcdbg_thread *t, int dir)
{
	unsigned long long a[6];
	char line[256];
	long long nr;

	if (!read_line(dir, "syscall", line, sizeof(line)) ||
	    sscanf(line, "%lld %llx %llx %llx %llx %llx %llx", &nr, &a[0], &a[1], &a[2], &a[3],
		   &a[4], &a[5]) != 7 ||
	    !proc_tasks_is_native(dir))
		return;
	IPCDBG_PUT(thread, t, syscall, nr);
	IPCDBG_PUT(thread, t, arg0, a[0]);
	IPCDBG_PUT(thread, t, arg1, a[1]);
	IPCDBG_PUT(thread, t, arg2, a[2]);
	IPCDBG_PUT(thread, t, arg3, a[3]);
	IPCDBG_PUT(thread, t, arg4, a[4]);
	IPCDBG_PUT(thread, t, arg5, a[5]);
}

static void read_switches(struct ipcdbg_thread *t, int dir)
{
	const char *status = proc_read_whole(dir, "status");
	__u64 voluntary, other;

	if (status && proc_status_number(status, "voluntary_ctxt_switches:", &voluntary) &&
	    proc_status_number(status, "nonvoluntary_ctxt_switches:", &other))
		IPCDBG_PUT(thread, t, switches, voluntary + other);
}

static bool read_thread(struct ipcdbg_thread *t, int tid, int dir)
{
	struct proc_stat stat;

	*t = (struct ipcdbg_thread){ 0 };
	if (!proc_stat_read(dir, &stat))
		return false;
	IPCDBG_PUT(thread, t, tid, tid);
	IPCDBG_PUT(thread, t, state, stat.state);
	IPCDBG_PUT(thread, t, start_ns, stat.start_ns);
	if (read_line(dir, "comm", t->comm, sizeof(t->comm)))
		t->present |= IPCDBG_BIT(thread, comm);
	if (read_line(dir, "wchan", t->wchan, sizeof(t->wchan)) && strcmp(t->wchan, "0"))
		t->present |= IPCDBG_BIT(thread, wchan);
	read_switches(t, dir);
	read_syscall(t, dir);
	return true;
}

static void tell_thread(int tasks, const char *name, proc_thread_fn fn, void *ctx)
{
	int dir = retry_open(tasks, name, O_PATH | O_DIRECTORY);
	struct ipcdbg_thread t;

	if (dir >= 0 && read_thread(&t, atoi(name), dir))
		fn(ctx, &t);
	if (dir >= 0)
		close(dir);
}

bool proc_tasks_thread(int pid, int tid, struct ipcdbg_thread *thread)
{
	char path[64];
	int dir;
	bool ok;

	snprintf(path, sizeof(path), "/proc/%d/task/%d", pid, tid);
	dir = retry_open(AT_FDCWD, path, O_PATH | O_DIRECTORY);
	ok = dir >= 0 && read_thread(thread, tid, dir);
	if (dir >= 0)
		close(dir);
	return ok;
}

void proc_tasks_threads(int pid, proc_thread_fn fn, void *ctx)
{
	struct dirent *entry;
	char path[64];
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = retry_opendir(AT_FDCWD, path);
	while (tasks && (entry = readdir(tasks)))
		if (isdigit((unsigned char)entry->d_name[0]))
			tell_thread(dirfd(tasks), entry->d_name, fn, ctx);
	if (tasks)
		closedir(tasks);
}
