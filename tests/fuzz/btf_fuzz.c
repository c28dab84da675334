// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer entry: any bytes as BTF, through the module's reader. What it finds must lie in the
 * struct it was found in, and what it refuses must come with a reason that can be printed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "btf_parsed.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

static void check_reason(const struct btf_error *err)
{
	if (!err->text[0])
		abort();
	for (const char *s = err->text; *s; s++)
		if (*s < 0x20)
			abort();
}

static void look_up(struct parsed *p, const char *name, const char *member)
{
	static const struct btf_want wants[] = {
		{ BTF_WANT_ANY, NULL, 0 },	{ BTF_WANT_INT, NULL, 4 },
		{ BTF_WANT_PTR, "sem", 8 },	{ BTF_WANT_STRUCT, "sem", 0 },
		{ BTF_WANT_STRUCTS, "sem", 0 }, { BTF_WANT_VECTOR, NULL, 2 },
	};
	struct btf_place m;
	u32 id, size;

	if (btf_find_struct(&p->blob, name, &id, &size, &p->err)) {
		check_reason(&p->err);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(wants); i++) {
		p->err.text[0] = '\0';
		if (btf_find_member(&p->blob, id, member, &wants[i], &m, &p->err))
			check_reason(&p->err);
		else if ((u64)m.offset + m.size > size)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	/* With just its length, so that a byte read past its end is found. */
	unsigned char *file = malloc(len ? len : 1);
	struct parsed p;

	if (!file)
		return 0;
	memcpy(file, data, len);
	parse_bytes(&p, file, len);
	if (p.ret) {
		check_reason(&p.err);
	} else {
		look_up(&p, "sem", "val");
		look_up(&p, "sem", "none");
		look_up(&p, "", "");
	}
	release(&p);
	return 0;
}

/* Without a corpus it begins at a file that has one type of each kind. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t max, unsigned int seed)
{
	static struct btf_writer w;
	unsigned char *file;
	size_t size;

	(void)seed;
	if (len >= 24)
		return LLVMFuzzerMutate(data, len, max);
	btf_begin(&w);
	write_all_kinds(&w);
	file = btf_file(&w, 24, &size);
	len = size < max ? size : max;
	memcpy(data, file, len);
	free(file);
	return LLVMFuzzerMutate(data, len, max);
}
