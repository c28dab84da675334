/* SPDX-License-Identifier: GPL-2.0 */
/* A BTF file that kmod/btf.c has been given, and what became of it. */
#ifndef TESTS_BTF_PARSED_H
#define TESTS_BTF_PARSED_H

#include "btf.h"
#include "btf_write.h"

struct parsed {
	struct btf_blob blob;
	struct btf_error err;
	unsigned char *file;
	u32 *index;
	int ret; /* of btf_parse() */
};

/* Takes the malloced file over. */
void parse_bytes(struct parsed *p, unsigned char *file, size_t size);
void parse_written(struct parsed *p, const struct btf_writer *w);
void release(struct parsed *p);

/* btf_find_structs() of one, and btf_find_member() of it. */
int find_struct(struct parsed *p, const char *name, u32 *id, u32 *size);
int find_member(struct parsed *p, const char *name, const char *member, const struct btf_want *want,
		struct btf_place *m);

/* One type of each kind, then struct sem { int; int val; }. */
void write_all_kinds(struct btf_writer *w);

#endif
