// SPDX-License-Identifier: GPL-2.0
/*
 * kmod/btf.c on files that are cut, bent or no BTF at all: refused with the offset, and nothing is
 * read outside the file.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include "btf_parsed.h"

static struct btf_writer w;

static const struct btf_want any = { .kind = BTF_WANT_ANY };
static const struct btf_want want_int = { .kind = BTF_WANT_INT, .size = 4 };
static const struct btf_want want_pid = { .kind = BTF_WANT_PTR, .type = "pid", .size = 8 };
static const struct btf_want want_list = { .kind = BTF_WANT_STRUCT, .type = "list", .size = 16 };
static const struct btf_want want_lists = { .kind = BTF_WANT_STRUCTS, .type = "list" };
static const struct btf_want want_shorts = { .kind = BTF_WANT_VECTOR, .size = 2 };

/* About 8 KiB: the struct searched for last, behind many others. */
static unsigned char *sample(size_t *size)
{
	uint32_t i, j;
	char name[16];

	write_all_kinds(&w);
	for (i = 0; w.types_len + w.strings_len < 7600; i++) {
		snprintf(name, sizeof(name), "s%u", i);
		btf_struct(&w, name, BTF_STRUCT, 64);
		for (j = 0; j < 8; j++)
			btf_member(&w, "member", 1 + j % w.nr_types, j * 64);
	}
	btf_struct(&w, "last", BTF_STRUCT, 8);
	btf_member(&w, "val", 1, 0);
	return btf_file(&w, 24, size);
}

TEST(every_kind_is_skipped)
{
	struct btf_place m;
	struct parsed p;

	write_all_kinds(&w);
	parse_written(&p, &w);
	ASSERT_EQ(0, p.ret);
	EXPECT_EQ(w.nr_types, p.blob.nr_types);
	EXPECT_EQ(0, find_member(&p, "sem", "val", &want_int, &m));
	EXPECT_EQ(4, m.offset);
	release(&p);
}

TEST(unknown_kinds)
{
	static const uint32_t kinds[] = { 0, 20, 31, 32, 127 };
	struct parsed p;
	char offset[32];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		btf_begin(&w);
		btf_int(&w, "int", 4);
		snprintf(offset, sizeof(offset), "offset %u", 24 + w.types_len);
		btf_type(&w, "odd", kinds[i], 0);
		btf_int(&w, "int", 4);
		parse_written(&p, &w);
		EXPECT_EQ(-EINVAL, p.ret);
		EXPECT_NE(NULL, strstr(p.err.text, offset))
		{
			TH_LOG("kind %u: %s", kinds[i], p.err.text);
		}
		release(&p);
	}
}

TEST(longer_headers)
{
	static const uint32_t lengths[] = { 28, 32, 64, 4096 };
	struct btf_place m;
	struct parsed p;
	unsigned int i;
	size_t size;

	write_all_kinds(&w);
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		unsigned char *file = btf_file(&w, lengths[i], &size);

		parse_bytes(&p, file, size);
		ASSERT_EQ(0, p.ret);
		EXPECT_EQ(0, find_member(&p, "sem", "val", &want_int, &m));
		release(&p);
	}
}

/* A header word set to a value that cannot be. */
TEST(wrong_headers)
{
	static const struct {
		uint32_t at, value;
	} wrong[] = {
		{ 0, 0x00019feb }, { 0, 0 },	       { 0, 0x0002eb9f },  { 4, 0 },
		{ 4, 23 },	   { 4, 25 },	       { 4, 0xffffffff },  { 8, 0xffffffff },
		{ 8, 1 },	   { 12, 0xffffffff }, { 12, 7 },	   { 16, 0xffffffff },
		{ 20, 0 },	   { 20, 0xffffffff }, { 16, 0x7fffffff },
	};
	struct parsed p;
	unsigned int i;
	size_t size;

	write_all_kinds(&w);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		unsigned char *file = btf_file(&w, 24, &size);

		memcpy(file + wrong[i].at, &wrong[i].value, 4);
		parse_bytes(&p, file, size);
		EXPECT_EQ(-EINVAL, p.ret)
		{
			TH_LOG("word at %u set to %x", wrong[i].at, wrong[i].value);
		}
		EXPECT_NE(NULL, strstr(p.err.text, "offset "));
		release(&p);
	}
}

TEST(cut_at_every_byte)
{
	unsigned char *whole, *cut;
	struct btf_place m;
	struct parsed p;
	size_t size, len;

	whole = sample(&size);
	ASSERT_GT(size, 7600);
	for (len = 0; len < size; len++) {
		cut = malloc(len);
		memcpy(cut, whole, len);
		parse_bytes(&p, cut, len);
		EXPECT_EQ(-EINVAL, p.ret)
		{
			TH_LOG("cut at %zu", len);
		}
		EXPECT_NE(NULL, strstr(p.err.text, "offset "));
		release(&p);
	}
	parse_bytes(&p, whole, size);
	EXPECT_EQ(0, p.ret);
	EXPECT_EQ(0, find_member(&p, "last", "val", &want_int, &m));
	release(&p);
}

static bool is_start_of_type(const struct parsed *p, u32 offset)
{
	u32 i;

	for (i = 1; i <= p->blob.nr_types; i++)
		if (p->index[i] == offset)
			return true;
	return false;
}

/* The lengths in the header agree with the cut: refused unless it falls between two types. */
TEST(types_cut_at_every_byte)
{
	struct parsed whole, p;
	size_t size, len, types;
	unsigned char *file = sample(&size);

	parse_bytes(&whole, file, size);
	ASSERT_EQ(0, whole.ret);
	types = w.types_len;
	for (len = 0; len < types; len++) {
		w.types_len = len;
		file = btf_file_types_last(&w, &size);
		parse_bytes(&p, file, size);
		EXPECT_EQ(is_start_of_type(&whole, 24 + len) ? 0 : -EINVAL, p.ret)
		{
			TH_LOG("types cut at %zu", len);
		}
		EXPECT_TRUE(!p.ret || strstr(p.err.text, "offset "));
		release(&p);
	}
	release(&whole);
}

/* More members than the section has room for. */
TEST(too_long_a_type)
{
	static const uint32_t vlens[] = { 2, 1000, 0xffff, 0xffffff };
	struct parsed p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vlens); i++) {
		write_all_kinds(&w);
		btf_vlen(&w, vlens[i], 0);
		parse_written(&p, &w);
		EXPECT_EQ(-EINVAL, p.ret);
		release(&p);
	}
}

/* Whatever the bytes are: an answer, and no access outside them. */
static void look_up_everything(struct parsed *p)
{
	static const struct btf_want *const wants[] = { &any,	    &want_int,	 &want_pid,
							&want_list, &want_lists, &want_shorts };
	static const char *const members[] = { "val", "member", "deep", "gone" };
	struct btf_place m;
	u32 id, i, j;

	if (p->ret)
		return;
	for (id = 0; id <= p->blob.nr_types + 1; id += 1 + id / 16)
		for (i = 0; i < ARRAY_SIZE(wants); i++)
			for (j = 0; j < ARRAY_SIZE(members); j++)
				btf_find_member(&p->blob, id, members[j], wants[i], &m, &p->err);
}

TEST(flipped_bits)
{
	unsigned char *whole, *file;
	struct parsed p;
	size_t size, i;
	int bit;

	whole = sample(&size);
	for (i = 0; i < size; i += 1 + (i > 2048) * 6)
		for (bit = 0; bit < 8; bit += 1 + i % 3) {
			file = malloc(size);
			memcpy(file, whole, size);
			file[i] ^= 1 << bit;
			parse_bytes(&p, file, size);
			look_up_everything(&p);
			release(&p);
		}
	free(whole);
}

TEST(garbage)
{
	uint64_t state = 1;
	unsigned char *file;
	struct parsed p;
	int round;
	size_t i;

	for (round = 0; round < 300; round++) {
		file = malloc(4096);
		for (i = 0; i < 4096; i++) {
			state = state * 6364136223846793005ull + 1442695040888963407ull;
			file[i] = state >> 56;
		}
		/* Every other time the header is right, so that the types are reached. */
		if (round % 2)
			memcpy(file, (uint32_t[]){ 0x1eb9f, 24, 0, 2048, 2048, 2024 }, 24);
		file[24 + 2048] = file[4095] = 0;
		parse_bytes(&p, file, 4096);
		look_up_everything(&p);
		EXPECT_EQ(-EINVAL, p.ret);
		release(&p);
	}
}

TEST_HARNESS_MAIN
