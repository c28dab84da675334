// SPDX-License-Identifier: GPL-2.0
#include "doing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc_facts.h"
#include "proc_file.h"
#include "proc_tasks.h"
#include "retry.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* Calls in which a task may sleep long. fd: the first argument is a descriptor. */
static const struct call {
	long number;
	const char *name;
	bool fd;
} calls[] = {
#define CALL(name)                       \
	{                                \
		SYS_##name, #name, false \
	}
#define CALL_FD(name)                   \
	{                               \
		SYS_##name, #name, true \
	}
	CALL_FD(read),	       CALL_FD(write),
	CALL_FD(readv),	       CALL_FD(writev),
	CALL_FD(pread64),      CALL_FD(pwrite64),
	CALL_FD(fcntl),	       CALL_FD(flock),
	CALL_FD(fsync),	       CALL_FD(fdatasync),
	CALL_FD(ioctl),	       CALL_FD(accept),
	CALL_FD(accept4),      CALL_FD(connect),
	CALL_FD(recvfrom),     CALL_FD(recvmsg),
	CALL_FD(recvmmsg),     CALL_FD(sendto),
	CALL_FD(sendmsg),      CALL_FD(epoll_pwait),
	CALL_FD(mq_timedsend), CALL_FD(mq_timedreceive),
#ifdef SYS_epoll_wait
	CALL_FD(epoll_wait),   CALL(poll),
	CALL(select),	       CALL(pause),
#endif
	CALL(ppoll),	       CALL(pselect6),
	CALL(futex),	       CALL(wait4),
	CALL(waitid),	       CALL(nanosleep),
	CALL(clock_nanosleep), CALL(rt_sigsuspend),
	CALL(rt_sigtimedwait), CALL(semop),
	CALL(semtimedop),      CALL(msgsnd),
	CALL(msgrcv),	       CALL(restart_syscall),
};

static bool is_call(const struct doing *d, long number)
{
	return d->in_call && !d->foreign && d->call == number;
}

static void read_call(struct doing *d, int dir)
{
	char line[256], *end;

	if (proc_read(dir, "syscall", line, sizeof(line)) <= 0)
		return;
	d->call = strtol(line, &end, 10);
	d->in_call = end != line && d->call >= 0 && proc_tasks_is_native(dir);
	for (size_t i = 0; d->in_call && i < NR(d->args); i++)
		d->args[i] = strtoull(end, &end, 16);
}

/* "[<0>] pipe_read+0x1b5/0x470" */
static void read_stack(struct doing *d, int dir)
{
	char text[4096], *next = text, *line;

	if (proc_read(dir, "stack", text, sizeof(text)) <= 0)
		return;
	while (d->nr_stack < DOING_STACK && (line = strsep(&next, "\n"))) {
		const char *name = strstr(line, "] ");

		if (name)
			snprintf(d->stack[d->nr_stack++], sizeof(d->stack[0]), "%.*s",
				 (int)strcspn(name + 2, "+"), name + 2);
	}
}

static int open_thread(int pid, int tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d", pid, tid);
	return proc_usable() ? retry_open(AT_FDCWD, path, O_PATH | O_DIRECTORY) : -1;
}

struct recorded {
	struct doing *d;
	int tid;
	bool found;
};

static void take_thread(void *ctx, const struct ipcdbg_thread *t)
{
	const __u64 args[] = { t->arg0, t->arg1, t->arg2, t->arg3, t->arg4, t->arg5 };
	struct recorded *r = ctx;

	if (t->tid != r->tid)
		return;
	r->found = true;
	r->d->state = t->state;
	snprintf(r->d->wchan, sizeof(r->d->wchan), "%.63s", t->wchan);
	r->d->in_call = IPCDBG_HAS(thread, t, syscall);
	r->d->call = t->syscall;
	r->d->foreign = !proc_same_calls();
	memcpy(r->d->args, args, sizeof(args));
}

bool doing_recorded(struct doing *d, int pid, int tid)
{
	struct recorded r = { .d = d, .tid = tid };

	*d = (struct doing){ 0 };
	proc_threads(pid, take_thread, &r);
	return r.found;
}

bool doing_read(struct doing *d, int pid, int tid)
{
	char stat[1024], *p;
	int dir = open_thread(pid, tid);
	bool there;

	*d = (struct doing){ 0 };
	if (dir < 0)
		return false;
	there = proc_read(dir, "stat", stat, sizeof(stat)) > 0 && (p = strrchr(stat, ')'));
	if (there) {
		d->state = p[1] ? p[2] : 0;
		read_call(d, dir);
		read_stack(d, dir);
		if (is_call(d, SYS_futex))
			doing_find_shared(d, pid, d->args[0]);
		if (proc_read(dir, "wchan", d->wchan, sizeof(d->wchan)) <= 0 ||
		    !strcmp(d->wchan, "0"))
			d->wchan[0] = '\0';
	}
	close(dir);
	return there;
}

static const char *state_word(char state)
{
	static const char *const words[] = {
		['R'] = "runs",	   ['S'] = "sleeps",	['D'] = "sleeps and cannot be killed",
		['T'] = "stopped", ['t'] = "is traced", ['Z'] = "is a zombie",
		['X'] = "is dead", ['I'] = "idles",
	};

	return (unsigned char)state < NR(words) && words[(unsigned char)state]
		       ? words[(unsigned char)state]
		       : "is";
}

void text_add_doing(struct text *t, const struct doing *d)
{
	const char state[] = { d->state, '\0' };
	const struct call *c = calls;

	text_addf(t, "%s (", state_word(d->state));
	text_add_name(t, state);
	text_addc(t, ')');
	while (c < calls + NR(calls) && !is_call(d, c->number))
		c++;
	if (c < calls + NR(calls) && c->fd)
		text_addf(t, " in %s(%d)", c->name, (int)d->args[0]);
	else if (c < calls + NR(calls))
		text_addf(t, " in %s", c->name);
	else if (d->in_call)
		text_addf(t, " in system call %ld", d->call);
	if (d->wchan[0]) {
		text_addf(t, ", at ");
		text_add_name(t, d->wchan);
	}
	if (d->shared.ino) {
		text_addf(t, ", for a word in ");
		text_add_name(t, d->shared.path);
	}
}

typedef void (*follow_fn)(void *ctx, enum doing_link link, int pid);

/* Whether the numbers that a process has of others are ours. */
static bool has_our_numbers(int dir)
{
	int numbers[2];

	return proc_numbers(dir, numbers, 2) == 1;
}

/* The owner's number is in the low bits of the word, which FUTEX_LOCK_PI of futex(2) defines. */
static void follow_futex(const struct doing *d, int pid, int tid, follow_fn fn, void *ctx)
{
	enum { LOCK_PI = 6, LOCK_PI2 = 13, COMMAND = 0x7f, TID = 0x3fffffff };
	int dir, fd, command = d->args[1] & COMMAND;
	__u32 word = 0;

	if (command != LOCK_PI && command != LOCK_PI2) {
		doing_follow_shared(d, pid, fn, ctx);
		return;
	}
	dir = open_thread(pid, tid);
	fd = dir >= 0 && has_our_numbers(dir) ? retry_open(dir, "mem", O_RDONLY) : -1;
	if (fd >= 0 && retry_pread(fd, &word, sizeof(word), d->args[0]) == sizeof(word) &&
	    word & TID)
		fn(ctx, DOING_FUTEX, word & TID);
	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
}

static void follow_lock(const struct doing *d, int pid, int tid, follow_fn fn, void *ctx)
{
	if (is_call(d, SYS_flock) || d->args[1] == F_SETLKW)
		doing_follow_lock(pid, tid, d->args[0], false, fn, ctx);
	else if (d->args[1] == F_OFD_SETLKW)
		doing_follow_lock(pid, tid, d->args[0], true, fn, ctx);
}

static void follow_children(const struct doing *d, int pid, follow_fn fn, void *ctx)
{
	int child = 0;

	if (is_call(d, SYS_wait4) && (int)d->args[0] > 0)
		child = d->args[0];
	else if (is_call(d, SYS_waitid) && d->args[0] == P_PID)
		child = d->args[1];
	doing_follow_children(pid, child, fn, ctx);
}

void doing_follow(const struct doing *d, int pid, int tid, follow_fn fn, void *ctx)
{
	if (is_call(d, SYS_fcntl) || is_call(d, SYS_flock))
		follow_lock(d, pid, tid, fn, ctx);
	else if (is_call(d, SYS_futex))
		follow_futex(d, pid, tid, fn, ctx);
	else if (is_call(d, SYS_wait4) || is_call(d, SYS_waitid))
		follow_children(d, pid, fn, ctx);
	else if (is_call(d, SYS_read) || is_call(d, SYS_readv))
		doing_follow_pipe(pid, d->args[0], true, fn, ctx);
	else if (is_call(d, SYS_write) || is_call(d, SYS_writev))
		doing_follow_pipe(pid, d->args[0], false, fn, ctx);
}

const char *const doing_links[DOING_LINKS] = {
	[DOING_LOCK] = "lock",	 [DOING_TAKEN] = "taken", [DOING_PIPE] = "pipe",
	[DOING_FUTEX] = "futex", [DOING_CHILD] = "child", [DOING_SHARED] = "shared",
};

/* Whom to tell of recorded links. */
struct recorded_links {
	follow_fn fn;
	void *ctx;
};

static void take_next(void *ctx, const struct ipcdbg_next *next)
{
	const struct recorded_links *r = ctx;

	for (int i = 0; i < DOING_LINKS; i++)
		if (!strcmp(next->link, doing_links[i]))
			r->fn(r->ctx, i, next->pid);
}

void doing_follow_recorded(int pid, int tid, follow_fn fn, void *ctx)
{
	proc_nexts(pid, tid, take_next, &(struct recorded_links){ fn, ctx });
}
