/* SPDX-License-Identifier: GPL-2.0 */
/* The table of what is measured (rows): what of it concerns the program that measures. */
#ifndef TESTS_BENCH_ROW_H
#define TESTS_BENCH_ROW_H

#include <stdbool.h>

#define BENCH_ROWS_MAX 128
#define BENCH_TEXT_MAX 96

/* What was measured of a row; each figure in the unit of how it was measured. */
struct bench_figures {
	double peer, ours;
	double again;	  /* the peer's figure once more, over the first: 1 in a quiet run */
	double low, high; /* of single slices, that ratio; 0 where there are none */
	const char *unit; /* NULL: not measured */
};

struct bench_row {
	unsigned int line; /* in the table, from 1 */
	char id[BENCH_TEXT_MAX];
	char mode[BENCH_TEXT_MAX];
	char world[BENCH_TEXT_MAX];
	char how[BENCH_TEXT_MAX];
	char peer[BENCH_TEXT_MAX]; /* "-": ours, in the first of two worlds; or none */
	char ours[BENCH_TEXT_MAX];
	struct bench_figures *f; /* in memory that processes share */
};

/*
 * The rows of a mode whose id is among the words of wanted (NULL or empty: all). Dies of a row
 * that is not whole. Returns how many.
 */
unsigned int bench_rows_read(struct bench_row *rows, const char *path, const char *mode,
			     const char *wanted);

#endif
