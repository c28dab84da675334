// SPDX-License-Identifier: GPL-2.0
#include "column.h"

#include <stdlib.h>

#include <libsmartcols/libsmartcols.h>

#include "ipcdbg.h"

struct aligned {
	struct libscols_table *table;
	VEC(const struct column *) cols;
	struct text cell;
};

static void must(bool ok)
{
	if (!ok)
		die(EXIT_IO, "out of memory");
}

struct aligned *aligned_new(FILE *out, const struct column *cols, size_t nr)
{
	struct aligned *a = calloc(1, sizeof(*a));

	must(a);
	a->table = scols_new_table();
	must(a->table);
	scols_table_set_stream(a->table, out);
	aligned_extend(a, cols, nr);
	return a;
}

void aligned_extend(struct aligned *a, const struct column *cols, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		*vec_add(&a->cols) = &cols[i];
		must(scols_table_new_column(a->table, cols[i].name, 0,
					    cols[i].right ? SCOLS_FL_RIGHT : 0));
	}
}

void aligned_add(struct aligned *a, const void *row)
{
	struct libscols_line *line = scols_table_new_line(a->table, NULL);

	must(line);
	for (size_t i = 0; i < a->cols.nr; i++) {
		text_clear(&a->cell);
		a->cols.v[i]->fill(&a->cell, row);
		must(!scols_line_set_data(line, i, a->cell.s));
	}
}

void aligned_print(struct aligned *a)
{
	scols_print_table(a->table);
	scols_unref_table(a->table);
	vec_free(&a->cols);
	text_free(&a->cell);
	free(a);
}
