/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What /proc tells of a process or thread that a row names, or what a recording has kept of that.
 * Nothing is told unless it is that very one: its start time must match to the tick, so that who
 * has its number now is not mistaken for it. A folder of recorded tables has no such facts, and
 * neither has a /proc of another pid namespace.
 */
#ifndef PROC_FACTS_H
#define PROC_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include <ipcdbg/abi.h>

#include "text.h"

struct proc_facts {
	char *comm;   /* NULL if not known */
	char *args;   /* its command line, an argument after each NUL; NULL if there is none */
	size_t len;   /* of args */
	char *cgroup; /* path below the root of the cgroups; NULL if not known */
	char *exe;    /* path, as its link in /proc has it; NULL if not known */
};

/* Told of a thread. */
typedef void (*proc_thread_fn)(void *ctx, const struct ipcdbg_thread *thread);

/* Told whom a thread waits for. */
typedef void (*proc_next_fn)(void *ctx, const struct ipcdbg_next *next);

/* Where facts come from that are not those of /proc. Functions below are answered by it. */
struct proc_source {
	int (*leader)(int tid);
	__u64 (*start_ns)(int tid);
	bool (*started)(int tid, __u64 start_ns);
	/* Fills what is all zeros, in memory for free(); false if it has nothing of that one. */
	bool (*look_up)(int tid, __u64 start_ns, struct proc_facts *facts);
	bool (*process)(int pid, struct ipcdbg_proc *process);
	/* False: there is no such process. */
	bool (*threads)(int pid, proc_thread_fn fn, void *ctx);
	bool (*thread)(int pid, int tid, __u64 start_ns, struct ipcdbg_thread *thread);
	void (*nexts)(int pid, int tid, proc_next_fn fn, void *ctx);
	bool same_calls; /* system calls have the numbers that they have here */
};

/* Facts are looked up from now on, if /proc is of our pid namespace. */
void proc_begin(void);
/* They come from there from now on; NULL: there are none. */
void proc_begin_other(const struct proc_source *source);
bool proc_usable(void);
/* They are those of /proc, of now. */
bool proc_is_now(void);
bool proc_same_calls(void);

/* The process that a thread belongs to; 0 if there is none of that number. */
int proc_leader(int tid);

/* When a process or thread of that number started, cut to a tick; 0 if there is none. */
__u64 proc_start_ns(int tid);

/* Whether a process or thread of that number started then, to the tick. */
bool proc_started(int tid, __u64 start_ns);

/* Whether that is the number of a process, not of one of its other threads. */
bool proc_is_leader(int tid);

/* Whether a process has, now, a thread of that number. */
bool proc_is_thread(int pid, int tid);

/*
 * Calls fn for each thread of a process that has not ended, until it says false. False: there is no
 * such process, or not all could be read.
 */
bool proc_each_thread(int pid, bool (*fn)(void *ctx, int tid), void *ctx);

/* What a process is, and does; false if there is none of that number. */
bool proc_process(int pid, struct ipcdbg_proc *process);

/* Its threads, in no order. */
void proc_threads(int pid, proc_thread_fn fn, void *ctx);

/* One of them, which started then, to the tick; false if there is none. */
bool proc_thread(int pid, int tid, __u64 start_ns, struct ipcdbg_thread *thread);

/* Whom one of them waits for, where that comes from elsewhere; doing.h looks into /proc. */
void proc_nexts(int pid, int tid, proc_next_fn fn, void *ctx);

/*
 * args and cgroup; the second: comm and exe too, each of which costs as much as they do. NULL if
 * there are none. Good until the next call, and looked up once a run.
 */
const struct proc_facts *proc_look_up(int tid, __u64 start_ns);
const struct proc_facts *proc_look_up_whole(int tid, __u64 start_ns);

/*
 * The same of a thread of process pid. Of the threads of a process one is looked up, where that
 * proves that the others are of that very process too; they have args and service in common.
 */
const struct proc_facts *proc_look_up_thread(int pid, int tid, __u64 start_ns);

/*
 * The part of a cgroup's path that names a service or container: the outermost unit of systemd
 * that is not a slice (below user@UID.service the one inside it), or what lxc and docker name so,
 * else the last part. 64 hexadecimal digits are cut to 12, as docker prints them.
 */
void text_add_unit(struct text *t, const char *cgroup);

/* Arguments with blanks between them, escaped, cut to a cell's width. */
void text_add_args(struct text *t, const struct proc_facts *facts);

#endif
