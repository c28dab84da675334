/* SPDX-License-Identifier: GPL-2.0 */
/* The fields that records of tasks begin with, of a thread in /proc. */
#ifndef PROC_TASK_H
#define PROC_TASK_H

#include <sys/types.h>

#include "common.h"

/* A file of the thread with the pid and tid of t, as proc_read(). */
ssize_t proc_task_file(const struct task *t, const char *name, char *buf, size_t room);

/*
 * Adds comm, state and start_ns, the latter cut to a tick; *priority as in /proc/PID/stat. This and
 * the next two are false with errno.
 */
bool proc_task_stat(struct task *t, __s32 *priority);

/* Adds uid and switches. */
bool proc_task_status(struct task *t);

/* What there is to know of a process. */
bool proc_task_process(struct process *p, int pid);

/* The ipc namespace that a thread is in, 0 with errno if that cannot be known. */
__u32 proc_task_ipc_ns(int pid, int tid);

/*
 * Calls fn for each process, or thread of it, that /proc shows. False if there may be others, which
 * could not be read; a process that has ended has no threads.
 */
bool proc_visit_processes(void (*fn)(void *ctx, int pid), void *ctx);
bool proc_visit_threads(int pid, void (*fn)(void *ctx, int pid, int tid), void *ctx);

/*
 * Whether errno says that a process or thread has ended, and nothing else has gone wrong. Otherwise
 * it is noted as trouble, if it is that.
 */
bool proc_has_ended(void);

/*
 * Trouble is an errno that is not the task's doing: this program has no descriptors or memory left
 * to look at what is there, or /proc gives an error. Notes errno if it is that; tells what was
 * noted, 0 if nothing was.
 */
void proc_note_trouble(void);
int proc_trouble(void);

/*
 * It was for want of descriptors or memory: what was not looked at is missing, even if nothing else
 * says so, as arguments are. An error of /proc may be of a task that just ends, and counts where it
 * was in the way.
 */
bool proc_fell_short(void);

#endif
