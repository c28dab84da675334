// SPDX-License-Identifier: GPL-2.0
/* Objects, with the processes that their rows name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "field.h"
#include "kinds.h"
#include "object.h"
#include "pid.h"

struct find {
	const struct query *q;
	const struct kind *kind;
	const struct operand *op;
	explain_found found;
	void *ctx;
	__u32 inum;
	struct explanation *e; /* its rows are being read */
	size_t nr;	       /* found */
};

static bool has(const struct parse_row *row, int field)
{
	return field >= 0 && field_present(row->id, field, &row->u);
}

/* The field of that name; -1 if there is none. */
static int row_field(const struct parse_row *row, const char *name)
{
	const struct ipcdbg_record *r = &ipcdbg_records[row->id];

	for (unsigned int i = 0; i < r->nr_fields; i++)
		if (!strcmp(r->fields[i].name, name))
			return i;
	return -1;
}

static const struct ipcdbg_field *field_of(const struct parse_row *row, int field)
{
	return &ipcdbg_records[row->id].fields[field];
}

static void copy_comm(struct key_process *p, const struct parse_row *row, int field)
{
	if (has(row, field) && field_of(row, field)->type == IPCDBG_T_COMM)
		snprintf(p->comm, sizeof(p->comm), "%s",
			 (const char *)&row->u + field_of(row, field)->offset);
	p->known = p->comm[0];
}

/* The state is that of a thread in some records, a letter, which has not ended. */
static bool has_ended(const struct parse_row *row, int field)
{
	return has(row, field) && field_of(row, field)->type == IPCDBG_T_PSTATE &&
	       field_unsigned(field_of(row, field), &row->u) != IPCDBG_LIVE;
}

static void add_process(struct explanation *e, const struct parse_row *row, int pid)
{
	const struct pid_shape *shape = pid_shape(row->id);
	struct key_process p = { .role = ipcdbg_records[row->id].word, .certain = true };

	p.pid = p.tid = field_signed(field_of(row, pid), &row->u);
	if (has(row, shape->tid))
		p.tid = field_signed(field_of(row, shape->tid), &row->u);
	if (has(row, shape->start_ns))
		p.start_ns = field_unsigned(field_of(row, shape->start_ns), &row->u);
	copy_comm(&p, row, pid + (shape->tid < 0 ? 1 : 2));
	p.ended = has_ended(row, shape->state);
	explanation_add_process(e, &p);
}

/* The fields NAME, NAME_state and NAME_comm stand in this order. */
static void add_remembered(struct explanation *e, const struct parse_row *row, int field)
{
	struct key_process p = { .role = field_of(row, field)->name, .certain = true };

	p.pid = p.tid = field_signed(field_of(row, field), &row->u);
	p.ended = has_ended(row, field + 1);
	copy_comm(&p, row, field + 2);
	explanation_add_process(e, &p);
}

static void add_processes(struct explanation *e, const struct parse_row *row)
{
	const struct pid_shape *shape = pid_shape(row->id);

	if (has(row, shape->pid))
		add_process(e, row, shape->pid);
	for (unsigned int i = 0; i < ipcdbg_records[row->id].nr_fields; i++)
		if (shape->remembered >> i & 1 && has(row, i))
			add_remembered(e, row, i);
}

static void end_object(struct find *f)
{
	if (f->e)
		f->found(f->ctx, f->e);
	f->nr += !!f->e;
	f->e = NULL;
}

static void begin_object(struct find *f, const struct parse_row *row)
{
	if (!objects_wanted(f->q, f->inum) || !object_is(f->kind, &row->u, f->op))
		return;
	f->e = f->kind->name ? explanation_new_name(f->kind->name(&row->u)) : explanation_new();
	f->e->kind = f->kind;
	f->e->inum = f->inum;
	f->e->facts = key_facts_of(f->kind, &row->u);
	f->e->unseen = !has(row, row_field(row, "mode"));
}

static void take_row(struct find *f, const struct parse_row *row)
{
	if (!row->depth)
		end_object(f);
	if (row->id == IPCDBG_R_namespace)
		f->inum = row->u.namespace.inum;
	if (row->id == f->kind->head)
		begin_object(f, row);
	if (f->e)
		add_processes(f->e, row);
}

/* Reads the table, or the one object with that id. */
static enum exit_code read_objects(struct find *f, long long id)
{
	unsigned int objects = 0;
	struct table t;
	enum exit_code code = objects_open(f->q, &t, f->kind->table, id);

	if (code)
		return code;
	while (table_next(&t) == PARSE_ROW) {
		objects += t.reader.row.id == f->kind->head;
		if (t.at_object && objects > 1)
			break;
		take_row(f, &t.reader.row);
	}
	end_object(f);
	return objects_close(f->q, &t);
}

typedef VEC(__s32) ids;

static enum exit_code list_ids(struct find *f, ids *found)
{
	const struct parse_row *row;
	struct table t;
	enum exit_code code = objects_open(f->q, &t, f->kind->lists[VIEW_LIST].table, -1);

	if (code)
		return code;
	row = &t.reader.row;
	while (table_next(&t) == PARSE_ROW)
		if (row->id == f->kind->head && object_is(f->kind, &row->u, f->op))
			*vec_add(found) = sysv_of(&row->u).id;
	return objects_close(f->q, &t);
}

/* The list tells cheaply which objects there are; only those are read whole. */
static enum exit_code find_listed(struct find *f)
{
	ids found = { 0 };
	enum exit_code code = list_ids(f, &found);

	for (size_t i = 0; i < found.nr; i++)
		code = worse(code, read_objects(f, found.v[i]));
	vec_free(&found);
	return code;
}

/* Whether the source tells of a kind that has names; a folder may have recorded others only. */
static bool is_told(const struct query *q, const struct kind *kind)
{
	const char *own = strchr(kind->table, '/') + 1;

	return kind->by_proc ? objects_told(q, kind)
			     : source_finds(q->source, objects_of_all(q) ? kind->table : own);
}

/* The name may be that of an object that is not told; the code of that. */
static enum exit_code tell_missing(const struct query *q, const struct operand *op)
{
	if (q->source->lacks) {
		source_tell_lacks(q->source);
		return q->source->lacks_code;
	}
	warn_user("not every kind of POSIX object was recorded: %s may be there", op->word);
	return EXIT_MODULE;
}

enum exit_code explain_find(const struct query *q, const struct operand *op, explain_found found,
			    void *ctx)
{
	struct find f = { .q = q, .op = op, .found = found, .ctx = ctx };
	enum exit_code code = EXIT_OK;
	bool missing = false;

	for (size_t i = 0; i < nr_kinds; i++) {
		f.kind = kinds[i];
		if (!f.kind->name != (op->by != BY_NAME))
			continue;
		f.inum = 0;
		if (f.kind->name && !is_told(q, f.kind))
			missing = true;
		else if (q->source->live && !objects_of_all(q) && !f.kind->name)
			code = worse(code, find_listed(&f));
		else
			code = worse(code, read_objects(&f, -1));
	}
	return missing && !f.nr ? worse(code, tell_missing(q, op)) : code;
}
