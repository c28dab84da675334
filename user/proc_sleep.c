// SPDX-License-Identifier: GPL-2.0
/*
 * How long a task sleeps. /proc/PID/task/TID/sched has se.exec_start, which the scheduler renews
 * when the task goes off its CPU, by a clock of that CPU that no file shows: it leaves out what
 * interrupts and a hypervisor took. But it shows where that clock stands when a task has just come
 * on the CPU: so this one goes there for a moment and reads its own. As the clock never runs faster
 * than time passes, the difference is what the task has slept at least.
 *
 * A task that is moved to another CPU has 0 there until it runs. Since Linux 6.12 that happens to
 * tasks that sleep, which may stay in a run queue for a while: how long they do is not known then.
 *
 * Only CPUs that this program may run on anyway are visited, each once.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "proc_file.h"
#include "proc_task.h"
#include "proc_waits.h"

#define NS_PER_MS 1000000
#define NS_PER_S 1000000000

struct clock {
	bool visited;
	__u64 clock_ns; /* 0: not known */
	__u64 at_ns;	/* the monotonic time at which it stood there or later */
};

/* "se.exec_start : 840965.193819", in milliseconds; 0 if there is no such line. */
static __u64 exec_start(const char *sched)
{
	const char *line = strstr(sched, "\nse.exec_start"), *colon;
	unsigned long long ms;
	unsigned int ns;

	colon = line ? strchr(line, ':') : NULL;
	if (!colon || sscanf(colon + 1, "%llu.%6u", &ms, &ns) != 2)
		return 0;
	return ms * NS_PER_MS + ns;
}

static __u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (__u64)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void visit(struct clock *c, int cpu)
{
	const struct timespec moment = { .tv_nsec = 1 };
	cpu_set_t allowed, one;
	char sched[16384];

	c->visited = true;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_getaffinity(0, sizeof(allowed), &allowed) || !CPU_ISSET(cpu, &allowed) ||
	    sched_setaffinity(0, sizeof(one), &one))
		return;
	nanosleep(&moment, NULL);
	if (proc_read(AT_FDCWD, "/proc/thread-self/sched", sched, sizeof(sched)) > 0)
		c->clock_ns = exec_start(sched);
	c->at_ns = now_ns();
	sched_setaffinity(0, sizeof(allowed), &allowed);
}

static struct clock clocks[CPU_SETSIZE];

void proc_slept_forget(void)
{
	memset(clocks, 0, sizeof(clocks));
}

static const struct clock *clock_of(int cpu)
{
	if (cpu < 0 || cpu >= CPU_SETSIZE)
		return NULL;
	if (!clocks[cpu].visited)
		visit(&clocks[cpu], cpu);
	return clocks[cpu].clock_ns ? &clocks[cpu] : NULL;
}

/* The CPU that a sleeping task ran on last. */
static int cpu_of(const struct task *t)
{
	char stat[1024];
	const char *field;

	if (proc_task_file(t, "stat", stat, sizeof(stat)) < 0)
		return -1;
	field = proc_stat_field(stat, 39);
	return field ? atoi(field) : -1;
}

__u64 proc_slept_ns(const struct task *t)
{
	const struct clock *c;
	char sched[16384];
	__u64 since;

	if (proc_task_file(t, "sched", sched, sizeof(sched)) <= 0)
		return 0;
	since = exec_start(sched);
	c = since ? clock_of(cpu_of(t)) : NULL;
	if (!c)
		return 0;
	/* It has gone to sleep after the visit. */
	if (c->clock_ns < since)
		return 1;
	return c->clock_ns - since + now_ns() - c->at_ns;
}
