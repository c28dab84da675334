// SPDX-License-Identifier: GPL-2.0
/* Thousands of threads of one process may wait: what they have in common is looked up once. */
#include <time.h>

#include "proc_facts.h"

/* Processes whose numbers are equal modulo this push each other out. */
#define CACHE_SIZE 4093

/*
 * A thread, not the main one, that was found in its process. From its start until then the process
 * had that number and ran that program: an exec ends such a thread, or gives it the number of the
 * process. So whoever became a thread of that number in that time is of the same process.
 */
struct proof {
	int pid, tid; /* 0: free */
	__u64 start_ns, found_ns;
};

static __u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

const struct proc_facts *proc_look_up_thread(int pid, int tid, __u64 start_ns)
{
	static struct proof proofs[CACHE_SIZE];
	const struct proc_facts *facts;
	struct proof *p;
	__u64 now;

	if (!proc_is_now() || pid <= 0 || tid == pid)
		return proc_look_up(tid, start_ns);
	p = &proofs[pid % CACHE_SIZE];
	if (p->pid == pid && start_ns >= p->start_ns && start_ns <= p->found_ns)
		return proc_look_up(p->tid, p->start_ns);
	now = now_ns();
	facts = proc_look_up(tid, start_ns);
	if (facts)
		*p = (struct proof){ pid, tid, start_ns, now };
	return facts;
}
