// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/storms.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

#define OWN_SETS 6
#define THREADS 6
#define STACK_SIZE 8192
#define CGROUPS "/run/storm"

/* Whatever fails here, as it is killed or runs into limits, is no matter. */

struct own {
	int set[OWN_SETS];
	int segment;
	char cgroup[32];
};

static void operate(struct storm *s, const struct own *o, unsigned int *seed)
{
	int i, n = 1 + rand_r(seed) % 8;

	for (i = 0; i < n; i++)
		storm_semop(s, o->set[rand_r(seed) % OWN_SETS], seed);
}

/* For about as long as somebody needs to stop it. */
static void operate_long(struct storm *s, const struct own *o, unsigned int *seed)
{
	int i;

	for (i = 0; i < 30; i++)
		operate(s, o, seed);
}

/* Threads, with one undo list or with each its own; the leader may be the first to exit. */

struct member {
	struct storm *storm;
	const struct own *own;
	unsigned int seed;
};

static int run_thread(void *arg)
{
	struct member *m = arg;

	operate(m->storm, m->own, &m->seed);
	return 0; /* SYS_exit: this thread only */
}

static void be_threads(struct storm *s, void *ctx, unsigned int *seed)
{
	static char stacks[THREADS][STACK_SIZE] __attribute__((aligned(16)));
	static struct member crew[THREADS];
	int i, flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;

	for (i = 0; i < THREADS; i++) {
		crew[i] = (struct member){ s, ctx, rand_r(seed) };
		if (clone(run_thread, stacks[i] + STACK_SIZE,
			  flags | (rand_r(seed) % 4 ? CLONE_SYSVSEM : 0), &crew[i]) > 0)
			storm_count(s, STORM_THREADS);
	}
	if (rand_r(seed) % 2) {
		storm_count(s, STORM_ORPHANED);
		syscall(SYS_exit, 0);
	}
	operate(s, ctx, seed);
}

/* Processes that share an undo list and end one after another. */
static void be_kin(struct storm *s, void *ctx, unsigned int *seed)
{
	unsigned int other;
	pid_t pid;
	int i;

	for (i = 0; i < 3; i++) {
		other = rand_r(seed);
		pid = syscall(SYS_clone, CLONE_SYSVSEM | SIGCHLD, 0, 0, 0, 0);
		if (pid > 0)
			storm_count(s, STORM_KIN);
		else if (!pid)
			*seed = other;
	}
	operate(s, ctx, seed);
}

/* Another program, with the adjustments of this one. */
static void become_another(struct storm *s, void *ctx, unsigned int *seed)
{
	operate(s, ctx, seed);
	storm_count(s, STORM_EXECED);
	execl("/usr/bin/busybox", "usleep", "3000", NULL);
}

/* In the memory of its parent, which sleeps until it ends or becomes another. */
static void run_in_parent(struct storm *s, void *ctx, unsigned int *seed)
{
	pid_t pid = vfork();

	if (!pid) {
		operate(s, ctx, seed);
		if (rand_r(seed) % 2)
			execl("/usr/bin/busybox", "usleep", "1000", NULL);
		_exit(0);
	}
	if (pid > 0)
		storm_count(s, STORM_VFORKED);
	operate(s, ctx, seed);
}

/* Leaves its namespaces, with adjustments and an attachment there. */
static void emigrate(struct storm *s, void *ctx, unsigned int *seed)
{
	static const int flags[] = { CLONE_NEWIPC, CLONE_NEWIPC | CLONE_NEWUSER,
				     CLONE_NEWIPC | CLONE_NEWPID, CLONE_NEWPID };
	const struct own *o = ctx;
	int home = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC), how = flags[rand_r(seed) % 4];

	operate(s, o, seed);
	shmat(o->segment, NULL, 0);
	if (unshare(how))
		return;
	if (how & CLONE_NEWIPC)
		storm_apart(s);
	/* The first of a pid namespace. */
	if (how & CLONE_NEWPID && !fork())
		operate(s, o, seed);
	else if (!(how & CLONE_NEWUSER) && !setns(home, CLONE_NEWIPC))
		storm_count(s, STORM_ENTERED);
	operate(s, o, seed);
}

/* A child that operates until it is killed, -1 if there is none. */
static pid_t make_victim(struct storm *s, void *ctx, unsigned int *seed)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		operate_long(s, ctx, seed);
		_exit(0);
	}
	return pid;
}

static void stop_by_trace(struct storm *s, void *ctx, unsigned int *seed)
{
	pid_t pid = make_victim(s, ctx, seed);
	int i, status;

	if (pid < 0 || ptrace(PTRACE_ATTACH, pid, 0, 0))
		return;
	for (i = 0; i < 4 && waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status); i++) {
		storm_count(s, STORM_TRACED);
		usleep(rand_r(seed) % 5000);
		if (ptrace(PTRACE_CONT, pid, 0, 0) || rand_r(seed) % 4 == 0)
			break;
		usleep(rand_r(seed) % 5000);
		kill(pid, SIGSTOP);
	}
	/* Let go, or killed with its tracer. */
	if (rand_r(seed) % 2)
		ptrace(PTRACE_DETACH, pid, 0, 0);
	kill(pid, rand_r(seed) % 2 ? SIGKILL : SIGCONT);
}

static int put_in(const char *dir, const char *file, const char *text)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	return put_file(path, text);
}

bool storm_freezer_begin(void)
{
	return (!mkdir(CGROUPS, 0755) || errno == EEXIST) &&
	       !mount("none", CGROUPS, "cgroup2", 0, NULL);
}

/* Whoever is in the stormer's cgroup: also those of others that were killed at it. */
static void freeze_child(struct storm *s, void *ctx, unsigned int *seed)
{
	const struct own *o = ctx;
	char number[16];
	pid_t pid;
	int i;

	pid = make_victim(s, ctx, seed);
	snprintf(number, sizeof(number), "%d", pid);
	if (pid < 0 || put_in(o->cgroup, "cgroup.procs", number))
		return;
	for (i = 0; i < 3; i++) {
		if (!put_in(o->cgroup, "cgroup.freeze", "1"))
			storm_count(s, STORM_FROZEN);
		usleep(rand_r(seed) % 10000);
		/* Killed while it is frozen, now and then. */
		if (rand_r(seed) % 8 == 0)
			kill(pid, SIGKILL);
		put_in(o->cgroup, "cgroup.freeze", "0");
		usleep(rand_r(seed) % 5000);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void remake(struct storm *s, struct own *o, unsigned int *seed)
{
	int *id = &o->set[rand_r(seed) % OWN_SETS];

	if (*id >= 0 && !semctl(*id, 0, IPC_RMID))
		storm_count(s, STORM_REMOVED);
	*id = semget(IPC_PRIVATE, 3 + rand_r(seed) % 30, storm_mode(s));
	if (*id >= 0)
		storm_count(s, STORM_MADE);
}

void storm_task(struct storm *s, unsigned int seed)
{
	static void (*const works[])(struct storm * s, void *ctx, unsigned int *seed) = {
		be_threads, be_kin,	   become_another, run_in_parent,
		emigrate,   stop_by_trace, freeze_child,   be_threads,
	};
	struct own own;
	int i;

	memset(&own, 0xff, sizeof(own));
	own.segment = shmget(IPC_PRIVATE, 4096, storm_mode(s));
	snprintf(own.cgroup, sizeof(own.cgroup), CGROUPS "/%d", getpid());
	mkdir(own.cgroup, 0755);
	for (i = 0; i < OWN_SETS; i++)
		own.set[i] = semget(IPC_PRIVATE, 3, storm_mode(s));
	while (!storm_is_over(s)) {
		storm_fork(s, &seed, works[rand_r(&seed) % 8], &own);
		if (rand_r(&seed) % 8 == 0)
			remake(s, &own, &seed);
		usleep(rand_r(&seed) % 4000);
		storm_reap(s);
	}
	put_in(own.cgroup, "cgroup.freeze", "0");
	for (i = 0; i < OWN_SETS; i++)
		semctl(own.set[i], 0, IPC_RMID);
	shmctl(own.segment, IPC_RMID, NULL);
}
