/* SPDX-License-Identifier: GPL-2.0 */
/* Tables of columns, each as wide as its widest cell. */
#ifndef COLUMN_H
#define COLUMN_H

#include <stdbool.h>
#include <stdio.h>

#include "text.h"

struct column {
	const char *name;
	bool right;				       /* aligned to the right */
	void (*fill)(struct text *t, const void *row); /* adds one line of printable ASCII */
};

/* A table whose columns are as wide as their widest cell; all of it is in memory. */
struct aligned;
struct aligned *aligned_new(FILE *out, const struct column *cols, size_t nr);
/* More columns, at the right; before the first row. Every column gets the same row. */
void aligned_extend(struct aligned *a, const struct column *cols, size_t nr);
void aligned_add(struct aligned *a, const void *row);
/* Prints and frees it. */
void aligned_print(struct aligned *a);

#endif
