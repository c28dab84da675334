// SPDX-License-Identifier: GPL-2.0
#include "proc_facts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipcdbg.h"
#include "proc_file.h"
#include "proc_task.h"
#include "proc_tasks.h"
#include "retry.h"

/* More of a command line than this helps nobody. */
#define ARGS_MAX 4096
/* Tasks whose numbers are equal modulo this push each other out. */
#define CACHE_SIZE 4093

static bool usable;
static const struct proc_source *other;

/*
 * The pid namespace of /proc is ours if it has one number for us, and that is ours: proc(5) has
 * those of namespaces further in behind it.
 */
static bool is_our_proc(void)
{
	const char *status = proc_read_whole(AT_FDCWD, "/proc/self/status");
	int pids[2];

	return status &&
	       sscanf(strstr(status, "\nNSpid:") ?: "", " NSpid: %d%d", &pids[0], &pids[1]) == 1 &&
	       pids[0] == getpid();
}

void proc_begin(void)
{
	usable = is_our_proc();
}

void proc_begin_other(const struct proc_source *source)
{
	usable = source;
	other = source;
}

bool proc_usable(void)
{
	return usable;
}

bool proc_is_now(void)
{
	return usable && !other;
}

bool proc_same_calls(void)
{
	return !other || other->same_calls;
}

int proc_leader(int tid)
{
	const char *status;
	char path[32];
	__u64 leader;

	if (other)
		return other->leader(tid);
	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	status = usable ? proc_read_whole(AT_FDCWD, path) : NULL;
	return status && proc_status_number(status, "Tgid:", &leader) ? leader : 0;
}

bool proc_is_leader(int tid)
{
	return tid > 0 && proc_leader(tid) == tid;
}

static bool is_that_one(int dir, __u64 start_ns)
{
	struct proc_stat stat;

	return proc_stat_read(dir, &stat) && stat.start_ns == start_ns - start_ns % proc_tick_ns();
}

static char *copy(const char *bytes, size_t len)
{
	char *s = malloc(len + 1);

	if (!s)
		die(EXIT_IO, "out of memory");
	memcpy(s, bytes, len);
	s[len] = '\0';
	return s;
}

static void read_args(struct proc_facts *f, int dir)
{
	char buf[ARGS_MAX];
	ssize_t len = proc_read_once(dir, "cmdline", buf, sizeof(buf), '\0');

	while (len > 0 && (!buf[len - 1] || buf[len - 1] == ' '))
		len--;
	if (len <= 0)
		return;
	f->args = copy(buf, len);
	f->len = len;
}

static void read_comm(struct proc_facts *f, int dir)
{
	char buf[64];
	ssize_t len = proc_read(dir, "comm", buf, sizeof(buf));

	if (len > 0)
		f->comm = copy(buf, len - 1);
}

/* The path in a line "ID:controllers:path" of that hierarchy; NULL if it is of another one. */
static char *path_in(char *line, const char *controllers)
{
	char *colon = strchr(line, ':');
	size_t len = strlen(controllers);

	if (!colon || strncmp(colon + 1, controllers, len) || colon[1 + len] != ':')
		return NULL;
	return colon + 2 + len;
}

/* systemd's own hierarchy of version 1 goes before an unused one of version 2. */
static char *find_cgroup(char *lines)
{
	char *found = NULL, *next = lines, *line, *path;

	while ((line = strsep(&next, "\n"))) {
		path = path_in(line, "name=systemd");
		if (path)
			return path;
		path = path_in(line, "");
		if (path)
			found = path;
	}
	return found;
}

static void read_cgroup(struct proc_facts *f, int dir)
{
	char buf[8192], *path;

	if (proc_read_once(dir, "cgroup", buf, sizeof(buf), '\n') <= 0)
		return;
	path = find_cgroup(buf);
	if (path)
		f->cgroup = copy(path, strlen(path));
}

__u64 proc_start_ns(int tid)
{
	struct proc_stat stat;
	int dir;

	if (other)
		return other->start_ns(tid);
	dir = usable ? proc_open_task(tid) : -1;
	if (dir < 0)
		return 0;
	if (!proc_stat_read(dir, &stat))
		stat.start_ns = 0;
	close(dir);
	return stat.start_ns;
}

bool proc_started(int tid, __u64 start_ns)
{
	bool started;
	int dir;

	if (other)
		return other->started(tid, start_ns);
	dir = usable ? proc_open_task(tid) : -1;
	started = dir >= 0 && is_that_one(dir, start_ns);
	if (dir >= 0)
		close(dir);
	return started;
}

bool proc_is_thread(int pid, int tid)
{
	char path[64];

	if (other)
		return other->leader(tid) == pid;
	snprintf(path, sizeof(path), "/proc/%d/task/%d", pid, tid);
	return usable && !access(path, F_OK);
}

static void read_exe(struct proc_facts *f, int dir)
{
	char path[PATH_MAX];
	ssize_t len = readlinkat(dir, "exe", path, sizeof(path));

	if (len > 0)
		f->exe = copy(path, len);
}

/* A zombie, or one that is just going: 'Z' and 'X' behind the comm in stat. */
static bool has_ended(int dir, const char *tid)
{
	char path[32], stat[1024], *p;

	snprintf(path, sizeof(path), "%s/stat", tid);
	if (proc_read(dir, path, stat, sizeof(stat)) < 0)
		return errno == ENOENT || errno == ESRCH;
	p = strrchr(stat, ')');
	return p && (p[2] == 'Z' || p[2] == 'X');
}

/* Who is told of threads by their numbers. */
struct teller {
	bool (*fn)(void *ctx, int tid);
	void *ctx;
	bool done;
};

static void tell_thread(void *ctx, const struct ipcdbg_thread *thread)
{
	struct teller *t = ctx;

	if (!t->done && thread->state != 'Z' && thread->state != 'X')
		t->done = !t->fn(t->ctx, thread->tid);
}

bool proc_each_thread(int pid, bool (*fn)(void *ctx, int tid), void *ctx)
{
	struct dirent *entry;
	char path[32];
	DIR *dir;
	int seen = 0;
	bool more = true;

	if (other)
		return other->threads(pid, tell_thread, &(struct teller){ fn, ctx, false });
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = usable ? retry_opendir(AT_FDCWD, path) : NULL;
	if (!dir)
		return false;
	errno = 0;
	while (more && (entry = readdir(dir))) {
		int tid = atoi(entry->d_name);

		if (tid <= 0)
			continue;
		seen++;
		if (!has_ended(dirfd(dir), entry->d_name))
			more = fn(ctx, tid);
		errno = 0;
	}
	if (errno)
		seen = 0;
	closedir(dir);
	return seen > 0;
}

struct cached {
	int tid; /* 0: free */
	__u64 start_ns;
	bool found, whole; /* whole: comm and exe were looked up too */
	struct proc_facts facts;
};

static void read_whole(struct proc_facts *f, int dir)
{
	read_comm(f, dir);
	read_exe(f, dir);
}

/* False: not that one, or no more. */
static bool read_facts(struct cached *c, bool whole)
{
	int dir = proc_open_task(c->tid);
	bool ok;

	if (dir < 0)
		return false;
	ok = is_that_one(dir, c->start_ns);
	if (ok && !c->found) {
		read_args(&c->facts, dir);
		read_cgroup(&c->facts, dir);
	}
	if (ok && whole)
		read_whole(&c->facts, dir);
	close(dir);
	return ok;
}

static void forget(struct cached *c)
{
	free(c->facts.comm);
	free(c->facts.args);
	free(c->facts.cgroup);
	free(c->facts.exe);
}

static const struct proc_facts *look_up(int tid, __u64 start_ns, bool whole)
{
	static struct cached cache[CACHE_SIZE];
	struct cached *c;

	if (!usable || tid <= 0 || !start_ns)
		return NULL;
	c = &cache[tid % CACHE_SIZE];
	if (c->tid != tid || c->start_ns != start_ns) {
		forget(c);
		*c = (struct cached){ .tid = tid, .start_ns = start_ns, .whole = whole || other };
		c->found = other ? other->look_up(tid, start_ns, &c->facts) : read_facts(c, whole);
	}
	if (whole && c->found && !c->whole) {
		read_facts(c, true);
		c->whole = true;
	}
	return c->found ? &c->facts : NULL;
}

const struct proc_facts *proc_look_up(int tid, __u64 start_ns)
{
	return look_up(tid, start_ns, false);
}

const struct proc_facts *proc_look_up_whole(int tid, __u64 start_ns)
{
	return look_up(tid, start_ns, true);
}

bool proc_process(int pid, struct ipcdbg_proc *process)
{
	if (other)
		return other->process(pid, process);
	return usable && proc_tasks_process(pid, process);
}

void proc_nexts(int pid, int tid, proc_next_fn fn, void *ctx)
{
	if (other)
		other->nexts(pid, tid, fn, ctx);
}

void proc_threads(int pid, proc_thread_fn fn, void *ctx)
{
	if (other)
		other->threads(pid, fn, ctx);
	else if (usable)
		proc_tasks_threads(pid, fn, ctx);
}

bool proc_thread(int pid, int tid, __u64 start_ns, struct ipcdbg_thread *thread)
{
	if (other)
		return other->thread(pid, tid, start_ns, thread);
	return usable && proc_tasks_thread(pid, tid, thread) &&
	       thread->start_ns == start_ns - start_ns % proc_tick_ns();
}
