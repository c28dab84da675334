/* SPDX-License-Identifier: GPL-2.0 */
/* Spoils a BTF file in one place, by the numbers of random.h: a fuzzer's and a test's damage. */
#ifndef TESTS_BTF_MUTATE_H
#define TESTS_BTF_MUTATE_H

#include <stddef.h>
#include "btf_types.h"

struct mutation {
	const struct types *t; /* of the file before */
	unsigned char *data;   /* the file, in room for max bytes */
	size_t len, max;
	uint32_t id;	 /* the type it is about */
	uint32_t member; /* and the member, if that is a struct or union that has any */
};

/* Changes data and perhaps len. Returns what was done, in a few words. */
const char *btf_mutate(struct mutation *m);

/* Chooses a type and a member of it among all. */
void btf_mutate_anything(struct mutation *m);

/*
 * Writes the strings before the types, if they are behind them, so that the types end with the file
 * and what reads past them past it.
 */
void btf_types_last(unsigned char *data, size_t *len, size_t max);

/* Gives the bytes a header that fits them, so that what is wrong lies behind it. */
void btf_mend_header(unsigned char *data, size_t len);

#endif
