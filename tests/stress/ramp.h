/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Very many of something: all of them are told, twice as many take twice as long, and no read() is
 * long. Times are compared with bounds, so instructions are to be counted (run.sh -I).
 */
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

/*
 * Up to n of them, an even number; false (complained) if a file is not complete or not linear, or
 * one read() of it takes more than 100 ms.
 */
bool ramp_climb(const struct ramp *ramp, unsigned int n);

/* There is memory for n that take that many KiB each, or soon will be. Complains. */
bool ramp_has_room(const char *what, unsigned int n, unsigned int kib);

/* The rows of that record are those with these n ids, in this order. Complains. */
#define RAMP_HAS_IDS(r, record, field, ids, n) \
	ramp_has_ids(r, IPCDBG_R_##record, IPCDBG_F_##record##_##field, ids, n)
bool ramp_has_ids(const struct rows *r, enum ipcdbg_record_id record, unsigned int field,
		  const int *ids, unsigned int n);

#endif
