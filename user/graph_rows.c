// SPDX-License-Identifier: GPL-2.0
/*
 * How far a node is from where its longest chain begins, by a search against the edges. Of a cycle
 * the edge that leads back to a node on the way is left out. Chains may be as long as the graph, so
 * the way is kept in an array.
 */
#include "graph_rows.h"

#include <stdlib.h>

#include "ipcdbg.h"

#define UNSEEN ((size_t)-1)
#define ON_THE_WAY ((size_t)-2)

/* A node: a process by its index, a resource by its own behind all processes. */
struct step {
	size_t node, next; /* which of those before it is looked at next */
	size_t depth;	   /* so far */
};

struct search {
	const struct graph *g;
	const struct graph_pick *pick;
	size_t *depth; /* of each node, or UNSEEN or ON_THE_WAY */
	VEC(struct step) way;
};

/* Those of a process are what it has, those of a resource who waits for it; UNSEEN: there is none.
 */
static size_t before(const struct search *s, struct step *step)
{
	const struct graph *g = s->g;

	if (step->node < g->processes.nr) {
		const struct graph_process *p = &g->processes.v[step->node];

		while (step->next < p->nr_edges) {
			const struct graph_edge *e = graph_edge_of(g, p, step->next++);

			if (s->pick->edges[e - g->edges.v])
				return g->processes.nr + e->resource;
		}
	} else {
		const struct graph_resource *r = &g->resources.v[step->node - g->processes.nr];

		if (step->next < r->nr_tasks)
			return g->tasks.v[r->first_task + step->next++].process;
	}
	return UNSEEN;
}

static void enter(struct search *s, size_t node)
{
	s->depth[node] = ON_THE_WAY;
	*vec_add(&s->way) = (struct step){ .node = node };
}

/* The node that comes next on the way is known now. */
static void learn(struct search *s, size_t depth)
{
	struct step *last = s->way.nr ? &s->way.v[s->way.nr - 1] : NULL;

	if (last && last->depth < depth + 1)
		last->depth = depth + 1;
}

static void find_depth(struct search *s, size_t node)
{
	if (s->depth[node] == UNSEEN)
		enter(s, node);
	while (s->way.nr) {
		struct step *last = &s->way.v[s->way.nr - 1];
		size_t other = before(s, last);

		if (other == UNSEEN) {
			size_t depth = last->depth;

			s->depth[last->node] = depth;
			s->way.nr--;
			learn(s, depth);
		} else if (s->depth[other] == UNSEEN) {
			enter(s, other);
		} else if (s->depth[other] != ON_THE_WAY) {
			learn(s, s->depth[other]);
		}
	}
}

void graph_find_rows(struct graph_rows *rows, const struct graph *g, const struct graph_pick *pick)
{
	size_t nr = g->processes.nr + g->resources.nr;
	struct search s = { .g = g, .pick = pick };

	s.depth = malloc((nr ? nr : 1) * sizeof(*s.depth));
	if (!s.depth)
		die(EXIT_IO, "out of memory");
	for (size_t i = 0; i < nr; i++)
		s.depth[i] = UNSEEN;
	/* From a resource, for a row that is a part of a cycle begins with a process then. */
	for (size_t i = 0; i < g->resources.nr; i++)
		if (pick->resources[i])
			find_depth(&s, g->processes.nr + i);
	rows->several = false;
	for (size_t i = 0; i < nr; i++)
		rows->several |= s.depth[i] != UNSEEN && s.depth[i] >= GRAPH_ROW;
	rows->process = s.depth;
	rows->resource = s.depth + g->processes.nr;
	vec_free(&s.way);
}

void graph_rows_free(struct graph_rows *rows)
{
	free(rows->process);
}
