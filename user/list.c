// SPDX-License-Identifier: GPL-2.0
/* The lists of ipcs, with columns at their right, row by row. */
#include "list.h"

#include <string.h>

#include "ipcs.h"
#include "json.h"
#include "ns_limits.h"
#include "object.h"
#include "output.h"
#include "proc_task.h"
#include "table.h"

#define COLUMNS_MAX 16

/* A column that is asked for, and how its cells are spelled. */
struct shown {
	const struct list_column *c;
	const struct datum *datum;
	struct style style;
	size_t width, cell_width, lead, cut; /* of the heading; of cells; cut 0: at no length */
	bool right;
};

struct columns {
	const struct query *q;
	const struct kind *kind;
	bool begun;
	struct shown v[COLUMNS_MAX];
	size_t nr;
};

static int width_of(const struct query *q, const struct list_column *c)
{
	int width = c->width ? c->width : LIST_WIDTH;
	int times = c->times ? time_format_width(q->style.time) : 0;

	return times > width ? times : width;
}

static void add_column(struct columns *cols, const struct kind *kind, const struct list_column *c)
{
	const struct query *q = cols->q;
	bool own_times = c->times && time_format_width(q->style.time);
	struct shown *col = &cols->v[cols->nr];

	if (cols->nr == COLUMNS_MAX)
		return;
	cols->nr++;
	*col = (struct shown){ .c = c, .style = q->style };
	col->datum = datum_find(kind, c->datum, strlen(c->datum));
	col->style.perms = PERMS_IPCS;
	if (col->style.time == TIME_DEFAULT)
		col->style.time = c->times;
	col->cut = own_times ? 0 : c->cut;
	col->width = col->cell_width = width_of(q, c);
	if (!q->style.as_ipcs)
		return;
	col->lead = c->ipcs.lead;
	col->right = c->ipcs.right;
	if (c->ipcs.width)
		col->cell_width = c->ipcs.width;
}

static void choose_columns(struct columns *cols, const struct query *q, const struct kind *kind)
{
	static const struct list_column ns = { .word = "ns", .datum = "NS" };
	static const struct list_column dev = { .word = "dev", .datum = "DEV", .width = 7 };
	const struct list *list = &kind->lists[q->view];
	size_t nr = q->format == FORMAT_IPCS ? list->nr_ipcs : list->nr;

	cols->q = q;
	cols->kind = kind;
	cols->begun = false;
	cols->nr = 0;
	if (q->all)
		add_column(cols, kind, &ns);
	if (q->all && kind->by_proc)
		add_column(cols, kind, &dev);
	for (size_t i = 0; i < nr; i++)
		add_column(cols, kind, &list->columns[i]);
}

static void print_heading(const struct columns *cols)
{
	const struct query *q = cols->q;

	for (size_t i = 0; i < cols->nr; i++) {
		const struct list_column *c = cols->v[i].c;
		bool human = c->human && q->style.unit == UNIT_HUMAN;

		fprintf(q->out, "%-*.*s%c", (int)cols->v[i].width, c->cut_heading ? c->cut : -1,
			ipcs_word(human ? c->human : c->word), i + 1 == cols->nr ? '\n' : ' ');
	}
}

/* A size for human eyes ends in one column, and blanks follow, as many as ipcs prints. */
static void add_blanks(struct text *cell, size_t width)
{
	struct text t = { 0 };

	text_addf(&t, "%6s", cell->s);
	text_add_blanks(&t, width - 6);
	text_clear(cell);
	text_adds(cell, t.s);
	text_free(&t);
}

static void add_cell(struct text *line, const struct shown *col, const struct text *cell)
{
	size_t len = col->cut && cell->len > col->cut ? col->cut : cell->len;
	size_t blanks = col->cell_width > len ? col->cell_width - len : 0;

	text_add_blanks(line, col->lead + (col->right ? blanks : 0));
	text_add_bytes(line, cell->s, len);
	text_add_blanks(line, col->right ? 0 : blanks);
}

static void print_row(const struct columns *cols, const struct list_row *row)
{
	static struct text line, cell;

	text_clear(&line);
	for (size_t i = 0; i < cols->nr; i++) {
		const struct shown *col = &cols->v[i];

		text_clear(&cell);
		datum_add(&cell, col->datum, row, &col->style);
		if (col->c->human && col->style.unit == UNIT_HUMAN)
			add_blanks(&cell, col->width);
		add_cell(&line, col, &cell);
		text_addc(&line, i + 1 == cols->nr ? '\n' : ' ');
	}
	fwrite(line.s, 1, line.len, cols->q->out);
}

/* What the module would add, the user is told that it is not there. */
static void tell_lacks(const struct columns *cols)
{
	for (size_t i = 0; i < cols->nr; i++)
		if (cols->v[i].datum->needs == NEEDS_MODULE)
			source_tell_lacks(cols->q->source);
}

static void begin(struct columns *cols)
{
	if (!cols->begun) {
		fputs(ipcs_word(cols->kind->lists[cols->q->view].title), cols->q->out);
		print_heading(cols);
		tell_lacks(cols);
	}
	cols->begun = true;
}

/*
 * Whether a truncated row tells of what the list shows, and of what is still there: whole objects,
 * rows of it, or what is counted in them, which is all that a table of a list has. What has lost
 * its name is looked for where that may be; without the module much is not known: the user is told.
 */
static bool lacks_shown(const struct columns *cols, const struct parse_row *row)
{
	const struct kind *kind = cols->kind;
	const struct list *list = &kind->lists[cols->q->view];
	const struct ipcdbg_truncated *t = &row->u.truncated;

	if (row->id != IPCDBG_R_truncated || (IPCDBG_HAS(truncated, t, gone) && t->gone))
		return false;
	if (!row->depth)
		return !kind->by_proc;
	if (!strcmp(t->what, ipcdbg_records[list->row].word))
		return true;
	return strcmp(list->table, kind->table) && !kind->by_proc && !cols->q->source->lacks;
}

/* Returns whether something of the list is missing. */
static bool print_rows(struct columns *cols, struct table *t)
{
	const struct query *q = cols->q;
	const struct kind *kind = cols->kind;
	const struct list *list = &kind->lists[q->view];
	union ipcdbg_any head;
	struct list_row row = { .q = q,
				.kind = kind,
				.read_ns = t->reader.header.time,
				.head = &head,
				.row = &t->reader.row.u };
	bool missing = false;

	while (!output_failed(q->out) && table_next(t) == PARSE_ROW) {
		enum ipcdbg_record_id id = t->reader.row.id;

		missing |= lacks_shown(cols, &t->reader.row);
		if (id == IPCDBG_R_namespace)
			row.inum = t->reader.row.u.namespace.inum;
		if (id == kind->head)
			head = t->reader.row.u;
		if (id != list->row || !objects_wanted(q, row.inum))
			continue;
		begin(cols);
		print_row(cols, &row);
	}
	/* Or the last row says so, and no other did. */
	return missing || (!q->source->lacks && !kind->by_proc && t->reader.cut_objects);
}

static enum exit_code list_text(const struct query *q, const struct kind *kind, bool *started)
{
	const struct list *list = &kind->lists[q->view];
	struct columns cols;
	struct table t;
	enum exit_code code;
	bool missing;

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
	if (!kind->by_proc || !q->every_kind)
		begin(&cols);
	missing = print_rows(&cols, &t);
	if (kind->by_proc && t.reader.cut_rows && cols.begun)
		objects_not_looked_into(q);
	/* Nobody else would be told more. */
	missing |= kind->by_proc && t.reader.cut_rows && proc_trouble();
	t.reader.cut_rows = missing;
	if (table_result(&t) == EXIT_OK && cols.begun)
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
