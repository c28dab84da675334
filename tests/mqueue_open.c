// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "mqueue_open.h"
#include "common.h"
#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FDS_MAX 4096

/* Calls fn for each number in a folder of /proc until it returns true. */
static bool each_number(const char *path, bool (*fn)(const char *path, int number, void *arg),
			void *arg)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	bool stop = false;

	while (dir && !stop && (e = readdir(dir)))
		if (e->d_name[0] >= '0' && e->d_name[0] <= '9')
			stop = fn(path, atoi(e->d_name), arg);
	if (dir)
		closedir(dir);
	return stop;
}

/* Descriptors of a process; threads with a table of their own count as well. */
struct search {
	const struct stat *st; /* NULL: the first queue with the number ino */
	uint64_t ino;
	struct mqueue_opener *openers;
	int nr;
	bool met[FDS_MAX];
	char found[160];
};

static bool look_at_fd(const char *path, int fd, void *arg)
{
	struct search *s = arg;
	char link[160], name[16];
	struct stat st;

	snprintf(link, sizeof(link), "%s/%d", path, fd);
	if (stat(link, &st) || !S_ISREG(st.st_mode) || fd >= FDS_MAX)
		return false;
	if (!s->st) {
		/* The link of a queue is its name below the root of its file system. */
		if (st.st_ino != s->ino || readlink(link, name, sizeof(name)) < 1 ||
		    st.st_size != 80)
			return false;
		snprintf(s->found, sizeof(s->found), "%s", link);
		return true;
	}
	if (st.st_ino == s->st->st_ino && st.st_dev == s->st->st_dev)
		s->met[fd] = true;
	return false;
}

static bool look_at_task(const char *path, int tid, void *arg)
{
	char fds[96];

	snprintf(fds, sizeof(fds), "%s/%d/fd", path, tid);
	return each_number(fds, look_at_fd, arg);
}

static bool look_at_process(const char *path, int pid, void *arg)
{
	struct mqueue_opener opener = { .pid = pid, .lowest = -1 };
	struct search *s = arg;
	char tasks[64];
	int fd;

	snprintf(tasks, sizeof(tasks), "%s/%d/task", path, pid);
	if (each_number(tasks, look_at_task, s))
		return true;
	for (fd = FDS_MAX - 1; fd >= 0; fd--) {
		if (!s->met[fd])
			continue;
		s->met[fd] = false;
		opener.fds++;
		opener.lowest = fd;
	}
	if (opener.fds && s->nr < MQUEUE_OPENERS_MAX)
		s->openers[s->nr++] = opener;
	return false;
}

static int by_pid(const void *a, const void *b)
{
	return ((const struct mqueue_opener *)a)->pid - ((const struct mqueue_opener *)b)->pid;
}

int mqueue_openers(const struct stat *st, struct mqueue_opener openers[MQUEUE_OPENERS_MAX])
{
	struct search s = { .st = st, .openers = openers };

	each_number("/proc", look_at_process, &s);
	qsort(openers, s.nr, sizeof(*openers), by_pid);
	return s.nr;
}

int mqueue_reach(const char *name, uint64_t ino)
{
	struct search s = { .ino = ino };
	int fd = name ? (int)syscall(SYS_mq_open, name, O_RDONLY, 0, 0) : -1;

	if (fd < 0 && each_number("/proc", look_at_process, &s))
		fd = open(s.found, O_RDONLY | O_CLOEXEC);
	return fd;
}
