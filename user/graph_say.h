/* SPDX-License-Identifier: GPL-2.0 */
/* Nodes and deadlocks in words. */
#ifndef GRAPH_SAY_H
#define GRAPH_SAY_H

#include "look.h"

/* "pid 811 (aplay)" */
void text_add_node(struct text *t, const struct graph_process *p);

/* "pid 811 (aplay)", "thread 93 (worker) of pid 89" */
void text_add_task(struct text *t, const struct graph_task *task);

/* "semaphore 1 of set 7", "message queue 9", "POSIX message queue /mail"; with of_ns: its
 * namespace. */
void text_add_resource(struct text *t, const struct graph_resource *r, bool of_ns);

/* "waits 3.2 s for semaphore 1 of set 7 (1:-1,undo*)", "waits for a message in ...". */
void text_add_wait(struct text *t, const struct graph *g, const struct graph_task *task,
		   bool of_ns);

/* "holds it (SEM_UNDO +1)", "has raised it (SEM_UNDO -1)", "sent to it last", "uses it" */
void text_add_fact(struct text *t, const struct graph *g, const struct graph_edge *e);

/* And what that makes likely for that wait: "operated on it last and may have it (inferred)". */
void text_add_edge(struct text *t, const struct graph *g, const struct graph_edge *e,
		   const struct graph_task *of);

/* Prints why it is one, and how certain that is: a line for each link of its chain. */
void deadlock_say(FILE *out, const struct look *l, size_t nr);

#endif
