/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A second reader of BTF, plain and slow, apart from the one of kmod/btf.c: what tests cut, change
 * and compare types with. It too stands any bytes.
 */
#ifndef TESTS_BTF_TYPES_H
#define TESTS_BTF_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TYPES_LEVELS 9 /* structs in each other that a member is looked for in, as kmod/btf.c */

struct types {
	const unsigned char *data;
	size_t len;
	uint32_t strings, strings_len; /* offset in data */
	uint32_t nr;		       /* numbered from 1 */
	uint32_t *at;		       /* offset of each in data */
};

/* False if the bytes are no BTF. types_close() in any case. */
bool types_open(struct types *t, const void *data, size_t len);
void types_close(struct types *t);

/* Of type id, which is 1 to nr. Word 0 is the name, 1 the info, 2 size or type; then its tail. */
uint32_t types_word(const struct types *t, uint32_t id, uint32_t word);
uint32_t types_kind(const struct types *t, uint32_t id);
uint32_t types_vlen(const struct types *t, uint32_t id);
bool types_kflag(const struct types *t, uint32_t id);

/* How many words a type of that kind has: the head, a fixed part, and so many for each of vlen. */
uint32_t types_words(uint32_t kind, uint32_t vlen);

/* NULL for a name that lies outside the strings. */
const char *types_name(const struct types *t, uint32_t name);

bool types_is_alias(uint32_t kind); /* typedefs and qualifiers */
bool types_is_aggregate(uint32_t kind);

/* The first struct of that name, 0 if there is none. */
uint32_t types_find(const struct types *t, const char *name);

/* Without typedefs and qualifiers. 0, which is void, also for what runs in a circle. */
uint32_t types_resolve(const struct types *t, uint32_t id);
uint64_t types_size(const struct types *t, uint32_t id);

/* The way to a member: the struct, then the anonymous ones that it is inside of. */
struct types_path {
	unsigned int levels;
	struct {
		uint32_t id, member; /* which of that struct's */
	} level[TYPES_LEVELS];
	uint64_t bits; /* offset in the outermost struct */
	uint32_t type; /* as the member has it */
	bool is_bitfield;
};

bool types_find_member(const struct types *t, uint32_t id, const char *name, struct types_path *p);

#endif
