// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "crowd.h"
#include "common.h"
#include "proc.h"
#include "puppet.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE 8192

struct crowd {
	void (*sleep)(void *ctx, unsigned int i);
	void *ctx;
	unsigned int started;
	pid_t tid[CROWD_MAX];
	bool asked[CROWD_MAX];
};

static struct crowd *crowd;

static int run_thread(void *arg)
{
	crowd->sleep(crowd->ctx, (uintptr_t)arg);
	return 0;
}

static void start_threads(unsigned int n)
{
	char *stacks = mmap(NULL, (size_t)n * STACK_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	unsigned int i;

	if (stacks == MAP_FAILED)
		die("no memory for stacks");
	for (i = 0; i < n; i++) {
		crowd->tid[i] = clone(run_thread, stacks + (i + 1) * STACK_SIZE, PUPPET_THREAD,
				      (void *)(uintptr_t)i);
		if (crowd->tid[i] < 0)
			die("thread %u: %s", i, strerror(errno));
	}
	__atomic_store_n(&crowd->started, n, __ATOMIC_RELEASE);
}

static bool sleeps_in_call(pid_t pid, pid_t tid)
{
	struct proc_syscall call;

	return proc_syscall(pid, tid, &call) && call.nr >= 0;
}

pid_t crowd_begin(unsigned int n, void (*sleep)(void *ctx, unsigned int i), void *ctx)
{
	unsigned int i;
	pid_t pid;

	crowd = mmap(NULL, sizeof(*crowd), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (crowd == MAP_FAILED || n > CROWD_MAX)
		die("no room for %u threads", n);
	crowd->sleep = sleep;
	crowd->ctx = ctx;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		start_threads(n);
		for (;;)
			pause();
	}
	wait_until(__atomic_load_n(&crowd->started, __ATOMIC_ACQUIRE) == n);
	for (i = 0; i < n; i++)
		wait_until(sleeps_in_call(pid, crowd->tid[i]));
	return pid;
}

pid_t crowd_tid(unsigned int i)
{
	return crowd->tid[i];
}

bool crowd_has(pid_t tid)
{
	unsigned int i;

	for (i = 0; i < crowd->started; i++)
		if (crowd->tid[i] == tid && !crowd->asked[i])
			return crowd->asked[i] = true;
	return false;
}

void crowd_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	munmap(crowd, sizeof(*crowd));
}
