/* SPDX-License-Identifier: GPL-2.0 */
/* The regular files of a file system, whether they still have a name or not. */
#ifndef IPCDBG_INODES_H
#define IPCDBG_INODES_H

struct inode;
struct super_block;

/*
 * A reference on the file that was made after from, or on the first; NULL: no more. Drops the one
 * on from. The caller keeps the file system. Process context; sleeps.
 */
struct inode *inodes_next(struct super_block *sb, struct inode *from);

#endif
