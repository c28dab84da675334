// SPDX-License-Identifier: GPL-2.0
#include "ns.h"

#include <stdlib.h>

#include "json.h"
#include "ns_mounts.h"
#include "object.h"
#include "output.h"
#include "proc_facts.h"
#include "table.h"

/* The namespaces in the order of the module. */
struct listing {
	struct ipcdbg_header header;
	VEC(struct ipcdbg_namespace) rows;
	bool whole;	 /* read to its end */
	bool incomplete; /* and yet the module left out some */
};

static void print_json(struct json_stream *s, const struct listing *l,
		       const struct ipcdbg_namespace *ns)
{
	const struct proc_facts *facts = proc_look_up(ns->pid, ns->start_ns);
	json_t *object = json_record(IPCDBG_R_namespace, ns, 0);

	if (ns_mounts_has(ns->inum))
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

/* What is being printed. */
struct printing {
	struct query q; /* of the table */
	const struct listing *l;
	struct json_stream stream;
	struct printer *table; /* begun with its first row; NULL: there is none */
};

static void begin_table(struct printing *p)
{
	p->table = table_begin(&p->q, &ns_kind, &p->stream, &p->l->header);
}

static void add_row(struct printing *p, const struct ipcdbg_namespace *ns)
{
	const struct list_row row = { .q = &p->q, .kind = &ns_kind, .inum = ns->inum, .row = ns };

	if (!p->table)
		begin_table(p);
	table_add(p->table, &row);
}

static void print_one(struct printing *p, const struct ipcdbg_namespace *ns)
{
	if (p->q.columns.wanted)
		add_row(p, ns);
	else if (p->q.format == FORMAT_JSON)
		print_json(&p->stream, p->l, ns);
	else
		ns_show(p->q.out, ns);
}

static enum exit_code print_named(struct printing *p, const struct namespace_ref *ref)
{
	const struct ipcdbg_namespace *ns = find(p->l, ref->inum);

	if (ns) {
		print_one(p, ns);
		return EXIT_OK;
	}
	if (p->l->incomplete) {
		warn_user("%s %s: it may be among the rows left out", ref->as, ref->name);
		return EXIT_DATA;
	}
	warn_user("%s %s: there is no such ipc namespace", ref->as, ref->name);
	return EXIT_ABSENT;
}

static void print_all(struct printing *p)
{
	bool json = p->q.format == FORMAT_JSON && !p->q.columns.wanted;

	if (!json)
		begin_table(p);
	for (size_t i = 0; i < p->l->rows.nr; i++)
		if (json)
			print_json(&p->stream, p->l, &p->l->rows.v[i]);
		else
			add_row(p, &p->l->rows.v[i]);
	if (json)
		json_stream_end_array(&p->stream, &p->l->header, "namespaces");
}

/* Without facts of processes there is no column of what only those tell. */
static enum exit_code print_listing(const struct query *q, const struct listing *l,
				    const struct namespace_ref *refs, size_t nr)
{
	struct printing p = { .q = *q,
			      .l = l,
			      .stream = { .out = q->out, .incomplete = l->incomplete } };
	enum exit_code code = EXIT_OK;

	p.q.nr_kinds = 1;
	p.q.view = proc_usable() ? VIEW_LIST : VIEW_PIDS;
	for (size_t i = 0; i < nr; i++)
		code = worse(code, print_named(&p, &refs[i]));
	if (!nr)
		print_all(&p);
	if (p.table)
		table_end(p.table);
	else if (p.stream.in_array)
		json_stream_end_array(&p.stream, &l->header, "namespaces");
	json_stream_end(&p.stream);
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
