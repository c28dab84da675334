/* SPDX-License-Identifier: GPL-2.0 */
/* Very many of something: all of them are told, and twice as many take twice as long. */
#ifndef TESTS_STRESS_RAMP_H
#define TESTS_STRESS_RAMP_H

#include "rows.h"

struct ramp {
	const char *what;
	/* So that there are n of them; the second call comes with twice as many as the first. */
	void (*make)(unsigned int n);
	/* Exactly n of them are there, each right. Complains. */
	bool (*check)(const struct rows *r, unsigned int n);
	const char *files[3]; /* NULL at the end */
};

/* Up to n of them, an even number; false (complained) if a file is not complete or not linear. */
bool ramp_climb(const struct ramp *ramp, unsigned int n);

/* n, or as many as there is memory for, if each takes that many KiB; says so. */
unsigned int ramp_room(const char *what, unsigned int n, unsigned int kib);

/* The rows of that record are those with these n ids, in this order. Complains. */
#define RAMP_HAS_IDS(r, record, field, ids, n) \
	ramp_has_ids(r, IPCDBG_R_##record, IPCDBG_F_##record##_##field, ids, n)
bool ramp_has_ids(const struct rows *r, enum ipcdbg_record_id record, unsigned int field,
		  const int *ids, unsigned int n);

#endif
