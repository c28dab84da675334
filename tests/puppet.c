// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "puppet.h"
#include "common.h"
#include "proc.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE 16384

enum step {
	STEP_NONE,
	STEP_SEMOP,
	STEP_BLOCK,
	STEP_CALL,
	STEP_MAKE,
	STEP_NAME,
	STEP_SETUID,
	STEP_EXIT,
	STEP_EXIT_PROCESS,
};

struct troupe {
	struct puppet puppet[PUPPETS_MAX];
	char stack[PUPPETS_MAX][STACK_SIZE] __attribute__((aligned(16)));
};

static struct troupe *troupe;
static unsigned int nr_puppets;

void puppets_open(void)
{
	troupe = mmap(NULL, sizeof(*troupe), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (troupe == MAP_FAILED)
		die("no memory for puppets: %s", strerror(errno));
	nr_puppets = 0;
}

static long futex(uint32_t *at, int op, uint32_t value, const struct timespec *timeout)
{
	return syscall(SYS_futex, at, op, value, timeout, NULL, 0);
}

/* The puppet's side. Threads share errno with their process, so results are taken at once. */

static void finish(struct puppet *p, long result)
{
	p->result = result;
	__atomic_store_n(&p->step, STEP_NONE, __ATOMIC_RELEASE);
	futex(&p->step, FUTEX_WAKE, 1, NULL);
}

static long do_semop(struct puppet *p)
{
	if (p->timed) {
		struct timespec hour = { .tv_sec = 3600 };

		return syscall(SYS_semtimedop, p->semid, p->sops, p->nsops, &hour);
	}
	return syscall(SYS_semop, p->semid, p->sops, p->nsops);
}

static int perform(void *arg);

static long do_make(struct puppet *p)
{
	struct puppet *child = &troupe->puppet[p->number];

	return clone(perform, troupe->stack[p->number] + STACK_SIZE, p->clone_flags, child);
}

static long run_step(struct puppet *p, enum step step)
{
	long ret;

	switch (step) {
	case STEP_SEMOP:
	case STEP_BLOCK:
		return do_semop(p);
	case STEP_CALL:
		return syscall(p->call, p->args[0], p->args[1], p->args[2], p->args[3], p->args[4],
			       p->args[5]);
	case STEP_MAKE:
		return do_make(p);
	case STEP_NAME:
		return prctl(PR_SET_NAME, p->name);
	case STEP_SETUID:
		ret = syscall(SYS_setresuid, p->number, p->number, p->number);
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* a change of user clears it */
		return ret;
	case STEP_EXIT:
		return syscall(SYS_exit, 0);
	case STEP_EXIT_PROCESS:
		return syscall(SYS_exit_group, 0);
	default:
		return -1;
	}
}

static int perform(void *arg)
{
	struct puppet *p = arg;
	uint32_t step;
	long ret;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	finish(p, getpid());
	for (;;) {
		step = __atomic_load_n(&p->step, __ATOMIC_ACQUIRE);
		if (step == STEP_NONE) {
			futex(&p->step, FUTEX_WAIT, STEP_NONE, NULL);
			continue;
		}
		ret = run_step(p, step);
		finish(p, ret < 0 ? -errno : ret);
	}
	return 0;
}

/* The test's side. */

static void start_step(struct puppet *p, enum step step)
{
	__atomic_store_n(&p->step, step, __ATOMIC_RELEASE);
	futex(&p->step, FUTEX_WAKE, 1, NULL);
}

static long wait_step_done(struct puppet *p, enum step step)
{
	uint64_t end = wait_end();
	struct timespec second = { .tv_sec = 1 };

	while (__atomic_load_n(&p->step, __ATOMIC_ACQUIRE) != STEP_NONE) {
		futex(&p->step, FUTEX_WAIT, step, &second);
		if (clock_ns(CLOCK_MONOTONIC) > end)
			die("puppet %d does not finish its step %d", p->tid, step);
	}
	return p->result;
}

static long do_step(struct puppet *p, enum step step)
{
	if (p->state != PUPPET_READY)
		die("puppet %d is in state %d", p->tid, p->state);
	start_step(p, step);
	return wait_step_done(p, step);
}

static void set_sops(struct puppet *p, int semid, const struct sembuf *sops, unsigned int nsops)
{
	if (nsops > PUPPET_OPS_MAX)
		die("%u operations", nsops);
	p->semid = semid;
	p->nsops = nsops;
	memcpy(p->sops, sops, nsops * sizeof(*sops));
}

/* A thread of a process in another pid namespace: the one that no puppet has yet. */
static pid_t find_new_thread(pid_t pid)
{
	pid_t tids[PUPPETS_MAX];
	int i, n = proc_threads(pid, tids, PUPPETS_MAX);

	for (i = 0; i < n; i++)
		if (!puppet_by_tid(tids[i]))
			return tids[i];
	die("process %d has no new thread", pid);
}

/* A child of the test in another pid namespace: the one that no puppet has yet. */
static pid_t find_new_child(void)
{
	char path[64], *text, *at;
	pid_t pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	text = slurp(path, 4096, NULL);
	if (!text)
		die("%s: %s", path, strerror(errno));
	for (at = text; (pid = strtol(at, &at, 10));)
		if (!puppet_by_tid(pid))
			break;
	free(text);
	if (!pid)
		die("there is no new child");
	return pid;
}

static pid_t clone_from(struct puppet *parent, struct puppet *p, unsigned long flags)
{
	if (!parent)
		return clone(perform, troupe->stack[p - troupe->puppet] + STACK_SIZE, flags, p);
	parent->number = p - troupe->puppet;
	parent->clone_flags = flags;
	return do_step(parent, STEP_MAKE);
}

/* The parent comes back from clone when its child has ended. */
static pid_t vfork_from(struct puppet *parent, struct puppet *p, unsigned long flags)
{
	parent->number = p - troupe->puppet;
	parent->clone_flags = flags;
	start_step(parent, STEP_MAKE);
	parent->state = PUPPET_BLOCKED;
	return wait_step_done(p, STEP_MAKE);
}

struct puppet *puppet_make(struct puppet *parent, unsigned long flags)
{
	bool thread = flags & CLONE_THREAD;
	struct puppet *p;
	pid_t tid;

	if (nr_puppets == PUPPETS_MAX)
		die("too many puppets");
	p = &troupe->puppet[nr_puppets];
	memset(p, 0, sizeof(*p));
	p->step = STEP_MAKE;
	if (!thread)
		flags |= SIGCHLD | (parent ? CLONE_PARENT : 0);
	tid = flags & CLONE_VFORK ? vfork_from(parent, p, flags) : clone_from(parent, p, flags);
	if (tid < 0) {
		if (parent)
			errno = -tid;
		return NULL;
	}
	p->inner_pid = wait_step_done(p, STEP_MAKE);
	if (parent && parent->inner_pid != parent->pid)
		tid = thread ? find_new_thread(parent->pid) : find_new_child();
	p->tid = tid;
	p->pid = thread ? parent->pid : tid;
	p->state = PUPPET_READY;
	nr_puppets++;
	return p;
}

int puppet_semop(struct puppet *p, int semid, const struct sembuf *sops, unsigned int nsops)
{
	set_sops(p, semid, sops, nsops);
	return do_step(p, STEP_SEMOP);
}

static void set_call(struct puppet *p, const long call[7])
{
	p->call = call[0];
	memcpy(p->args, call + 1, sizeof(p->args));
}

long puppet_syscall(struct puppet *p, const long call[7])
{
	set_call(p, call);
	return do_step(p, STEP_CALL);
}

static bool is_in(struct puppet *p, enum step step)
{
	struct proc_syscall call;

	if (step == STEP_BLOCK)
		return proc_in_semop(p->pid, p->tid, &call);
	return proc_syscall(p->pid, p->tid, &call) && call.nr == p->call;
}

static bool is_blocked(struct puppet *p, enum step step)
{
	if (__atomic_load_n(&p->step, __ATOMIC_ACQUIRE) == STEP_NONE)
		die("the call of puppet %d returned %ld instead of blocking", p->tid,
		    (long)p->result);
	return is_in(p, step) && proc_state(p->pid, p->tid) == 'S';
}

static void block(struct puppet *p, enum step step, uint64_t *before)
{
	if (p->state != PUPPET_READY)
		die("puppet %d is in state %d", p->tid, p->state);
	if (before)
		*before = clock_ns(CLOCK_MONOTONIC);
	start_step(p, step);
	wait_until(is_blocked(p, step));
	p->state = PUPPET_BLOCKED;
}

void puppet_block(struct puppet *p, int semid, const struct sembuf *sops, unsigned int nsops,
		  uint64_t *before)
{
	set_sops(p, semid, sops, nsops);
	block(p, STEP_BLOCK, before);
}

void puppet_block_syscall(struct puppet *p, uint64_t *before, const long call[7])
{
	set_call(p, call);
	block(p, STEP_CALL, before);
}

long puppet_unblock(struct puppet *p)
{
	p->state = PUPPET_READY;
	return wait_step_done(p, __atomic_load_n(&p->step, __ATOMIC_ACQUIRE));
}

int puppet_name(struct puppet *p, const char *name)
{
	memset(p->name, 0, sizeof(p->name));
	strncpy(p->name, name, sizeof(p->name) - 1);
	return do_step(p, STEP_NAME);
}

int puppet_setuid(struct puppet *p, unsigned int uid)
{
	p->number = uid;
	return do_step(p, STEP_SETUID);
}

static bool is_zombie(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	if (waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT))
		die("waitid %d: %s", pid, strerror(errno));
	return info.si_pid == pid;
}

/* A thread is gone, or it is the leader and a zombie. */
static bool has_exited(pid_t pid, pid_t tid)
{
	char state = proc_state(pid, tid);

	return !state || state == 'Z';
}

void puppet_exit(struct puppet *p)
{
	if (p->state != PUPPET_READY)
		die("puppet %d is in state %d", p->tid, p->state);
	start_step(p, STEP_EXIT);
	wait_until(has_exited(p->pid, p->tid));
	p->state = PUPPET_ENDED;
}

void puppet_exit_process(struct puppet *p)
{
	pid_t pid = p->pid;
	unsigned int i;

	if (p->state == PUPPET_READY)
		start_step(p, STEP_EXIT_PROCESS);
	else
		kill(pid, SIGKILL);
	wait_until(is_zombie(pid));
	for (i = 0; i < nr_puppets; i++)
		if (troupe->puppet[i].pid == pid)
			troupe->puppet[i].state = PUPPET_ENDED;
}

void puppet_reap(struct puppet *p)
{
	unsigned int i;

	if (waitpid(p->pid, NULL, 0) != p->pid)
		die("waitpid %d: %s", p->pid, strerror(errno));
	for (i = 0; i < nr_puppets; i++)
		if (troupe->puppet[i].pid == p->pid)
			troupe->puppet[i].reaped = true;
}

void puppets_clear(void)
{
	unsigned int i;

	for (i = 0; i < nr_puppets; i++)
		if (troupe->puppet[i].pid && !troupe->puppet[i].reaped)
			kill(troupe->puppet[i].pid, SIGKILL);
	/* The init of a pid namespace ends only when those that came after it are reaped. */
	for (i = nr_puppets; i--;)
		if (troupe->puppet[i].pid && !troupe->puppet[i].reaped)
			puppet_reap(&troupe->puppet[i]);
	nr_puppets = 0;
}

unsigned long puppet_sops(const struct puppet *p)
{
	return (unsigned long)p->sops;
}

struct puppet *puppet_by_tid(pid_t tid)
{
	unsigned int i;

	for (i = 0; i < nr_puppets; i++)
		if (troupe->puppet[i].tid == tid && !troupe->puppet[i].reaped)
			return &troupe->puppet[i];
	return NULL;
}

void puppet_forget(struct puppet *p)
{
	if (!p->reaped || p != &troupe->puppet[nr_puppets - 1])
		die("puppet %d cannot be forgotten", p->tid);
	nr_puppets--;
}

/* Ends one that has the wrong number, so that its slot is free. */
static void discard(struct puppet *p)
{
	if (p->tid != p->pid) {
		puppet_exit(p);
		p->reaped = true;
	} else {
		puppet_exit_process(p);
		puppet_reap(p);
	}
	puppet_forget(p);
}

struct puppet *puppet_make_with_number(struct puppet *parent, unsigned long flags, pid_t tid)
{
	struct puppet *p;
	char number[16];
	int i;

	for (i = 0; i < 100; i++) {
		snprintf(number, sizeof(number), "%d", tid - 1);
		if (put_file("/proc/sys/kernel/ns_last_pid", number))
			die("cannot set ns_last_pid");
		p = puppet_make(parent, flags);
		if (!p)
			die("clone: %s", strerror(errno));
		if (p->tid == tid)
			return p;
		discard(p);
	}
	die("number %d does not come back", tid);
}

struct puppet *puppet_make_numbered(pid_t pid)
{
	return puppet_make_with_number(NULL, 0, pid);
}
