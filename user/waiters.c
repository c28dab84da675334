// SPDX-License-Identifier: GPL-2.0
#include "waiters.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "graph_json.h"
#include "graph_say.h"
#include "output.h"
#include "table.h"

#define DEADLOCKS_TOLD 8

static bool is_wanted(const struct look *l, const struct graph_task *t, const struct query *q)
{
	const struct graph_resource *r = &l->graph.resources.v[t->resource];
	const struct task *task = &t->waiter.task;
	const struct tasks_query *of = &q->tasks;

	if (of->pid && task->pid != of->pid && task->tid != of->pid)
		return false;
	if (of->of_user && (!IPCDBG_HAS(task, task, uid) || task->uid != of->uid))
		return false;
	if (q->longer.given && (!t->waiter.timed || t->waiter.blocked_ns <= q->longer.ns))
		return false;
	return !of->kind || r->o->kind == of->kind;
}

#define ORDER(x, y) (((x) > (y)) - ((x) < (y)))

static int longest_first(const void *a, const void *b, void *ctx)
{
	const struct graph *g = ctx;
	const struct graph_task *x = &g->tasks.v[*(const size_t *)a];
	const struct graph_task *y = &g->tasks.v[*(const size_t *)b];
	int order = ORDER(y->waiter.timed, x->waiter.timed);

	if (!order)
		order = ORDER(y->waiter.blocked_ns, x->waiter.blocked_ns);
	return order ? order : ORDER(x, y);
}

void waiters_choose(struct waiters *w, const struct look *l, const struct query *q)
{
	w->tasks.nr = 0;
	for (size_t i = 0; i < l->graph.tasks.nr; i++)
		if (is_wanted(l, &l->graph.tasks.v[i], q))
			*vec_add(&w->tasks) = i;
	if (w->tasks.nr)
		qsort_r(w->tasks.v, w->tasks.nr, sizeof(*w->tasks.v), longest_first,
			(void *)&l->graph);
}

static void add_row(struct printer *p, const struct query *q, const struct look *l, size_t task,
		    char change)
{
	const struct graph_task *t = &l->graph.tasks.v[task];
	const struct object *o = l->graph.resources.v[t->resource].o;
	struct waiter_row w = { l, t, change };
	struct list_row row = { .q = q,
				.kind = &waiters_kind,
				.o = o,
				.inum = o->ns.inum,
				.read_ns = o->read_ns,
				.head = &o->head,
				.row = &w };

	table_add(p, &row);
}

/* The task of another look that is in the same sleep there, NULL if there is none. */
static const struct graph_task *find_same(const struct look *in, const struct look *l,
					  const struct graph_task *t)
{
	const struct graph_process *p = graph_find_process(&in->graph, t->waiter.task.pid);
	const struct graph_task *other;

	other = p ? graph_find_task(&in->graph, p, t->waiter.task.tid) : NULL;
	return other && graph_same_sleep(&l->graph, t, &in->graph, other) ? other : NULL;
}

/* A look that is printed, and the one before it, if any. */
struct showing {
	struct query q; /* of the table */
	const struct look *look, *before;
	struct waiters now, then;
};

/* In the table before: it may have slept then, but not as long as is asked for. */
static bool was_shown(const struct showing *s, const struct graph_task *t)
{
	const struct graph_task *then = find_same(s->before, s->look, t);

	return then && is_wanted(s->before, then, &s->q);
}

static void add_rows(struct showing *s, struct printer *p)
{
	for (size_t i = 0; i < s->now.tasks.nr; i++) {
		const struct graph_task *t = &s->look->graph.tasks.v[s->now.tasks.v[i]];
		bool new = s->before && !was_shown(s, t);

		add_row(p, &s->q, s->look, s->now.tasks.v[i],
			new		     ? '+'
			: s->q.tasks.watch_s ? '='
					     : 0);
	}
	for (size_t i = 0; s->before && i < s->then.tasks.nr; i++) {
		const struct graph_task *t = &s->before->graph.tasks.v[s->then.tasks.v[i]];

		if (!find_same(s->look, s->before, t))
			add_row(p, &s->q, s->before, s->then.tasks.v[i], '-');
	}
}

/* Those that a task of the table is in; the others are told by number only. */
static void say_deadlocks(const struct showing *s)
{
	const struct deadlocks *d = &s->look->deadlocks;
	bool *in = calloc(d->v.nr + 1, sizeof(*in));
	size_t told = 0;

	if (!in)
		die(EXIT_IO, "out of memory");
	for (size_t i = 0; i < s->now.tasks.nr; i++)
		in[d->of_task[s->now.tasks.v[i]]] = true;
	for (size_t nr = 1; nr <= d->v.nr && told < DEADLOCKS_TOLD; nr++) {
		if (!in[nr])
			continue;
		fputs("\n", s->q.out);
		deadlock_say(s->q.out, s->look, nr);
		told++;
	}
	free(in);
}

static void show(struct showing *s)
{
	const struct columns_query *c = &s->q.columns;
	struct json_stream stream = { .out = s->q.out, .several = true };
	bool text = s->q.format != FORMAT_JSON && !c->wanted;
	struct printer *p;

	if (text && !s->now.tasks.nr && !s->then.tasks.nr) {
		fputs(s->look->world.incomplete ? "no such task is known to wait\n"
						: "no such task waits\n",
		      s->q.out);
		return;
	}
	p = table_begin(&s->q, &waiters_kind, &stream, &s->look->world.header);
	add_rows(s, p);
	table_end(p);
	stream.incomplete = s->look->world.incomplete;
	if (s->q.format == FORMAT_JSON)
		deadlocks_json(&stream, &s->look->world.header, s->look);
	json_stream_end(&stream);
	if (text)
		say_deadlocks(s);
}

static void begin(struct showing *s, const struct query *q)
{
	s->q = *q;
	s->q.nr_kinds = 1;
	s->q.view = q->tasks.watch_s ? VIEW_TIMES : VIEW_LIST;
	if (q->format == FORMAT_JSON && !q->columns.list)
		s->q.columns.all = true;
}

static enum exit_code show_once(struct showing *s, const struct query *q)
{
	struct look l;
	enum exit_code code = look_at_all(&l, q);

	if (!code) {
		s->look = &l;
		waiters_choose(&s->now, &l, q);
		show(s);
		code = world_tell_missing(&l.world, q);
	}
	look_free(&l);
	return code;
}

static void print_time(const struct query *q)
{
	time_t now = time(NULL);
	char line[64];

	if (q->format == FORMAT_JSON || q->columns.wanted)
		return;
	strftime(line, sizeof(line), "%F %T", localtime(&now));
	fprintf(q->out, "------ %s --------\n", line);
}

/* Until the reader goes away, or something cannot be read. */
static enum exit_code watch(struct showing *s, const struct query *q)
{
	struct look looks[2] = { 0 };
	enum exit_code code = EXIT_OK;
	bool told = false;

	for (unsigned int i = 0; !code; i = !i) {
		look_free(&looks[i]);
		code = look_at_all(&looks[i], q);
		if (code)
			break;
		s->look = &looks[i];
		waiters_choose(&s->now, s->look, q);
		print_time(q);
		show(s);
		if (!told)
			world_tell_missing(&s->look->world, q);
		told = true;
		fputs(q->columns.wanted ? "" : "\n", q->out);
		fflush(q->out);
		if (output_failed(q->out))
			code = EXIT_IO;
		else
			sleep(q->tasks.watch_s);
		s->before = s->look;
		waiters_choose(&s->then, s->before, q);
	}
	look_free(&looks[0]);
	look_free(&looks[1]);
	return code;
}

enum exit_code waiters_command(const struct query *q, char **words)
{
	struct showing s = { 0 };
	enum exit_code code;

	(void)words;
	if (q->tasks.watch_s && !q->source->live) {
		warn_user("--watch: what is recorded does not change");
		return EXIT_USAGE;
	}
	begin(&s, q);
	code = q->tasks.watch_s ? watch(&s, q) : show_once(&s, q);
	vec_free(&s.now.tasks);
	vec_free(&s.then.tasks);
	return worse(code, output_failed(q->out) ? EXIT_IO : EXIT_OK);
}
