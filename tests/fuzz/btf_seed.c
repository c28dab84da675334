// SPDX-License-Identifier: GPL-2.0
/*
 * usage: btf_seed cut BTF SEED     cuts the BTF of a kernel to what the module looks for
 *        btf_seed header BTF       prints C structs whose members lie where that BTF has them
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btf_cut.h"
#include "../common.h"
#include "layout_lines.h"

#define SEED_MAX 8192

static void cut(const struct types *t, const char *path)
{
	size_t len;
	unsigned char *file = btf_cut(t, &len);
	FILE *f = fopen(path, "w");

	if (len > SEED_MAX)
		die("%s would have %zu bytes, more than %d", path, len, SEED_MAX);
	if (!f || fwrite(file, 1, len, f) != len || fclose(f))
		die("cannot write %s", path);
	free(file);
}

/* Whether a line before this one, public if asked for, is of the same struct. */
static bool was_there(unsigned int line, bool only_public)
{
	for (unsigned int i = 0; i < line; i++)
		if (!strcmp(layout_lines[i].s, layout_lines[line].s) &&
		    (layout_lines[i].is_public || !only_public))
			return true;
	return false;
}

static void print_size(uint64_t size)
{
	printf("\t\tchar whole[%llu];\n\t};\n} __attribute__((aligned(%d)));\n",
	       (unsigned long long)size, size % 8 ? size % 4 ? 1 : 4 : 8);
}

/* Each member behind as many bytes as it lies at, all of them in one union. */
static void print_struct(const struct types *t, const char *name)
{
	uint32_t id = types_find(t, name);
	struct types_path p;

	if (!id)
		return;
	printf("struct %s {\n\tunion {\n", name);
	for (unsigned int i = 0; i < nr_layout_lines; i++)
		if (layout_lines[i].is_public && !strcmp(layout_lines[i].s, name) &&
		    types_find_member(t, id, layout_lines[i].member, &p))
			printf("\t\tstruct { char before_%u[%llu], %s[%llu]; };\n", i,
			       (unsigned long long)p.bits / 8, layout_lines[i].member,
			       (unsigned long long)types_size(t, p.type));
	print_size(types_size(t, id));
}

/* A word that layout_fields.h asks for, if the struct has the member, which may be NULL. */
static void print_word(const struct types *t, const char *word, const char *s, const char *member)
{
	uint32_t id = types_find(t, s);
	struct types_path p;

	if (id && (!member || types_find_member(t, id, member, &p)))
		printf("#define %s\n", word);
}

static void print_header(const struct types *t)
{
	static const char *const others[] = { "list_head", "rb_root", "rb_node", "spinlock",
					      "refcount_struct" };

	print_word(t, "CONFIG_SHMEM", "shmem_inode_info", NULL);
	print_word(t, "CONFIG_MEMCG", "mm_struct", "owner");
	print_word(t, "CONFIG_SCHED_INFO", "sched_info", NULL);
	print_word(t, "NS_COMMON_HAS_TREE", "ns_common", "ns_tree_node");
	for (unsigned int i = 0; i < nr_layout_lines; i++)
		if (layout_lines[i].is_public && !was_there(i, true))
			print_struct(t, layout_lines[i].s);
	for (unsigned int i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		print_struct(t, others[i]);
	puts("typedef struct spinlock spinlock_t;\ntypedef struct refcount_struct refcount_t;");
}

int main(int argc, char **argv)
{
	struct types t;
	size_t len;
	char *data = argc > 2 ? slurp(argv[2], 1 << 20, &len) : NULL;

	if (!data || !types_open(&t, data, len))
		die("usage: btf_seed cut BTF SEED | header BTF");
	if (!strcmp(argv[1], "cut") && argc == 4)
		cut(&t, argv[3]);
	else
		print_header(&t);
	types_close(&t);
	free(data);
	return 0;
}
