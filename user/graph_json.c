// SPDX-License-Identifier: GPL-2.0
#include "graph_json.h"

#include <string.h>

json_t *graph_state_json(__u8 state)
{
	const struct ipcdbg_field *f = &ipcdbg_records[IPCDBG_R_owner].fields[IPCDBG_F_owner_state];

	return json_string(f->words[state]);
}

json_t *graph_resource_json(const struct graph_resource *r)
{
	static const char *const types[] = {
		[GRAPH_SEM] = "sem",	     [GRAPH_RECEIVE] = "receive", [GRAPH_SEND] = "send",
		[GRAPH_SEGMENT] = "segment", [GRAPH_FUTEX] = "futex",
	};
	const struct kind *kind = r->o->kind;
	json_t *o = json_object();

	json_put(o, "kind", json_string(strchr(kind->table, '/') + 1));
	json_put(o, "namespace", json_integer(r->inum));
	if (kind->name)
		json_put(o, "name", json_name(kind->name(&r->o->head)));
	else
		json_put(o, "id", json_u64(r->id));
	json_put(o, "type", json_string(types[r->type]));
	if (r->type == GRAPH_SEM) {
		json_put(o, "semnum", json_integer(r->semnum));
		json_put(o, "semval", json_integer(r->semval));
	}
	if (r->type == GRAPH_FUTEX)
		json_put(o, "offset", json_u64(r->offset));
	return o;
}

json_t *graph_edge_json(const struct graph *g, const struct graph_edge *e)
{
	static const char *const types[] = {
		[GRAPH_HELD] = "held",
		[GRAPH_LAST] = "last",
		[GRAPH_USES] = "uses",
	};
	bool segment = g->resources.v[e->resource].type == GRAPH_SEGMENT;
	json_t *o = json_object();

	json_put(o, "type", json_string(types[e->type]));
	json_put(o, "inferred", json_boolean(e->type != GRAPH_HELD && !segment));
	if (e->type == GRAPH_HELD)
		json_put(o, "semadj", json_integer(e->semadj));
	return o;
}

/* The fields of any blocked task: the record of one kind has them as that of another. */
static json_t *thread_json(const struct task *task)
{
	const __u64 mask = (IPCDBG_BIT(task, switches) << 1) - 1;
	struct ipcdbg_wait wait = { 0 };

	memcpy(&wait, task, sizeof(*task));
	return json_record(IPCDBG_R_wait, &wait, ~mask);
}

json_t *graph_task_json(const struct graph *g, const struct deadlocks *d,
			const struct graph_task *t)
{
	const struct graph_resource *r = &g->resources.v[t->resource];
	json_t *o = thread_json(&t->waiter.task);
	struct text call = { 0 };

	text_clear(&call);
	r->o->kind->call(&call, r->o, t, r->type);
	if (t->waiter.timed)
		json_put(o, "blocked_ns", json_u64(t->waiter.blocked_ns));
	json_put(o, "waits_for", graph_resource_json(r));
	json_put(o, "call", json_string(call.s));
	if (r->type == GRAPH_SEM)
		json_put(o, "zero", json_boolean(t->zero));
	if (r->type == GRAPH_FUTEX)
		json_put(o, "inferred", json_true());
	if (deadlock_of(d, t))
		json_put(o, "deadlock", json_integer(deadlock_of(d, t)));
	text_free(&call);
	return o;
}

static const char *sort_word(enum deadlock_sort sort)
{
	static const char *const words[DEADLOCK_SORTS] = {
		[DEADLOCK_HELD] = "held",
		[DEADLOCK_SELF] = "self",
		[DEADLOCK_INFERRED] = "inferred",
	};

	return words[sort];
}

static json_t *deadlock_json(const struct look *l, size_t nr)
{
	const struct deadlocks *d = &l->deadlocks;
	const struct deadlock *of = &d->v.v[nr - 1];
	json_t *o = json_object(), *chain;

	json_put(o, "number", json_integer(nr));
	json_put(o, "sort", json_string(sort_word(of->sort)));
	json_put(o, "certain", json_boolean(deadlock_is_certain(d, of)));
	json_put(o, "looks", json_integer(d->looks));
	json_put(o, "tasks", json_integer(of->nr_tasks));
	chain = json_put_array(o, "chain");
	for (size_t i = 0; i < of->nr_links; i++)
		json_append(chain,
			    graph_task_json(&l->graph, d,
					    &l->graph.tasks.v[d->chain.v[of->first_link + i]]));
	return o;
}

void deadlocks_json(struct json_stream *s, const struct ipcdbg_header *h, const struct look *l)
{
	for (size_t nr = 1; nr <= l->deadlocks.v.nr; nr++) {
		json_stream_next(s, h, "deadlocks");
		fputs("{", s->out);
		json_print_fields(s->out, deadlock_json(l, nr));
		fputs("}", s->out);
	}
	json_stream_end_array(s, h, "deadlocks");
}
