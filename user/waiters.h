/* SPDX-License-Identifier: GPL-2.0 */
/* 'ipcdbg waiters': every blocked task, whichever kind of object it waits for. */
#ifndef WAITERS_H
#define WAITERS_H

#include "look.h"

/* What a row of the table is made of. */
struct waiter_row {
	const struct look *l;
	const struct graph_task *task;
	char change; /* + since the look before, - gone since, = neither; 0: only one look */
};

/* The columns and data of the table: no kind of object, and not in kinds[]. */
extern const struct kind waiters_kind;

/* Tasks that are asked for, longest wait first, as indices of the graph's. */
struct waiters {
	VEC(size_t) tasks;
};

void waiters_choose(struct waiters *w, const struct look *l, const struct query *q);

enum exit_code waiters_command(const struct query *q, char **words);

#endif
