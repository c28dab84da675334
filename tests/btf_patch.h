/* SPDX-License-Identifier: GPL-2.0 */
/* Changes single things in a whole BTF file, so that everything else still parses. */
#ifndef TESTS_BTF_PATCH_H
#define TESTS_BTF_PATCH_H

#include <stddef.h>
#include <stdint.h>

struct btf_image {
	unsigned char *data;
	size_t len;
};

/* A malloced copy, to be patched. */
struct btf_image btf_copy(const struct btf_image *image);

/* Each dies if there is no such thing, as the test would then try nothing. */

/* Offset of the 12-byte member of struct s; of its words, 0 is the name, 1 type, 2 bit offset. */
size_t btf_member_at(const struct btf_image *image, const char *s, const char *member);

/* Offset of the type record of struct s; of its words, 2 is the size. */
size_t btf_struct_at(const struct btf_image *image, const char *s);

/* Offset of a string in the file. */
size_t btf_string_at(const struct btf_image *image, const char *string);

uint32_t btf_get(const struct btf_image *image, size_t at);
void btf_set(struct btf_image *image, size_t at, uint32_t word);

#endif
