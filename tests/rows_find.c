// SPDX-License-Identifier: GPL-2.0
/* Looking things up in rows. */
#include "rows.h"
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int rows_next(const struct rows *r, enum ipcdbg_record_id record, int parent, int at)
{
	unsigned int i = at < 0 ? (unsigned int)(parent + 1) : (unsigned int)(at + 1);

	for (; i < r->nr; i++) {
		if (parent >= 0 && r->row[i].depth <= r->row[parent].depth)
			break;
		if (r->row[i].record == record && r->row[i].parent == parent)
			return i;
	}
	return -1;
}

unsigned int rows_count(const struct rows *r, enum ipcdbg_record_id record, int parent)
{
	unsigned int n = 0;
	int i = -1;

	while ((i = rows_next(r, record, parent, i)) >= 0)
		n++;
	return n;
}

int rows_find(const struct rows *r, int namespace, enum ipcdbg_record_id record, unsigned int field,
	      int64_t number)
{
	unsigned int i;

	for (i = namespace < 0 ? 0 : namespace + 1; i < r->nr; i++) {
		if (namespace >= 0 && r->row[i].record == IPCDBG_R_namespace)
			break;
		if (r->row[i].record == record && row_number(r, i, record, field) == number)
			return i;
	}
	return -1;
}

int rows_set(const struct rows *r, int namespace, int semid)
{
	return ROWS_FIND(r, namespace, set, semid, semid);
}

int rows_sem(const struct rows *r, int set, int semnum)
{
	int i = -1;

	while ((i = rows_next(r, IPCDBG_R_sem, set, i)) >= 0)
		if (ROW_NUM(r, i, sem, semnum) == semnum)
			return i;
	return -1;
}

const char *row_text(const struct rows *r, int i, enum ipcdbg_record_id record, unsigned int field)
{
	if (i < 0 || i >= (int)r->nr || r->row[i].record != record)
		die("the test looks into row %d as if it were a %s", i,
		    ipcdbg_records[record].word);
	return r->row[i].values[field].text;
}

int64_t row_number(const struct rows *r, int i, enum ipcdbg_record_id record, unsigned int field)
{
	const char *text = row_text(r, i, record, field);

	if (!text)
		die("line %d has no %s", i + 1, ipcdbg_records[record].fields[field].name);
	if (ipcdbg_records[record].fields[field].type == IPCDBG_T_OCT)
		return strtoll(text, NULL, 8);
	return *text == '-' ? strtoll(text, NULL, 10) : (int64_t)strtoull(text, NULL, 0);
}

static unsigned int field_named(const struct rows *r, int i, const char *name)
{
	const struct ipcdbg_record *rec = &ipcdbg_records[r->row[i].record];
	unsigned int field;

	for (field = 0; field < rec->nr_fields; field++)
		if (!strcmp(rec->fields[field].name, name))
			return field;
	die("a %s has no field %s", rec->word, name);
}

const char *row_named_text(const struct rows *r, int i, const char *name)
{
	return row_text(r, i, r->row[i].record, field_named(r, i, name));
}

int64_t row_named_number(const struct rows *r, int i, const char *name)
{
	return row_number(r, i, r->row[i].record, field_named(r, i, name));
}

static char *copy_masked(const struct rows *r, const struct row *row, size_t end, char *to)
{
	const struct ipcdbg_record *rec = &ipcdbg_records[row->record];
	size_t from = row->start;
	unsigned int i;

	for (i = 0; i < rec->nr_fields; i++) {
		const char *value = row->values[i].text;
		size_t at;

		if (!value || !(rec->fields[i].flags & IPCDBG_VOLATILE))
			continue;
		at = value - r->cut;
		memcpy(to, r->text + from, at - from);
		to += at - from;
		*to++ = '*';
		from = at + strlen(value);
	}
	memcpy(to, r->text + from, end - from);
	return to + (end - from);
}

char *rows_masked(const struct rows *r)
{
	char *out = malloc(2 * r->len + 1);
	char *to = out;
	unsigned int i;

	if (!out)
		die("out of memory");
	for (i = 0; i < r->nr; i++)
		to = copy_masked(r, &r->row[i], i + 1 < r->nr ? r->row[i + 1].start : r->len, to);
	*to = 0;
	return out;
}
