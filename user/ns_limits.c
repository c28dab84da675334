// SPDX-License-Identifier: GPL-2.0
#include "ns_limits.h"

#include <stdlib.h>

#include "column.h"
#include "ipcs.h"
#include "json.h"
#include "object.h"
#include "output.h"
#include "sysvipc.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

void limits_size(const struct query *q, const char *what, __u64 bytes, bool in_kib)
{
	struct text t = { 0 };

	if (q->style.unit == UNIT_HUMAN) {
		text_add_human(&t, bytes);
		fprintf(q->out, "%s = %s\n", what, t.s);
		text_free(&t);
		return;
	}
	in_kib = in_kib && q->style.unit == UNIT_DEFAULT;
	fprintf(q->out, in_kib ? ipcs_word("%s (kbytes) = ") : ipcs_word("%s (bytes) = "), what);
	fprintf(q->out, "%llu\n", in_kib ? bytes / 1024 : bytes);
}

/* The namespace that recorded tables of one namespace are of. */
static enum exit_code recorded_inum(const struct query *q, __u32 *inum)
{
	struct table t;
	enum exit_code code = objects_open(q, &t, q->kinds[0]->lists[VIEW_LIST].table, -1);

	if (code)
		return code;
	while (!*inum && table_next(&t) == PARSE_ROW)
		if (t.reader.row.id == IPCDBG_R_namespace)
			*inum = t.reader.row.u.namespace.inum;
	code = table_result(&t);
	table_close(&t);
	return code;
}

static enum exit_code read_namespace(const struct query *q, struct usage *u,
				     struct ipcdbg_header *header)
{
	__u32 inum = q->inum ? q->inum : q->source->live ? sysvipc_inum() : 0;
	const char *name = q->source->lacks && !q->inum ? SOURCE_LIMITS : "namespaces";
	bool found = false;
	struct table t;
	enum exit_code code = inum ? EXIT_OK : recorded_inum(q, &inum);

	if (code)
		return code;
	code = table_open(&t, q->source, name, -1);
	if (code) {
		table_close(&t);
		return code;
	}
	*header = t.reader.header;
	while (table_next(&t) == PARSE_ROW)
		if (t.reader.row.id == IPCDBG_R_namespace &&
		    t.reader.row.u.namespace.inum == inum) {
			u->ns = t.reader.row.u.namespace;
			found = true;
		}
	code = table_result(&t);
	table_close(&t);
	if (!code && !found) {
		warn_user("%s: nothing of the ipc namespace %u", name, inum);
		return EXIT_DATA;
	}
	return code;
}

static enum exit_code tally(const struct query *q, const struct kind *kind, struct usage *u)
{
	bool wanted = !objects_of_all(q);
	struct table t;
	enum exit_code code;

	u->objects = u->messages = u->bytes = u->rss = u->swap = 0;
	if (!kind->tally)
		return EXIT_OK;
	code = objects_open(q, &t, kind->lists[VIEW_LIST].table, -1);
	if (code)
		return code;
	while (table_next(&t) == PARSE_ROW) {
		const struct parse_row *row = &t.reader.row;

		if (row->id == IPCDBG_R_namespace)
			wanted = objects_wanted(q, row->u.namespace.inum);
		if (row->id != kind->head || !wanted)
			continue;
		u->objects++;
		kind->tally(u, &row->u);
	}
	return objects_close(q, &t);
}

/* A row of the table of resources. */
struct use {
	const struct query *q;
	const struct resource *r;
	const struct usage *u;
};

static bool get_limit(const struct use *use, __u64 *n)
{
	return resource_limit(use->r, &use->u->ns, n);
}

static bool get_used(const struct use *use, __u64 *n)
{
	return resource_used(use->r, &use->u->ns, n);
}

/* Nothing of nothing is not told. */
static bool get_percent(const struct use *use, double *percent)
{
	__u64 limit, used;

	if (!get_limit(use, &limit) || !limit || !get_used(use, &used))
		return false;
	*percent = 100.0 * used / limit;
	return true;
}

static void use_name(struct text *t, const void *row)
{
	text_addf(t, "%s", ((const struct use *)row)->r->name);
}

static void use_help(struct text *t, const void *row)
{
	text_addf(t, "%s", ((const struct use *)row)->r->help);
}

static void use_limit(struct text *t, const void *row)
{
	const struct use *use = row;
	__u64 n;

	if (!get_limit(use, &n))
		text_addf(t, "-");
	else if (use->r->size && use->q->style.unit == UNIT_HUMAN)
		text_add_human(t, n);
	else
		text_addf(t, "%llu", n);
}

static void use_used(struct text *t, const void *row)
{
	__u64 n;

	if (get_used(row, &n))
		text_addf(t, "%llu", n);
	else
		text_addf(t, "-");
}

static void use_percent(struct text *t, const void *row)
{
	double percent;

	if (get_percent(row, &percent))
		text_addf(t, "%.2f%%", percent);
	else
		text_addf(t, "-");
}

/* The names of lsipc. */
static const struct column use_columns[] = {
	{ .name = "RESOURCE", .fill = use_name },
	{ .name = "DESCRIPTION", .fill = use_help },
	{ .name = "LIMIT", .right = true, .fill = use_limit },
	{ .name = "USED", .right = true, .fill = use_used },
	{ .name = "USE%", .right = true, .fill = use_percent },
};

static void print_uses(const struct query *q, const struct usage *u)
{
	struct aligned *table = aligned_new(q->out, use_columns, NR(use_columns));

	fputs("------ Limits and Use --------\n", q->out);
	for (size_t i = 0; i < q->nr_kinds; i++)
		for (size_t j = 0; j < q->kinds[i]->nr_resources; j++)
			aligned_add(table, &(struct use){ q, &q->kinds[i]->resources[j], u });
	aligned_print(table);
	fputs("\n", q->out);
}

static json_t *use_json(const struct use *use)
{
	json_t *object = json_object();
	double percent;
	__u64 n;

	json_put(object, "resource", json_string(use->r->name));
	json_put(object, "description", json_string(use->r->help));
	json_put(object, "limit", get_limit(use, &n) ? json_u64(n) : json_null());
	json_put(object, "used", get_used(use, &n) ? json_u64(n) : json_null());
	json_put(object, "use%", get_percent(use, &percent) ? json_real(percent) : json_null());
	return object;
}

static void print_json(const struct query *q, const struct usage *u, const struct ipcdbg_header *h)
{
	struct json_stream s = { .out = q->out };

	for (size_t i = 0; i < q->nr_kinds; i++)
		for (size_t j = 0; j < q->kinds[i]->nr_resources; j++) {
			struct use use = { q, &q->kinds[i]->resources[j], u };

			json_stream_next(&s, h, "limits");
			fputs("{", q->out);
			json_print_fields(q->out, use_json(&use));
			fputs("}", q->out);
		}
	json_stream_end_array(&s, h, "limits");
	json_stream_end(&s);
}

static enum exit_code print_blocks(const struct query *q, struct usage *u)
{
	enum exit_code code = EXIT_OK;

	fputs("\n", q->out);
	for (size_t i = 0; i < q->nr_kinds; i++) {
		const struct kind *kind = q->kinds[i];

		if (q->view == VIEW_SUMMARY)
			code = worse(code, tally(q, kind, u));
		if (code)
			return code;
		if (q->view == VIEW_SUMMARY)
			kind->summary(q, u);
		else
			kind->limits(q, &u->ns);
		fputs("\n", q->out);
	}
	return code;
}

enum exit_code limits_print(const struct query *q)
{
	struct ipcdbg_header header;
	struct usage u = { 0 };
	enum exit_code code = read_namespace(q, &u, &header);

	if (code)
		return code;
	if (q->format == FORMAT_JSON)
		print_json(q, &u, &header);
	else
		code = print_blocks(q, &u);
	if (!code && q->format == FORMAT_TEXT && q->view == VIEW_SUMMARY)
		print_uses(q, &u);
	return worse(code, output_failed(q->out) ? EXIT_IO : EXIT_OK);
}
