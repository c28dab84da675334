// SPDX-License-Identifier: GPL-2.0
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "output.h"
#include "proc_task.h"

/* How the kind can be read: of every namespace, unless one was chosen or there is no such table. */
static bool choose_table(struct world_kind *wk, const struct query *q, struct query *of)
{
	const char *own = strchr(wk->kind->table, '/') + 1;

	*of = *q;
	of->all = !q->chosen && source_finds(q->source, wk->kind->table);
	wk->all = of->all || q->chosen;
	return of->all || source_finds(q->source, objects_of_all(of) ? wk->kind->table : own);
}

static void add_object(struct world *w, struct object *o)
{
	if (o->truncated.nr)
		w->incomplete = true;
	*vec_add(&w->objects) = o;
}

static void read_objects(struct world *w, struct table *t, const struct query *q,
			 const struct kind *kind)
{
	struct object *o = object_new(kind), *next;

	while (object_next(t, o) == PARSE_ROW) {
		if (o->gone || !objects_wanted(q, o->ns.inum))
			continue;
		next = object_new(kind);
		next->ns = o->ns;
		add_object(w, o);
		o = next;
	}
	object_free(o);
}

static enum exit_code read_kind(struct world *w, const struct query *q, struct world_kind *wk)
{
	enum exit_code code;
	struct query of;
	struct table t;

	wk->first = w->objects.nr;
	wk->told = choose_table(wk, q, &of);
	if (!wk->told || !wk->all)
		w->incomplete = true;
	if (!wk->told)
		return EXIT_OK;
	code = objects_open(&of, &t, wk->kind->table, -1);
	if (code)
		return code;
	if (!w->header.present)
		w->header = t.reader.header;
	read_objects(w, &t, &of, wk->kind);
	wk->nr = w->objects.nr - wk->first;
	wk->cut = t.reader.cut_objects;
	w->incomplete |= wk->cut;
	code = table_result(&t);
	objects_note_gone(&t);
	table_close(&t);
	return code;
}

/* No table at all is an error, of which opening one tells. */
static enum exit_code check_any_told(const struct world *w, const struct query *q)
{
	enum exit_code code;
	struct table t;

	for (size_t i = 0; i < w->kinds.nr; i++)
		if (w->kinds.v[i].told)
			return EXIT_OK;
	code = objects_open(q, &t, w->kinds.v[0].kind->table, -1);
	if (!code)
		table_close(&t);
	return code;
}

enum exit_code world_read(struct world *w, const struct query *q)
{
	const struct kind *const *wanted = q->nr_kinds ? q->kinds : kinds;
	size_t nr = q->nr_kinds ? q->nr_kinds : nr_kinds;
	enum exit_code code = EXIT_OK;

	*w = (struct world){ 0 };
	for (size_t i = 0; i < nr && !code; i++) {
		struct world_kind *wk;

		if (!q->nr_kinds && wanted[i]->by_proc && !q->tasks.shared)
			continue;
		wk = vec_add(&w->kinds);
		wk->kind = wanted[i];
		code = read_kind(w, q, wk);
	}
	w->incomplete |= proc_fell_short();
	return code ? code : check_any_told(w, q);
}

void world_free(struct world *w)
{
	for (size_t i = 0; i < w->objects.nr; i++)
		object_free(w->objects.v[i]);
	vec_free(&w->objects);
	vec_free(&w->kinds);
}

/* Without the module, what is missing is always the same. */
static bool lacks_rows(const struct world *w, const struct world_kind *wk)
{
	for (size_t i = 0; i < wk->nr; i++)
		if (w->objects.v[wk->first + i]->truncated.nr)
			return true;
	return wk->cut;
}

/* Of kinds that are not there, or not of every namespace, the user is told in one line. */
static enum exit_code tell_untold(const struct world *w)
{
	enum exit_code code = EXIT_OK;
	struct text t = { 0 };

	for (size_t i = 0; i < w->kinds.nr; i++) {
		const struct world_kind *wk = &w->kinds.v[i];

		if (wk->told && wk->all)
			continue;
		text_addf(&t, "%s%s%s", t.len ? ", " : "", wk->kind->help,
			  wk->told ? " of other ipc namespaces" : "");
	}
	if (t.len) {
		warn_user("not recorded: %s", t.s);
		code = EXIT_DATA;
	}
	text_free(&t);
	return code;
}

enum exit_code world_tell_missing(const struct world *w, const struct query *q)
{
	enum exit_code code;

	if (!w->incomplete)
		return EXIT_OK;
	if (q->source->lacks) {
		source_tell_lacks(q->source);
		return q->source->lacks_code;
	}
	code = tell_untold(w);
	for (size_t i = 0; i < w->kinds.nr; i++)
		if (lacks_rows(w, &w->kinds.v[i]))
			code = worse(code, objects_incomplete(q, w->kinds.v[i].kind->help));
	return code;
}
