// SPDX-License-Identifier: GPL-2.0
#include "look.h"

#include "threads.h"

static enum exit_code look_once(struct look *look, const struct query *q,
				const struct deadlocks *before)
{
	enum exit_code code = world_read(&look->world, q);

	if (code)
		return code;
	for (size_t i = 0; i < look->world.objects.nr; i++) {
		const struct object *o = look->world.objects.v[i];

		if (o->kind->graph)
			o->kind->graph(&look->graph, o);
	}
	graph_finish(&look->graph);
	if (q->source->live)
		threads_read(&look->graph);
	deadlocks_find(&look->deadlocks, &look->graph, before);
	return EXIT_OK;
}

enum exit_code look_at_all(struct look *look, const struct query *q)
{
	struct look first = { 0 };
	enum exit_code code;

	*look = (struct look){ 0 };
	code = look_once(&first, q, NULL);
	if (code || !q->source->live || !first.deadlocks.v.nr) {
		*look = first;
		/* It is in here now. */
		look->deadlocks.g = &look->graph;
		return code;
	}
	code = look_once(look, q, &first.deadlocks);
	look_free(&first);
	return code;
}

void look_free(struct look *look)
{
	deadlocks_free(&look->deadlocks);
	graph_free(&look->graph);
	world_free(&look->world);
}
