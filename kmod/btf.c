// SPDX-License-Identifier: GPL-2.0
/*
 * The format is that of include/uapi/linux/btf.h, with the masks of 7.2: 7 bits of kind, 24 bits
 * of vlen. Older kernels have zeros in the bits that were added, so one reader serves all.
 */
#include "btf.h"

#define BTF_MAGIC_NUMBER 0xeb9f
#define HEADER_MIN 24
#define TYPE_HEAD 12 /* name_off, info, size or type */
#define MAX_TYPES 4000000
#define MAX_CHAIN 32 /* of typedefs and qualifiers */
#define MAX_DEPTH 8 /* of anonymous structs in each other */

enum {
	K_INT = 1,
	K_PTR,
	K_ARRAY,
	K_STRUCT,
	K_UNION,
	K_ENUM,
	K_FWD,
	K_TYPEDEF,
	K_VOLATILE,
	K_CONST,
	K_RESTRICT,
	K_FUNC,
	K_FUNC_PROTO,
	K_VAR,
	K_DATASEC,
	K_FLOAT,
	K_DECL_TAG,
	K_TYPE_TAG,
	K_ENUM64,
	NR_KINDS
};

static const char *const kind_names[NR_KINDS] = {
	"void",	  "int",      "pointer", "array", "struct", "union",	  "enum",
	"fwd",	  "typedef",  "volatile", "const", "restrict", "func",	  "func_proto",
	"var",	  "datasec",  "float",	 "decl_tag", "type_tag", "enum64",
};

/* Bytes after the head: a fixed part and one for each of vlen. */
static const struct {
	u8 fixed, each;
} kind_tail[NR_KINDS] = {
	[K_INT] = { 4, 0 },	   [K_ARRAY] = { 12, 0 },    [K_STRUCT] = { 0, 12 },
	[K_UNION] = { 0, 12 },	   [K_ENUM] = { 0, 8 },	     [K_FUNC_PROTO] = { 0, 8 },
	[K_VAR] = { 4, 0 },	   [K_DATASEC] = { 0, 12 },  [K_DECL_TAG] = { 4, 0 },
	[K_ENUM64] = { 0, 12 },
};

struct type {
	u32 name;
	u32 kind;
	u32 vlen;
	bool kflag;
	u32 size_or_type;
	u32 tail; /* offset in data */
};

static u32 get_u32(const struct btf_blob *b, u32 offset)
{
	u32 v;

	memcpy(&v, b->data + offset, sizeof(v));
	return v;
}

static int fail_at(struct btf_error *err, u32 offset, const char *what)
{
	scnprintf(err->text, sizeof(err->text), "BTF: %s at offset %u", what, offset);
	return -EINVAL;
}

/* Unpacks the type at the offset, whose head lies in bounds. */
static void unpack(const struct btf_blob *b, u32 offset, struct type *t)
{
	u32 info = get_u32(b, offset + 4);

	t->name = get_u32(b, offset);
	t->kind = (info >> 24) & 0x7f;
	t->vlen = info & 0xffffff;
	t->kflag = info >> 31;
	t->size_or_type = get_u32(b, offset + 8);
	t->tail = offset + TYPE_HEAD;
}

static const char *name_of(const struct btf_blob *b, u32 name)
{
	return (const char *)b->data + b->strings + name;
}

static bool name_ok(const struct btf_blob *b, u32 name)
{
	return name < b->strings_end - b->strings;
}

/* Offset of the type after the one at the offset, or 0 and err set. */
static u32 check_type(const struct btf_blob *b, u32 offset, struct btf_error *err)
{
	struct type t;
	u64 end;

	if (b->types_end - offset < TYPE_HEAD) {
		fail_at(err, offset, "type is cut");
		return 0;
	}
	unpack(b, offset, &t);
	if (!t.kind || t.kind >= NR_KINDS) {
		fail_at(err, offset, "unknown kind of type");
		return 0;
	}
	if (!name_ok(b, t.name)) {
		fail_at(err, offset, "name outside the strings");
		return 0;
	}
	end = (u64)t.tail + kind_tail[t.kind].fixed + (u64)t.vlen * kind_tail[t.kind].each;
	if (end > b->types_end) {
		fail_at(err, offset, "type is cut");
		return 0;
	}
	return end;
}

static int check_section(const struct btf_blob *b, u32 hdr_len, u32 at, u32 *start, u32 *end,
			 struct btf_error *err)
{
	u64 from = (u64)hdr_len + get_u32(b, at);
	u64 to = from + get_u32(b, at + 4);

	if (to > b->size)
		return fail_at(err, at, "section lies outside the file, which may be cut,");
	*start = from;
	*end = to;
	return 0;
}

static int check_header(struct btf_blob *b, struct btf_error *err)
{
	u32 hdr_len;
	int ret;

	if (b->size < HEADER_MIN)
		return fail_at(err, b->size, "file ends in the header");
	if ((get_u32(b, 0) & 0xffff) != BTF_MAGIC_NUMBER)
		return fail_at(err, 0, "wrong magic number");
	if (b->data[2] != 1)
		return fail_at(err, 2, "unknown version");
	hdr_len = get_u32(b, 4);
	if (hdr_len < HEADER_MIN || hdr_len > b->size)
		return fail_at(err, 4, "wrong header length");
	ret = check_section(b, hdr_len, 8, &b->types, &b->types_end, err);
	if (ret)
		return ret;
	ret = check_section(b, hdr_len, 16, &b->strings, &b->strings_end, err);
	if (ret)
		return ret;
	if (b->types & 3)
		return fail_at(err, 8, "types are not aligned");
	if (b->strings == b->strings_end || b->data[b->strings] || b->data[b->strings_end - 1])
		return fail_at(err, b->strings, "strings do not begin and end with a NUL");
	return 0;
}

int btf_parse(struct btf_blob *b, const void *data, size_t size, struct btf_error *err)
{
	u32 offset;
	int ret;

	memset(b, 0, sizeof(*b));
	if (size > 0x7fffffff)
		return fail_at(err, 0, "file too large");
	b->data = data;
	b->size = size;
	ret = check_header(b, err);
	if (ret)
		return ret;
	for (offset = b->types; offset < b->types_end; b->nr_types++) {
		if (b->nr_types == MAX_TYPES)
			return fail_at(err, offset, "too many types");
		offset = check_type(b, offset, err);
		if (!offset)
			return -EINVAL;
	}
	return 0;
}

void btf_index(struct btf_blob *b, u32 *index)
{
	struct btf_error err;
	u32 offset = b->types;
	u32 i;

	index[0] = 0;
	for (i = 1; i <= b->nr_types; i++) {
		index[i] = offset;
		offset = check_type(b, offset, &err);
	}
	b->index = index;
}

static int get_type(const struct btf_blob *b, u32 id, struct type *t, struct btf_error *err)
{
	if (id > b->nr_types) {
		scnprintf(err->text, sizeof(err->text), "BTF: there is no type %u", id);
		return -EINVAL;
	}
	memset(t, 0, sizeof(*t));
	if (id)
		unpack(b, b->index[id], t);
	return 0;
}

static bool is_alias(u32 kind)
{
	return kind == K_TYPEDEF || kind == K_CONST || kind == K_VOLATILE || kind == K_RESTRICT ||
	       kind == K_TYPE_TAG;
}

/* Follows typedefs and qualifiers; *id becomes the number of the type that is meant. */
static int resolve(const struct btf_blob *b, u32 *id, struct type *t, struct btf_error *err)
{
	unsigned int i;
	int ret;

	for (i = 0; i < MAX_CHAIN; i++) {
		ret = get_type(b, *id, t, err);
		if (ret || !is_alias(t->kind))
			return ret;
		*id = t->size_or_type;
	}
	scnprintf(err->text, sizeof(err->text), "BTF: typedefs run in a circle at type %u", *id);
	return -EINVAL;
}

struct array {
	u32 type, nr;
};

static void get_array(const struct btf_blob *b, const struct type *t, struct array *a)
{
	a->type = get_u32(b, t->tail);
	a->nr = get_u32(b, t->tail + 8);
}

/* Size of a resolved type; 0 for what has none. */
static int size_of(const struct btf_blob *b, const struct type *type, u32 *size,
		   struct btf_error *err)
{
	struct type t = *type;
	struct array a;
	u64 nr = 1;
	unsigned int i;
	u32 id;
	int ret;

	*size = 0;
	for (i = 0; t.kind == K_ARRAY && i < MAX_CHAIN; i++) {
		get_array(b, &t, &a);
		nr *= a.nr;
		if (nr > 0x7fffffff)
			return fail_at(err, t.tail, "array too large");
		id = a.type;
		ret = resolve(b, &id, &t, err);
		if (ret)
			return ret;
	}
	switch (t.kind) {
	case K_INT:
	case K_STRUCT:
	case K_UNION:
	case K_ENUM:
	case K_ENUM64:
	case K_FLOAT:
		nr *= t.size_or_type;
		break;
	case K_PTR:
		nr *= sizeof(void *);
		break;
	default:
		nr = 0;
	}
	if (nr > 0x7fffffff)
		return fail_at(err, t.tail, "type too large");
	*size = nr;
	return 0;
}

#define NO_NAME 0xff

/* Of the bytes by which most names differ; those behind the end of a short one do not count. */
static u8 hash_name(const char *name)
{
	u32 hash = 0;
	unsigned int i;

	for (i = 0; i < 6 && name[i]; i++)
		hash = hash * 31 + (u8)name[i];
	return hash ^ hash >> 8;
}

/* Names by their hash: the first of each, and the one after each. */
struct name_table {
	u8 first[256];
	u8 next[BTF_STRUCTS_MAX];
};

static void fill_table(struct name_table *table, const struct btf_struct *wanted, unsigned int n)
{
	u8 hash;

	memset(table->first, NO_NAME, sizeof(table->first));
	while (n--) {
		hash = hash_name(wanted[n].name);
		table->next[n] = table->first[hash];
		table->first[hash] = n;
	}
}

void btf_find_structs(const struct btf_blob *b, struct btf_struct *wanted, unsigned int n)
{
	struct name_table table;
	const char *name;
	u32 i, offset;
	u8 at;

	fill_table(&table, wanted, n);
	for (i = 0; i < n; i++)
		wanted[i].id = 0;
	for (i = 1; i <= b->nr_types; i++) {
		offset = b->index[i];
		if ((get_u32(b, offset + 4) >> 24 & 0x7f) != K_STRUCT)
			continue;
		name = name_of(b, get_u32(b, offset));
		for (at = table.first[hash_name(name)]; at != NO_NAME; at = table.next[at]) {
			if (wanted[at].id || strcmp(name, wanted[at].name))
				continue;
			wanted[at].id = i;
			wanted[at].size = get_u32(b, offset + 8);
		}
	}
}

int btf_check_struct(const struct btf_struct *s, struct btf_error *err)
{
	if (s->id)
		return 0;
	scnprintf(err->text, sizeof(err->text), "BTF: there is no struct %s", s->name);
	return -ENOENT;
}

struct found {
	u32 type;
	u64 bits; /* offset */
	u32 bitfield; /* width, 0 if it is none */
};

static bool is_aggregate(u32 kind)
{
	return kind == K_STRUCT || kind == K_UNION;
}

/*
 * Depth first, as C looks names up. Recursion is at most MAX_DEPTH deep, with a small frame.
 * budget bounds the members looked at, since broken BTF may nest the same struct many times.
 */
static int search(const struct btf_blob *b, const struct type *t, const char *name,
		  unsigned int depth, u32 *budget, struct found *f, struct btf_error *err)
{
	u64 base = f->bits;
	struct type inner;
	u32 i, at, bits, id;
	int ret;

	for (i = 0; i < t->vlen; i++) {
		if (!--*budget)
			return fail_at(err, t->tail, "too many members");
		at = t->tail + i * 12;
		bits = get_u32(b, at + 8);
		if (!name_ok(b, get_u32(b, at)))
			return fail_at(err, at, "member name outside the strings");
		f->type = get_u32(b, at + 4);
		f->bitfield = t->kflag ? bits >> 24 : 0;
		f->bits = base + (t->kflag ? bits & 0xffffff : bits);
		if (!strcmp(name_of(b, get_u32(b, at)), name))
			return 0;
		if (get_u32(b, at) || depth == MAX_DEPTH)
			continue;
		id = f->type;
		ret = resolve(b, &id, &inner, err);
		if (ret)
			return ret;
		if (!is_aggregate(inner.kind))
			continue;
		ret = search(b, &inner, name, depth + 1, budget, f, err);
		if (ret != -ENOENT)
			return ret;
	}
	return -ENOENT;
}

/* Names in the file are anything, and the reason goes to the kernel's log. */
static void keep_printable(struct btf_error *err)
{
	char *p;

	for (p = err->text; *p; p++)
		if (*p < 0x20 || *p > 0x7e)
			*p = '?';
}

/* Says what was wanted and what stands there. */
static int mismatch(const struct btf_blob *b, const struct type *owner, const char *member,
		    const struct btf_want *want, const struct type *t, u32 size,
		    struct btf_error *err)
{
	static const char *const wanted[] = {
		[BTF_WANT_ANY] = "a member",	     [BTF_WANT_INT] = "int",
		[BTF_WANT_PTR] = "pointer to struct", [BTF_WANT_STRUCT] = "struct",
		[BTF_WANT_STRUCTS] = "array of struct", [BTF_WANT_VECTOR] = "vector of int",
	};

	scnprintf(err->text, sizeof(err->text),
		  "struct %.32s: member %.32s is %s %.24s of %u bytes, wanted %s %s of %u",
		  name_of(b, owner->name), member, kind_names[t->kind], name_of(b, t->name), size,
		  wanted[want->kind], want->type ? want->type : "", want->size);
	keep_printable(err);
	return -EINVAL;
}

/* Whether id, aliases stripped, is the struct of that name. */
static int is_struct(const struct btf_blob *b, u32 id, const char *name, bool *yes,
		     struct btf_error *err)
{
	struct type t;
	int ret = resolve(b, &id, &t, err);

	if (ret)
		return ret;
	*yes = !name || ((t.kind == K_STRUCT || t.kind == K_FWD) &&
			 !strcmp(name_of(b, t.name), name));
	return 0;
}

static int is_int_of(const struct btf_blob *b, u32 id, u32 size, bool *yes, struct btf_error *err)
{
	struct type t;
	int ret = resolve(b, &id, &t, err);

	if (ret)
		return ret;
	*yes = t.kind == K_INT && t.size_or_type == size;
	return 0;
}

/* Whether the resolved type t, of that size, is what is wanted. */
static int matches(const struct btf_blob *b, const struct btf_want *want, u32 id,
		   const struct type *t, u32 size, bool *yes, struct btf_error *err)
{
	struct array a;

	*yes = false;
	if (want->kind != BTF_WANT_VECTOR && want->size && want->size != size)
		return 0;
	switch (want->kind) {
	case BTF_WANT_ANY:
		*yes = true;
		return 0;
	case BTF_WANT_INT:
		*yes = t->kind == K_INT || t->kind == K_ENUM;
		return 0;
	case BTF_WANT_PTR:
		return t->kind == K_PTR ? is_struct(b, t->size_or_type, want->type, yes, err) : 0;
	case BTF_WANT_STRUCT:
		return is_struct(b, id, want->type, yes, err);
	case BTF_WANT_STRUCTS:
		if (t->kind != K_ARRAY)
			return 0;
		get_array(b, t, &a);
		return is_struct(b, a.type, want->type, yes, err);
	case BTF_WANT_VECTOR:
		if (t->kind == K_PTR)
			return is_int_of(b, t->size_or_type, want->size, yes, err);
		if (t->kind != K_ARRAY)
			return 0;
		get_array(b, t, &a);
		return is_int_of(b, a.type, want->size, yes, err);
	}
	return 0;
}

int btf_find_member(const struct btf_blob *b, u32 struct_id, const char *name,
		    const struct btf_want *want, struct btf_place *m, struct btf_error *err)
{
	struct found f = { 0 };
	struct type owner, t;
	u32 budget = 100000;
	bool yes;
	u32 size;
	int ret;

	ret = get_type(b, struct_id, &owner, err);
	if (ret)
		return ret;
	ret = search(b, &owner, name, 0, &budget, &f, err);
	if (ret == -ENOENT) {
		scnprintf(err->text, sizeof(err->text), "struct %.32s: there is no member %.32s",
			  name_of(b, owner.name), name);
		keep_printable(err);
	}
	if (!ret)
		ret = resolve(b, &f.type, &t, err);
	if (!ret)
		ret = size_of(b, &t, &size, err);
	if (!ret)
		ret = matches(b, want, f.type, &t, size, &yes, err);
	if (ret)
		return ret;
	if (!yes || f.bitfield || f.bits % 8)
		return mismatch(b, &owner, name, want, &t, size, err);
	if (f.bits / 8 + size > owner.size_or_type)
		return fail_at(err, owner.tail, "member lies outside its struct");
	m->offset = f.bits / 8;
	m->size = size;
	m->is_pointer = t.kind == K_PTR;
	return 0;
}
