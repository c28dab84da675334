// SPDX-License-Identifier: GPL-2.0
#include "proc.h"
#include "common.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Bytes read, with a NUL appended; -1 if the task is gone. */
static ssize_t read_task_file(pid_t pid, pid_t tid, const char *name, char *buf, size_t room)
{
	char path[80];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, buf, room - 1);
	close(fd);
	if (n >= 0)
		buf[n] = 0;
	return n;
}

static uint64_t number_after(const char *text, const char *label)
{
	const char *at = strstr(text, label);

	if (!at)
		die("no %s in /proc", label);
	return strtoull(at + strlen(label), NULL, 10);
}

/* comm may hold blanks and parentheses: fields are counted from the last one. */
static void parse_stat(const char *stat, struct proc_task *t)
{
	const char *at = strrchr(stat, ')');
	int field = 3;

	if (!at || at[1] != ' ')
		die("cannot understand stat: %s", stat);
	at += 2;
	t->state = *at;
	for (; field < 22; field++) {
		at = strchr(at, ' ');
		if (!at)
			die("short stat: %s", stat);
		at++;
		if (field == 17)
			t->priority = atoi(at);
	}
	t->start_ticks = strtoull(at, NULL, 10);
}

bool proc_task(pid_t pid, pid_t tid, struct proc_task *t)
{
	char buf[4096];
	ssize_t n;

	if (read_task_file(pid, tid, "stat", buf, sizeof(buf)) <= 0)
		return false;
	parse_stat(buf, t);
	n = read_task_file(pid, tid, "comm", buf, sizeof(buf));
	if (n <= 0 || n > (ssize_t)sizeof(t->comm))
		return false;
	memcpy(t->comm, buf, n);
	t->comm[n - 1] = 0;
	/* Its first line is the name, which may hold anything: look behind "State:". */
	if (read_task_file(pid, tid, "status", buf, sizeof(buf)) <= 0)
		return false;
	t->uid = number_after(buf, "\nUid:");
	t->switches = number_after(buf, "\nvoluntary_ctxt_switches:") +
		      number_after(buf, "\nnonvoluntary_ctxt_switches:");
	return true;
}

bool proc_comm(pid_t pid, char comm[64])
{
	char buf[64];
	ssize_t n = read_task_file(pid, pid, "comm", buf, sizeof(buf));

	if (n <= 0)
		return false;
	buf[n - 1] = 0;
	memcpy(comm, buf, n);
	return true;
}

char proc_state(pid_t pid, pid_t tid)
{
	struct proc_task t;
	char buf[4096];

	if (read_task_file(pid, tid, "stat", buf, sizeof(buf)) <= 0)
		return 0;
	parse_stat(buf, &t);
	return t.state;
}

bool proc_syscall(pid_t pid, pid_t tid, struct proc_syscall *call)
{
	char buf[512];

	if (read_task_file(pid, tid, "syscall", buf, sizeof(buf)) <= 0)
		return false;
	return sscanf(buf, "%ld %lx %lx %lx %lx %lx %lx", &call->nr, &call->args[0], &call->args[1],
		      &call->args[2], &call->args[3], &call->args[4], &call->args[5]) == 7;
}

bool proc_in_semop(pid_t pid, pid_t tid, struct proc_syscall *call)
{
	if (!proc_syscall(pid, tid, call))
		return false;
	return call->nr == SYS_semop || call->nr == SYS_semtimedop;
}

static int by_number(const void *a, const void *b)
{
	return *(const pid_t *)a - *(const pid_t *)b;
}

int proc_threads(pid_t pid, pid_t *tids, int room)
{
	struct dirent *e;
	char path[40];
	int n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return 0;
	while ((e = readdir(dir)) && n < room)
		if (e->d_name[0] != '.')
			tids[n++] = atoi(e->d_name);
	closedir(dir);
	qsort(tids, n, sizeof(*tids), by_number);
	return n;
}

unsigned int proc_ns(pid_t pid, pid_t tid, const char *ns)
{
	char path[64], link[64];
	const char *at;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/ns/%s", pid, tid, ns);
	n = readlink(path, link, sizeof(link) - 1);
	if (n <= 0)
		return 0;
	link[n] = 0;
	at = strchr(link, '[');
	return at ? strtoul(at + 1, NULL, 10) : 0;
}
