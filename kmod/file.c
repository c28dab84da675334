// SPDX-License-Identifier: GPL-2.0
/*
 * kernel_read_file() would do this in one call, but it WARNs on kernels with SECURITY_IPE
 * (6.12 and later): ipe_kernel_read_file() knows no rule for READING_UNKNOWN. So plain reads.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "file.h"

/* Reads until max bytes or the end of the file; sysfs gives one page at a time. */
static ssize_t read_all(struct file *file, void *data, size_t max)
{
	loff_t pos = 0;
	ssize_t n;

	do {
		n = kernel_read(file, (char *)data + pos, max - pos, &pos);
		if (n < 0)
			return n;
	} while (n && pos < max);
	return pos;
}

/* Where it is in sysfs: mounts and roots may show any of its files, or others, at any path. */
static bool is_in_sysfs(struct file *file, const char *at)
{
	char room[64];
	const char *path;

	if (file_inode(file)->i_sb->s_magic != SYSFS_MAGIC)
		return false;
	path = dentry_path_raw(file->f_path.dentry, room, sizeof(room));
	return !IS_ERR(path) && !strcmp(path, at);
}

static int read_open_file(struct file *file, const char *in_sysfs, size_t max, void **data,
			  size_t *size)
{
	loff_t file_size = i_size_read(file_inode(file));
	size_t room;
	ssize_t n;

	if (in_sysfs && !is_in_sysfs(file, in_sysfs))
		return -EXDEV;
	if (!S_ISREG(file_inode(file)->i_mode))
		return -EINVAL;
	if (file_size > max)
		return -EFBIG;
	/* Files of procfs say 0; one byte more tells a file that grew, or has more than may be. */
	room = (file_size ? file_size : max) + 1;
	*data = kvmalloc(room, GFP_KERNEL | __GFP_NOWARN);
	if (!*data)
		return -ENOMEM;
	n = read_all(file, *data, room);
	if (n == room)
		n = -EFBIG;
	if (n < 0) {
		kvfree(*data);
		return n;
	}
	*size = n;
	return 0;
}

int read_whole_file(const char *path, const char *in_sysfs, size_t max, void **data, size_t *size)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	int ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = read_open_file(file, in_sysfs, max, data, size);
	filp_close(file, NULL);
	return ret;
}
