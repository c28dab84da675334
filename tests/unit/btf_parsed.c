// SPDX-License-Identifier: GPL-2.0
#include "btf_parsed.h"

#include <stdlib.h>

void parse_bytes(struct parsed *p, unsigned char *file, size_t size)
{
	memset(p, 0, sizeof(*p));
	p->file = file;
	p->ret = btf_parse(&p->blob, file, size, &p->err);
	if (p->ret)
		return;
	p->index = malloc((p->blob.nr_types + 1) * sizeof(u32));
	btf_index(&p->blob, p->index);
}

void parse_written(struct parsed *p, const struct btf_writer *w)
{
	size_t size;
	unsigned char *file = btf_file(w, 24, &size);

	parse_bytes(p, file, size);
}

void release(struct parsed *p)
{
	free(p->index);
	free(p->file);
}

int find_struct(struct parsed *p, const char *name, u32 *id, u32 *size)
{
	struct btf_struct wanted = { .name = name };

	btf_find_structs(&p->blob, &wanted, 1);
	*id = wanted.id;
	*size = wanted.size;
	return btf_check_struct(&wanted, &p->err);
}

int find_member(struct parsed *p, const char *name, const char *member, const struct btf_want *want,
		struct btf_place *m)
{
	u32 id, size;
	int ret = find_struct(p, name, &id, &size);

	return ret ? ret : btf_find_member(&p->blob, id, member, want, m, &p->err);
}

void write_all_kinds(struct btf_writer *w)
{
	static const struct {
		uint32_t kind, vlen, words;
	} kinds[] = {
		{ BTF_ENUM, 3, 6 },	{ BTF_FWD, 0, 0 },	  { BTF_TYPEDEF, 0, 0 },
		{ BTF_VOLATILE, 0, 0 }, { BTF_CONST, 0, 0 },	  { BTF_RESTRICT, 0, 0 },
		{ BTF_FUNC, 1, 0 },	{ BTF_FUNC_PROTO, 2, 4 }, { BTF_VAR, 0, 1 },
		{ BTF_DATASEC, 2, 6 },	{ BTF_FLOAT, 0, 0 },	  { BTF_DECL_TAG, 0, 1 },
		{ BTF_TYPE_TAG, 0, 0 }, { BTF_ENUM64, 2, 6 },	  { BTF_PTR, 0, 0 },
		{ BTF_UNION, 1, 3 },
	};
	uint32_t i, j;

	btf_begin(w);
	btf_int(w, "int", 4);
	btf_array(w, 1, 7);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		btf_type(w, "name", kinds[i].kind, 1);
		btf_vlen(w, kinds[i].vlen, kinds[i].kind == BTF_TYPE_TAG);
		for (j = 0; j < kinds[i].words; j++)
			btf_word(w, 1);
	}
	btf_struct(w, "sem", BTF_STRUCT, 8);
	btf_member(w, "val", 1, 32);
}
