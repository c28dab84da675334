// SPDX-License-Identifier: GPL-2.0
#include "btf_cut.h"
#include "common.h"
#include "layout_lines.h"

#include <stdlib.h>
#include <string.h>
#include "unit/btf_write.h"

#define DECOY_VLEN 2 /* of enums and the like, whose values nobody looks at */

struct cut {
	const struct types *t;
	const char *s;		/* the struct looked for last, */
	uint32_t id;		/* and its number */
	uint32_t *number;	/* of a type in the new file; while types are chosen 1, else 0 */
	unsigned char *members; /* which are kept: a byte for each 12 of data */
};

static unsigned char *member_mark(struct cut *c, uint32_t id, uint32_t i)
{
	return &c->members[(c->t->at[id] + 12 + 12 * i) / 12];
}

/* Keeps the type, and what its size and its name come from. */
static void keep(struct cut *c, uint32_t id)
{
	while (id && id <= c->t->nr && !c->number[id]) {
		uint32_t kind = types_kind(c->t, id);

		c->number[id] = 1;
		if (kind == BTF_ARRAY) {
			keep(c, types_word(c->t, id, 4));
			id = types_word(c->t, id, 3);
		} else if (kind == BTF_PTR || types_is_alias(kind)) {
			id = types_word(c->t, id, 2);
		} else {
			return;
		}
	}
}

static void keep_line(struct cut *c, const struct layout_line *line)
{
	struct types_path p;

	if (!c->s || strcmp(c->s, line->s))
		c->id = types_find(c->t, line->s);
	c->s = line->s;
	if (!c->id)
		return;
	keep(c, c->id);
	if (!line->member || !types_find_member(c->t, c->id, line->member, &p))
		return;
	for (unsigned int i = 0; i < p.levels; i++) {
		uint32_t member = p.level[i].member;

		*member_mark(c, p.level[i].id, member) = 1;
		keep(c, types_word(c->t, p.level[i].id, 4 + 3 * member));
	}
}

/* The first type of each kind of which there is none yet. */
static void keep_kinds(struct cut *c)
{
	bool has[32] = { false };

	for (uint32_t id = 1; id <= c->t->nr; id++)
		if (c->number[id])
			has[types_kind(c->t, id)] = true;
	for (uint32_t id = 1; id <= c->t->nr; id++) {
		uint32_t kind = types_kind(c->t, id);

		if (!has[kind])
			c->number[id] = 1;
		has[kind] = true;
	}
}

static uint32_t new_string(struct cut *c, struct btf_writer *w, uint32_t name)
{
	const char *s = types_name(c->t, name);
	size_t n = strlen(s) + 1;

	for (uint32_t at = 0; at + n <= w->strings_len; at += strlen(w->strings + at) + 1)
		if (!memcmp(w->strings + at, s, n))
			return at;
	return btf_string(w, s);
}

/* A type that was not kept is void. */
static uint32_t new_number(const struct cut *c, uint32_t id)
{
	return id <= c->t->nr ? c->number[id] : 0;
}

static void write_members(struct cut *c, struct btf_writer *w, uint32_t id)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < types_vlen(c->t, id); i++) {
		if (!*member_mark(c, id, i))
			continue;
		btf_word(w, new_string(c, w, types_word(c->t, id, 3 + 3 * i)));
		btf_word(w, new_number(c, types_word(c->t, id, 4 + 3 * i)));
		btf_word(w, types_word(c->t, id, 5 + 3 * i));
		kept++;
	}
	btf_vlen(w, kept, types_kflag(c->t, id));
}

/*
 * Values of enums, parameters, variables of a section: two at most, each a name and what is not
 * looked at. Those of a section are a type, an offset and a size.
 */
static void write_list(struct cut *c, struct btf_writer *w, uint32_t id)
{
	uint32_t kind = types_kind(c->t, id), n = types_vlen(c->t, id);
	uint32_t each = types_words(kind, 1) - types_words(kind, 0);

	if (n > DECOY_VLEN)
		n = DECOY_VLEN;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t first = types_word(c->t, id, 3 + each * i);

		btf_word(w, kind == BTF_DATASEC ? new_number(c, first) : new_string(c, w, first));
		for (uint32_t j = 1; j < each; j++)
			btf_word(w, kind == BTF_FUNC_PROTO
					    ? new_number(c, types_word(c->t, id, 4 + each * i))
					    : types_word(c->t, id, 3 + each * i + j));
	}
	btf_vlen(w, n, types_kflag(c->t, id));
}

static void write_tail(struct cut *c, struct btf_writer *w, uint32_t id)
{
	uint32_t kind = types_kind(c->t, id);

	switch (kind) {
	case BTF_INT:
	case BTF_VAR:
	case BTF_DECL_TAG:
		btf_word(w, types_word(c->t, id, 3));
		break;
	case BTF_ARRAY:
		btf_word(w, new_number(c, types_word(c->t, id, 3)));
		btf_word(w, new_number(c, types_word(c->t, id, 4)));
		btf_word(w, types_word(c->t, id, 5));
		break;
	case BTF_STRUCT:
	case BTF_UNION:
		write_members(c, w, id);
		break;
	case BTF_ENUM:
	case BTF_ENUM64:
	case BTF_FUNC_PROTO:
	case BTF_DATASEC:
		write_list(c, w, id);
		break;
	}
}

/* Word 2 is a size in these kinds, in the others a type. */
static bool has_size(uint32_t kind)
{
	return kind == BTF_INT || kind == BTF_ENUM || kind == BTF_ENUM64 || kind == BTF_FLOAT ||
	       kind == BTF_DATASEC || kind == BTF_FWD || kind == BTF_ARRAY ||
	       types_is_aggregate(kind);
}

static void write_type(struct cut *c, struct btf_writer *w, uint32_t id)
{
	uint32_t kind = types_kind(c->t, id), word = types_word(c->t, id, 2);
	uint32_t name = new_string(c, w, types_word(c->t, id, 0));

	btf_type(w, "", kind, has_size(kind) ? word : new_number(c, word));
	memcpy(w->types + w->info_at - 4, &name, 4);
	if (kind == BTF_FUNC)
		btf_vlen(w, types_vlen(c->t, id), 0); /* its linkage */
	else
		btf_vlen(w, 0, types_kflag(c->t, id));
	write_tail(c, w, id);
}

unsigned char *btf_cut(const struct types *t, size_t *len)
{
	static struct btf_writer w;
	struct cut c = { .t = t };
	uint32_t nr = 0;

	c.number = calloc(t->nr + 1, sizeof(*c.number));
	c.members = calloc(t->len / 12 + 2, 1);
	if (!c.number || !c.members)
		die("out of memory");
	for (unsigned int i = 0; i < nr_layout_lines; i++)
		keep_line(&c, &layout_lines[i]);
	keep_kinds(&c);
	for (uint32_t id = 1; id <= t->nr; id++)
		if (c.number[id])
			c.number[id] = ++nr;
	btf_begin(&w);
	for (uint32_t id = 1; id <= t->nr; id++)
		if (c.number[id])
			write_type(&c, &w, id);
	free(c.number);
	free(c.members);
	return btf_file(&w, 24, len);
}
