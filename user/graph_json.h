/* SPDX-License-Identifier: GPL-2.0 */
/* Nodes, edges and deadlocks of a graph as JSON. */
#ifndef GRAPH_JSON_H
#define GRAPH_JSON_H

#include "json.h"
#include "look.h"

/* "task", which waits for a resource. */
json_t *graph_task_json(const struct graph *g, const struct deadlocks *d,
			const struct graph_task *t);

/* {"kind":"sem","namespace":..,"id":7,"semnum":0,"semval":0,"type":"sem"}, of enum graph_type */
json_t *graph_resource_json(const struct graph_resource *r);

/* {"type":"held|last|uses","semadj":1,"inferred":false} */
json_t *graph_edge_json(const struct graph *g, const struct graph_edge *e);

/* live, zombie or exited */
json_t *graph_state_json(__u8 state);

/* The array "deadlocks" of a document. */
void deadlocks_json(struct json_stream *s, const struct ipcdbg_header *h, const struct look *l);

#endif
