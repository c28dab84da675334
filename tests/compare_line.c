// SPDX-License-Identifier: GPL-2.0
#include "compare_line.h"
#include "check.h"
#include "compare.h"

static bool compare_task(const struct line_check *check, int row, int task)
{
	const struct cast_task *t = &check->cast->task[task];
	bool ok = compare_sleeper(check->rows, row, t->puppet->pid, t->puppet->tid);

	ok &= compare_blocked(check->rows, row, check->t0 - t->after, check->t1 - t->before);
	return check->call(check, row, task) && ok;
}

static bool stands_in(const struct line *line, int task)
{
	int i;

	for (i = 0; i < line->nr; i++)
		if (line->task[i] == task)
			return true;
	return false;
}

bool compare_line(const struct line_check *check, int parent, enum ipcdbg_record_id record,
		  const struct line *line, bool any_order)
{
	bool seen[PUPPETS_MAX] = { false };
	const struct rows *r = check->rows;
	int row = -1, n = 0, task;
	bool ok = true;

	while ((row = rows_next(r, record, parent, row)) >= 0) {
		task = cast_by_tid(check->cast, row_named_number(r, row, "tid"));
		if (n == line->nr || task < 0 || seen[task] || !stands_in(line, task) ||
		    (!any_order && task != line->task[n]))
			return complain("line %d: task %" PRId64 " is not the %d-th of %d", row + 1,
					row_named_number(r, row, "tid"), n, line->nr);
		CHECK("order", n, row_named_number(r, row, "order"));
		seen[task] = true;
		n++;
		ok &= compare_task(check, row, task);
	}
	CHECK(ipcdbg_records[record].word, line->nr, n);
	return ok;
}
