/* SPDX-License-Identifier: GPL-2.0 */
/* A line of the graph between a process and a resource, in the language of Graphviz. */
#ifndef GRAPH_LINE_H
#define GRAPH_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct graph_line {
	/* The names of nodes: 'p' or 'r', and their index. */
	char from, to;
	size_t from_index, to_index;
	const char *text;
	const char *colour; /* NULL: black */
	bool dotted, thick, no_arrow;
	bool free; /* it says nothing of which of them stands left of the other one */
};

/* Behind all nodes: what lines need. */
void graph_begin_lines(FILE *out);

/* Each has another number. */
void graph_put_line(FILE *out, size_t number, const struct graph_line *line);

/* A quoted string of DOT. */
void graph_put_string(FILE *out, const char *s);

#endif
