/* SPDX-License-Identifier: GPL-2.0 */
/* How something is measured: one of the words in the table's column of that name. */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include "bench/bench_row.h"
#include "bench/bench_world.h"

struct bench_how {
	const char *word, *unit;
	/* The figure of one, of what a cell of the table names. NULL: there is measure. */
	double (*once)(const char *what);
	unsigned int rounds;
	bool by_clock;
	/* Dies if the peer's answer is wrong. NULL: it is taken as it is. */
	void (*expect)(const char *peer);
	/* Both figures at once, for what is no matter of one after the other. */
	void (*measure)(const struct bench_row *row, struct bench_figures *f);
};

/* Each ends with one whose word is NULL. */
extern const struct bench_how bench_cost[];    /* of commands and of reading files */
extern const struct bench_how bench_module[];  /* the module itself */
extern const struct bench_how bench_observe[]; /* who is watched while files are read */

/* Reads a file, below ipcdbg/ unless its path is whole, to its end. Dies if it cannot. */
void bench_read(const char *path);

/* The middle one of n values, which are sorted. */
double bench_median(double *values, unsigned int n);

/* What has its control off is measured anew, so often in all. */
#define BENCH_TRIES 3

/* Whether of two figures of the same thing the one over the other says that nothing is known. */
bool bench_control_off(double again, bool by_clock);

#endif
