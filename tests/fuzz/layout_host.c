// SPDX-License-Identifier: GPL-2.0
/*
 * Built once for each kernel: HOST is a name of it for C, SEED the path of its BTF, and the
 * header of its structs is included on the command line.
 */
#include "layout_host.h"

#ifdef HOST

#define PASTE(a, b) a##_##b
#define NAME(a, b) PASTE(a, b)
#define STRING(a) #a
#define TEXT(a) STRING(a)

/* What the file defines for the rest of the module. */
#define layout NAME(layout, HOST)
#define layout_init NAME(layout_init, HOST)
#define layout_get_row NAME(layout_get_row, HOST)
#define layout_digest NAME(layout_digest, HOST)

#include "../../kmod/layout.c"

#define SEED_BEGIN NAME(seed, HOST)
#define SEED_END NAME(seed_end, HOST)

__asm__(".section .rodata\n" TEXT(SEED_BEGIN) ": .incbin \"" SEED
					      "\"\n" TEXT(SEED_END) ":\n.byte 0\n.previous\n");
extern const unsigned char SEED_BEGIN[], SEED_END[];

/* As a module that was just loaded. */
static int load(void)
{
	static u64 first;

	if (!first)
		first = digest;
	digest = first;
	memset(&layout, 0, sizeof(layout));
	memset(present, 0, sizeof(present));
	return layout_init("memory", false);
}

static bool get_row(unsigned int i, struct host_row *row)
{
	const struct line *line = &lines[i];

	if (i >= ARRAY_SIZE(lines))
		return false;
	*row = (struct host_row){ line->struct_name, line->member,   &line->want,
				  line->public,	     line->required, present[i] };
	row->align = line->align;
	if (!line->member)
		row->place.size = *(u32 *)((char *)&layout + line->result);
	else if (line->public)
		row->place = (struct btf_place){ line->compiled, line->want.size, false };
	else
		row->place = *result_of(line);
	return true;
}

/* What the abi file is made of: every member of a private struct, in the order of the lines. */
static bool shows_rows(void)
{
	struct layout_row shown;
	struct host_row row;
	unsigned int n = 0;

	for (unsigned int i = 0; get_row(i, &row); i++) {
		if (!row.member || row.is_public)
			continue;
		if (!layout_get_row(n++, &shown) || shown.struct_name != row.s ||
		    shown.member != row.member || shown.present != row.present ||
		    shown.found->offset != row.place.offset || shown.found->size != row.place.size)
			return false;
	}
	return !layout_get_row(n, &shown);
}

const struct layout_host NAME(host, HOST) = {
	TEXT(HOST), load, get_row, shows_rows, layout_digest, SEED_BEGIN, SEED_END,
};

#endif
