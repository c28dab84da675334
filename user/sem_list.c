// SPDX-License-Identifier: GPL-2.0
/* 'ipcdbg -s': the list of ipcs, with columns at its right, row by row. */
#include "sem.h"

#include "column.h"
#include "ipcs.h"
#include "output.h"
#include "user.h"

/* A row of the list. */
struct list_row {
	bool as_ipcs; /* print the bytes that ipcs does */
	__u32 inum;
	const struct ipcdbg_set *set;
};

static void list_ns(struct text *t, const void *row)
{
	text_addf(t, "%u", ((const struct list_row *)row)->inum);
}

static void list_key(struct text *t, const void *row)
{
	text_addf(t, "0x%08x", ((const struct list_row *)row)->set->key);
}

static void list_semid(struct text *t, const void *row)
{
	text_addf(t, "%d", ((const struct list_row *)row)->set->semid);
}

static void list_owner(struct text *t, const void *row)
{
	const struct list_row *r = row;

	text_add_user(t, r->set->uid, r->as_ipcs);
}

static void list_perms(struct text *t, const void *row)
{
	text_addf(t, "%o", ((const struct list_row *)row)->set->mode & 0777);
}

static void list_nsems(struct text *t, const void *row)
{
	text_addf(t, "%d", ((const struct list_row *)row)->set->nsems);
}

static void list_waiters(struct text *t, const void *row)
{
	const struct ipcdbg_set *set = ((const struct list_row *)row)->set;

	if (IPCDBG_HAS(set, set, waiters))
		text_addf(t, "%u", set->waiters);
	else
		text_addf(t, "-");
}

static void list_holders(struct text *t, const void *row)
{
	const struct ipcdbg_set *set = ((const struct list_row *)row)->set;

	if (IPCDBG_HAS(set, set, holders))
		text_addf(t, "%u", set->holders);
	else
		text_addf(t, "-");
}

/* The namespace, what ipcs has, what it has not. */
#define NS_COLUMN 0
#define IPCS_COLUMNS 1
#define NR_IPCS_COLUMNS 5
#define NR_COLUMNS 7

static struct column list_columns[1 + NR_COLUMNS] = {
	[NS_COLUMN] = { .name = "ns", .fill = list_ns },
	[IPCS_COLUMNS] = { .name = "key", .fill = list_key },
	{ .name = "semid", .fill = list_semid },
	{ .name = "owner", .cut = true, .fill = list_owner },
	{ .name = "perms", .fill = list_perms },
	{ .name = "nsems", .fill = list_nsems },
	{ .name = "waiters", .fill = list_waiters },
	{ .name = "holders", .fill = list_holders },
};

enum exit_code sem_list_text(const struct query *q)
{
	const struct column *cols = list_columns + (q->all ? NS_COLUMN : IPCS_COLUMNS);
	size_t nr = (q->format == FORMAT_IPCS ? NR_IPCS_COLUMNS : NR_COLUMNS) + q->all;
	struct list_row row = { .as_ipcs = q->format == FORMAT_IPCS };
	struct table t;
	enum exit_code code;

	code = sem_table_open(q, &t, "all/list/sem", -1);
	if (code)
		return code;
	ipcs_sem_title(q->out);
	list_heading(q->out, cols, nr, ipcs_word);
	while (!output_failed(q->out) && table_next(&t) == PARSE_ROW) {
		if (t.reader.row.id == IPCDBG_R_namespace)
			row.inum = t.reader.row.u.namespace.inum;
		if (t.reader.row.id != IPCDBG_R_set || !sem_wanted_ns(q, row.inum))
			continue;
		row.set = &t.reader.row.u.set;
		list_row(q->out, cols, nr, &row);
	}
	if (table_result(&t) == EXIT_OK)
		fputs("\n", q->out);
	return sem_table_finish(q, &t);
}
