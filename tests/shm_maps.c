// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "shm_maps.h"
#include "common.h"
#include "proc.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define THREADS_MAX 64

static struct shm_map *new_map(struct shm_maps *m)
{
	if (m->nr == m->room) {
		m->room = 2 * m->room + 64;
		m->map = realloc(m->map, m->room * sizeof(*m->map));
		if (!m->map)
			die("out of memory");
	}
	return &m->map[m->nr++];
}

static void add_line(struct shm_maps *m, pid_t pid, pid_t tid, const char *line)
{
	struct shm_map map = { .pid = pid, .tid = tid };
	char shared;
	int n = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %3c%c %" SCNx64 " %*x:%*x %d %n", &map.start,
		   &map.end, map.prot, &shared, &map.offset, &map.shmid, &n) != 6 ||
	    !n)
		die("cannot understand maps: %s", line);
	if (sscanf(line + n, "/SYSV%8" SCNx32, &map.key) == 1)
		*new_map(m) = map;
}

/* false if the task has no memory. */
static bool add_task(struct shm_maps *m, pid_t pid, pid_t tid)
{
	char path[64], *text, *line, *end;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/maps", pid, tid);
	text = slurp(path, 65536, NULL);
	if (!text || !*text) {
		free(text);
		return false;
	}
	for (line = text; *line; line = end + 1) {
		end = strchr(line, '\n');
		*end = 0;
		/* The other lines need no look. */
		if (strstr(line, "/SYSV"))
			add_line(m, pid, tid, line);
	}
	free(text);
	return true;
}

void shm_maps_add(struct shm_maps *m, pid_t pid)
{
	pid_t tids[THREADS_MAX];
	int i, n;

	if (add_task(m, pid, pid))
		return;
	n = proc_threads(pid, tids, THREADS_MAX);
	for (i = 0; i < n; i++)
		if (tids[i] != pid && add_task(m, pid, tids[i]))
			return;
}

void shm_maps_add_all(struct shm_maps *m)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;

	if (!dir)
		die("/proc: %s", strerror(errno));
	while ((e = readdir(dir)))
		if (isdigit(e->d_name[0]))
			shm_maps_add(m, atoi(e->d_name));
	closedir(dir);
}

void shm_maps_free(struct shm_maps *m)
{
	free(m->map);
	memset(m, 0, sizeof(*m));
}

bool shares_memory(pid_t tid1, pid_t tid2)
{
	long ret = syscall(SYS_kcmp, tid1, tid2, KCMP_VM, 0, 0);

	if (ret < 0)
		die("kcmp %d %d: %s", tid1, tid2, strerror(errno));
	return !ret;
}
