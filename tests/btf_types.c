// SPDX-License-Identifier: GPL-2.0
#include "btf_types.h"
#include "common.h"

#include <stdlib.h>
#include <string.h>
#include "unit/btf_write.h"

#define HEADER 24
#define KINDS 20

static uint32_t word_at(const struct types *t, size_t at)
{
	uint32_t word;

	memcpy(&word, t->data + at, 4);
	return word;
}

uint32_t types_word(const struct types *t, uint32_t id, uint32_t word)
{
	return word_at(t, t->at[id] + 4 * word);
}

uint32_t types_kind(const struct types *t, uint32_t id)
{
	return id ? types_word(t, id, 1) >> 24 & 0x7f : 0;
}

uint32_t types_vlen(const struct types *t, uint32_t id)
{
	return types_word(t, id, 1) & 0xffffff;
}

bool types_kflag(const struct types *t, uint32_t id)
{
	return types_word(t, id, 1) >> 31;
}

uint32_t types_words(uint32_t kind, uint32_t vlen)
{
	static const struct {
		uint8_t fixed, each;
	} tails[KINDS] = {
		[BTF_INT] = { 1, 0 },	 [BTF_ARRAY] = { 3, 0 },   [BTF_STRUCT] = { 0, 3 },
		[BTF_UNION] = { 0, 3 },	 [BTF_ENUM] = { 0, 2 },	   [BTF_FUNC_PROTO] = { 0, 2 },
		[BTF_VAR] = { 1, 0 },	 [BTF_DATASEC] = { 0, 3 }, [BTF_DECL_TAG] = { 1, 0 },
		[BTF_ENUM64] = { 0, 3 },
	};

	return 3 + tails[kind].fixed + vlen * tails[kind].each;
}

const char *types_name(const struct types *t, uint32_t name)
{
	return name < t->strings_len ? (const char *)t->data + t->strings + name : NULL;
}

/* A section of the header, whose two words stand there. */
static bool section(const struct types *t, size_t at, uint32_t *start, uint32_t *len)
{
	uint64_t from = (uint64_t)word_at(t, 4) + word_at(t, at);

	*start = from;
	*len = word_at(t, at + 4);
	return from + *len <= t->len;
}

static bool number_types(struct types *t, uint32_t at, uint32_t len)
{
	uint32_t end = at + len;

	t->at = malloc((len / 12 + 1) * sizeof(*t->at));
	if (!t->at)
		die("out of memory");
	while (at < end) {
		uint32_t info, kind;
		uint64_t next;

		if (end - at < 12)
			return false;
		info = word_at(t, at + 4);
		kind = info >> 24 & 0x7f;
		if (!kind || kind >= KINDS || !types_name(t, word_at(t, at)))
			return false;
		next = at + 4 * (uint64_t)types_words(kind, info & 0xffffff);
		if (next > end)
			return false;
		t->at[++t->nr] = at;
		at = next;
	}
	return true;
}

bool types_open(struct types *t, const void *data, size_t len)
{
	uint32_t types, types_len;

	memset(t, 0, sizeof(*t));
	t->data = data;
	t->len = len;
	if (len < HEADER || len > INT32_MAX || (word_at(t, 0) & 0xffffff) != 0x01eb9f ||
	    word_at(t, 4) < HEADER || word_at(t, 4) > len)
		return false;
	if (!section(t, 8, &types, &types_len) || !section(t, 16, &t->strings, &t->strings_len))
		return false;
	if (types % 4 || !t->strings_len || t->data[t->strings] ||
	    t->data[t->strings + t->strings_len - 1])
		return false;
	return number_types(t, types, types_len);
}

void types_close(struct types *t)
{
	free(t->at);
	t->at = NULL;
}

bool types_is_alias(uint32_t kind)
{
	return kind == BTF_TYPEDEF || kind == BTF_CONST || kind == BTF_VOLATILE ||
	       kind == BTF_RESTRICT || kind == BTF_TYPE_TAG;
}

bool types_is_aggregate(uint32_t kind)
{
	return kind == BTF_STRUCT || kind == BTF_UNION;
}

uint32_t types_find(const struct types *t, const char *name)
{
	for (uint32_t id = 1; id <= t->nr; id++)
		if (types_kind(t, id) == BTF_STRUCT &&
		    !strcmp(types_name(t, types_word(t, id, 0)), name))
			return id;
	return 0;
}

uint32_t types_resolve(const struct types *t, uint32_t id)
{
	for (int i = 0; i < 32 && id <= t->nr; i++) {
		if (!types_is_alias(types_kind(t, id)))
			return id;
		id = types_word(t, id, 2);
	}
	return 0;
}

uint64_t types_size(const struct types *t, uint32_t id)
{
	uint64_t nr = 1;

	id = types_resolve(t, id);
	for (int i = 0; i < 32 && nr <= INT32_MAX && types_kind(t, id) == BTF_ARRAY; i++) {
		nr *= types_word(t, id, 5);
		id = types_resolve(t, types_word(t, id, 3));
	}
	switch (types_kind(t, id)) {
	case BTF_INT:
	case BTF_STRUCT:
	case BTF_UNION:
	case BTF_ENUM:
	case BTF_ENUM64:
	case BTF_FLOAT:
		return nr * types_word(t, id, 2);
	case BTF_PTR:
		return nr * 8;
	default:
		return 0;
	}
}

static bool find_below(const struct types *t, uint32_t id, const char *name, struct types_path *p,
		       uint64_t base)
{
	unsigned int level = p->levels++;

	p->level[level].id = id;
	for (uint32_t i = 0; i < types_vlen(t, id); i++) {
		const char *own = types_name(t, types_word(t, id, 3 + 3 * i));
		uint32_t where = types_word(t, id, 5 + 3 * i), inner;
		bool kflag = types_kflag(t, id);

		p->level[level].member = i;
		p->bits = base + (kflag ? where & 0xffffff : where);
		p->is_bitfield = kflag && where >> 24;
		p->type = types_word(t, id, 4 + 3 * i);
		if (own && !strcmp(own, name))
			return true;
		inner = types_resolve(t, p->type);
		if (own && !*own && types_is_aggregate(types_kind(t, inner)) &&
		    p->levels < TYPES_LEVELS && find_below(t, inner, name, p, p->bits))
			return true;
	}
	p->levels--;
	return false;
}

bool types_find_member(const struct types *t, uint32_t id, const char *name, struct types_path *p)
{
	memset(p, 0, sizeof(*p));
	return find_below(t, id, name, p, 0);
}
