/* SPDX-License-Identifier: GPL-2.0 */
/* Rows of tasks that wait in a line, against who stands in it. Complains. */
#ifndef TESTS_COMPARE_LINE_H
#define TESTS_COMPARE_LINE_H

#include "cast.h"
#include "rows.h"

struct line_check {
	const struct cast *cast;
	const struct rows *rows;
	uint64_t t0, t1; /* monotonic times between which the rows were read */
	/* What a row of a task says of its call. */
	bool (*call)(const struct line_check *check, int row, int task);
	const void *model; /* for call */
};

/*
 * The rows of that record below parent are the tasks of the line, each once and in its place; with
 * any_order in whatever order.
 */
bool compare_line(const struct line_check *check, int parent, enum ipcdbg_record_id record,
		  const struct line *line, bool any_order);

#endif
