/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Folds a long drawing: dot(1) puts whatever waits for something one step to its left, so that a
 * chain of 25 processes would be a line of four metres.
 */
#ifndef GRAPH_ROWS_H
#define GRAPH_ROWS_H

#include "graph_pick.h"

/* So many nodes at most stand in a row behind each other. */
#define GRAPH_ROW 8

/*
 * How far each process and resource that is drawn is from where its longest chain begins, which is
 * 0. The rows are those of GRAPH_ROW each.
 */
struct graph_rows {
	size_t *process, *resource;
	bool several;
};

void graph_find_rows(struct graph_rows *rows, const struct graph *g, const struct graph_pick *pick);
void graph_rows_free(struct graph_rows *rows);

/* Whether an edge is to say that the second one stands right of the first. One row dot sorts. */
static inline bool graph_rows_order(const struct graph_rows *rows, size_t from, size_t to)
{
	return !rows->several || (from < to && from / GRAPH_ROW == to / GRAPH_ROW);
}

#endif
