// SPDX-License-Identifier: GPL-2.0
/* The lists of ipcs, with columns at their right, row by row. */
#include "list.h"

#include "ipcs.h"
#include "json.h"
#include "object.h"
#include "output.h"
#include "task.h"
#include "user.h"

#define COLUMNS_MAX 16

static void list_ns(struct text *t, const void *row)
{
	text_addf(t, "%u", ((const struct list_row *)row)->inum);
}

void list_key(struct text *t, const void *row)
{
	text_addf(t, "0x%08x", sysv_of(((const struct list_row *)row)->head).key);
}

void list_id(struct text *t, const void *row)
{
	text_addf(t, "%d", sysv_of(((const struct list_row *)row)->head).id);
}

void list_owner(struct text *t, const void *row)
{
	const struct list_row *r = row;

	text_add_user(t, sysv_of(r->head).uid, r->as_ipcs);
}

void list_perms(struct text *t, const void *row)
{
	text_addf(t, "%o", sysv_of(((const struct list_row *)row)->head).mode & 0777);
}

void list_last_pid(struct text *t, const void *row, struct last last)
{
	if (((const struct list_row *)row)->as_ipcs)
		text_addf(t, "%d", last.pid);
	else
		text_add_last_pid(t, last);
}

/* The columns that are asked for. */
struct columns {
	struct column v[COLUMNS_MAX];
	size_t nr;
};

static void choose_columns(struct columns *c, const struct query *q, const struct list *list)
{
	size_t nr = q->format == FORMAT_IPCS ? list->nr_ipcs : list->nr;

	c->nr = 0;
	if (q->all)
		c->v[c->nr++] = (struct column){ .name = "ns", .fill = list_ns };
	for (size_t i = 0; i < nr && c->nr < COLUMNS_MAX; i++)
		c->v[c->nr++] = list->columns[i];
}

static void print_rows(const struct query *q, const struct kind *kind, const struct list *list,
		       const struct columns *c, struct table *t)
{
	union ipcdbg_any head;
	struct list_row row = { .as_ipcs = q->format == FORMAT_IPCS,
				.head = &head,
				.row = &t->reader.row.u };

	while (!output_failed(q->out) && table_next(t) == PARSE_ROW) {
		enum ipcdbg_record_id id = t->reader.row.id;

		if (id == IPCDBG_R_namespace)
			row.inum = t->reader.row.u.namespace.inum;
		if (id == kind->head)
			head = t->reader.row.u;
		if (id == list->row && objects_wanted(q, row.inum))
			list_row(q->out, c->v, c->nr, &row);
	}
}

static enum exit_code list_text(const struct query *q, const struct kind *kind, bool *started)
{
	const struct list *list = q->pids ? &kind->pids : &kind->list;
	struct columns c;
	struct table t;
	enum exit_code code = objects_open(q, &t, list->table, -1);

	if (code)
		return code;
	fputs(*started ? "" : "\n", q->out);
	*started = true;
	choose_columns(&c, q, list);
	if (c.nr) {
		fputs(ipcs_word(list->title), q->out);
		list_heading(q->out, c.v, c.nr, ipcs_word);
	}
	print_rows(q, kind, list, &c, &t);
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
		if (q->format == FORMAT_JSON)
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
