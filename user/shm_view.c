// SPDX-License-Identifier: GPL-2.0
/* 'ipcdbg -m ID': the tables of remembered processes and of attachments. */
#include "shm.h"
#include "task.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* A row of the table of attachments; the mapping is NULL where there is none to show. */
struct attach_row {
	struct process process;
	const struct ipcdbg_attach *a;
	const struct ipcdbg_mapping *m;
	bool counted; /* known to be among the kernel's attachments, unless the mapping says no */
};

static const struct ipcdbg_attach *attach_of(const void *row)
{
	return ((const struct attach_row *)row)->a;
}

static const struct ipcdbg_mapping *mapping_of(const void *row)
{
	return ((const struct attach_row *)row)->m;
}

static void attach_mappings(struct text *t, const void *row)
{
	text_addf(t, "%u", attach_of(row)->mappings);
}

static void attach_address(struct text *t, const void *row)
{
	const struct ipcdbg_mapping *m = mapping_of(row);

	if (m)
		text_addf(t, "%llx-%llx", m->start, m->end);
	else
		text_addf(t, attach_of(row)->shared ? "shared" : "-");
}

static void attach_offset(struct text *t, const void *row)
{
	const struct ipcdbg_mapping *m = mapping_of(row);

	if (m && IPCDBG_HAS(mapping, m, offset))
		text_addf(t, "%llu", m->offset);
	else
		text_addf(t, "-");
}

static void attach_prot(struct text *t, const void *row)
{
	const struct ipcdbg_mapping *m = mapping_of(row);

	text_add_comm(t, m ? m->prot : "");
}

static void attach_by(struct text *t, const void *row)
{
	const struct attach_row *r = row;

	text_addf(t, "%s", !r->m || !r->counted ? "-" : r->m->foreign ? "other" : "shmat");
}

static const struct column attach_columns[] = {
	{ .name = "MAPPINGS", .right = true, .fill = attach_mappings },
	{ .name = "ADDRESS", .fill = attach_address },
	{ .name = "OFFSET", .right = true, .fill = attach_offset },
	{ .name = "PROT", .fill = attach_prot },
	{ .name = "BY", .fill = attach_by },
};

static void add_attachment(struct aligned *table, const struct shm_segment *s,
			   const struct shm_attach *a, bool counted)
{
	struct attach_row row = { PROCESS_OF(attach, &a->a), &a->a, NULL, counted };

	for (size_t i = 0; i < a->nr_mappings; i++) {
		row.m = &s->mappings.v[a->first_mapping + i];
		aligned_add(table, &row);
	}
	if (!a->nr_mappings)
		aligned_add(table, &row);
}

static void print_attachments(const struct query *q, const struct shm_segment *s)
{
	/* Without the module it goes by their number. */
	bool counted = !q->source->lacks || !object_lacks(&s->o, "attach");
	struct aligned *table;

	if (!s->attachments.nr)
		return;
	table = processes_new(q->out, "Attachments", attach_columns, NR(attach_columns));
	for (size_t i = 0; i < s->attachments.nr; i++)
		add_attachment(table, s, &s->attachments.v[i], counted);
	aligned_print(table);
	fputs("\n", q->out);
}

void shm_tables(const struct query *q, const struct object *o)
{
	const struct ipcdbg_segment *s = &o->head.segment;
	const struct last_row pids[] = {
		{ "created by", LAST_OF(segment, s, cpid) },
		{ "last shmat or shmdt", LAST_OF(segment, s, lpid) },
	};

	print_last(q->out, pids, NR(pids));
	print_attachments(q, shm_segment_of(o));
}
