// SPDX-License-Identifier: GPL-2.0
/* Loads only onto a kernel whose layout is proved; then makes the files, and is silent. */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>

#include <ipcdbg/version.h>

#include "abi.h"
#include "compat.h"
#include "file.h"
#include "hold.h"
#include "kind.h"
#include "layout.h"
#include "ns.h"
#include "walk.h"

#define DEFAULT_BTF "/sys/kernel/btf/vmlinux"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define MIN_KIB 256
#define MAX_KIB 1048576

static char *btf = DEFAULT_BTF;
module_param(btf, charp, 0400);
MODULE_PARM_DESC(btf, "BTF of the running kernel, if not in " DEFAULT_BTF " (taints)");

static bool untested;
module_param(untested, bool, 0400);
MODULE_PARM_DESC(untested, "load on a kernel series newer than the newest tested one (taints)");

static unsigned int max_kib = 16384;
module_param(max_kib, uint, 0400);
MODULE_PARM_DESC(max_kib, "bound on the copy of an object in an open file, in KiB (default 16384)");

static struct dentry *root;

/* The files of a kind: its own namespace or all, everything or a row per object. */
#define KIND(name, kind_)                                                                          \
	{                                                                                          \
		name,                                                                              \
		{ .table = name, .kind = kind_ },                                                  \
		{ .table = "list/" name, .kind = kind_, .list = true },                            \
		{ .table = "all/" name, .kind = kind_, .all = true },                              \
		{ .table = "all/list/" name, .kind = kind_, .list = true, .all = true },           \
	}

static const struct kind_files {
	const char *name;
	struct walk_file own, list, all, all_list;
} kinds[] = {
	KIND("sem", &sem_kind),
	KIND("shm", &shm_kind),
	KIND("msg", &msg_kind),
	KIND("mqueue", &mqueue_kind),
};

static const struct walk_file counts_file = {
	.table = "counts/sem",
	.kind = &sem_kind,
	.counts = true,
};

static const struct walk_file namespaces_file = { .table = "namespaces", .all = true };
static const struct walk_file abi_file = { .table = "abi", .line = abi_line };

/*
 * The first error is kept in *ret; folder may be one. What debugfs calls unsafe is to remove a file
 * that is open: an open one pins the module (walk_open()).
 */
static void create(int *ret, const char *name, struct dentry *dir, const struct walk_file *file)
{
	struct dentry *made = dir;

	if (!IS_ERR(dir))
		made = debugfs_create_file_unsafe(name, 0400, dir, (void *)file, &walk_fops);
	if (IS_ERR(made) && !*ret)
		*ret = PTR_ERR(made);
}

/* debugfs makes folders 0755; names tell which kinds there are only to who may read them. */
static struct dentry *create_dir(const char *name, struct dentry *parent)
{
	struct dentry *dir = IS_ERR(parent) ? parent : debugfs_create_dir(name, parent);

	if (!IS_ERR(dir))
		d_inode(dir)->i_mode &= ~077;
	return dir;
}

static int create_files(void)
{
	struct dentry *list, *all, *all_list;
	unsigned int i;
	int ret = 0;

	root = create_dir("ipcdbg", NULL);
	list = create_dir("list", root);
	all = create_dir("all", root);
	all_list = create_dir("list", all);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		create(&ret, kinds[i].name, root, &kinds[i].own);
		create(&ret, kinds[i].name, list, &kinds[i].list);
		create(&ret, kinds[i].name, all, &kinds[i].all);
		create(&ret, kinds[i].name, all_list, &kinds[i].all_list);
	}
	create(&ret, "sem", create_dir("counts", root), &counts_file);
	create(&ret, "namespaces", root, &namespaces_file);
	create(&ret, "abi", root, &abi_file);
	if (ret) {
		pr_err("cannot make the files in debugfs: %d\n", ret);
		if (!IS_ERR(root))
			debugfs_remove_recursive(root);
		return ret;
	}
	hold_create(root);
	return 0;
}

static int check_series(void)
{
	if (!IPCDBG_IS_UNTESTED)
		return 0;
	if (!untested) {
		pr_err("not tested on this kernel series; untested=1 loads it all the same\n");
		return -EOPNOTSUPP;
	}
	add_taint(TAINT_USER, LOCKDEP_STILL_OK);
	return 0;
}

/*
 * A header without a boot id is still a header: /proc may be missing where insmod runs. But it is
 * not left out for want of memory.
 */
static int read_boot_id(char *id, size_t size)
{
	size_t n = 0;
	void *data;
	int ret;

	id[0] = '\0';
	ret = read_whole_file(BOOT_ID, NULL, size - 1, &data, &n);
	if (ret)
		return ret == -ENOMEM ? ret : 0;
	memcpy(id, data, n);
	id[n] = '\0';
	strim(id);
	kvfree(data);
	return 0;
}

static int __init ipcdbg_init(void)
{
	char boot_id[IPCDBG_WORD_LEN];
	int ret;

	if (max_kib < MIN_KIB || max_kib > MAX_KIB) {
		pr_err("max_kib must be from %d to %d\n", MIN_KIB, MAX_KIB);
		return -EINVAL;
	}
	ret = check_series();
	if (ret)
		return ret;
	ret = layout_init(btf, !strcmp(btf, DEFAULT_BTF));
	if (ret)
		return ret;
	if (IPCDBG_IS_UNTESTED)
		pr_warn("loaded on a kernel series that it was not tested on (untested=1)\n");
	ns_init();
	ret = read_boot_id(boot_id, sizeof(boot_id));
	if (ret) {
		pr_err("cannot read " BOOT_ID ": %d\n", ret);
		return ret;
	}
	walk_init(boot_id);
	walk_set_bound(max_kib);
	abi_init(btf, IPCDBG_IS_UNTESTED, max_kib);
	ret = create_files();
	if (ret)
		return ret;
	walk_admit();
	return 0;
}

/* No file is open: an open one pins the module. debugfs_remove() waits for those being opened. */
static void __exit ipcdbg_exit(void)
{
	debugfs_remove_recursive(root);
}

module_init(ipcdbg_init);
module_exit(ipcdbg_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(IPCDBG_VERSION);
MODULE_DESCRIPTION("Shows who waits for and who holds System V and POSIX IPC objects");
