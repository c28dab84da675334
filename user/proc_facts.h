/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What /proc tells of a process or thread that a row names. Nothing is told unless it is that very
 * one: its start time must match to the tick, so that who has its number now is not mistaken for
 * it. Recorded tables have no such facts, and neither has a /proc of another pid namespace.
 */
#ifndef PROC_FACTS_H
#define PROC_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "text.h"

struct proc_facts {
	char *comm;   /* NULL if not known */
	char *args;   /* its command line, an argument after each NUL; NULL if there is none */
	size_t len;   /* of args */
	char *cgroup; /* path below the root of the cgroups; NULL if not known */
};

/* Facts are looked up from now on, if /proc is of our pid namespace. */
void proc_begin(void);
bool proc_usable(void);

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

/* NULL if there are none. Good until the next call, and looked up once a run. */
const struct proc_facts *proc_look_up(int tid, __u64 start_ns);

/*
 * The part of a cgroup's path that names a service or container: the outermost unit of systemd
 * that is not a slice (below user@UID.service the one inside it), or what lxc and docker name so,
 * else the last part. 64 hexadecimal digits are cut to 12, as docker prints them.
 */
void text_add_unit(struct text *t, const char *cgroup);

/* Arguments with blanks between them, escaped, cut to a cell's width. */
void text_add_args(struct text *t, const struct proc_facts *facts);

#endif
