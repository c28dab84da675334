// SPDX-License-Identifier: GPL-2.0
/*
 * kernel_read_file() would do this in one call, but it WARNs on kernels with SECURITY_IPE
 * (6.12 and later): ipe_kernel_read_file() knows no rule for READING_UNKNOWN. So plain reads.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/slab.h>

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

static int read_open_file(struct file *file, unsigned long magic, size_t max, void **data,
			  size_t *size)
{
	loff_t file_size = i_size_read(file_inode(file));
	size_t room;
	ssize_t n;

	if (magic && file_inode(file)->i_sb->s_magic != magic)
		return -EXDEV;
	if (!S_ISREG(file_inode(file)->i_mode))
		return -EINVAL;
	if (file_size > max)
		return -EFBIG;
	/* Files of procfs say 0; one byte more tells a file that grew. */
	room = file_size ? file_size + 1 : max;
	*data = kvmalloc(room, GFP_KERNEL | __GFP_NOWARN);
	if (!*data)
		return -ENOMEM;
	n = read_all(file, *data, room);
	if (n < 0) {
		kvfree(*data);
		return n;
	}
	*size = n;
	return 0;
}

int read_whole_file(const char *path, unsigned long magic, size_t max, void **data, size_t *size)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	int ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = read_open_file(file, magic, max, data, size);
	filp_close(file, NULL);
	return ret;
}
