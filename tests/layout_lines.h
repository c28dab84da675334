/* SPDX-License-Identifier: GPL-2.0 */
/* The names of kmod/layout_fields.h: what the module looks for in BTF, on whichever kernel. */
#ifndef TESTS_LAYOUT_LINES_H
#define TESTS_LAYOUT_LINES_H

#include <stdbool.h>

struct layout_line {
	const char *s, *member; /* member NULL: the size of the struct */
	bool is_public;		/* from a header, so compared with what was compiled in */
};

extern const struct layout_line layout_lines[];
extern const unsigned int nr_layout_lines;

#endif
