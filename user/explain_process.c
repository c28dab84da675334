// SPDX-License-Identifier: GPL-2.0
/* What /proc tells of the processes of an object: what they run, and which files they have. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "explain.h"
#include "explain_files.h"
#include "ipcdbg.h"
#include "proc_facts.h"
#include "proc_task.h"
#include "retry.h"

#define NS_PER_S 1000000000LL
#define ENVIRONMENT_MAX (256 * 1024)

/* The file up to room bytes; -1 if it cannot be read. */
static ssize_t read_below(int dir, const char *name, char *buf, size_t room)
{
	int fd = retry_open(dir, name, O_RDONLY);
	size_t len = 0;
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	while (len < room && (n = TEMP_FAILURE_RETRY(read(fd, buf + len, room - len))) > 0)
		len += n;
	close(fd);
	return n < 0 ? -1 : (ssize_t)len;
}

static void read_comm(struct key_process *p, int dir)
{
	ssize_t len = read_below(dir, "comm", p->comm, sizeof(p->comm) - 1);

	p->comm[len > 0 ? len - 1 : 0] = '\0';
	p->known = len > 1;
}

/* The path that the link in /proc has. */
static void take_exe(struct key_process *p, const char *path)
{
	static const char deleted[] = " (deleted)";
	size_t len = strlen(path), end = sizeof(deleted) - 1;

	p->exe = strdup(path);
	if (!p->exe)
		die(EXIT_IO, "out of memory");
	if (len > end && !strcmp(path + len - end, deleted))
		p->exe[len - end] = '\0';
}

static void read_exe(struct key_process *p, int dir)
{
	char path[4096];
	ssize_t len = readlinkat(dir, "exe", path, sizeof(path) - 1);

	if (len <= 0)
		return;
	path[len] = '\0';
	take_exe(p, path);
}

static void read_environment(struct key_process *p, int dir)
{
	char *buf = malloc(ENVIRONMENT_MAX);
	ssize_t len;

	if (!buf)
		die(EXIT_IO, "out of memory");
	len = read_below(dir, "environ", buf, ENVIRONMENT_MAX - 1);
	if (len <= 0) {
		free(buf);
		return;
	}
	buf[len] = '\0';
	p->environment = buf;
	p->environment_len = len;
}

static void read_cwd(struct key_process *p, int dir)
{
	struct statx st;

	if (!statx(dir, "cwd", AT_STATX_DONT_SYNC, STATX_INO, &st))
		p->cwd_ino = st.stx_ino;
}

/* When it started, seconds since the epoch. */
static __s64 started(int tid)
{
	struct timespec now, up;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return now.tv_sec - up.tv_sec + proc_start_ns(tid) / NS_PER_S;
}

/* Whether the task of that number is the one that the object tells of, or may be. */
static bool is_that_one(const struct explanation *e, const struct key_process *p, const char *told)
{
	__u64 tick_ns = NS_PER_S / sysconf(_SC_CLK_TCK);
	__u64 start_ns = proc_start_ns(p->tid);

	if (!start_ns)
		return false;
	if (p->start_ns)
		return p->start_ns / tick_ns == start_ns / tick_ns;
	if (p->certain)
		return !strcmp(p->comm, told);
	/* Who started later has never touched it. */
	return e->changed && started(p->tid) <= e->changed + 1;
}

static void look_up(struct explanation *e, struct key_process *p, int dir)
{
	char told[sizeof(p->comm)];

	memcpy(told, p->comm, sizeof(told));
	read_comm(p, dir);
	if (!is_that_one(e, p, told)) {
		memcpy(p->comm, told, sizeof(told));
		p->known = told[0];
		p->ended |= !p->certain && !proc_trouble();
		return;
	}
	read_exe(p, dir);
	read_environment(p, dir);
	read_cwd(p, dir);
	explain_files_of(e, p, dir);
}

/* What a recording has kept of it; environment and files are not in there. */
static void look_up_recorded(struct key_process *p)
{
	const struct proc_facts *facts = proc_look_up(p->tid, proc_start_ns(p->tid));
	struct ipcdbg_proc process;

	p->ended = !facts;
	if (!facts || (!p->start_ns && (!facts->comm || strcmp(facts->comm, p->comm))) ||
	    (p->start_ns && !proc_started(p->tid, p->start_ns)))
		return;
	if (facts->exe)
		take_exe(p, facts->exe);
	if (proc_process(proc_leader(p->tid), &process))
		p->cwd_ino = process.cwd_ino;
}

void explain_look_up_recorded(struct explanation *e)
{
	for (size_t i = 0; i < e->processes.nr; i++)
		if (!e->processes.v[i].ended && e->processes.v[i].certain && proc_usable())
			look_up_recorded(&e->processes.v[i]);
}

void explain_look_up(struct explanation *e)
{
	char path[32];
	int dir;

	for (size_t i = 0; i < e->processes.nr; i++) {
		struct key_process *p = &e->processes.v[i];

		if (p->ended || !proc_usable())
			continue;
		snprintf(path, sizeof(path), "/proc/%d", p->tid);
		dir = retry_open(AT_FDCWD, path, O_PATH | O_DIRECTORY);
		p->ended = dir < 0 && proc_has_ended();
		if (dir < 0)
			continue;
		look_up(e, p, dir);
		close(dir);
	}
}
