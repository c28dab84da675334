/* SPDX-License-Identifier: GPL-2.0 */
/* kmod/layout.c as it would be built for one kernel, several of them in one program. */
#ifndef FUZZ_LAYOUT_HOST_H
#define FUZZ_LAYOUT_HOST_H

#include "btf.h"

/* A line of layout_fields.h and what became of it. */
struct host_row {
	const char *s, *member; /* member NULL: the struct itself, place.size its size */
	const struct btf_want *want;
	bool is_public, required, present;
	struct btf_place place; /* public: as compiled in */
	u32 align;		/* that it must have, 0: any */
};

struct layout_host {
	const char *name;
	int (*load)(void); /* layout_init() of what kernel_host has */
	bool (*row)(unsigned int i, struct host_row *row); /* false past the last */
	bool (*shows_rows)(void);			   /* layout_get_row() gives the same */
	u64 (*digest)(void);
	const unsigned char *seed, *seed_end; /* BTF that it was built for */
};

extern const struct layout_host *const layout_hosts[];
extern const unsigned int nr_layout_hosts;

#endif
