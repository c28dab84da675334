/* SPDX-License-Identifier: GPL-2.0 */
/* Whether two runs of one command told the same. */
#ifndef TESTS_ALIKE_H
#define TESTS_ALIKE_H

#include <stdbool.h>

/*
 * But for times, what their width does to columns, and the order of lines, which in some lists is
 * by times. The process that was run has a number of its own, which counts as the same.
 */
bool alike(const char *a, int pid_a, const char *b, int pid_b);

/* But for all numbers: for what tells of the run itself, with its addresses. Lines in order. */
bool alike_but_numbers(const char *a, const char *b);

/* A line of a text that, times apart, is not in another; NULL: each is. Malloced. */
char *line_of_one(const char *a, int pid_a, const char *b, int pid_b);

#endif
