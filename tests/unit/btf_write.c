// SPDX-License-Identifier: GPL-2.0
#include "btf_write.h"

#include <stdlib.h>
#include <string.h>

void btf_begin(struct btf_writer *w)
{
	w->nr_types = w->types_len = 0;
	w->strings[0] = 0;
	w->strings_len = 1;
}

uint32_t btf_string(struct btf_writer *w, const char *s)
{
	uint32_t at = w->strings_len, len = strlen(s) + 1;

	if (len == 1)
		return 0;
	if (at + len > BTF_WRITE_MAX)
		abort();
	memcpy(w->strings + at, s, len);
	w->strings_len += len;
	return at;
}

void btf_word(struct btf_writer *w, uint32_t word)
{
	if (w->types_len + 4 > BTF_WRITE_MAX)
		abort();
	memcpy(w->types + w->types_len, &word, 4);
	w->types_len += 4;
}

uint32_t btf_type(struct btf_writer *w, const char *name, uint32_t kind, uint32_t size_or_type)
{
	btf_word(w, btf_string(w, name));
	w->info_at = w->types_len;
	btf_word(w, kind << 24);
	btf_word(w, size_or_type);
	return ++w->nr_types;
}

void btf_vlen(struct btf_writer *w, uint32_t vlen, int kflag)
{
	uint32_t info;

	memcpy(&info, w->types + w->info_at, 4);
	info = (info & 0x7f000000) | vlen | (kflag ? 1u << 31 : 0);
	memcpy(w->types + w->info_at, &info, 4);
}

uint32_t btf_int(struct btf_writer *w, const char *name, uint32_t size)
{
	uint32_t id = btf_type(w, name, BTF_INT, size);

	btf_word(w, size * 8);
	return id;
}

uint32_t btf_array(struct btf_writer *w, uint32_t type, uint32_t nr)
{
	uint32_t id = btf_type(w, "", BTF_ARRAY, 0);

	btf_word(w, type);
	btf_word(w, type);
	btf_word(w, nr);
	return id;
}

uint32_t btf_struct(struct btf_writer *w, const char *name, uint32_t kind, uint32_t size)
{
	return btf_type(w, name, kind, size);
}

void btf_member(struct btf_writer *w, const char *name, uint32_t type, uint32_t bits)
{
	uint32_t info;

	memcpy(&info, w->types + w->info_at, 4);
	btf_vlen(w, (info & 0xffffff) + 1, info >> 31);
	btf_word(w, btf_string(w, name));
	btf_word(w, type);
	btf_word(w, bits);
}

unsigned char *btf_file(const struct btf_writer *w, uint32_t hdr_len, size_t *size)
{
	uint32_t header[6] = { 0x0001eb9f, hdr_len, 0, w->types_len, w->types_len, w->strings_len };
	unsigned char *file;

	*size = hdr_len + w->types_len + w->strings_len;
	file = calloc(1, *size);
	if (!file)
		abort();
	memcpy(file, header, sizeof(header));
	memcpy(file + hdr_len, w->types, w->types_len);
	memcpy(file + hdr_len + w->types_len, w->strings, w->strings_len);
	return file;
}

unsigned char *btf_file_types_last(const struct btf_writer *w, size_t *size)
{
	uint32_t types = (w->strings_len + 3) / 4 * 4;
	uint32_t header[6] = { 0x0001eb9f, 24, types, w->types_len, 0, w->strings_len };
	unsigned char *file;

	*size = 24 + types + w->types_len;
	file = calloc(1, *size);
	if (!file)
		abort();
	memcpy(file, header, sizeof(header));
	memcpy(file + 24, w->strings, w->strings_len);
	memcpy(file + 24 + types, w->types, w->types_len);
	return file;
}
