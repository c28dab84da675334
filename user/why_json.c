// SPDX-License-Identifier: GPL-2.0
/* The tree as JSON: each node has what belongs to it in "below". */
#include <string.h>

#include "blocker.h"
#include "graph_json.h"
#include "json.h"
#include "proc_task.h"
#include "why.h"

static json_t *sort_word(const struct why_node *n)
{
	static const char *const words[] = {
		[WHY_PROCESS] = "process", [WHY_WAITS] = "waits", [WHY_DOES] = "does",
		[WHY_NOBODY] = "nobody",   [WHY_MORE] = "more",
	};

	return json_string(words[n->sort]);
}

static void put_process(json_t *o, const struct why *w, const struct why_node *n)
{
	static const char *const links[] = {
		[WHY_ASKED] = "asked", [WHY_EDGE] = "edge",	[WHY_LOCK] = "lock",
		[WHY_TAKEN] = "taken", [WHY_PIPE] = "pipe",	[WHY_FUTEX] = "futex",
		[WHY_CHILD] = "child", [WHY_SHARED] = "shared",
	};

	json_put(o, "pid", json_integer(n->pid));
	if (n->tid && n->tid != n->pid)
		json_put(o, "tid", json_integer(n->tid));
	if (n->comm[0])
		json_put(o, "comm", json_name(n->comm));
	json_put(o, "by", json_string(links[n->link]));
	if (n->edge)
		json_put(o, "edge", graph_edge_json(&w->look->graph, n->edge));
	if (n->ended || (n->process && n->process->has_state))
		json_put(o, "state", graph_state_json(n->state));
	json_put(o, "seen", json_boolean(n->seen));
}

static void put_doing(json_t *o, const struct why_node *n)
{
	const char state[2] = { n->doing.state };
	json_t *stack = json_put_array(o, "stack");

	json_put(o, "tid", json_integer(n->tid));
	json_put(o, "state", json_name(state));
	if (n->doing.wchan[0])
		json_put(o, "wchan", json_name(n->doing.wchan));
	if (n->doing.in_call)
		json_put(o, "syscall", json_integer(n->doing.call));
	if (n->doing.shared.ino)
		json_put(o, "futex_in", json_name(n->doing.shared.path));
	for (size_t i = 0; i < n->doing.nr_stack; i++)
		json_append(stack, json_name(n->doing.stack[i]));
}

static json_t *node_json(const struct why *w, size_t *i)
{
	const struct why_node *n = &w->nodes.v[*i];
	json_t *o = json_object(), *below;
	struct text t = { 0 };

	text_clear(&t);
	text_add_why(&t, w, n);
	json_put(o, "sort", sort_word(n));
	json_put(o, "text", json_string(t.s));
	text_free(&t);
	if (n->sort == WHY_PROCESS)
		put_process(o, w, n);
	if (n->sort == WHY_WAITS)
		json_put(o, "task", graph_task_json(&w->look->graph, &w->look->deadlocks, n->task));
	if (n->sort == WHY_DOES)
		put_doing(o, n);
	if (n->sort == WHY_MORE)
		json_put(o, "more", json_integer(n->more));
	json_put(o, "root", json_boolean(n->leaf));
	below = json_put_array(o, "below");
	for (++*i; *i < w->nodes.nr && w->nodes.v[*i].depth > n->depth;)
		json_append(below, node_json(w, i));
	return o;
}

static void print_object(FILE *out, json_t *object)
{
	fputs("{", out);
	json_print_fields(out, object);
	fputs("}", out);
}

void why_print_json(const struct why *w)
{
	const struct ipcdbg_header *h = &w->look->world.header;
	struct json_stream s = { .out = w->q->out, .several = true };

	s.incomplete = w->look->world.incomplete || w->cut || proc_trouble();
	for (size_t i = 0; i < w->nodes.nr;) {
		json_stream_next(&s, h, "why");
		print_object(s.out, node_json(w, &i));
	}
	json_stream_end_array(&s, h, "why");
	deadlocks_json(&s, h, w->look);
	json_stream_end(&s);
}
