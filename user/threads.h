/* SPDX-License-Identifier: GPL-2.0 */
#ifndef THREADS_H
#define THREADS_H

#include "graph.h"

/*
 * Tells the graph's processes, where they have both a blocked task and an edge, whether each of
 * their threads is blocked there: read from /proc, if it is of our pid namespace. A thread that has
 * ended, as a leader may have before the others, counts as none.
 */
void threads_read(struct graph *g);

#endif
