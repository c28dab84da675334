// SPDX-License-Identifier: GPL-2.0
#include "layout_check.h"

#include <stdlib.h>
#include "btf_types.h"
#include "unit/btf_write.h"

void layout_copy(struct layout_copy *copy, const struct layout_host *host)
{
	copy->digest = host->digest();
	for (copy->nr = 0; host->row(copy->nr, &copy->row[copy->nr]); copy->nr++)
		if (copy->nr + 1 == LAYOUT_LINES_MAX)
			abort();
}

bool layout_same(const struct layout_copy *a, const struct layout_copy *b)
{
	for (unsigned int i = 0; i < a->nr; i++) {
		const struct host_row *x = &a->row[i], *y = &b->row[i];

		if (x->present != y->present || x->place.offset != y->place.offset ||
		    x->place.size != y->place.size)
			return false;
	}
	return true;
}

static bool is_named(const struct types *t, uint32_t id, const char *name)
{
	uint32_t kind = types_kind(t, id);

	if (!name)
		return true;
	return (kind == BTF_STRUCT || kind == BTF_FWD) &&
	       !strcmp(types_name(t, types_word(t, id, 0)), name);
}

/* What a pointer or an array is of. */
static uint32_t target_of(const struct types *t, uint32_t id)
{
	return types_resolve(t, types_word(t, id, types_kind(t, id) == BTF_ARRAY ? 3 : 2));
}

static bool is_wanted(const struct types *t, uint32_t id, const struct host_row *row)
{
	const struct btf_want *want = row->want;
	uint32_t kind, target;

	id = types_resolve(t, id);
	kind = types_kind(t, id);
	target = kind == BTF_PTR || kind == BTF_ARRAY ? target_of(t, id) : 0;
	switch (want->kind) {
	case BTF_WANT_ANY:
		return row->place.size == want->size;
	case BTF_WANT_INT:
		return (kind == BTF_INT || kind == BTF_ENUM) && row->place.size == want->size;
	case BTF_WANT_PTR:
		return kind == BTF_PTR && is_named(t, target, want->type);
	case BTF_WANT_STRUCT:
		return is_named(t, id, want->type) && row->place.size == want->size;
	case BTF_WANT_STRUCTS:
		return kind == BTF_ARRAY && is_named(t, target, want->type);
	case BTF_WANT_VECTOR:
		return row->place.is_pointer == (kind == BTF_PTR) &&
		       types_kind(t, target) == BTF_INT && types_size(t, target) == want->size;
	}
	return false;
}

static bool is_right(const struct types *t, const struct host_row *row)
{
	uint32_t id = types_find(t, row->s);
	struct types_path p;
	uint32_t size;

	if (!id)
		return false;
	size = types_word(t, id, 2);
	if (!row->member)
		return row->place.size == size;
	if (!types_find_member(t, id, row->member, &p))
		return !row->present && !row->required;
	return row->present && !p.is_bitfield && p.bits == 8 * (uint64_t)row->place.offset &&
	       types_size(t, p.type) == row->place.size &&
	       (uint64_t)row->place.offset + row->place.size <= size &&
	       (!row->align || row->place.offset % row->align == 0) && is_wanted(t, p.type, row);
}

bool layout_is_in(const struct layout_copy *copy, const void *data, size_t len)
{
	struct types t;
	bool ok = types_open(&t, data, len);

	if (!ok)
		fprintf(stderr, "this is no BTF\n");
	for (unsigned int i = 0; ok && i < copy->nr; i++) {
		const struct host_row *row = &copy->row[i];

		ok = is_right(&t, row);
		if (!ok)
			fprintf(stderr, "struct %s: %s is not at %u with %u bytes\n", row->s,
				row->member ? row->member : "", row->place.offset, row->place.size);
	}
	types_close(&t);
	return ok;
}
