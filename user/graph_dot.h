/* SPDX-License-Identifier: GPL-2.0 */
/* A part of the graph in the language of Graphviz. */
#ifndef GRAPH_DOT_H
#define GRAPH_DOT_H

#include "graph_pick.h"

/*
 * Facts are solid, inferred edges dotted, processes that have exited dashed, deadlocks red. Where
 * many wait for one thing and for no other reason are of interest, one node stands for most of
 * them. What is longer than GRAPH_ROW is folded.
 */
void graph_print_dot(FILE *out, const struct look *l, const struct graph_pick *pick);

/* Has dot(1) draw it into a file, "-" for standard output. Tells the user about an error. */
enum exit_code graph_draw(const struct query *q, const struct look *l,
			  const struct graph_pick *pick);

enum exit_code graph_command(const struct query *q, char **words);

#endif
