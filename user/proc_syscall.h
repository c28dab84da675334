/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a task does right now: the system call that it sleeps in, by /proc/PID/task/TID/syscall,
 * if it is one in which it waits for another task. It takes the right to trace the task
 * (PTRACE_MODE_ATTACH of ptrace(2)), as root or as its user.
 *
 * Only a sleep is told. The kernel makes the line of a task that did not run meanwhile, and of one
 * that is runnable the word "running": that one has been woken, and is on no wait queue any more.
 * One that is stopped or frozen while it returns from the call still has its line; it has been
 * taken off the queue too, so it is told by its state, and by where in the kernel it sleeps.
 */
#ifndef PROC_SYSCALL_H
#define PROC_SYSCALL_H

#include "common.h"
#include "syscall_table.h"

enum proc_look {
	PROC_ASLEEP,	/* in one of the calls of syscall_table.h */
	PROC_ELSEWHERE, /* it does something else */
	PROC_HIDDEN,	/* it may not be looked at */
	PROC_GONE,
};

struct proc_syscall {
	struct task task; /* whose; all its fields are present */
	__s32 priority;	  /* as in /proc/PID/stat */
	enum syscall_kind kind;
	bool compat;	/* a call of 32 bits: its pointers and longs have 4 bytes */
	__s32 id;	/* semid, msqid, or descriptor of a POSIX queue */
	__u64 address;	/* of sembufs, a message, or a futex, in the task's memory */
	__u64 size;	/* of the message; how many sembufs; FUTEX: the value expected;
			 * FUTEX_WAITV: how many struct futex_waitv */
	__s64 msgtyp;	/* MSGRCV */
	__u32 flags;	/* msgflg; FUTEX: its operation */
	__u32 prio;	/* MQ_SEND: of the message */
	char line[256]; /* the file's */
};

/*
 * Looks at a thread. PROC_ASLEEP: s is whole, and the task has slept in that call all the while
 * that it was read.
 */
enum proc_look proc_syscall_read(struct proc_syscall *s, int pid, int tid);

/*
 * Whether it still sleeps the same sleep. What was read between two looks, of its memory or of
 * what it waits for, was so while it slept.
 */
bool proc_syscall_lasts(const struct proc_syscall *s);

/* Copies memory of the task; false: not all of it is there, or may be read. */
bool proc_syscall_memory(const struct proc_syscall *s, __u64 address, void *buf, size_t size);

#endif
