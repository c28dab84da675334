// SPDX-License-Identifier: GPL-2.0
/* The lists of ipcs, with columns at their right, row by row. */
#include "list.h"

#include <string.h>

#include "ipcs.h"
#include "json.h"
#include "ns_limits.h"
#include "object.h"
#include "output.h"
#include "table.h"

#define COLUMNS_MAX 16

/* The columns that are asked for, and how they are spelled. */
struct columns {
	const struct query *q;
	struct {
		const struct list_column *c;
		const struct datum *datum;
	} v[COLUMNS_MAX];
	size_t nr;
};

static void add_column(struct columns *cols, const struct kind *kind, const struct list_column *c)
{
	if (cols->nr == COLUMNS_MAX)
		return;
	cols->v[cols->nr].c = c;
	cols->v[cols->nr++].datum = datum_find(kind, c->datum, strlen(c->datum));
}

static void choose_columns(struct columns *cols, const struct query *q, const struct kind *kind)
{
	static const struct list_column ns = { .word = "ns", .datum = "NS" };
	const struct list *list = &kind->lists[q->view];
	size_t nr = q->format == FORMAT_IPCS ? list->nr_ipcs : list->nr;

	*cols = (struct columns){ .q = q };
	if (q->all)
		add_column(cols, kind, &ns);
	for (size_t i = 0; i < nr; i++)
		add_column(cols, kind, &list->columns[i]);
}

static int width_of(const struct query *q, const struct list_column *c)
{
	int width = c->width ? c->width : LIST_WIDTH;
	int times = c->times ? time_format_width(q->style.time) : 0;

	return times > width ? times : width;
}

static void print_heading(const struct columns *cols)
{
	const struct query *q = cols->q;

	for (size_t i = 0; i < cols->nr; i++) {
		const struct list_column *c = cols->v[i].c;
		bool human = c->human && q->style.unit == UNIT_HUMAN;

		fprintf(q->out, "%-*.*s%c", width_of(q, c), c->cut_heading ? c->cut : -1,
			ipcs_word(human ? c->human : c->word), i + 1 == cols->nr ? '\n' : ' ');
	}
}

/* A size for human eyes ends in one column, and blanks follow, as many as ipcs prints. */
static void add_blanks(struct text *cell, int width)
{
	struct text t = { 0 };

	text_addf(&t, "%6s%*s", cell->s, width - 6, "");
	text_clear(cell);
	text_addf(cell, "%s", t.s);
	text_free(&t);
}

static void print_cell(const struct query *q, const struct list_column *c, const struct text *cell)
{
	bool as_ipcs = q->style.as_ipcs;
	int lead = as_ipcs ? c->ipcs.lead : 0, width = width_of(q, c);
	bool own_times = c->times && time_format_width(q->style.time);

	if (as_ipcs && c->ipcs.width)
		width = c->ipcs.width;
	fprintf(q->out, "%*s%*.*s", lead, "", as_ipcs && c->ipcs.right ? width : -width,
		c->cut && !own_times ? c->cut : -1, cell->s);
}

static void print_row(const struct columns *cols, const struct list_row *row)
{
	static struct text cell;
	const struct query *q = cols->q;

	for (size_t i = 0; i < cols->nr; i++) {
		const struct list_column *c = cols->v[i].c;
		struct style style = q->style;

		style.perms = PERMS_IPCS;
		if (style.time == TIME_DEFAULT)
			style.time = c->times;
		text_clear(&cell);
		datum_add(&cell, cols->v[i].datum, row, &style);
		if (c->human && style.unit == UNIT_HUMAN)
			add_blanks(&cell, width_of(q, c));
		print_cell(q, c, &cell);
		fputc(i + 1 == cols->nr ? '\n' : ' ', q->out);
	}
}

/* Returns whether rows of the list are missing; without the module, others always are. */
static bool print_rows(const struct columns *cols, const struct kind *kind, struct table *t)
{
	const struct query *q = cols->q;
	const struct list *list = &kind->lists[q->view];
	union ipcdbg_any head;
	struct list_row row = { .q = q,
				.kind = kind,
				.read_ns = t->reader.header.time,
				.head = &head,
				.row = &t->reader.row.u };
	bool missing = !q->source->lacks;

	while (!output_failed(q->out) && table_next(t) == PARSE_ROW) {
		enum ipcdbg_record_id id = t->reader.row.id;

		if (id == IPCDBG_R_truncated)
			missing |= !strcmp(t->reader.row.u.truncated.what,
					   ipcdbg_records[list->row].word);
		if (id == IPCDBG_R_namespace)
			row.inum = t->reader.row.u.namespace.inum;
		if (id == kind->head)
			head = t->reader.row.u;
		if (id == list->row && objects_wanted(q, row.inum))
			print_row(cols, &row);
	}
	return missing && t->reader.cut_rows;
}

/* What the module would add, the user is told that it is not there. */
static void tell_lacks(const struct columns *cols)
{
	for (size_t i = 0; i < cols->nr; i++)
		if (cols->v[i].datum->needs == NEEDS_MODULE)
			source_tell_lacks(cols->q->source);
}

static enum exit_code list_text(const struct query *q, const struct kind *kind, bool *started)
{
	const struct list *list = &kind->lists[q->view];
	struct columns cols;
	struct table t;
	enum exit_code code;

	choose_columns(&cols, q, kind);
	if (!cols.nr) {
		fputs(*started ? "\n" : "\n\n", q->out);
		*started = true;
		return EXIT_OK;
	}
	code = objects_open(q, &t, list->table, -1);
	if (code)
		return code;
	fputs(*started ? "" : "\n", q->out);
	*started = true;
	fputs(ipcs_word(list->title), q->out);
	print_heading(&cols);
	tell_lacks(&cols);
	t.reader.cut_rows = print_rows(&cols, kind, &t);
	if (table_result(&t) == EXIT_OK)
		fputs("\n", q->out);
	return objects_close(q, &t);
}

static enum exit_code list_json(const struct query *q, const struct kind *kind,
				struct json_stream *stream)
{
	struct object *o;
	struct table t;
	enum exit_code code = objects_open(q, &t, kind->table, -1);

	stream->broken |= code != EXIT_OK;
	if (code)
		return code;
	o = object_new(kind);
	while (!output_failed(q->out) && object_next(&t, o) == PARSE_ROW)
		if (objects_wanted(q, o->ns.inum)) {
			json_stream_next(stream, &t.reader.header, kind->array);
			object_json(q->out, o);
		}
	object_free(o);
	stream->broken |= table_result(&t) != EXIT_OK;
	json_stream_end_array(stream, &t.reader.header, kind->array);
	stream->incomplete |= t.reader.cut_rows || t.reader.gone_objects;
	return objects_close(q, &t);
}

enum exit_code list_objects(const struct query *q)
{
	struct json_stream stream = { .out = q->out, .several = q->nr_kinds > 1 };
	bool started = false;
	enum exit_code code = EXIT_OK, one;

	for (size_t i = 0; i < q->nr_kinds && !stream.broken; i++) {
		if (q->columns.wanted)
			one = table_print(q, q->kinds[i], &stream);
		else if (q->format == FORMAT_JSON)
			one = list_json(q, q->kinds[i], &stream);
		else
			one = list_text(q, q->kinds[i], &started);
		code = worse(code, one);
		/* The other tables would only say the same. */
		if (one && !source_is_there(q->source))
			break;
	}
	json_stream_end(&stream);
	return code;
}
