// SPDX-License-Identifier: GPL-2.0
#include "stress/stable_check.h"

#include <stdarg.h>
#include <stdio.h>

bool stable_bad_row(const struct rows *r, int row, const char *fmt, ...)
{
	const char *line = r->text + r->row[row].start;
	char what[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	return complain("line %d: %s: %.*s", row + 1, what, (int)strcspn(line, "\n"), line);
}

bool stable_is_object(const struct rows *r, int row)
{
	switch (r->row[row].record) {
	case IPCDBG_R_set:
	case IPCDBG_R_segment:
	case IPCDBG_R_queue:
	case IPCDBG_R_mqueue:
		return true;
	default:
		return false;
	}
}

bool stable_after(const struct rows *r, int ns, unsigned int inum)
{
	while ((ns = rows_next(r, IPCDBG_R_namespace, -1, ns)) >= 0)
		if (ROW_NUM(r, ns, namespace, inum) == inum)
			return true;
	return false;
}

bool stable_has_truncated(const struct rows *r, int row)
{
	return rows_next(r, IPCDBG_R_truncated, row, -1) >= 0;
}

int stable_next(const struct rows *r, int ns, int row, enum ipcdbg_record_id record,
		unsigned int field, int64_t number)
{
	unsigned int i;

	for (i = (row < 0 ? ns : row) + 1; i < r->nr; i++) {
		if (r->row[i].record == IPCDBG_R_namespace)
			break;
		if (r->row[i].record == record && row_number(r, i, record, field) == number)
			return i;
	}
	return -1;
}

bool stable_check_perm(const struct stable *w, const struct rows *r, int row, key_t key)
{
	bool ok = true;

	CHECK("key", (uint32_t)key, row_named_number(r, row, "key"));
	CHECK("mode", 0600 | w->mark, row_named_number(r, row, "mode"));
	CHECK("uid", 0, row_named_number(r, row, "uid"));
	CHECK("gid", 0, row_named_number(r, row, "gid"));
	CHECK("cuid", 0, row_named_number(r, row, "cuid"));
	CHECK("cgid", 0, row_named_number(r, row, "cgid"));
	return ok;
}
