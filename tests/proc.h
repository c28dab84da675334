/* SPDX-License-Identifier: GPL-2.0 */
/* The second source about tasks: /proc/PID/task/TID. */
#ifndef TESTS_PROC_H
#define TESTS_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct proc_task {
	char state;	      /* as in stat */
	char comm[64];	      /* bytes of the comm file, without its newline */
	uint64_t start_ticks; /* stat field 22 */
	uint64_t switches;    /* voluntary and not */
	unsigned int uid;     /* real */
	int priority;	      /* stat field 18 */
};

/* false if there is no such task. Dies on a line it does not understand. */
bool proc_task(pid_t pid, pid_t tid, struct proc_task *t);
bool proc_comm(pid_t pid, char comm[64]);

/* One character of stat, or 0 if there is no such process. */
char proc_state(pid_t pid, pid_t tid);

/* The system call a task sleeps in. false if it runs, or is gone. */
struct proc_syscall {
	long nr;
	unsigned long args[6];
};
bool proc_syscall(pid_t pid, pid_t tid, struct proc_syscall *call);

/* Whether the task sleeps in semop or semtimedop. */
bool proc_in_semop(pid_t pid, pid_t tid, struct proc_syscall *call);

/* Thread ids of a process, ascending; returns how many, 0 if it is gone. */
int proc_threads(pid_t pid, pid_t *tids, int room);

/* Number in a namespace link such as /proc/PID/ns/ipc, 0 if it cannot be read. */
unsigned int proc_ns(pid_t pid, pid_t tid, const char *ns);

#endif
