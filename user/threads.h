/* SPDX-License-Identifier: GPL-2.0 */
#ifndef THREADS_H
#define THREADS_H

#include "deadlock.h"

/*
 * Tells the graph's processes, where they have both a blocked task and an edge, whether each of
 * their threads is blocked there: by /proc, if it is of our pid namespace, or by the recording. A
 * thread that has ended, as a leader may have before the others, counts as none.
 */
void threads_read(struct graph *g);

/* By a recording: the task was asleep, and had not run since its row, when threads were read. */
bool thread_sleeps_on(void *ctx, const struct graph_task *t, enum deadlock_sort sort);

#endif
