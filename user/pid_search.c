// SPDX-License-Identifier: GPL-2.0
/* Goes through a table, row by row, and tells of those that name the process. */
#include <stdlib.h>

#include "field.h"
#include "object.h"
#include "output.h"
#include "pid.h"
#include "proc_facts.h"

struct walk {
	struct pid_search *s;
	const struct kind *kind;
	__u32 inum;
	struct parse_row path[READER_DEPTH_MAX];
	bool open; /* rows that come next may be below the fact */
	struct pid_fact fact;
};

/* The number in a field, 0 if there is none. */
static __s64 number_in(const struct parse_row *row, int field)
{
	if (field < 0 || !field_present(row->id, field, &row->u))
		return 0;
	return field_signed(&ipcdbg_records[row->id].fields[field], &row->u);
}

static bool is_ours(const struct pid_search *s, const struct parse_row *row)
{
	const struct pid_shape *shape = pid_shape(row->id);

	return number_in(row, shape->pid) == s->pid || number_in(row, shape->tid) == s->pid;
}

/* A thread may be remembered by its own number. */
static bool is_remembered(const struct pid_search *s, const struct parse_row *row, int field)
{
	__s64 number = number_in(row, field);

	return number == s->pid || (s->leads && number > 0 && proc_is_thread(s->pid, number));
}

static void tell(struct walk *w)
{
	if (!w->open)
		return;
	w->s->found++;
	w->s->tell(w->s, &w->fact);
	w->open = false;
}

static void begin_fact(struct walk *w, const struct parse_row *row, enum pid_sort sort, int field)
{
	w->fact.sort = sort;
	w->fact.inum = w->inum;
	w->fact.depth = row->depth;
	w->fact.field = field;
	w->fact.below.nr = 0;
	w->open = true;
}

static void look_at(struct walk *w, const struct parse_row *row)
{
	const struct pid_shape *shape = pid_shape(row->id);

	for (unsigned int i = 0; i < ipcdbg_records[row->id].nr_fields; i++)
		if (shape->remembered >> i & 1 && is_remembered(w->s, row, i)) {
			begin_fact(w, row, PID_REMEMBERED, i);
			tell(w);
		}
	if (is_ours(w->s, row))
		begin_fact(w, row, shape->blocked_ns >= 0 ? PID_WAITS : PID_HAS, shape->pid);
}

static void take_row(struct walk *w, const struct parse_row *row)
{
	if (w->open && row->depth > w->fact.depth) {
		*vec_add(&w->fact.below) = *row;
		return;
	}
	tell(w);
	if (row->id == IPCDBG_R_namespace)
		w->inum = row->u.namespace.inum;
	w->path[row->depth] = *row;
	if (w->path[0].id == w->kind->head && objects_wanted(w->s->q, w->inum))
		look_at(w, row);
}

enum exit_code pid_search(struct pid_search *s, const struct kind *kind)
{
	struct walk *w;
	struct table t;
	enum exit_code code = objects_open(s->q, &t, kind->table, -1);

	s->broken |= code != EXIT_OK;
	if (code)
		return code;
	s->header = t.reader.header;
	w = calloc(1, sizeof(*w));
	if (!w)
		die(EXIT_IO, "out of memory");
	*w = (struct walk){ .s = s, .kind = kind };
	w->fact.kind = kind;
	w->fact.path = w->path;
	while (!output_failed(s->q->out) && table_next(&t) == PARSE_ROW)
		take_row(w, &t.reader.row);
	tell(w);
	vec_free(&w->fact.below);
	free(w);
	s->broken |= table_result(&t) != EXIT_OK;
	s->incomplete |= t.reader.cut_rows || t.reader.gone_objects;
	return objects_close(s->q, &t);
}
