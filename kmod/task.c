// SPDX-License-Identifier: GPL-2.0
/* Tasks and processes: identity, liveness, how long blocked. */
#include <linux/cred.h>
#include <linux/idr.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/clock.h>
#include <linux/sched/prio.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "compat.h"
#include "task.h"

#define BATCH 256 /* tasks visited in one RCU section */

bool task_ref_get(struct task_ref *ref, struct task_struct *task)
{
	/* release_task() detaches the pids; RCU keeps them and the signal struct until we count. */
	ref->tid = get_pid(READ_ONCE(task->thread_pid));
	ref->tgid = get_pid(READ_ONCE(task->signal->pids[PIDTYPE_TGID]));
	if (!ref->tid || !ref->tgid) {
		put_pid(ref->tid);
		put_pid(ref->tgid);
		return false;
	}
	ref->task = get_task_struct(task);
	return true;
}

void task_ref_put(struct task_ref *ref)
{
	put_pid(ref->tgid);
	put_pid(ref->tid);
	put_task_struct(ref->task);
	ref->task = NULL;
}

/*
 * task->signal stays until the last reference on the task is gone (put_signal_struct() in
 * __put_task_struct()); live counts the threads that have not passed do_exit().
 */
static u8 process_state(const struct task_struct *task)
{
	return atomic_read(&task->signal->live) > 0 ? IPCDBG_LIVE : IPCDBG_ZOMBIE;
}

/*
 * Nothing in ipc/ records when a task went to sleep. The scheduler's stamps do: exec_start is
 * renewed when a task goes off its CPU, last_arrival when it gets on one. Neither is after the
 * start of this sleep; the later of the two is before it by at most the last stint on the CPU.
 */
static u64 blocked_ns(struct task_struct *task)
{
	u64 since = READ_ONCE(task->se.exec_start);
	u64 now;

	if (task_state_word(task) == TASK_RUNNING)
		return 0;
#ifdef CONFIG_SCHED_INFO
	since = max_t(u64, since, READ_ONCE(task->sched_info.last_arrival));
#endif
	/*
	 * exec_start is 0 once the task has been moved to another CPU, which since 6.12 also
	 * happens to one that sleeps (delayed dequeue, kernel/sched/fair.c).
	 */
	if (!since)
		return 0;
	now = cpu_clock(task_cpu(task));
	return now > since ? now - since : 1;
}

void task_facts_get(struct task_facts *f, const struct task_ref *ref, const struct view *view)
{
	struct task_struct *task = ref->task;

	f->pid = pid_nr_ns(ref->tgid, view->pid_ns);
	f->tid = pid_nr_ns(ref->tid, view->pid_ns);
	f->uid = from_kuid_munged(view->user_ns, task_uid(task));
	f->priority = READ_ONCE(task->prio) - MAX_RT_PRIO;
	f->state = task_state_to_char(task);
	f->pstate = process_state(task);
	f->start_ns = task->start_boottime;
	f->switches = (u64)READ_ONCE(task->nvcsw) + READ_ONCE(task->nivcsw);
	f->blocked_ns = blocked_ns(task);
	get_task_comm(f->comm, task);
}

void task_copy_settle(struct task_copy *copy, const struct view *view)
{
	struct task_ref ref = copy->ref; /* shares its memory with facts */

	task_facts_get(&copy->facts, &ref, view);
	task_ref_put(&ref);
	cond_resched();
}

/* RCU. Some objects remember a thread (msg_queue.q_lrpid): it has no PIDTYPE_TGID of its own. */
static struct task_struct *task_of_pid(struct pid *pid)
{
	struct task_struct *task = pid_task(pid, PIDTYPE_TGID);

	return task ? task : pid_task(pid, PIDTYPE_PID);
}

/*
 * A struct pid is one process, whoever gets its number later. It loses its task when the process
 * has been reaped; RCU keeps the task struct while it is looked at.
 */
void pid_facts_get(struct pid_facts *f, struct pid *pid, const struct view *view)
{
	struct task_struct *task;

	memset(f, 0, sizeof(*f));
	f->pid = pid_nr_ns(pid, view->pid_ns);
	f->pstate = IPCDBG_EXITED;
	rcu_read_lock();
	task = task_of_pid(pid);
	if (task) {
		f->pstate = process_state(task);
		f->uid = from_kuid_munged(view->user_ns, task_uid(task));
		f->start_ns = task->start_boottime;
		get_task_comm(f->comm, task);
	}
	rcu_read_unlock();
}

void pid_copy_take(struct pid_copy *copy, struct pid *pid)
{
	copy->pid = get_pid(pid);
	copy->has_pid = pid;
}

void pid_copy_drop(struct pid_copy *copy)
{
	if (copy->has_pid)
		put_pid(copy->pid);
	copy->has_pid = false;
}

void pid_copy_settle(struct pid_copy *copy, const struct view *view)
{
	struct pid *pid = copy->pid; /* shares its memory with facts */

	if (copy->has_pid) {
		pid_facts_get(&copy->facts, pid, view);
		put_pid(pid);
		cond_resched();
	}
}

/*
 * By way of the pid numbers, as find_ge_pid() does it for /proc: unlike for_each_process_thread()
 * this can be left and taken up again, which bounds the RCU section (not preemptible on kernels
 * without PREEMPT_RCU). pids and their tasks are freed by RCU.
 */
int visit_tasks(int (*fn)(struct task_struct *task, void *arg), void *arg)
{
	unsigned int n = 0;
	struct task_struct *task;
	struct pid *pid;
	int nr = 1;
	int ret = 0;

	rcu_read_lock();
	while (!ret) {
		pid = idr_get_next(&init_pid_ns.idr, &nr);
		if (!pid)
			break;
		task = pid_task(pid, PIDTYPE_PID);
		if (task)
			ret = fn(task, arg);
		nr++;
		if (++n % BATCH)
			continue;
		rcu_read_unlock();
		cond_resched();
		if (fatal_signal_pending(current))
			return ret ? ret : -EINTR;
		rcu_read_lock();
	}
	rcu_read_unlock();
	return ret;
}

unsigned int next_tasks(int *nr, struct task_struct **tasks, unsigned int max)
{
	struct task_struct *task;
	unsigned int seen, n = 0;
	struct pid *pid;

	rcu_read_lock();
	for (seen = 0; n < max; seen++) {
		/* A pid may have no task of its own, that of a session for one. */
		pid = seen < BATCH || !n ? idr_get_next(&init_pid_ns.idr, nr) : NULL;
		if (!pid)
			break;
		task = pid_task(pid, PIDTYPE_PID);
		if (task)
			tasks[n++] = get_task_struct(task);
		++*nr;
	}
	rcu_read_unlock();
	return n;
}
