/* SPDX-License-Identifier: GPL-2.0 */
/* Tables of columns, and the two ways to print rows of them. */
#ifndef COLUMN_H
#define COLUMN_H

#include <stdbool.h>
#include <stdio.h>

#include "text.h"

struct column {
	const char *name;
	bool right; /* aligned to the right; aligned tables only */
	bool cut;   /* to LIST_WIDTH; lists only */
	int width;  /* of a list's column, if other than LIST_WIDTH */
	int cell;   /* of its cells, if other than its heading's */
	void (*fill)(struct text *t, const void *row); /* adds one line of printable text */
};

/* Lists are printed row by row, each column so wide and to the left, as ipcs does it. */
#define LIST_WIDTH 10

void list_heading(FILE *out, const struct column *cols, size_t nr,
		  const char *(*translate)(const char *name));
void list_row(FILE *out, const struct column *cols, size_t nr, const void *row);

/* A table whose columns are as wide as their widest cell; all of it is in memory. */
struct aligned;
struct aligned *aligned_new(FILE *out, const struct column *cols, size_t nr);
/* More columns, at the right; before the first row. Every column gets the same row. */
void aligned_extend(struct aligned *a, const struct column *cols, size_t nr);
void aligned_add(struct aligned *a, const void *row);
/* Prints and frees it. */
void aligned_print(struct aligned *a);

#endif
