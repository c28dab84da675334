// SPDX-License-Identifier: GPL-2.0
#include "btf_patch.h"
#include "common.h"

#include <stdlib.h>
#include <string.h>

#define KIND_STRUCT 4

/* Bytes after the 12 of a type: a fixed part, and so many for each of vlen. */
static const struct {
	unsigned char fixed, each;
} tails[20] = {
	[1] = { 4, 0 },	 [3] = { 12, 0 }, [4] = { 0, 12 },  [5] = { 0, 12 }, [6] = { 0, 8 },
	[13] = { 0, 8 }, [14] = { 4, 0 }, [15] = { 0, 12 }, [17] = { 4, 0 }, [19] = { 0, 12 },
};

uint32_t btf_get(const struct btf_image *image, size_t at)
{
	uint32_t word;

	memcpy(&word, image->data + at, 4);
	return word;
}

void btf_set(struct btf_image *image, size_t at, uint32_t word)
{
	memcpy(image->data + at, &word, 4);
}

struct btf_image btf_copy(const struct btf_image *image)
{
	struct btf_image copy = { malloc(image->len), image->len };

	if (!copy.data)
		die("out of memory");
	memcpy(copy.data, image->data, image->len);
	return copy;
}

static const char *name_at(const struct btf_image *image, size_t at)
{
	return (char *)image->data + btf_get(image, 4) + btf_get(image, 16) + btf_get(image, at);
}

size_t btf_struct_at(const struct btf_image *image, const char *s)
{
	size_t at = btf_get(image, 4) + btf_get(image, 8);
	size_t end = at + btf_get(image, 12);

	while (at < end) {
		uint32_t info = btf_get(image, at + 4), kind = info >> 24 & 0x1f;

		if (kind == KIND_STRUCT && !strcmp(name_at(image, at), s))
			return at;
		at += 12 + tails[kind].fixed + (info & 0xffff) * tails[kind].each;
	}
	die("BTF has no struct %s", s);
}

size_t btf_member_at(const struct btf_image *image, const char *s, const char *member)
{
	size_t at = btf_struct_at(image, s);
	uint32_t i, n = btf_get(image, at + 4) & 0xffff;

	for (i = 0; i < n; i++)
		if (!strcmp(name_at(image, at + 12 + 12 * i), member))
			return at + 12 + 12 * i;
	die("BTF has no member %s in struct %s", member, s);
}

size_t btf_string_at(const struct btf_image *image, const char *string)
{
	size_t at = btf_get(image, 4) + btf_get(image, 16);
	size_t end = at + btf_get(image, 20);

	for (; at < end; at += strlen((char *)image->data + at) + 1)
		if (!strcmp((char *)image->data + at, string))
			return at;
	die("BTF has no string %s", string);
}
