/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IPCDBG_BTF_H
#define IPCDBG_BTF_H

#include "pure.h"

/*
 * A reader of BTF (Documentation/bpf/btf.rst) that trusts nothing: every offset, string and type
 * number is checked against the bounds before it is followed, every chain has a limit.
 */
struct btf_blob {
	const u8 *data;
	u32 size;
	u32 types, types_end; /* offsets in data */
	u32 strings, strings_end;
	u32 nr_types; /* numbered from 1, 0 is void */
	const u32 *index; /* offset of each type in data */
};

/* Why something was refused, one line without a newline. */
struct btf_error {
	char text[192];
};

enum btf_want_kind {
	BTF_WANT_ANY, /* only the offset matters */
	BTF_WANT_INT, /* integer, bool or enum */
	BTF_WANT_PTR, /* pointer to the struct 'type', or to anything if NULL */
	BTF_WANT_STRUCT, /* the struct 'type' itself */
	BTF_WANT_STRUCTS, /* array of the struct 'type' */
	BTF_WANT_VECTOR, /* pointer to, or array of, integers of 'size' bytes */
};

struct btf_want {
	enum btf_want_kind kind;
	const char *type;
	u32 size; /* of the member; 0: any. VECTOR: of an element */
};

struct btf_place {
	u32 offset; /* in bytes */
	u32 size;
	bool is_pointer; /* VECTOR: stored elsewhere, not in the struct */
};

/*
 * Checks the header and walks all types once; -EINVAL names the byte offset. After it nr_types is
 * known; btf_index() fills index[0..nr_types], which the caller provides and keeps.
 */
int btf_parse(struct btf_blob *b, const void *data, size_t size, struct btf_error *err);
void btf_index(struct btf_blob *b, u32 *index);

#define BTF_STRUCTS_MAX 250

/* A struct by its name, and the first of that name. */
struct btf_struct {
	const char *name;
	u32 id;
	u32 size;
};

/*
 * Finds n structs, BTF_STRUCTS_MAX at most, in one pass over all types, of which there are 100,000.
 * Where there is none of a name its id is 0, and btf_check_struct() gives -ENOENT.
 */
void btf_find_structs(const struct btf_blob *b, struct btf_struct *wanted, unsigned int n);
int btf_check_struct(const struct btf_struct *s, struct btf_error *err);

/*
 * Finds a member of a struct (also inside anonymous structs and unions), and checks it.
 * -ENOENT: there is none; -EINVAL: it is of another kind or size, or the BTF is broken.
 */
int btf_find_member(const struct btf_blob *b, u32 struct_id, const char *name,
		    const struct btf_want *want, struct btf_place *m, struct btf_error *err);

#endif
