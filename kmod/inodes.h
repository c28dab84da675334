/* SPDX-License-Identifier: GPL-2.0 */
/* The regular files of a file system, whether they still have a name or not. */
#ifndef IPCDBG_INODES_H
#define IPCDBG_INODES_H

#include <linux/types.h>

struct inode;
struct super_block;

/*
 * A reference on the file that was made after from, or on the first; NULL: no more, or end comes
 * next. Drops the one on from. Those without a mapping may be left out. The caller keeps the file
 * system. Process context; sleeps.
 */
struct inode *inodes_next(struct super_block *sb, struct inode *from, const struct inode *end,
			  bool mapped);

#endif
