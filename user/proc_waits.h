/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tasks that are blocked in System V semaphore and message calls and in those of POSIX queues,
 * as one look at every task of /proc finds them (proc_syscall.h).
 */
#ifndef PROC_WAITS_H
#define PROC_WAITS_H

#include <sys/sem.h>

#include "proc_syscall.h"
#include "text.h"

/* More operations of one call than this are not read. */
#define PROC_SOPS_MAX 65536

struct proc_wait {
	struct proc_syscall call;
	__u32 inum;	 /* the ipc namespace of the task */
	size_t first_op; /* SEMOP: proc_waits()->ops.v[first_op] and so on, call.size of them */
	bool ops_known;
};

struct proc_waits {
	VEC(struct proc_wait) v; /* by namespace, kind, id, pid and tid */
	VEC(struct sembuf) ops;
	size_t hidden; /* tasks, or folders of them, that could not be looked at */
};

/* Looks at all tasks when it is called first, or first after it was to forget them. */
const struct proc_waits *proc_waits(void);
void proc_waits_forget(void);

/* Those of one kind on one object; NULL if there are none. */
const struct proc_wait *proc_waits_on(__u32 inum, enum syscall_kind kind, int id, size_t *nr);

/*
 * How long the task has slept at least: 0 if that is not known. Good for a task that still sleeps
 * as it did.
 */
__u64 proc_slept_ns(const struct task *t);

/* Reads the clocks of the CPUs anew from now on: what is later than they is not measured well. */
void proc_slept_forget(void);

#endif
