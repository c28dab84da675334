/* SPDX-License-Identifier: GPL-2.0 */
/* The columns UNIT and ARGS, for the right end of tables of threads and processes. */
#ifndef PROC_COLUMNS_H
#define PROC_COLUMNS_H

#include <linux/types.h>

#include "column.h"

/* How many of the columns below there are: none where /proc does not tell. */
size_t nr_fact_columns(void);

#define NR_FACT_COLUMNS 2
extern const struct column waiter_fact_columns[NR_FACT_COLUMNS];  /* of a struct waiter */
extern const struct column process_fact_columns[NR_FACT_COLUMNS]; /* of a struct process */

/* Cells of a thread: '-' if /proc tells nothing of it. */
void text_add_unit_of(struct text *t, int tid, __u64 start_ns);
void text_add_args_of(struct text *t, int tid, __u64 start_ns);

#endif
