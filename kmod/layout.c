// SPDX-License-Identifier: GPL-2.0
/*
 * Resolves layout_fields.h against BTF, once, before any file exists; read-only after that, so no
 * lock protects it.
 */
#include <linux/cache.h>
#include <linux/dcache.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/ipc_namespace.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/mqueue.h>
#include <linux/msg.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/security.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/proc_ns.h>
#include <linux/sched/user.h>
#include <linux/user_namespace.h>

#include "compat.h"
#include "file.h"
#include "layout.h"

#define BTF_MAX (64 << 20)
#define BTF_IN_SYSFS "/kernel/btf/vmlinux"
#define REQUIRED true

struct layout layout __ro_after_init;

/* One line of the table. member NULL: the struct itself. */
struct line {
	const char *struct_name;
	const char *member;
	struct btf_want want;
	bool required;
	u32 align; /* of a private member */
	size_t compiled; /* offset of a public member */
	bool public;
	size_t result; /* offset in struct layout */
};

#define PRIVATE(s, m) .struct_name = #s, .member = #m, .result = offsetof(struct layout, s##__##m)

static const struct line lines[] = {
#define LAYOUT_STRUCT(s)                                                                           \
	{ .struct_name = #s, .required = true, .result = offsetof(struct layout, s##__sizeof) },
#define LAYOUT_MEMBER(s, m, c_type, want_, name, need)                                             \
	{                                                                                          \
		PRIVATE(s, m),                                                                     \
		.want = { BTF_WANT_##want_, name, sizeof(c_type) },                                \
		.required = need,                                                                  \
		.align = __alignof__(c_type),                                                      \
	},
#define LAYOUT_ARRAY(s, m, element)                                                                \
	{ PRIVATE(s, m), .want = { BTF_WANT_STRUCTS, #element }, .required = true },
#define LAYOUT_VECTOR(s, m, c_type)                                                                \
	{ PRIVATE(s, m), .want = { BTF_WANT_VECTOR, NULL, sizeof(c_type) }, .required = true },
#define LAYOUT_PUBLIC(s, m)                                                                        \
	{                                                                                          \
		.struct_name = #s,                                                                 \
		.member = #m,                                                                      \
		.want = { BTF_WANT_ANY, NULL, sizeof(((struct s *)0)->m) },                        \
		.required = true,                                                                  \
		.compiled = offsetof(struct s, m),                                                 \
		.public = true,                                                                    \
	},
#include "layout_fields.h"
};

static_assert(ARRAY_SIZE(lines) <= BTF_STRUCTS_MAX);

static bool present[ARRAY_SIZE(lines)] __ro_after_init;
static u64 digest __ro_after_init = 0xcbf29ce484222325; /* FNV-1a, 64 bits */

static void digest_bytes(const void *data, size_t n)
{
	const u8 *p = data;

	while (n--)
		digest = (digest ^ *p++) * 0x100000001b3;
}

static void digest_member(const struct line *line, const struct btf_place *m)
{
	digest_bytes(line->struct_name, strlen(line->struct_name) + 1);
	digest_bytes(line->member, strlen(line->member) + 1);
	digest_bytes(&m->offset, sizeof(m->offset));
	digest_bytes(&m->size, sizeof(m->size));
}

static struct btf_place *result_of(const struct line *line)
{
	return (struct btf_place *)((char *)&layout + line->result);
}

static int check_public(const struct line *line, const struct btf_place *m, struct btf_error *err)
{
	if (m->offset == line->compiled)
		return 0;
	scnprintf(err->text, sizeof(err->text),
		  "struct %s: member %s is at offset %u, the module was built for %zu",
		  line->struct_name, line->member, m->offset, line->compiled);
	return -EINVAL;
}

static int check_align(const struct line *line, const struct btf_place *m, struct btf_error *err)
{
	if (!line->align || !(m->offset % line->align))
		return 0;
	scnprintf(err->text, sizeof(err->text), "struct %s: member %s is misaligned at offset %u",
		  line->struct_name, line->member, m->offset);
	return -EINVAL;
}

static int resolve_member(const struct btf_blob *b, u32 id, unsigned int i, struct btf_error *err)
{
	const struct line *line = &lines[i];
	struct btf_place m;
	int ret;

	ret = btf_find_member(b, id, line->member, &line->want, &m, err);
	if (ret == -ENOENT && !line->required)
		return 0;
	if (!ret)
		ret = line->public ? check_public(line, &m, err) : check_align(line, &m, err);
	if (ret)
		return ret;
	present[i] = true;
	digest_member(line, &m);
	if (!line->public)
		*result_of(line) = m;
	return 0;
}

/* The lines of a struct stand together. */
static bool begins_struct(unsigned int i)
{
	return !i || strcmp(lines[i - 1].struct_name, lines[i].struct_name);
}

static int resolve_lines(const struct btf_blob *b, struct btf_struct *structs,
			 struct btf_error *err)
{
	struct btf_struct *s = structs;
	unsigned int i, nr = 0;
	int ret;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if (begins_struct(i))
			structs[nr++].name = lines[i].struct_name;
	btf_find_structs(b, structs, nr);
	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		s += i && begins_struct(i);
		ret = btf_check_struct(s, err);
		if (ret)
			return ret;
		if (lines[i].member) {
			ret = resolve_member(b, s->id, i, err);
			if (ret)
				return ret;
			continue;
		}
		*(u32 *)((char *)&layout + lines[i].result) = s->size;
		digest_bytes(&s->size, sizeof(s->size));
	}
	return 0;
}

static int resolve_blob(const void *data, size_t size, struct btf_error *err)
{
	static struct btf_struct structs[ARRAY_SIZE(lines)];
	struct btf_blob b;
	u32 *index;
	int ret;

	ret = btf_parse(&b, data, size, err);
	if (ret)
		return ret;
	index = kvmalloc_array(b.nr_types + 1, sizeof(*index), GFP_KERNEL | __GFP_NOWARN);
	if (!index) {
		strscpy(err->text, "no memory to read BTF", sizeof(err->text));
		return -ENOMEM;
	}
	btf_index(&b, index);
	ret = resolve_lines(&b, structs, err);
	kvfree(index);
	return ret;
}

/* A stride below what the members need would let neighbours overlap. */
static int check_strides(struct btf_error *err)
{
	const char *bad = NULL;

	if (layout.sem__sizeof < layout.sem__sem_otime.offset + sizeof(time64_t) ||
	    layout.sem__sizeof % __alignof__(time64_t))
		bad = "struct sem";
	/* Senders and receivers. */
	if (layout.mqueue_inode_info__e_wait_q.size != 2 * layout.ext_wait_queue__sizeof)
		bad = "struct ext_wait_queue";
	if (!bad)
		return 0;
	scnprintf(err->text, sizeof(err->text), "%s: its size does not hold its members", bad);
	return -EINVAL;
}

int layout_init(const char *path, bool is_default)
{
	struct btf_error err = { "" };
	void *data;
	size_t size;
	int ret;

	/* Crafted BTF would make a signed module follow chosen addresses. */
	if (!is_default && security_locked_down(LOCKDOWN_MODULE_PARAMETERS)) {
		pr_err("btf= is refused while the kernel is locked down\n");
		return -EPERM;
	}
	ret = read_whole_file(path, is_default ? BTF_IN_SYSFS : NULL, BTF_MAX, &data, &size);
	if (ret) {
		pr_err("cannot read BTF from %s: %d%s\n", path, ret,
		       ret == -EXDEV ? ", it is not the kernel's" : "");
		return ret;
	}
	ret = resolve_blob(data, size, &err);
	kvfree(data);
	if (!ret)
		ret = check_strides(&err);
	if (ret == -ENOMEM) {
		pr_err("%s\n", err.text);
		return ret;
	}
	if (ret) {
		pr_err("not supported on this kernel: %s\n", err.text);
		return -EOPNOTSUPP;
	}
	if (!is_default)
		add_taint(TAINT_USER, LOCKDEP_STILL_OK);
	return 0;
}

bool layout_get_row(unsigned int i, struct layout_row *row)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(lines); n++) {
		if (!lines[n].member || lines[n].public || i--)
			continue;
		row->struct_name = lines[n].struct_name;
		row->member = lines[n].member;
		row->found = result_of(&lines[n]);
		row->present = present[n];
		return true;
	}
	return false;
}

u64 layout_digest(void)
{
	return digest;
}
