// SPDX-License-Identifier: GPL-2.0
/*
 *   super_block.s_inode_list_lock   protects s_inodes, where the newest inode is first
 *   inode.i_lock, inside it         protects i_dentry and the state that igrab() looks at
 *
 * An inode is put on the list (new_inode()) before its file system has made the rest of it. It
 * gets a dentry after that (d_instantiate(), under i_lock): one that has a dentry is whole, and
 * stays so.
 *
 * A referenced inode stays on the list, so the walk goes on from it, a step a hold of the lock.
 */
#include <linux/dcache.h>
#include <linux/fs.h>

#include "inodes.h"

/* Lock: s_inode_list_lock. */
static bool take_inode(struct inode *inode)
{
	bool whole;

	if (!S_ISREG(inode->i_mode))
		return false;
	spin_lock(&inode->i_lock);
	whole = !hlist_empty(&inode->i_dentry);
	spin_unlock(&inode->i_lock);
	/* NULL: it is being freed. */
	return whole && igrab(inode);
}

struct inode *inodes_next(struct super_block *sb, struct inode *from)
{
	struct inode *inode = NULL;
	struct list_head *pos;

	spin_lock(&sb->s_inode_list_lock);
	pos = from ? from->i_sb_list.prev : sb->s_inodes.prev;
	for (; pos != &sb->s_inodes; pos = pos->prev) {
		inode = list_entry(pos, struct inode, i_sb_list);
		if (take_inode(inode))
			break;
		inode = NULL;
	}
	spin_unlock(&sb->s_inode_list_lock);
	iput(from);
	cond_resched();
	return inode;
}
