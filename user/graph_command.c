// SPDX-License-Identifier: GPL-2.0
/* 'ipcdbg graph': who waits for whom, as DOT, JSON or a drawing. */
#include "graph_dot.h"
#include "graph_json.h"
#include "output.h"

static void print_object(FILE *out, json_t *object)
{
	fputs("{", out);
	json_print_fields(out, object);
	fputs("}", out);
}

static json_t *process_json(const struct graph *g, size_t i)
{
	const struct graph_process *p = &g->processes.v[i];
	json_t *o = json_object();

	json_put(o, "process", json_integer(i));
	json_put(o, "pid", json_integer(p->pid));
	if (p->comm[0])
		json_put(o, "comm", json_name(p->comm));
	if (p->has_uid)
		json_put(o, "uid", json_integer(p->uid));
	if (p->has_state)
		json_put(o, "state", graph_state_json(p->state));
	if (p->start_ns)
		json_put(o, "start_ns", json_u64(p->start_ns));
	return o;
}

static json_t *resource_json(const struct graph *g, size_t i)
{
	json_t *o = graph_resource_json(&g->resources.v[i]);

	json_put(o, "resource", json_integer(i));
	return o;
}

static json_t *task_json(const struct look *l, const struct graph_task *t)
{
	json_t *o = graph_task_json(&l->graph, &l->deadlocks, t);

	json_put(o, "resource", json_integer(t->resource));
	json_put(o, "process", json_integer(t->process));
	return o;
}

static json_t *edge_json(const struct graph *g, const struct graph_edge *e)
{
	json_t *o = graph_edge_json(g, e);

	json_put(o, "resource", json_integer(e->resource));
	json_put(o, "process", json_integer(e->process));
	return o;
}

/* What is drawn; places are those in the graph of all, so that parts can be compared. */
static void print_json(const struct query *q, const struct look *l, const struct graph_pick *pick)
{
	const struct ipcdbg_header *h = &l->world.header;
	struct json_stream s = { .out = q->out, .several = true };
	const struct graph *g = &l->graph;

	s.incomplete = l->world.incomplete;
	for (size_t i = 0; i < g->processes.nr; i++)
		if (pick->processes[i]) {
			json_stream_next(&s, h, "processes");
			print_object(q->out, process_json(g, i));
		}
	json_stream_end_array(&s, h, "processes");
	for (size_t i = 0; i < g->resources.nr; i++)
		if (pick->resources[i]) {
			json_stream_next(&s, h, "resources");
			print_object(q->out, resource_json(g, i));
		}
	json_stream_end_array(&s, h, "resources");
	for (size_t i = 0; i < g->tasks.nr; i++)
		if (pick->resources[g->tasks.v[i].resource]) {
			json_stream_next(&s, h, "tasks");
			print_object(q->out, task_json(l, &g->tasks.v[i]));
		}
	json_stream_end_array(&s, h, "tasks");
	for (size_t i = 0; i < g->edges.nr; i++)
		if (pick->edges[i]) {
			json_stream_next(&s, h, "edges");
			print_object(q->out, edge_json(g, &g->edges.v[i]));
		}
	json_stream_end_array(&s, h, "edges");
	deadlocks_json(&s, h, l);
	json_stream_end(&s);
}

/* Where not all is known, nobody is known not to: the exit code is that of what is missing. */
static enum exit_code tell_absent(const struct query *q, const struct look *l, bool found)
{
	bool sure = !l->world.incomplete, all = found;

	if (q->tasks.pid && !found)
		warn_user(sure ? "process %d neither waits for an object nor has one"
			       : "process %d is not known to wait for an object or to have one",
			  q->tasks.pid);
	for (int i = 0; i < q->nr_operands; i++) {
		all &= q->operands[i].found;
		if (!q->operands[i].found)
			warn_user(sure ? "%s: nobody waits for such an object or has it"
				       : "%s: nobody is known to wait for such an object, or to "
					 "have it",
				  q->operands[i].word);
	}
	return sure && !all ? EXIT_ABSENT : EXIT_OK;
}

static enum exit_code print(const struct query *q, const struct look *l)
{
	struct graph_pick pick;
	bool found = graph_choose(&pick, l, q);
	enum exit_code code = EXIT_OK;

	if (found && q->svg)
		code = graph_draw(q, l, &pick);
	else if (found && q->format == FORMAT_JSON)
		print_json(q, l, &pick);
	else if (found)
		graph_print_dot(q->out, l, &pick);
	graph_pick_free(&pick);
	return worse(code, tell_absent(q, l, found));
}

/* -M and -S also ask for waits that are else not looked for. */
static bool names_kinds(const struct query *q)
{
	for (size_t i = 0; i < q->nr_kinds && !q->every_kind; i++)
		if (!q->kinds[i]->by_proc)
			return true;
	return false;
}

enum exit_code graph_command(const struct query *q, char **words)
{
	struct query all = *q;
	enum exit_code code;
	struct look l;

	(void)words;
	if (q->svg && q->format == FORMAT_JSON) {
		warn_user("--svg and --json exclude each other");
		return EXIT_USAGE;
	}
	if (q->tasks.pid && (q->nr_operands || names_kinds(q))) {
		warn_user("--pid and objects exclude each other");
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < q->nr_kinds && !q->every_kind; i++)
		all.tasks.shared |= q->kinds[i]->by_proc;
	all.nr_kinds = 0;
	code = look_at_all(&l, &all);
	if (!code) {
		code = print(q, &l);
		code = worse(code, world_tell_missing(&l.world, q));
	}
	look_free(&l);
	return worse(code, output_failed(q->out) ? EXIT_IO : EXIT_OK);
}
