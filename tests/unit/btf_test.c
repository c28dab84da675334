// SPDX-License-Identifier: GPL-2.0
/*
 * kmod/btf.c on BTF that this test writes: what is there is found where it was put; what is not, or
 * is something else, is refused with a reason that names it.
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

/*
 * struct sem { int val; struct pid *pid; struct list l; union { struct { int deep; }; u64 x; };
 *              tint aliased; short *vec; struct list many[3]; short tail[0]; }
 */
static void write_sem(void)
{
	uint32_t i4, u64t, pid, ppid, list, inner, onion, tint, s2, ps2, lists, shorts, cv;

	btf_begin(&w);
	i4 = btf_int(&w, "int", 4);
	u64t = btf_int(&w, "u64", 8);
	s2 = btf_int(&w, "short", 2);
	pid = btf_type(&w, "pid", BTF_FWD, 0);
	ppid = btf_type(&w, "", BTF_PTR, pid);
	list = btf_struct(&w, "list", BTF_STRUCT, 16);
	btf_member(&w, "next", ppid, 0);
	btf_member(&w, "prev", ppid, 64);
	inner = btf_struct(&w, "", BTF_STRUCT, 8);
	btf_member(&w, "pad", i4, 0);
	btf_member(&w, "deep", i4, 32);
	onion = btf_struct(&w, "", BTF_UNION, 8);
	btf_member(&w, "", inner, 0);
	btf_member(&w, "x", u64t, 0);
	tint = btf_type(&w, "tint", BTF_TYPEDEF, i4);
	cv = btf_type(&w, "", BTF_CONST, btf_type(&w, "", BTF_VOLATILE, tint));
	ps2 = btf_type(&w, "", BTF_PTR, s2);
	lists = btf_array(&w, list, 3);
	shorts = btf_array(&w, s2, 0);
	btf_struct(&w, "sem", BTF_STRUCT, 120);
	btf_member(&w, "val", i4, 0);
	btf_member(&w, "pid", ppid, 64);
	btf_member(&w, "l", list, 128);
	btf_member(&w, "", onion, 256);
	btf_member(&w, "aliased", cv, 320);
	btf_member(&w, "vec", ps2, 384);
	btf_member(&w, "many", lists, 448);
	btf_member(&w, "odd", i4, 839);
	btf_member(&w, "tail", shorts, 944);
}

static void expect_found(struct __test_metadata *_metadata, struct parsed *p, const char *member,
			 const struct btf_want *want, u32 offset, u32 size)
{
	struct btf_place m = { 0 };

	EXPECT_EQ(0, find_member(p, "sem", member, want, &m))
	{
		TH_LOG("%s: %s", member, p->err.text);
	}
	EXPECT_EQ(offset, m.offset);
	EXPECT_EQ(size, m.size);
}

TEST(members_found)
{
	struct parsed p;

	write_sem();
	parse_written(&p, &w);
	ASSERT_EQ(0, p.ret);
	EXPECT_EQ(w.nr_types, p.blob.nr_types);
	expect_found(_metadata, &p, "val", &want_int, 0, 4);
	expect_found(_metadata, &p, "pid", &want_pid, 8, 8);
	expect_found(_metadata, &p, "l", &want_list, 16, 16);
	expect_found(_metadata, &p, "deep", &want_int, 36, 4);
	expect_found(_metadata, &p, "x", &any, 32, 8);
	expect_found(_metadata, &p, "aliased", &want_int, 40, 4);
	expect_found(_metadata, &p, "many", &want_lists, 56, 48);
	expect_found(_metadata, &p, "vec", &want_shorts, 48, 8);
	expect_found(_metadata, &p, "tail", &want_shorts, 118, 0);
	release(&p);
}

TEST(vectors_are_told_apart)
{
	struct btf_place m;
	struct parsed p;

	write_sem();
	parse_written(&p, &w);
	ASSERT_EQ(0, find_member(&p, "sem", "vec", &want_shorts, &m));
	EXPECT_TRUE(m.is_pointer);
	ASSERT_EQ(0, find_member(&p, "sem", "tail", &want_shorts, &m));
	EXPECT_FALSE(m.is_pointer);
	release(&p);
}

/* Refused, and the reason names the member (or whatever names has). */
static void expect_refused(struct __test_metadata *_metadata, struct parsed *p, const char *member,
			   const struct btf_want *want, int error, const char *names)
{
	struct btf_place m;

	p->err.text[0] = 0;
	EXPECT_EQ(error, find_member(p, "sem", member, want, &m))
	{
		TH_LOG("member %s", member);
	}
	EXPECT_NE(NULL, strstr(p->err.text, names))
	{
		TH_LOG("says: %s", p->err.text);
	}
	EXPECT_EQ(NULL, strchr(p->err.text, '\n'));
}

TEST(members_refused)
{
	static const struct btf_want int8 = { .kind = BTF_WANT_INT, .size = 8 };
	static const struct btf_want task = { .kind = BTF_WANT_PTR, .type = "task", .size = 8 };
	static const struct btf_want ints = { .kind = BTF_WANT_VECTOR, .size = 4 };
	static const struct btf_want pids = { .kind = BTF_WANT_STRUCTS, .type = "pid" };
	struct parsed p;

	write_sem();
	parse_written(&p, &w);
	expect_refused(_metadata, &p, "gone", &any, -ENOENT, "gone");
	expect_refused(_metadata, &p, "val", &int8, -EINVAL, "val");
	expect_refused(_metadata, &p, "val", &want_pid, -EINVAL, "val");
	expect_refused(_metadata, &p, "pid", &want_int, -EINVAL, "pid");
	expect_refused(_metadata, &p, "pid", &task, -EINVAL, "pid");
	expect_refused(_metadata, &p, "pid", &want_list, -EINVAL, "pid");
	expect_refused(_metadata, &p, "l", &want_lists, -EINVAL, "l");
	expect_refused(_metadata, &p, "many", &want_list, -EINVAL, "many");
	expect_refused(_metadata, &p, "many", &pids, -EINVAL, "many");
	expect_refused(_metadata, &p, "vec", &ints, -EINVAL, "vec");
	expect_refused(_metadata, &p, "tail", &ints, -EINVAL, "tail");
	expect_refused(_metadata, &p, "odd", &want_int, -EINVAL, "odd");
	expect_refused(_metadata, &p, "odd", &any, -EINVAL, "odd");
	release(&p);
}

TEST(struct_missing)
{
	struct parsed p;
	u32 id, size;

	write_sem();
	parse_written(&p, &w);
	EXPECT_EQ(-ENOENT, find_struct(&p, "sem_array", &id, &size));
	EXPECT_NE(NULL, strstr(p.err.text, "sem_array"));
	/* pid is only a forward, tint no struct, "" names nothing. */
	EXPECT_EQ(-ENOENT, find_struct(&p, "pid", &id, &size));
	EXPECT_EQ(-ENOENT, find_struct(&p, "tint", &id, &size));
	EXPECT_EQ(0, find_struct(&p, "list", &id, &size));
	EXPECT_EQ(16, size);
	release(&p);
}

/* Names that begin alike, short ones, one twice, and what is no struct. */
TEST(structs_in_one_pass)
{
	static const char *const names[] = { "sem",	   "sem_queue", "sem_quarter", "s",
					     "sem_queue_", "task",	"sembuf" };
	struct btf_struct wanted[ARRAY_SIZE(names)];
	uint32_t ids[ARRAY_SIZE(names)];
	struct parsed p;
	unsigned int i;

	btf_begin(&w);
	btf_int(&w, "sem", 4);
	btf_type(&w, "task", BTF_FWD, 0);
	btf_struct(&w, "sem_queue", BTF_UNION, 4);
	for (i = ARRAY_SIZE(names); i--;) {
		btf_struct(&w, "", BTF_STRUCT, 99);
		ids[i] = btf_struct(&w, names[i], BTF_STRUCT, 10 + i);
		wanted[i].name = names[i];
	}
	btf_struct(&w, "sem", BTF_STRUCT, 100);
	btf_struct(&w, "sem_que", BTF_STRUCT, 100);
	parse_written(&p, &w);
	btf_find_structs(&p.blob, wanted, ARRAY_SIZE(names));
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		EXPECT_EQ(ids[i], wanted[i].id);
		EXPECT_EQ(10 + i, wanted[i].size);
	}
	wanted[3].name = "sem_qua";
	wanted[5].name = "sem_quarters";
	btf_find_structs(&p.blob, wanted, ARRAY_SIZE(names));
	EXPECT_EQ(-ENOENT, btf_check_struct(&wanted[3], &p.err));
	EXPECT_NE(NULL, strstr(p.err.text, "sem_qua"));
	EXPECT_EQ(ids[6], wanted[6].id);
	EXPECT_EQ(0, wanted[5].id);
	release(&p);
}

TEST(bitfields)
{
	struct btf_place m;
	struct parsed p;
	uint32_t i4;

	btf_begin(&w);
	i4 = btf_int(&w, "int", 4);
	btf_struct(&w, "sem", BTF_STRUCT, 16);
	btf_vlen(&w, 0, 1);
	btf_member(&w, "plain", i4, 32);
	btf_member(&w, "bits", i4, 3 << 24 | 64);
	btf_member(&w, "whole", i4, 32 << 24 | 96);
	parse_written(&p, &w);
	EXPECT_EQ(0, find_member(&p, "sem", "plain", &want_int, &m));
	EXPECT_EQ(4, m.offset);
	expect_refused(_metadata, &p, "bits", &any, -EINVAL, "bits");
	expect_refused(_metadata, &p, "whole", &want_int, -EINVAL, "whole");
	release(&p);
}

TEST(member_outside_its_struct)
{
	struct parsed p;
	uint32_t i4;

	btf_begin(&w);
	i4 = btf_int(&w, "int", 4);
	btf_struct(&w, "sem", BTF_STRUCT, 8);
	btf_member(&w, "far", i4, 40);
	btf_member(&w, "last", i4, 0xfffffff8);
	parse_written(&p, &w);
	expect_refused(_metadata, &p, "far", &want_int, -EINVAL, "");
	expect_refused(_metadata, &p, "last", &want_int, -EINVAL, "");
	EXPECT_NE(0, p.err.text[0]);
	release(&p);
}

TEST(circles)
{
	struct parsed p;
	uint32_t a;

	btf_begin(&w);
	a = btf_type(&w, "a", BTF_TYPEDEF, 2);
	btf_type(&w, "b", BTF_TYPEDEF, a);
	btf_type(&w, "", BTF_CONST, 3);
	btf_array(&w, 4, 1);
	btf_struct(&w, "sem", BTF_STRUCT, 64);
	btf_member(&w, "loop", a, 0);
	btf_member(&w, "self", 3, 0);
	btf_member(&w, "array", 4, 0);
	btf_member(&w, "", 5, 0);
	parse_written(&p, &w);
	expect_refused(_metadata, &p, "loop", &any, -EINVAL, "type");
	expect_refused(_metadata, &p, "self", &any, -EINVAL, "type");
	expect_refused(_metadata, &p, "array", &want_list, -EINVAL, "");
	/* The anonymous member is the struct itself. */
	expect_refused(_metadata, &p, "gone", &any, -ENOENT, "gone");
	release(&p);
}

/* Each level holds many anonymous members of the next one: a bound must stop the search. */
TEST(anonymous_explosion)
{
	struct parsed p;
	uint32_t inner, level, i;

	btf_begin(&w);
	inner = btf_int(&w, "int", 4);
	for (level = 0; level < 7; level++) {
		uint32_t id = btf_struct(&w, level == 6 ? "sem" : "", BTF_STRUCT, 64);

		for (i = 0; i < 60; i++)
			btf_member(&w, "", inner, 0);
		inner = id;
	}
	parse_written(&p, &w);
	expect_refused(_metadata, &p, "gone", &any, -EINVAL, "members");
	release(&p);
}

TEST(types_out_of_range)
{
	static const uint32_t ids[] = { 3, 4, 1000, 0x7fffffff, 0xffffffff };
	struct parsed p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		btf_begin(&w);
		btf_type(&w, "", BTF_PTR, ids[i]);
		btf_struct(&w, "sem", BTF_STRUCT, 64);
		btf_member(&w, "bad", ids[i], 0);
		btf_member(&w, "", ids[i], 64);
		btf_member(&w, "to_bad", 1, 64);
		parse_written(&p, &w);
		ASSERT_EQ(0, p.ret);
		expect_refused(_metadata, &p, "bad", &any, -EINVAL, "type");
		expect_refused(_metadata, &p, "to_bad", &want_pid, -EINVAL, "type");
		release(&p);
	}
}

TEST(strings_out_of_range)
{
	static const uint32_t names[] = { 0x10000, 0xffffffff };
	struct parsed p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		btf_begin(&w);
		btf_int(&w, "int", 4);
		memcpy(w.types, &names[i], 4);
		parse_written(&p, &w);
		EXPECT_EQ(-EINVAL, p.ret);
		EXPECT_NE(NULL, strstr(p.err.text, "offset 24"));
		release(&p);

		btf_begin(&w);
		btf_int(&w, "int", 4);
		btf_struct(&w, "sem", BTF_STRUCT, 8);
		btf_member(&w, "m", 1, 0);
		memcpy(w.types + w.types_len - 12, &names[i], 4);
		parse_written(&p, &w);
		expect_refused(_metadata, &p, "m", &any, -EINVAL, "offset");
		release(&p);
	}
}

/* The real thing: what headers of this machine's kernel also say. */
TEST(real_kernel)
{
	const char *path = getenv("BTF");
	struct btf_place m;
	unsigned char *file;
	struct parsed p;
	FILE *f;
	size_t n;

	if (!path || !*path)
		SKIP(return, "no BTF file of a kernel here");
	f = fopen(path, "r");
	ASSERT_NE(NULL, f);
	file = malloc(1 << 25);
	n = fread(file, 1, 1 << 25, f);
	fclose(f);
	parse_bytes(&p, file, n);
	ASSERT_EQ(0, p.ret)
	{
		TH_LOG("%s: %s", path, p.err.text);
	}
	EXPECT_EQ(0, find_member(&p, "sem_array", "sem_perm", &any, &m));
	EXPECT_EQ(0, m.offset);
	EXPECT_EQ(0, find_member(&p, "list_head", "prev",
				 &(struct btf_want){ BTF_WANT_PTR, "list_head", 8 }, &m));
	EXPECT_EQ(8, m.offset);
	EXPECT_EQ(0, find_member(&p, "sembuf", "sem_op",
				 &(struct btf_want){ BTF_WANT_INT, NULL, 2 }, &m));
	EXPECT_EQ(2, m.offset);
	EXPECT_EQ(0, find_member(&p, "task_struct", "comm", &any, &m));
	EXPECT_EQ(16, m.size);
	release(&p);
}

TEST_HARNESS_MAIN
