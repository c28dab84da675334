/* SPDX-License-Identifier: GPL-2.0 */
/* Which part of the graph of all is drawn. */
#ifndef GRAPH_PICK_H
#define GRAPH_PICK_H

#include "look.h"

struct graph_pick {
	bool *resources, *processes; /* flags of the graph's */
	bool *edges;
};

/*
 * Every wait, and whom it is for; with a process, or objects of a kind (q->tasks.pid, q->operands):
 * these with all they wait for and have, to the end, and who waits for that. False: there is
 * no such process, and none of the objects.
 */
bool graph_choose(struct graph_pick *p, const struct look *l, const struct query *q);
void graph_pick_free(struct graph_pick *p);

#endif
