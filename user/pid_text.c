// SPDX-License-Identifier: GPL-2.0
/* What a process has to do with objects, as a table for each sort of fact. */
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "object.h"
#include "pid.h"
#include "proc_facts.h"
#include "task.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* A row of a table: the fact, or a row below it. */
struct cell_row {
	const struct pid_search *s;
	const struct pid_fact *f;
	const struct parse_row *below;
};

static const struct pid_fact *fact_of(const void *row)
{
	const struct cell_row *r = row;

	return r->below ? NULL : r->f;
}

static void fact_ns(struct text *t, const void *row)
{
	if (fact_of(row))
		text_addf(t, "%u", fact_of(row)->inum);
}

static void fact_object(struct text *t, const void *row)
{
	const struct pid_fact *f = fact_of(row);
	struct object o;

	if (!f)
		return;
	o.kind = f->kind;
	o.head = f->path[0].u;
	object_add_name(t, &o);
}

static void fact_tid(struct text *t, const void *row)
{
	const struct pid_fact *f = fact_of(row);
	int tid = f ? pid_shape(pid_row(f)->id)->tid : -1;

	if (!f)
		return;
	if (tid >= 0)
		text_add_field(t, &ipcdbg_records[pid_row(f)->id].fields[tid], &pid_row(f)->u);
	else
		text_addc(t, '-');
}

static void fact_state(struct text *t, const void *row)
{
	if (fact_of(row) && !text_add_pid_state(t, fact_of(row)))
		text_addc(t, '-');
}

static void fact_wait(struct text *t, const void *row)
{
	const struct pid_fact *f = fact_of(row);
	const struct parse_row *r = f ? pid_row(f) : NULL;
	int blocked = r ? pid_shape(r->id)->blocked_ns : -1;

	if (!f)
		return;
	if (field_present(r->id, blocked, &r->u))
		text_add_duration(t, field_unsigned(&ipcdbg_records[r->id].fields[blocked], &r->u));
	else
		text_addc(t, '-');
}

#define ABOVE " above"

/* Helps tell of the object above, and at their end of numbers that are not there. */
static void add_help(struct text *t, const char *help)
{
	const char *end = strchr(help, ';'), *zero = strstr(help, ", 0 "), *above;

	if (!end)
		end = help + strlen(help);
	if (zero && zero < end)
		end = zero;
	while ((above = strstr(help, ABOVE)) && above < end) {
		text_addf(t, "%.*s", (int)(above - help), help);
		help = above + strlen(ABOVE);
	}
	text_addf(t, "%.*s", (int)(end - help), help);
}

static const char *skip(const char *help, const char *start)
{
	return strncmp(help, start, strlen(start)) ? help : help + strlen(start);
}

static void add_record_help(struct text *t, const char *help)
{
	help = skip(skip(help, "a task "), "a process ");
	add_help(t, skip(help, "that "));
}

static void fact_help(struct text *t, const void *row)
{
	const struct pid_fact *f = fact_of(row);
	const struct ipcdbg_record *r = f ? &ipcdbg_records[pid_row(f)->id] : NULL;

	if (!f)
		return;
	if (f->sort == PID_REMEMBERED)
		add_help(t, r->fields[f->field].help);
	else
		add_record_help(t, r->help);
	if (pid_is_former(f) && ((const struct cell_row *)row)->s->exists)
		text_addf(t, " (an earlier one of that number)");
}

/* "semnum=0 semval=1", of the fields in the mask that are there. */
static void add_fields(struct text *t, const struct parse_row *row, __u64 mask)
{
	const struct ipcdbg_record *r = &ipcdbg_records[row->id];

	for (unsigned int i = 0; i < r->nr_fields; i++) {
		if (!(mask & row->u.present & (1ULL << i)))
			continue;
		text_addf(t, "%s%s=", t->len ? " " : "", r->fields[i].name);
		text_add_field(t, &r->fields[i], &row->u);
	}
}

/* Fields that have columns, or that say nothing to a reader. */
static __u64 told_elsewhere(enum ipcdbg_record_id id)
{
	static const char *const names[] = { "pid",   "tid",	  "comm",     "uid",
					     "state", "start_ns", "switches", "blocked_ns" };
	const struct ipcdbg_record *r = &ipcdbg_records[id];
	__u64 mask = 0;

	for (unsigned int i = 0; i < r->nr_fields; i++)
		for (size_t j = 0; j < NR(names); j++)
			if (!strcmp(r->fields[i].name, names[j]))
				mask |= 1ULL << i;
	return mask;
}

static void fact_details(struct text *t, const void *row)
{
	const struct cell_row *r = row;
	const struct pid_fact *f = r->f;

	if (r->below) {
		text_addf(t, "%s", ipcdbg_records[r->below->id].word);
		add_fields(t, r->below, ~0ULL);
		return;
	}
	for (unsigned int i = 1; i < f->depth; i++)
		add_fields(t, &f->path[i], pid_needed(f->path[i].id));
	if (f->sort != PID_REMEMBERED)
		add_fields(t, pid_row(f), ~told_elsewhere(pid_row(f)->id));
	else if (f->depth)
		add_fields(t, pid_row(f), pid_needed(pid_row(f)->id));
}

static const struct column ns_column = { .name = "NS", .right = true, .fill = fact_ns };

#define OBJECT                                        \
	{                                             \
		.name = "OBJECT", .fill = fact_object \
	}
#define TID                                                    \
	{                                                      \
		.name = "TID", .right = true, .fill = fact_tid \
	}
#define STATE                                       \
	{                                           \
		.name = "STATE", .fill = fact_state \
	}
#define FACT                                      \
	{                                         \
		.name = "FACT", .fill = fact_help \
	}
#define DETAILS                                         \
	{                                               \
		.name = "DETAILS", .fill = fact_details \
	}

static const struct column waits_columns[] = {
	OBJECT, TID, STATE, { .name = "WAIT", .right = true, .fill = fact_wait }, FACT, DETAILS,
};
static const struct column has_columns[] = { OBJECT, TID, STATE, FACT, DETAILS };
static const struct column remembered_columns[] = { OBJECT, STATE, FACT, DETAILS };

static const struct sort {
	const char *title;
	const struct column *columns;
	size_t nr;
} sorts[PID_SORTS] = {
	[PID_WAITS] = { "Waits", waits_columns, NR(waits_columns) },
	[PID_HAS] = { "Has", has_columns, NR(has_columns) },
	[PID_REMEMBERED] = { "Remembered", remembered_columns, NR(remembered_columns) },
};

/* A table is begun with its first row. */
struct tables {
	struct aligned *of[PID_SORTS];
};

static void *text_begin(const struct pid_search *s)
{
	struct tables *tables = calloc(1, sizeof(*tables));

	(void)s;
	if (!tables)
		die(EXIT_IO, "out of memory");
	return tables;
}

static struct aligned *table_of(const struct pid_search *s, enum pid_sort sort)
{
	struct tables *tables = s->view;
	struct aligned *a = tables->of[sort];

	if (a)
		return a;
	a = aligned_new(s->q->out, &ns_column, objects_of_all(s->q));
	aligned_extend(a, sorts[sort].columns, sorts[sort].nr);
	return tables->of[sort] = a;
}

static void text_tell(struct pid_search *s, const struct pid_fact *f)
{
	struct aligned *a = table_of(s, f->sort);
	struct cell_row row = { s, f, NULL };

	aligned_add(a, &row);
	for (size_t i = 0; i < f->below.nr; i++) {
		row.below = &f->below.v[i];
		aligned_add(a, &row);
	}
}

static void print_process(FILE *out, const struct pid_search *s)
{
	const struct proc_facts *facts = proc_look_up_whole(s->pid, proc_start_ns(s->pid));
	struct text t = { 0 };

	text_addf(&t, "pid %d", s->pid);
	if ((s->q->source->live || proc_usable()) && !s->exists)
		text_addf(&t, ": there is no such process");
	if (facts && facts->comm) {
		text_addf(&t, " (");
		text_add_name(&t, facts->comm);
		text_addf(&t, ")");
	}
	if (facts && facts->cgroup) {
		text_addf(&t, " in ");
		text_add_unit(&t, facts->cgroup);
	}
	if (facts && facts->args) {
		text_addf(&t, "\n");
		text_add_args(&t, facts);
	}
	fprintf(out, "\n%s\n\n", t.s);
	text_free(&t);
}

static void text_end(struct pid_search *s)
{
	struct tables *tables = s->view;
	FILE *out = s->q->out;

	if (s->exists || s->found)
		print_process(out, s);
	for (size_t i = 0; i < PID_SORTS; i++) {
		if (!tables->of[i])
			continue;
		fprintf(out, "------ %s --------\n", sorts[i].title);
		aligned_print(tables->of[i]);
		fputs("\n", out);
	}
	if (s->exists && !s->found && !s->broken && !s->incomplete)
		fprintf(out, "no object of %s ipc namespace names it\n\n",
			s->q->all    ? "any"
			: s->entered ? "its"
				     : "this");
	free(tables);
}

const struct pid_view pid_text = { text_begin, text_tell, text_end };
