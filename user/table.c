// SPDX-License-Identifier: GPL-2.0
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include <libsmartcols/libsmartcols.h>

#include "object.h"
#include "output.h"

/* A table being printed. */
struct printer {
	const struct query *q;
	const struct kind *kind;
	struct json_stream *stream;
	VEC(const struct datum *) data;
	enum datum_needs needs; /* the dearest of them */
	bool elements;		/* a row for each element of an object */
	bool missing;		/* rows that what is asked for is made of */
	struct style style;
	struct libscols_table *table; /* of aligned cells */
	const struct ipcdbg_header *header;
};

static void must(bool ok)
{
	if (!ok)
		die(EXIT_IO, "out of memory");
}

static void add_datum(struct printer *p, const struct datum *d)
{
	*vec_add(&p->data) = d;
	if (d->needs > p->needs)
		p->needs = d->needs;
	if (datum_in_field(d) && d->record != (int)p->kind->head)
		p->elements = true;
}

static void add_list(struct printer *p, const struct list *list)
{
	for (size_t i = 0; i < list->nr; i++)
		add_datum(p, datum_find(p->kind, list->columns[i].datum,
					strlen(list->columns[i].datum)));
}

/* Calls fn for each name between commas, until it says false; then that name. */
static const char *each_name(const char *list, bool (*fn)(void *ctx, const char *name, size_t len),
			     void *ctx)
{
	list += *list == '+';
	for (;;) {
		size_t len = strcspn(list, ",");

		if (!fn(ctx, list, len))
			return list;
		if (!list[len])
			return NULL;
		list += len + 1;
	}
}

static bool is_known(void *ctx, const char *name, size_t len)
{
	return datum_find(ctx, name, len);
}

const char *table_unknown_datum(const struct query *q, const struct kind *kind)
{
	return q->columns.list ? each_name(q->columns.list, is_known, (void *)kind) : NULL;
}

static bool add_name(void *ctx, const char *name, size_t len)
{
	struct printer *p = ctx;

	add_datum(p, datum_find(p->kind, name, len));
	return true;
}

/* Those of -o; those of the list that is asked for, with -o +LIST behind them; or all. */
static void choose_data(struct printer *p)
{
	const struct columns_query *c = &p->q->columns;

	if (c->all)
		for (size_t i = 0; i < p->kind->nr_data; i++)
			add_datum(p, &p->kind->data[i]);
	else if (!c->list || c->list[0] == '+')
		add_list(p, &p->kind->lists[p->q->view]);
	if (c->list)
		each_name(c->list, add_name, p);
}

/*
 * Blanks, and what a shell would take for more than itself, as the text ABI escapes bytes. So is a
 * backslash that begins no such escape, or it would take the quote behind it from -e.
 */
static void put_escaped(FILE *out, const char *s)
{
	for (; *s; s++)
		if (*s <= ' ' || strchr("\"$`", *s) || (*s == '\\' && !text_is_escape(s)))
			fprintf(out, "\\%03o", (unsigned char)*s);
		else
			fputc(*s, out);
}

static void print_heading(const struct printer *p)
{
	for (size_t i = 0; i < p->data.nr; i++)
		fprintf(p->q->out, "%s%s", i ? " " : "", p->data.v[i]->name);
	fputs("\n", p->q->out);
}

static void begin_aligned(struct printer *p)
{
	const struct columns_query *c = &p->q->columns;

	p->table = scols_new_table();
	must(p->table);
	scols_table_set_stream(p->table, p->q->out);
	scols_table_enable_noheadings(p->table, c->no_headings);
	for (size_t i = 0; i < p->data.nr; i++) {
		const struct datum *d = p->data.v[i];
		struct libscols_column *cl;

		cl = scols_table_new_column(p->table, d->name, 0,
					    (datum_is_number(d) ? SCOLS_FL_RIGHT : 0) |
						    (d->each ? SCOLS_FL_WRAP : 0));
		must(cl);
		if (d->each) {
			scols_column_set_safechars(cl, "\n");
			scols_column_set_wrapfunc(cl, scols_wrapnl_chunksize,
						  scols_wrapnl_nextchunk, NULL);
		}
	}
}

static void begin_text(struct printer *p)
{
	const struct columns_query *c = &p->q->columns;

	if (p->q->nr_kinds > 1 && !c->no_headings && c->format == TABLE_ALIGNED)
		fprintf(p->q->out, "%s:\n", p->kind->help);
	if (c->format == TABLE_ALIGNED)
		begin_aligned(p);
	else if (c->format == TABLE_RAW && !c->no_headings)
		print_heading(p);
}

static void add_aligned(struct printer *p, const struct list_row *row)
{
	struct libscols_line *line = scols_table_new_line(p->table, NULL);
	struct text cell = { 0 };

	must(line);
	for (size_t i = 0; i < p->data.nr; i++) {
		text_clear(&cell);
		datum_add(&cell, p->data.v[i], row, &p->style);
		must(!scols_line_set_data(line, i, cell.s));
	}
	text_free(&cell);
}

static void print_line(struct printer *p, const struct list_row *row)
{
	bool export = p->q->columns.format == TABLE_EXPORT;
	FILE *out = p->q->out;
	struct text cell = { 0 };

	for (size_t i = 0; i < p->data.nr; i++) {
		text_clear(&cell);
		datum_add(&cell, p->data.v[i], row, &p->style);
		fputs(i ? " " : "", out);
		if (export)
			fprintf(out, "%s=\"", p->data.v[i]->name);
		put_escaped(out, cell.s);
		fputs(export ? "\"" : "", out);
	}
	fputs("\n", out);
	text_free(&cell);
}

static void print_json(struct printer *p, const struct list_row *row)
{
	json_t *object = json_object();
	char key[32];

	for (size_t i = 0; i < p->data.nr; i++) {
		json_put(object, datum_key(p->data.v[i], key), datum_json(p->data.v[i], row));
	}
	json_stream_next(p->stream, p->header, p->kind->array);
	fputs("{", p->q->out);
	json_print_fields(p->q->out, object);
	fputs("}", p->q->out);
}

static void print_row(struct printer *p, const struct list_row *row)
{
	if (p->q->format == FORMAT_JSON)
		print_json(p, row);
	else if (p->q->columns.format == TABLE_ALIGNED)
		add_aligned(p, row);
	else
		print_line(p, row);
}

static bool is_asked_for(const struct printer *p, const union ipcdbg_any *head)
{
	const struct query *q = p->q;
	bool asked = !q->nr_operands;

	for (int i = 0; i < q->nr_operands; i++)
		if (object_is(p->kind, head, &q->operands[i]))
			q->operands[i].found = asked = true;
	return asked;
}

static void note_missing(struct printer *p, const struct object *o)
{
	for (size_t i = 0; i < p->data.nr; i++) {
		const struct datum *d = p->data.v[i];

		if (d->each)
			p->missing |= datum_lacks(d, o);
		else if (datum_in_field(d) && d->record != (int)p->kind->head)
			p->missing |= object_lacks(o, ipcdbg_records[d->record].word);
	}
}

/* An object of which no element is known has a row, too: of a record without fields. */
static void print_object(struct printer *p, const struct object *o)
{
	static const union ipcdbg_any nothing;
	struct list_row row = { .q = p->q,
				.kind = p->kind,
				.o = o,
				.inum = o->ns.inum,
				.read_ns = o->read_ns,
				.head = &o->head,
				.row = &o->head };

	if (!objects_wanted(p->q, o->ns.inum) || !is_asked_for(p, &o->head))
		return;
	note_missing(p, o);
	if (!p->elements) {
		print_row(p, &row);
		return;
	}
	row.row = p->kind->element(o, 0);
	if (!row.row)
		row.row = &nothing;
	for (size_t i = 1; row.row; row.row = p->kind->element(o, i++))
		print_row(p, &row);
}

/* A list has the first record of each object only. */
static void print_list(struct printer *p, struct table *t)
{
	const struct parse_row *row = &t->reader.row;
	struct object o = { .kind = p->kind, .read_ns = t->reader.header.time };

	while (!output_failed(p->q->out) && table_next(t) == PARSE_ROW) {
		if (row->id == IPCDBG_R_namespace)
			o.ns = row->u.namespace;
		if (row->id != p->kind->head)
			continue;
		o.head = row->u;
		print_object(p, &o);
	}
}

static void print_objects(struct printer *p, struct table *t)
{
	struct object *o = object_new(p->kind);

	while (!output_failed(p->q->out) && object_next(t, o) == PARSE_ROW) {
		print_object(p, o);
		if (t->at_object)
			break;
	}
	object_free(o);
}

static enum exit_code check_found(const struct printer *p, const struct table *t)
{
	enum exit_code code = EXIT_OK;

	for (int i = 0; i < p->q->nr_operands; i++)
		if (!p->q->operands[i].found)
			code = worse(code, object_absent(p->q, p->kind, &p->q->operands[i], t));
	return code;
}

/* A list is cheaper, where that has it all. */
static bool is_in_list(const struct printer *p)
{
	return p->needs != NEEDS_DETAILS && !p->elements;
}

static enum exit_code print_end(struct printer *p, struct table *t)
{
	enum exit_code code = table_result(t);

	/* Without the module some always are. */
	if (p->q->source->lacks)
		t->reader.cut_rows = p->missing || t->reader.cut_objects;
	if (p->q->format == FORMAT_JSON) {
		p->stream->broken |= code != EXIT_OK;
		json_stream_end_array(p->stream, p->header, p->kind->array);
		p->stream->incomplete |= t->reader.cut_rows || t->reader.gone_objects;
	} else if (p->table) {
		scols_print_table(p->table);
	}
	if (!code)
		code = check_found(p, t);
	if (p->kind->by_proc && is_in_list(p) && t->reader.cut_rows) {
		objects_not_looked_into(p->q);
		t->reader.cut_rows = false;
	}
	return worse(code, objects_close(p->q, t));
}

/* One object that is asked for by its id is found at once, in a table of details. */
static enum exit_code open_table(const struct printer *p, struct table *t)
{
	const struct query *q = p->q;
	bool one = q->nr_operands == 1 && q->operands[0].by == BY_ID && !objects_of_all(q);

	if (is_in_list(p))
		return objects_open(q, t, p->kind->lists[VIEW_LIST].table, -1);
	return objects_open(q, t, p->kind->table, one ? (long long)q->operands[0].value : -1);
}

enum exit_code table_print(const struct query *q, const struct kind *kind,
			   struct json_stream *stream)
{
	struct printer p = { .q = q, .kind = kind, .stream = stream, .style = q->style };
	enum exit_code code;
	struct table t;

	choose_data(&p);
	if (p.needs != NEEDS_LIST && !kind->by_proc)
		source_tell_lacks(q->source);
	code = open_table(&p, &t);
	stream->broken |= code != EXIT_OK;
	if (!code) {
		p.header = &t.reader.header;
		if (q->format != FORMAT_JSON)
			begin_text(&p);
		if (is_in_list(&p))
			print_list(&p, &t);
		else
			print_objects(&p, &t);
		code = print_end(&p, &t);
	}
	scols_unref_table(p.table);
	vec_free(&p.data);
	return code;
}

struct printer *table_begin(const struct query *q, const struct kind *kind,
			    struct json_stream *stream, const struct ipcdbg_header *header)
{
	struct printer *p = calloc(1, sizeof(*p));

	must(p);
	*p = (struct printer){
		.q = q, .kind = kind, .stream = stream, .style = q->style, .header = header
	};
	choose_data(p);
	if (q->format != FORMAT_JSON)
		begin_text(p);
	return p;
}

void table_add(struct printer *p, const struct list_row *row)
{
	print_row(p, row);
}

void table_end(struct printer *p)
{
	if (p->q->format == FORMAT_JSON)
		json_stream_end_array(p->stream, p->header, p->kind->array);
	else if (p->table)
		scols_print_table(p->table);
	scols_unref_table(p->table);
	vec_free(&p->data);
	free(p);
}
