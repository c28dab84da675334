/* SPDX-License-Identifier: GPL-2.0 */
/* A healthy load: many tasks that wait for each other, and none of them for ever. */
#ifndef TESTS_HEALTHY_H
#define TESTS_HEALTHY_H

#include <stdbool.h>
#include <sys/types.h>

struct healthy {
	int pool;     /* a set from which workers take, in order, with SEM_UNDO */
	int posts;    /* a set whose consumers idle between producers that post and exit */
	int requests; /* a queue of requests and answers, by type */
	pid_t pid;    /* all processes of the load are its children */
	struct healthy_counts *counts; /* shared with them */
};

struct healthy_counts {
	unsigned long taken;	/* from the pool */
	unsigned long produced; /* by processes that have exited */
	unsigned long answered;
};

/* Begins in the ipc namespace of the caller, with which it dies. */
void healthy_begin(struct healthy *h);

/* Ends it; false (complained) if a part of it has done nothing. */
bool healthy_end(struct healthy *h);

#endif
