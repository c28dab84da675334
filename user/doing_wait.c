// SPDX-License-Identifier: GPL-2.0
/* Which children a process waits for. */
#include "doing.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "proc_file.h"
#include "retry.h"

/* As many pid namespaces are in one another (MAX_PID_NS_LEVEL), and the first. */
#define LEVELS 33

struct children {
	VEC(int) v;
};

static void add_children(struct children *c, const char *numbers)
{
	char *end;
	long pid;

	while (numbers && (pid = strtol(numbers, &end, 10)) > 0) {
		*vec_add(&c->v) = pid;
		numbers = end;
	}
}

/* Those of all its threads: each may wait for them. */
static void find_children(struct children *c, int pid)
{
	struct dirent *entry;
	char path[64];
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = retry_opendir(AT_FDCWD, path);
	while (tasks && (entry = readdir(tasks))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "%.16s/children", entry->d_name);
		add_children(c, proc_read_whole(dirfd(tasks), path));
	}
	if (tasks)
		closedir(tasks);
}

/* How many pid namespaces are between /proc and the process; its numbers, the last its own. */
static size_t numbers_of(int pid, int *numbers)
{
	int dir = proc_open_task(pid);
	size_t nr = dir < 0 ? 0 : proc_numbers(dir, numbers, LEVELS);

	if (dir >= 0)
		close(dir);
	return nr > LEVELS ? 0 : nr;
}

static bool is_child_of(int child, int pid)
{
	int dir = proc_open_task(child);
	struct proc_stat stat;
	bool is = dir >= 0 && proc_stat_read(dir, &stat) && stat.ppid == pid;

	if (dir >= 0)
		close(dir);
	return is;
}

void doing_follow_children(int pid, int child, void (*fn)(void *ctx, enum doing_link link, int pid),
			   void *ctx)
{
	int numbers[LEVELS];
	size_t level = numbers_of(pid, numbers);
	struct children c = { 0 };

	/* Not every kernel lists children. */
	if (child && level == 1) {
		if (is_child_of(child, pid))
			fn(ctx, DOING_CHILD, child);
		return;
	}
	find_children(&c, pid);
	for (size_t i = 0; i < c.v.nr; i++)
		if (!child || (level && numbers_of(c.v.v[i], numbers) >= level &&
			       numbers[level - 1] == child))
			fn(ctx, DOING_CHILD, c.v.v[i]);
	vec_free(&c.v);
}
