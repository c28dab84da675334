// SPDX-License-Identifier: GPL-2.0
/* Which objects are looked for, where, and what is told when they are not there, or not whole. */
#include "show.h"

#include "json.h"
#include "namespace.h"
#include "object.h"
#include "output.h"

/* What one run prints, and has printed. */
struct show {
	const struct query *q;
	const struct kind *kind;
	struct json_stream json;
	struct ipcdbg_header header; /* of the newest table */
};

/* The id of the object with that key, in the list, which is cheaper than reading every object. */
static enum exit_code find_key(const struct show *show, const struct operand *op, long long *id)
{
	const struct parse_row *row;
	struct table t;
	enum exit_code code = objects_open(show->q, &t, show->kind->lists[VIEW_LIST].table, -1);

	if (code)
		return code;
	row = &t.reader.row;
	*id = -1;
	while (table_next(&t) == PARSE_ROW)
		if (row->id == show->kind->head && object_is(show->kind, &row->u, op))
			*id = sysv_of(&row->u).id;
	code = table_result(&t);
	if (!code && *id < 0)
		code = object_absent(show->q, show->kind, op, &t);
	table_close(&t);
	return code;
}

static void print_ns(const struct query *q, struct ipcdbg_namespace ns)
{
	struct text t = { 0 };

	namespace_look_up(q, &ns);
	namespace_add_name(&t, &ns);
	fprintf(q->out, "\n%s\n", t.s);
	text_free(&t);
}

/* What could be had of the rows of that word: all is shown to root that /proc tells. */
static const char *who_tells(const struct query *q, const char *what)
{
	static const char *const told[] = { "sem",	   "wait",	"receiver",
					    "sender",	   "attach",	"mqueue",
					    "mq_receiver", "mq_sender", "opener" };

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (!strcmp(what, told[i]) && source_hides(q->source))
			return "root";
	return "the module";
}

static void say_missing(const struct query *q, const struct object *o)
{
	struct text t = { 0 };

	for (size_t i = 0; i < o->truncated.nr; i++) {
		const struct ipcdbg_truncated *tr = &o->truncated.v[i];

		text_clear(&t);
		text_add_name(&t, tr->what);
		if (o->kind->by_proc)
			fprintf(q->out, "incomplete: %s rows need the right to look into processes",
				t.s);
		else if (q->source->lacks)
			fprintf(q->out, "incomplete: %s rows need %s", t.s, who_tells(q, tr->what));
		else
			fprintf(q->out, "incomplete: the module left out %s rows", t.s);
		if (IPCDBG_HAS(truncated, tr, shown) && IPCDBG_HAS(truncated, tr, total))
			fprintf(q->out, " (%u of %u shown)", tr->shown, tr->total);
		else if (IPCDBG_HAS(truncated, tr, shown))
			fprintf(q->out, " (%u shown)", tr->shown);
		fputs("\n", q->out);
	}
	text_free(&t);
}

/* The bytes of ipcs are all or nothing. */
static enum exit_code print_ipcs(const struct query *q, const struct object *o, const char *name)
{
	if (o->kind->ipcs_lacks && o->kind->ipcs_lacks(o)) {
		if (q->source->lacks) {
			warn_user("the rows of %s may not be read", name);
			return EXIT_PERM;
		}
		warn_user("the rows of %s are not all here", name);
		return EXIT_DATA;
	}
	o->kind->ipcs(q, o);
	return EXIT_OK;
}

static void print_text(const struct query *q, const struct object *o)
{
	if (q->all)
		print_ns(q, o->ns);
	if (o->kind->ipcs)
		o->kind->ipcs(q, o);
	o->kind->tables(q, o);
	o->kind->say(q, o);
	say_missing(q, o);
}

static enum exit_code tell_missing(const struct query *q, const struct object *o, const char *name)
{
	if (o->kind->by_proc)
		return objects_not_looked_into(q);
	if (q->source->lacks)
		return objects_incomplete(q, name);
	warn_user("the rows of %s are not all here", name);
	return EXIT_DATA;
}

static enum exit_code print_object(struct show *show, const struct object *o, const char *name)
{
	enum exit_code code = EXIT_OK;

	if (o->gone) {
		warn_user("%s was removed while it was read", name);
		return EXIT_ABSENT;
	}
	if (show->q->format == FORMAT_IPCS)
		return print_ipcs(show->q, o, name);
	if (o->truncated.nr)
		code = tell_missing(show->q, o, name);
	if (show->q->format == FORMAT_JSON) {
		show->json.incomplete |= o->truncated.nr > 0;
		json_stream_next(&show->json, &show->header, o->kind->array);
		object_json(show->q->out, o);
	} else {
		print_text(show->q, o);
	}
	return code;
}

static enum exit_code show_object(struct show *show, const struct object *o)
{
	struct text name = { 0 };
	enum exit_code code;

	object_add_name(&name, o);
	code = print_object(show, o, name.s);
	text_free(&name);
	return code;
}

/* The objects of an open table that are asked for. */
static enum exit_code show_matches(struct show *show, const struct operand *op, struct table *t)
{
	const struct query *q = show->q;
	struct object *o = object_new(show->kind);
	enum exit_code code = EXIT_OK;
	bool found = false;

	show->header = t->reader.header;
	while (!output_failed(q->out) && object_next(t, o) == PARSE_ROW) {
		if (objects_wanted(q, o->ns.inum) && object_is(show->kind, &o->head, op)) {
			code = worse(code, show_object(show, o));
			found = true;
		}
		if (t->at_object)
			break;
	}
	object_free(o);
	show->json.broken |= table_result(t) != EXIT_OK;
	show->json.incomplete |= t->reader.cut_objects || t->reader.gone_objects;
	objects_note_gone(t);
	code = worse(code, table_result(t));
	if (!code && !found)
		return object_absent(show->q, show->kind, op, t);
	if (show->kind->by_proc)
		return code;
	return t->reader.cut_objects ? worse(code, object_cut(q, op, t, true)) : code;
}

/* Waits and undo structures are not asked for where ipcs prints none. */
static enum exit_code open_object(const struct show *show, struct table *t, long long id)
{
	const struct query *q = show->q;
	const char *name = show->kind->ipcs_table;
	enum exit_code code;
	bool there = false;

	if (objects_of_all(q))
		return objects_open(q, t, show->kind->table, -1);
	if (q->format == FORMAT_IPCS && name && q->source->positions) {
		code = table_open_if_there(t, q->source, name, id, &there);
		if (code)
			table_close(t);
		if (code || there)
			return code;
	}
	return objects_open(q, t, show->kind->table, id);
}

static enum exit_code show_operand(struct show *show, const struct operand *op)
{
	long long id = op->by == BY_ID ? (long long)op->value : -1;
	enum exit_code code = EXIT_OK;
	struct table t;

	if (op->by == BY_KEY && !objects_of_all(show->q))
		code = find_key(show, op, &id);
	if (!code)
		code = open_object(show, &t, id);
	if (code) {
		show->json.broken |= code != EXIT_ABSENT;
		return code;
	}
	code = show_matches(show, op, &t);
	table_close(&t);
	return worse(code, output_failed(show->q->out) ? EXIT_IO : EXIT_OK);
}

enum exit_code show_objects(const struct query *q)
{
	struct show show = { .q = q, .kind = q->kinds[0], .json = { .out = q->out } };
	enum exit_code code = EXIT_OK;

	for (int i = 0; i < q->nr_operands; i++)
		code = worse(code, show_operand(&show, &q->operands[i]));
	if (show.json.started)
		json_stream_end_array(&show.json, &show.header, show.kind->array);
	json_stream_end(&show.json);
	return code;
}
