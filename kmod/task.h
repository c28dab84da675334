/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IPCDBG_TASK_H
#define IPCDBG_TASK_H

#include <linux/sched.h>
#include <linux/uidgid.h>

#include <ipcdbg/abi.h>

#include "unlocked.h"

struct pid;
struct pid_namespace;
struct user_namespace;

/* Through whose eyes pids and uids are seen: those of the process that opened the file. */
struct view {
	struct pid_namespace *pid_ns;
	struct user_namespace *user_ns;
};

/*
 * A task with the struct pids it had when it was met. task_ref_get() is called in an RCU section,
 * for a task that is alive or referenced; it only counts references up, so any spinlock may be
 * held. false, and nothing taken, for a task that has been reaped. task_ref_put() is for process
 * context.
 */
struct task_ref {
	struct task_struct *task;
	struct pid *tid;
	struct pid *tgid;
};

bool task_ref_get(struct task_ref *ref, struct task_struct *task);
void task_ref_put(struct task_ref *ref);

/* What is printed of a task, as plain values. */
struct task_facts {
	u64 start_ns;
	u64 switches;
	u64 blocked_ns; /* 0 while it is not blocked */
	pid_t pid;
	pid_t tid;
	u32 uid;
	s32 priority; /* as in /proc/PID/stat: below 0 is real-time */
	char state;
	u8 pstate; /* enum ipcdbg_pstate of its process */
	char comm[IPCDBG_COMM_LEN];
};

/* Process context, no lock held. */
void task_facts_get(struct task_facts *f, const struct task_ref *ref, const struct view *view);

/* A task, from the lock under which it was met until it has been turned into values. */
struct task_copy {
	union {
		struct task_ref ref;
		struct task_facts facts; /* settled */
	};
};

void task_copy_settle(struct task_copy *copy, const struct view *view);

/* What is printed of a process that is known by its struct pid only. */
struct pid_facts {
	u64 start_ns; /* this and uid: 0 once it has exited */
	pid_t pid;
	u32 uid;
	u8 pstate;
	char comm[IPCDBG_COMM_LEN]; /* empty once it has exited */
};

void pid_facts_get(struct pid_facts *f, struct pid *pid, const struct view *view);

/*
 * A struct pid that an object remembers. Taken under the lock of the object, which drops its own
 * reference under it (ipc_update_pid()): RCU would not do.
 */
struct pid_copy {
	union {
		struct pid *pid;
		struct pid_facts facts; /* settled */
	};
	bool has_pid;
};

void pid_copy_take(struct pid_copy *copy, struct pid *pid);
void pid_copy_drop(struct pid_copy *copy);
void pid_copy_settle(struct pid_copy *copy, const struct view *view);

/* It writes its other flags meanwhile, as copy_process() and capable() do. */
static inline bool task_is_kthread(const struct task_struct *task)
{
	return READ_UNLOCKED(task->flags) & PF_KTHREAD;
}

/*
 * Calls fn for every task, threads included, in an RCU section (fn must not sleep) that is left
 * between batches. Stops when fn returns non-zero and returns that; -EINTR on a fatal signal. A
 * task that is born or changes its tid (exec by a thread) meanwhile may be missed or met twice.
 */
int visit_tasks(int (*fn)(struct task_struct *task, void *arg), void *arg);

/*
 * References on up to max tasks, by their pid numbers from *nr on, where the next call goes on; how
 * many. To be dropped with put_task_struct().
 */
unsigned int next_tasks(int *nr, struct task_struct **tasks, unsigned int max);

#endif
