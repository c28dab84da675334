// SPDX-License-Identifier: GPL-2.0
#include "look.h"

#include <stdlib.h>

#include "blocker.h"
#include "proc_facts.h"
#include "threads.h"

static enum exit_code look_once(struct look *look, const struct query *q)
{
	enum exit_code code;

	source_renew(q->source);
	code = world_read(&look->world, q);
	if (code)
		return code;
	for (size_t i = 0; i < look->world.objects.nr; i++) {
		const struct object *o = look->world.objects.v[i];

		if (o->kind->graph)
			o->kind->graph(&look->graph, o);
	}
	graph_finish(&look->graph);
	threads_read(&look->graph);
	look->blockers = calloc(2 * look->graph.resources.nr + 1, sizeof(*look->blockers));
	if (!look->blockers)
		die(EXIT_IO, "out of memory");
	return EXIT_OK;
}

/*
 * What a recording has of threads was read when all tables had been: who still slept then has slept
 * since its table, so that all did at that moment.
 */
static void confirm_recorded(struct look *look)
{
	struct deadlock_second second = { .confirms = thread_sleeps_on };

	if (!proc_usable() || !look->deadlocks.v.nr)
		return;
	deadlocks_free(&look->deadlocks);
	deadlocks_find(&look->deadlocks, &look->graph, &second);
}

enum exit_code look_at_all(struct look *look, const struct query *q)
{
	struct look first = { 0 };
	struct deadlock_before before = { &first.deadlocks, &look->graph };
	struct deadlock_second second = { deadlock_was_in, &before };
	enum exit_code code;

	*look = (struct look){ 0 };
	code = look_once(look, q);
	if (code)
		return code;
	deadlocks_find(&look->deadlocks, &look->graph, NULL);
	if (!q->source->live)
		confirm_recorded(look);
	if (!q->source->live || !look->deadlocks.v.nr)
		return code;
	first = *look;
	first.deadlocks.g = &first.graph;
	*look = (struct look){ 0 };
	code = look_once(look, q);
	if (!code)
		deadlocks_find(&look->deadlocks, &look->graph, &second);
	look_free(&first);
	return code;
}

void look_free(struct look *look)
{
	deadlocks_free(&look->deadlocks);
	free(look->blockers);
	graph_free(&look->graph);
	world_free(&look->world);
}
