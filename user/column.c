// SPDX-License-Identifier: GPL-2.0
/*
 * By hand: a row costs libsmartcols, which looks at each byte of a cell as a wide character several
 * times, ten times as much, and there is one for each of thousands of tasks that wait. Cells are
 * printable ASCII, so a byte is a column.
 */
#include "column.h"

#include <stdlib.h>
#include <string.h>

#include "ipcdbg.h"

struct aligned {
	FILE *out;
	VEC(const struct column *) cols;
	VEC(size_t) widths;
	struct text cells; /* all of them, one behind the other */
	VEC(size_t) ends;  /* where each of them ends in cells */
	struct text cell;
};

struct aligned *aligned_new(FILE *out, const struct column *cols, size_t nr)
{
	struct aligned *a = calloc(1, sizeof(*a));

	if (!a)
		die(EXIT_IO, "out of memory");
	a->out = out;
	aligned_extend(a, cols, nr);
	return a;
}

void aligned_extend(struct aligned *a, const struct column *cols, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		*vec_add(&a->cols) = &cols[i];
		*vec_add(&a->widths) = strlen(cols[i].name);
	}
}

void aligned_add(struct aligned *a, const void *row)
{
	for (size_t i = 0; i < a->cols.nr; i++) {
		text_clear(&a->cell);
		a->cols.v[i]->fill(&a->cell, row);
		if (a->cell.len > a->widths.v[i])
			a->widths.v[i] = a->cell.len;
		text_add_bytes(&a->cells, a->cell.s, a->cell.len);
		*vec_add(&a->ends) = a->cells.len;
	}
}

/* The last column is not filled up with blanks. */
static void add_cell(struct text *line, const struct aligned *a, size_t i, const char *s,
		     size_t len)
{
	size_t blanks = a->widths.v[i] - len;
	bool last = i + 1 == a->cols.nr;

	text_add_blanks(line, a->cols.v[i]->right ? blanks : 0);
	text_add_bytes(line, s, len);
	text_add_blanks(line, a->cols.v[i]->right || last ? 0 : blanks);
	text_addc(line, last ? '\n' : ' ');
}

static void print_line(struct aligned *a)
{
	fwrite(a->cell.s, 1, a->cell.len, a->out);
	text_clear(&a->cell);
}

void aligned_print(struct aligned *a)
{
	size_t nr = a->cols.nr, start = 0;

	text_clear(&a->cell);
	for (size_t i = 0; i < nr && a->ends.nr; i++)
		add_cell(&a->cell, a, i, a->cols.v[i]->name, strlen(a->cols.v[i]->name));
	print_line(a);
	for (size_t i = 0; i < a->ends.nr; i++) {
		add_cell(&a->cell, a, i % nr, a->cells.s + start, a->ends.v[i] - start);
		start = a->ends.v[i];
		if (i % nr + 1 == nr)
			print_line(a);
	}
	vec_free(&a->cols);
	vec_free(&a->widths);
	vec_free(&a->ends);
	text_free(&a->cells);
	text_free(&a->cell);
	free(a);
}
