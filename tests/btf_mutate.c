// SPDX-License-Identifier: GPL-2.0
#include "btf_mutate.h"
#include "random.h"

#include <string.h>
#include "unit/btf_write.h"

#define HEADER 24
#define MEMBER 12 /* bytes: name, type, bit offset */

static uint32_t get(const struct mutation *m, size_t at)
{
	uint32_t word;

	memcpy(&word, m->data + at, 4);
	return word;
}

static void set(struct mutation *m, size_t at, uint32_t word)
{
	memcpy(m->data + at, &word, 4);
}

static size_t type_at(const struct mutation *m)
{
	return m->t->at[m->id];
}

static size_t nth_member_at(const struct mutation *m, uint32_t i)
{
	return type_at(m) + 12 + MEMBER * i;
}

static size_t member_at(const struct mutation *m)
{
	return nth_member_at(m, m->member);
}

static size_t other_member_at(const struct mutation *m)
{
	return nth_member_at(m, below(types_vlen(m->t, m->id)));
}

static uint32_t random_id(const struct mutation *m)
{
	return one_in(8) ? m->t->nr + below(2) : 1 + below(m->t->nr);
}

/* A little more or less, a lot, or anything. */
static uint32_t nearby(uint32_t n, uint32_t unit)
{
	switch (below(5)) {
	case 0:
		return n + unit;
	case 1:
		return n - unit;
	case 2:
		return n + unit * below(64);
	case 3:
		return n ^ 1u << below(32);
	default:
		return random32();
	}
}

static size_t bytes_of(const struct mutation *m)
{
	return 4 * types_words(types_kind(m->t, m->id), types_vlen(m->t, m->id));
}

/* So many bytes from at on exchange places with those at the other place. */
static void exchange(struct mutation *m, size_t at, size_t other, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char byte = m->data[at + i];

		m->data[at + i] = m->data[other + i];
		m->data[other + i] = byte;
	}
}

static void flip_bit(struct mutation *m)
{
	m->data[type_at(m) + below(bytes_of(m))] ^= 1 << below(8);
}

static void change_byte(struct mutation *m)
{
	m->data[type_at(m) + below(bytes_of(m))] = random32();
}

static void random_block(struct mutation *m)
{
	size_t at = type_at(m) + 4 * below(bytes_of(m) / 4), n = 1 + below(64);

	for (; n && at < m->len; n--)
		m->data[at++] = random32();
}

static void change_kind(struct mutation *m)
{
	uint32_t kind = one_in(8) ? below(128) : below(BTF_ENUM64 + 2);

	set(m, type_at(m) + 4, (get(m, type_at(m) + 4) & 0x80ffffff) | kind << 24);
}

static void flip_kflag(struct mutation *m)
{
	set(m, type_at(m) + 4, get(m, type_at(m) + 4) ^ 1u << 31);
}

static void change_vlen(struct mutation *m)
{
	uint32_t info = get(m, type_at(m) + 4);

	set(m, type_at(m) + 4, (info & 0xff000000) | (nearby(info & 0xffffff, 1) & 0xffffff));
}

static void change_size(struct mutation *m)
{
	set(m, type_at(m) + 8, nearby(get(m, type_at(m) + 8), one_in(2) ? 1 : 8));
}

static void change_reference(struct mutation *m)
{
	set(m, type_at(m) + 8, random_id(m));
}

static void change_tail(struct mutation *m)
{
	uint32_t words = bytes_of(m) / 4;
	size_t at = type_at(m) + 4 * (words > 3 ? 3 + below(words - 3) : 2);

	set(m, at, one_in(2) ? random_id(m) : nearby(get(m, at), 1));
}

static uint32_t random_string(const struct mutation *m)
{
	switch (below(4)) {
	case 0:
		return 0;
	case 1:
		return m->t->strings_len - 1 + below(2);
	case 2:
		return below(m->t->strings_len);
	default:
		return types_word(m->t, 1 + below(m->t->nr), 0);
	}
}

static void change_name(struct mutation *m)
{
	set(m, type_at(m), random_string(m));
}

/* Another type, perhaps one before it, gets its name. */
static void give_name(struct mutation *m)
{
	set(m, m->t->at[1 + below(m->t->nr)], types_word(m->t, m->id, 0));
}

static void change_letter(struct mutation *m)
{
	uint32_t name = types_word(m->t, m->id, 0);

	if (types_vlen(m->t, m->id) && types_is_aggregate(types_kind(m->t, m->id)))
		name = get(m, member_at(m));
	if (name < m->t->strings_len)
		m->data[m->t->strings + name] = random32();
}

/* Another type of as many bytes and it change places, and so numbers. */
static void exchange_types(struct mutation *m)
{
	for (int i = 0; i < 32; i++) {
		uint32_t other = 1 + below(m->t->nr);

		if (types_words(types_kind(m->t, other), types_vlen(m->t, other)) * 4 !=
		    bytes_of(m))
			continue;
		exchange(m, type_at(m), m->t->at[other], bytes_of(m));
		return;
	}
}

static void change_header(struct mutation *m)
{
	size_t at = 4 * below(HEADER / 4);

	set(m, at, nearby(get(m, at), one_in(2) ? 1 : 4));
}

static void cut_file(struct mutation *m)
{
	m->len = one_in(2) ? below(m->len) : type_at(m) + below(bytes_of(m));
}

/* The header knows of the cut. The strings go on where they were. */
static void cut_types(struct mutation *m)
{
	size_t start = get(m, 4) + get(m, 8);

	set(m, 12, type_at(m) + (one_in(2) ? 0 : below(bytes_of(m))) - start);
}

static void cut_strings(struct mutation *m)
{
	set(m, 20, below(m->t->strings_len));
}

/* As in the BTF of a module, whose numbers go on after those of the kernel. */
static void number_on(struct mutation *m)
{
	uint32_t names = random32() & 0xffffff, ids = random32() & 0xffff;

	for (uint32_t id = 1; id <= m->t->nr; id++) {
		set(m, m->t->at[id], get(m, m->t->at[id]) + names);
		if (types_kind(m->t, id) == BTF_PTR || types_is_alias(types_kind(m->t, id)))
			set(m, m->t->at[id] + 8, get(m, m->t->at[id] + 8) + ids);
	}
}

static void reverse(unsigned char *data, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		unsigned char byte = data[i];

		data[i] = data[n - 1 - i];
		data[n - 1 - i] = byte;
	}
}

static void types_last(struct mutation *m)
{
	btf_types_last(m->data, &m->len, m->max);
}

static void move_member(struct mutation *m)
{
	size_t at = member_at(m) + 8;

	if (one_in(3))
		set(m, at, get(m, other_member_at(m) + 8));
	else
		set(m, at, nearby(get(m, at), one_in(4) ? 1 : 8u << below(5)));
}

static void change_member_type(struct mutation *m)
{
	set(m, member_at(m) + 4, one_in(2) ? get(m, other_member_at(m) + 4) : random_id(m));
}

static void change_member_name(struct mutation *m)
{
	set(m, member_at(m), one_in(2) ? get(m, other_member_at(m)) : random_string(m));
}

static void flip_member_bit(struct mutation *m)
{
	m->data[member_at(m) + below(MEMBER)] ^= 1 << below(8);
}

static void exchange_members(struct mutation *m)
{
	exchange(m, member_at(m), other_member_at(m), MEMBER);
}

static void exchange_member_names(struct mutation *m)
{
	exchange(m, member_at(m), other_member_at(m), 4);
}

static void exchange_member_types(struct mutation *m)
{
	exchange(m, member_at(m) + 4, other_member_at(m) + 4, 4);
}

/* The type that the member has changes, for all that have it. */
static void change_type_of_member(struct mutation *m)
{
	uint32_t id = get(m, member_at(m) + 4);
	size_t at = id && id <= m->t->nr ? m->t->at[id] + 8 : member_at(m) + 4;

	set(m, at, one_in(2) ? random_id(m) : nearby(get(m, at), 1));
}

static void anonymous_self(struct mutation *m)
{
	set(m, member_at(m), 0);
	set(m, member_at(m) + 4, m->id);
}

/* The sections behind it, and the header, know that the types grew by so much. */
static void types_grew(struct mutation *m, int bytes)
{
	set(m, 12, get(m, 12) + bytes);
	if (m->t->strings > type_at(m))
		set(m, 16, get(m, 16) + bytes);
	m->len += bytes;
}

static void remove_member(struct mutation *m)
{
	size_t at = member_at(m), info = type_at(m) + 4;

	set(m, info, get(m, info) - 1);
	memmove(m->data + at, m->data + at + MEMBER, m->len - at - MEMBER);
	types_grew(m, -MEMBER);
}

static void double_member(struct mutation *m)
{
	size_t at = member_at(m), info = type_at(m) + 4;

	if (m->len + MEMBER > m->max)
		return;
	set(m, info, get(m, info) + 1);
	memmove(m->data + at + MEMBER, m->data + at, m->len - at);
	types_grew(m, MEMBER);
}

#define DAMAGE(function)            \
	{                           \
#function, function \
	}

static const struct damage {
	const char *name;
	void (*apply)(struct mutation *m);
} damages[] = {
	/* The first lines are for types of every kind, the others for what has members. */
	DAMAGE(flip_bit),
	DAMAGE(change_byte),
	DAMAGE(random_block),
	DAMAGE(change_kind),
	DAMAGE(flip_kflag),
	DAMAGE(change_vlen),
	DAMAGE(change_size),
	DAMAGE(change_reference),
	DAMAGE(change_tail),
	DAMAGE(change_name),
	DAMAGE(give_name),
	DAMAGE(change_letter),
	DAMAGE(exchange_types),
	DAMAGE(change_header),
	DAMAGE(cut_file),
	DAMAGE(cut_types),
	DAMAGE(cut_strings),
	DAMAGE(number_on),
	DAMAGE(types_last),
	DAMAGE(move_member),
	DAMAGE(move_member),
	DAMAGE(move_member),
	DAMAGE(change_member_type),
	DAMAGE(change_member_name),
	DAMAGE(flip_member_bit),
	DAMAGE(exchange_members),
	DAMAGE(exchange_member_names),
	DAMAGE(exchange_member_types),
	DAMAGE(change_type_of_member),
	DAMAGE(anonymous_self),
	DAMAGE(remove_member),
	DAMAGE(double_member),
};

#define ALL (sizeof(damages) / sizeof(damages[0]))
#define OF_TYPES 19

const char *btf_mutate(struct mutation *m)
{
	bool members = types_is_aggregate(types_kind(m->t, m->id)) && types_vlen(m->t, m->id);
	const struct damage *d = &damages[below(members ? ALL : OF_TYPES)];

	d->apply(m);
	return d->name;
}

void btf_mutate_anything(struct mutation *m)
{
	uint32_t vlen;

	m->id = one_in(16) ? m->t->nr : 1 + below(m->t->nr);
	vlen = types_vlen(m->t, m->id);
	m->member = vlen ? below(vlen) : 0;
}

void btf_types_last(unsigned char *data, size_t *len, size_t max)
{
	uint32_t header[HEADER / 4], types, strings, pad;
	unsigned char *start = data + HEADER;

	if (*len < HEADER)
		return;
	memcpy(header, data, HEADER);
	types = header[3];
	strings = header[5];
	pad = -strings & 3;
	if (header[1] != HEADER || header[2] || header[4] != types ||
	    HEADER + (uint64_t)types + strings != *len || *len + pad > max)
		return;
	reverse(start, types);
	reverse(start + types, strings);
	reverse(start, types + strings);
	memmove(start + strings + pad, start + strings, types);
	memset(start + strings, 0, pad);
	header[2] = strings + pad;
	header[4] = 0;
	memcpy(data, header, HEADER);
	*len += pad;
}

void btf_mend_header(unsigned char *data, size_t len)
{
	uint32_t header[HEADER / 4], room = len - HEADER - 2, types;

	if (len < HEADER + 2)
		return;
	memcpy(header, data, HEADER);
	types = (header[3] < room ? header[3] : room) & ~3u;
	header[0] = (header[0] & 0xff000000) | 0x01eb9f;
	header[1] = HEADER;
	header[2] = 0;
	header[3] = header[4] = types;
	header[5] = len - HEADER - types;
	memcpy(data, header, HEADER);
	data[HEADER + types] = 0;
	data[len - 1] = 0;
}
