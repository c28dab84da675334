/* SPDX-License-Identifier: GPL-2.0 */
/* Writes small BTF files into memory, right or wrong, as Documentation/bpf/btf.rst has the format.
 */
#ifndef TESTS_BTF_WRITE_H
#define TESTS_BTF_WRITE_H

#include <stddef.h>
#include <stdint.h>

enum btf_kind {
	BTF_INT = 1,
	BTF_PTR,
	BTF_ARRAY,
	BTF_STRUCT,
	BTF_UNION,
	BTF_ENUM,
	BTF_FWD,
	BTF_TYPEDEF,
	BTF_VOLATILE,
	BTF_CONST,
	BTF_RESTRICT,
	BTF_FUNC,
	BTF_FUNC_PROTO,
	BTF_VAR,
	BTF_DATASEC,
	BTF_FLOAT,
	BTF_DECL_TAG,
	BTF_TYPE_TAG,
	BTF_ENUM64,
};

#define BTF_WRITE_MAX 65536

struct btf_writer {
	uint32_t nr_types;
	uint32_t types_len, strings_len;
	uint32_t info_at; /* of the newest type, to count its members */
	unsigned char types[BTF_WRITE_MAX];
	char strings[BTF_WRITE_MAX];
};

void btf_begin(struct btf_writer *w);

/* Offset of a string in the string section, added to it. "" is 0. */
uint32_t btf_string(struct btf_writer *w, const char *s);

/* Appends a type head; returns the type's number. */
uint32_t btf_type(struct btf_writer *w, const char *name, uint32_t kind, uint32_t size_or_type);

/* Appends any words after it: what the kind asks for. */
void btf_word(struct btf_writer *w, uint32_t word);

/* Sets the length and the flag of the newest type's info. */
void btf_vlen(struct btf_writer *w, uint32_t vlen, int kflag);

uint32_t btf_int(struct btf_writer *w, const char *name, uint32_t size);
uint32_t btf_array(struct btf_writer *w, uint32_t type, uint32_t nr);

/* A struct or union, then its members; bits is the offset as BTF writes it. */
uint32_t btf_struct(struct btf_writer *w, const char *name, uint32_t kind, uint32_t size);
void btf_member(struct btf_writer *w, const char *name, uint32_t type, uint32_t bits);

/*
 * The file, malloced with just its length, so that a byte read past its end is found by ASan.
 * hdr_len: 24, or more with zeros in between.
 */
unsigned char *btf_file(const struct btf_writer *w, uint32_t hdr_len, size_t *size);

/* The same with the strings before the types, so that the types end with the file. */
unsigned char *btf_file_types_last(const struct btf_writer *w, size_t *size);

#endif
