// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "cast.h"
#include "common.h"
#include "proc.h"
#include "random.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

void line_add(struct line *l, int task)
{
	l->task[l->nr++] = task;
}

void line_remove(struct line *l, int task)
{
	int i, to = 0;

	for (i = 0; i < l->nr; i++)
		if (l->task[i] != task)
			l->task[to++] = l->task[i];
	l->nr = to;
}

static void name_task(struct puppet *p)
{
	char name[16];

	random_name(name);
	if (puppet_name(p, name))
		die("cannot name a task");
}

static int add_task(struct cast *c, struct puppet *p, int parent, unsigned long flags)
{
	struct cast_task *t = &c->task[c->nr_tasks];

	memset(t, 0, sizeof(*t));
	t->puppet = p;
	t->alive = true;
	if (flags & CLONE_THREAD) {
		t->process = c->task[parent].process;
	} else {
		t->process = c->nr_processes++;
		c->process[t->process] = (struct cast_process){ .pid = p->pid };
	}
	c->process[t->process].live_tasks++;
	return c->nr_tasks++;
}

int cast_add(struct cast *c, int parent, unsigned long flags)
{
	struct puppet *p = puppet_make(parent < 0 ? NULL : c->task[parent].puppet, flags);

	if (!p)
		die("clone %lx: %s", flags, strerror(errno));
	if (one_in(3))
		name_task(p);
	if (one_in(6))
		puppet_setuid(p, 1 + below(70000)); /* not if its maker is no longer root */
	return add_task(c, p, parent, flags);
}

void cast_make(struct cast *c, int n)
{
	int i;

	c->nr_tasks = c->nr_processes = 0;
	for (i = 0; i < n; i++) {
		if (c->nr_tasks && one_in(2))
			cast_add(c, below(c->nr_tasks), PUPPET_THREAD);
		else
			cast_add(c, -1, one_in(5) ? CLONE_NEWPID : 0);
	}
}

int cast_idle(const struct cast *c)
{
	int i, task = -1, n = 0;

	for (i = 0; i < c->nr_tasks; i++)
		if (c->task[i].alive && !c->task[i].waiting && one_in(++n))
			task = i;
	return task;
}

static void end_task(struct cast *c, int task)
{
	c->task[task].alive = c->task[task].waiting = false;
	c->process[c->task[task].process].live_tasks--;
}

void cast_kill(struct cast *c, int task)
{
	int i, process = c->task[task].process;

	puppet_exit_process(c->task[task].puppet);
	for (i = 0; i < c->nr_tasks; i++)
		if (c->task[i].alive && c->task[i].process == process)
			end_task(c, i);
	if (one_in(2))
		return;
	puppet_reap(c->task[task].puppet);
	c->process[process].reaped = true;
}

static int count_alive(const struct cast *c)
{
	int i, n = 0;

	for (i = 0; i < c->nr_tasks; i++)
		n += c->task[i].alive;
	return n;
}

void cast_exits(struct cast *c, int n)
{
	int task;

	while (n-- > 0 && count_alive(c) > 2) {
		task = cast_idle(c);
		if (one_in(3) || c->process[c->task[task].process].live_tasks == 1) {
			cast_kill(c, task);
			continue;
		}
		puppet_exit(c->task[task].puppet);
		end_task(c, task);
	}
}

void cast_block_call(struct cast *c, int task, const long call[7])
{
	struct cast_task *t = &c->task[task];

	puppet_block_syscall(t->puppet, &t->before, call);
	t->after = clock_ns(CLOCK_MONOTONIC);
	t->waiting = true;
}

long cast_back(struct cast *c, int task)
{
	c->task[task].waiting = false;
	return puppet_unblock(c->task[task].puppet);
}

static bool sleeps(const struct puppet *p)
{
	struct proc_syscall call;

	return proc_syscall(p->pid, p->tid, &call) && call.nr == p->call &&
	       proc_state(p->pid, p->tid) == 'S';
}

void cast_waits_again(struct cast *c, int task, uint64_t before)
{
	struct cast_task *t = &c->task[task];

	wait_until(sleeps(t->puppet));
	t->before = before;
	t->after = clock_ns(CLOCK_MONOTONIC);
}

int cast_who(const struct cast *c, int task)
{
	return task == CAST_TESTER ? CAST_TESTER : c->task[task].process;
}

int cast_thread(const struct cast *c, int task)
{
	const struct puppet *p = c->task[task].puppet;

	return p->tid == p->pid ? c->task[task].process : CAST_THREAD + task;
}

pid_t cast_pid(const struct cast *c, int who)
{
	if (who == CAST_NOBODY)
		return 0;
	if (who == CAST_TESTER)
		return getpid();
	return who < CAST_THREAD ? c->process[who].pid : c->task[who - CAST_THREAD].puppet->tid;
}

const char *cast_state(const struct cast *c, int who)
{
	if (who == CAST_NOBODY)
		return NULL;
	if (who == CAST_TESTER)
		return "live";
	if (who >= CAST_THREAD)
		return c->task[who - CAST_THREAD].alive ? "live" : "exited";
	if (c->process[who].live_tasks)
		return "live";
	return c->process[who].reaped ? "exited" : "zombie";
}

int cast_by_tid(const struct cast *c, pid_t tid)
{
	int i;

	for (i = 0; i < c->nr_tasks; i++)
		if (c->task[i].alive && c->task[i].puppet->tid == tid)
			return i;
	return -1;
}
