// SPDX-License-Identifier: GPL-2.0
/* -H: what data there are of each kind. */
#include "column.h"
#include "json.h"
#include "output.h"
#include "table.h"

struct datum_row {
	const struct kind *kind;
	const struct datum *d;
};

static const struct datum *datum_of(const void *row)
{
	return ((const struct datum_row *)row)->d;
}

static void add_name(struct text *t, const void *row)
{
	text_addf(t, "%s", datum_of(row)->name);
}

static void add_type(struct text *t, const void *row)
{
	text_addf(t, "<%s>", datum_json_type(datum_of(row)));
}

static void add_help(struct text *t, const void *row)
{
	text_addf(t, "%s", datum_of(row)->help);
}

static const struct column columns[] = {
	{ .name = "NAME", .fill = add_name },
	{ .name = "TYPE", .fill = add_type },
	{ .name = "DESCRIPTION", .fill = add_help },
};

static void print_aligned(const struct query *q, const struct kind *kind)
{
	struct aligned *table = aligned_new(q->out, columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < kind->nr_data; i++)
		aligned_add(table, &(struct datum_row){ kind, &kind->data[i] });
	if (q->nr_kinds > 1)
		fprintf(q->out, "%s%s (-%c):\n", kind == q->kinds[0] ? "" : "\n", kind->help,
			kind->letter);
	aligned_print(table);
}

/* A name a line, for programs. */
static void print_names(const struct query *q, const struct kind *kind)
{
	for (size_t i = 0; i < kind->nr_data; i++)
		fprintf(q->out, "%s\n", kind->data[i].name);
}

static void print_json(const struct query *q)
{
	struct json_stream s = { .out = q->out };
	struct ipcdbg_header h = { 0 };

	IPCDBG_PUT(header, &h, version, IPCDBG_ABI_VERSION);
	for (size_t i = 0; i < q->nr_kinds; i++)
		for (size_t j = 0; j < q->kinds[i]->nr_data; j++) {
			const struct datum *d = &q->kinds[i]->data[j];
			json_t *object = json_object();

			json_put(object, "array", json_string(q->kinds[i]->array));
			json_put(object, "name", json_string(d->name));
			json_put(object, "type", json_string(datum_json_type(d)));
			json_put(object, "description", json_string(d->help));
			json_stream_next(&s, &h, "columns");
			fputs("{", q->out);
			json_print_fields(q->out, object);
			fputs("}", q->out);
		}
	json_stream_end_array(&s, &h, "columns");
	json_stream_end(&s);
}

enum exit_code table_list_columns(const struct query *q)
{
	if (q->format == FORMAT_JSON)
		print_json(q);
	else
		for (size_t i = 0; i < q->nr_kinds; i++)
			if (q->columns.format == TABLE_RAW)
				print_names(q, q->kinds[i]);
			else
				print_aligned(q, q->kinds[i]);
	return output_failed(q->out) ? EXIT_IO : EXIT_OK;
}
