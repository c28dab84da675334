/* SPDX-License-Identifier: GPL-2.0 */
/* The layout that kmod/layout.c resolved, kept and held against a second reader of the file. */
#ifndef FUZZ_LAYOUT_CHECK_H
#define FUZZ_LAYOUT_CHECK_H

#include <stddef.h>
#include "layout_host.h"

#define LAYOUT_LINES_MAX 400

struct layout_copy {
	u64 digest;
	unsigned int nr;
	struct host_row row[LAYOUT_LINES_MAX];
};

void layout_copy(struct layout_copy *copy, const struct layout_host *host);
bool layout_same(const struct layout_copy *a, const struct layout_copy *b);

/*
 * Whether every line stands in that file as it was resolved: inside its struct, of the kind that
 * was wanted, aligned; and what is left out is not there. Says on stderr which does not.
 */
bool layout_is_in(const struct layout_copy *copy, const void *data, size_t len);

#endif
