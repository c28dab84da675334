// SPDX-License-Identifier: GPL-2.0
#include "ns.h"

#include <stdlib.h>

#include "field.h"
#include "json.h"
#include "ns_mounts.h"
#include "object.h"
#include "output.h"
#include "proc_columns.h"
#include "proc_facts.h"
#include "task.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* The namespaces in the order of the module. */
struct listing {
	struct ipcdbg_header header;
	VEC(struct ipcdbg_namespace) rows;
	bool whole;	 /* read to its end */
	bool incomplete; /* and yet the module left out some */
};

static bool mounted(const struct ipcdbg_namespace *ns)
{
	return ns_mounts_has(ns->inum);
}

void text_add_held(struct text *t, const struct ipcdbg_namespace *ns)
{
	const struct ipcdbg_field *f =
		&ipcdbg_records[IPCDBG_R_namespace].fields[IPCDBG_F_namespace_held];
	struct ipcdbg_namespace found = *ns;
	size_t start = t->len;

	if (mounted(ns))
		found.held &= ~IPCDBG_HELD_FILE;
	text_add_field(t, f, &found);
	if (mounted(ns))
		text_addf(t, "%smount", t->len > start ? "," : "");
	if (t->len == start)
		text_addc(t, '-');
}

static void add_number(struct text *t, const void *row, unsigned int field)
{
	if (field_present(IPCDBG_R_namespace, field, row))
		text_add_field(t, &ipcdbg_records[IPCDBG_R_namespace].fields[field], row);
	else
		text_addc(t, '-');
}

#define NUMBER(name)                                           \
	static void ns_##name(struct text *t, const void *row) \
	{                                                      \
		add_number(t, row, IPCDBG_F_namespace_##name); \
	}

NUMBER(inum)
NUMBER(user_ns)
NUMBER(processes)
NUMBER(segments)
NUMBER(queues)
NUMBER(sets)
NUMBER(mqueues)

static void ns_pid(struct text *t, const void *row)
{
	const struct ipcdbg_namespace *ns = row;

	if (IPCDBG_HAS(namespace, ns, pid))
		text_add_pid(t, ns->pid);
	else
		text_addc(t, '-');
}

static void ns_comm(struct text *t, const void *row)
{
	text_add_comm(t, ((const struct ipcdbg_namespace *)row)->comm);
}

static void ns_unit(struct text *t, const void *row)
{
	const struct ipcdbg_namespace *ns = row;

	text_add_unit_of(t, ns->pid, ns->start_ns);
}

static void ns_held(struct text *t, const void *row)
{
	text_add_held(t, row);
}

static const struct column who_columns[] = {
	{ .name = "NS", .right = true, .fill = ns_inum },
	{ .name = "USERNS", .right = true, .fill = ns_user_ns },
	{ .name = "PROCESSES", .right = true, .fill = ns_processes },
	{ .name = "PID", .right = true, .fill = ns_pid },
	{ .name = "COMMAND", .fill = ns_comm },
};

static const struct column unit_column = { .name = "UNIT", .fill = ns_unit };

/* Counts in the order in which the kinds are listed. */
static const struct column what_columns[] = {
	{ .name = "HELD", .fill = ns_held },
	{ .name = "QUEUES", .right = true, .fill = ns_queues },
	{ .name = "SEGMENTS", .right = true, .fill = ns_segments },
	{ .name = "SETS", .right = true, .fill = ns_sets },
	{ .name = "MQUEUES", .right = true, .fill = ns_mqueues },
};

static void print_table(FILE *out, const struct listing *l)
{
	struct aligned *table = aligned_new(out, who_columns, NR(who_columns));

	aligned_extend(table, &unit_column, proc_usable());
	aligned_extend(table, what_columns, NR(what_columns));
	for (size_t i = 0; i < l->rows.nr; i++)
		aligned_add(table, &l->rows.v[i]);
	aligned_print(table);
}

static void print_json(struct json_stream *s, const struct listing *l,
		       const struct ipcdbg_namespace *ns)
{
	const struct proc_facts *facts = proc_look_up(ns->pid, ns->start_ns);
	json_t *object = json_record(IPCDBG_R_namespace, ns, 0);

	if (mounted(ns))
		json_put(object, "mount", json_true());
	if (facts && facts->cgroup)
		json_put(object, "cgroup", json_name(facts->cgroup));
	json_stream_next(s, &l->header, "namespaces");
	fputs("{", s->out);
	json_print_fields(s->out, object);
	fputs("}", s->out);
}

static enum exit_code read_listing(const struct query *q, struct listing *l)
{
	enum exit_code code;
	struct table t;

	if (q->source->live)
		ns_mounts_hold_and_tell();
	code = table_open(&t, q->source, "namespaces", -1);
	if (code) {
		table_close(&t);
		return code;
	}
	l->header = t.reader.header;
	while (table_next(&t) == PARSE_ROW)
		if (t.reader.row.id == IPCDBG_R_namespace)
			*vec_add(&l->rows) = t.reader.row.u.namespace;
	l->whole = table_result(&t) == EXIT_OK;
	l->incomplete = t.reader.cut_rows;
	return objects_close(q, &t);
}

static const struct ipcdbg_namespace *find(const struct listing *l, __u32 inum)
{
	for (size_t i = 0; i < l->rows.nr; i++)
		if (l->rows.v[i].inum == inum)
			return &l->rows.v[i];
	return NULL;
}

static void print_one(struct json_stream *s, const struct query *q, const struct listing *l,
		      const struct ipcdbg_namespace *ns)
{
	if (q->format == FORMAT_JSON)
		print_json(s, l, ns);
	else
		ns_show(q->out, ns);
}

static enum exit_code print_named(struct json_stream *s, const struct query *q,
				  const struct listing *l, const struct namespace_ref *ref)
{
	const struct ipcdbg_namespace *ns = find(l, ref->inum);

	if (ns) {
		print_one(s, q, l, ns);
		return EXIT_OK;
	}
	if (l->incomplete) {
		warn_user("%s %s: it may be among the rows left out", ref->as, ref->name);
		return EXIT_DATA;
	}
	warn_user("%s %s: there is no such ipc namespace", ref->as, ref->name);
	return EXIT_ABSENT;
}

static void print_all(struct json_stream *s, const struct query *q, const struct listing *l)
{
	if (q->format != FORMAT_JSON) {
		print_table(q->out, l);
		return;
	}
	for (size_t i = 0; i < l->rows.nr; i++)
		print_json(s, l, &l->rows.v[i]);
	json_stream_end_array(s, &l->header, "namespaces");
}

static enum exit_code print_listing(const struct query *q, const struct listing *l,
				    const struct namespace_ref *refs, size_t nr)
{
	struct json_stream s = { .out = q->out, .incomplete = l->incomplete };
	enum exit_code code = EXIT_OK;

	for (size_t i = 0; i < nr; i++)
		code = worse(code, print_named(&s, q, l, &refs[i]));
	if (!nr)
		print_all(&s, q, l);
	if (s.in_array)
		json_stream_end_array(&s, &l->header, "namespaces");
	json_stream_end(&s);
	return code;
}

enum exit_code ns_command(const struct query *q, char **words)
{
	VEC(struct namespace_ref) refs = { 0 };
	enum exit_code code = EXIT_OK;
	struct listing l = { 0 };

	/* All are opened before any is read: the module finds what is open. */
	for (; *words && !code; words++) {
		struct namespace_ref *ref = vec_add(&refs);

		*ref = (struct namespace_ref){ .as = "ns", .name = *words };
		code = namespace_resolve(q, ref);
	}
	if (!code)
		code = read_listing(q, &l);
	if (l.whole)
		code = worse(code, print_listing(q, &l, refs.v, refs.nr));
	vec_free(&refs);
	vec_free(&l.rows);
	return worse(code, output_failed(q->out) ? EXIT_IO : EXIT_OK);
}
