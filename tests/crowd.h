/* SPDX-License-Identifier: GPL-2.0 */
/* A process of thousands of threads, each asleep in a system call. One at a time. */
#ifndef TESTS_CROWD_H
#define TESTS_CROWD_H

#include <stdbool.h>
#include <sys/types.h>

#define CROWD_MAX 20480

/*
 * Starts n threads in a new process; thread i runs sleep(ctx, i), which must block, on a small
 * stack. Returns the process, which dies with the caller, once /proc shows all of them asleep.
 */
pid_t crowd_begin(unsigned int n, void (*sleep)(void *ctx, unsigned int i), void *ctx);

/* The number of thread i. */
pid_t crowd_tid(unsigned int i);

/* Whether that is the number of a thread that has not been asked for before. */
bool crowd_has(pid_t tid);

void crowd_end(pid_t pid);

#endif
