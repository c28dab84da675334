// SPDX-License-Identifier: GPL-2.0
/*
 *   super_block.s_inode_list_lock   protects s_inodes, where the newest inode is first
 *   inode.i_lock, inside it         protects i_dentry and the state that igrab() looks at
 *
 * An inode is put on the list (new_inode()) before its file system has made the rest of it. It
 * gets a dentry after that (d_instantiate(), under i_lock): one that has a dentry is whole, and
 * stays so.
 *
 * A referenced inode stays on the list, so the walk goes on from it. One hold of the lock finds one
 * inode, or gives up on finding one with a mapping after STEPS_PER_HOLD.
 */
#include <linux/dcache.h>
#include <linux/fs.h>

#include "inodes.h"

#define STEPS_PER_HOLD 1024

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

struct inode *inodes_next(struct super_block *sb, struct inode *from, const struct inode *end,
			  bool mapped)
{
	unsigned int left = mapped ? STEPS_PER_HOLD : 0;
	struct inode *inode = NULL;
	struct list_head *pos;

	spin_lock(&sb->s_inode_list_lock);
	pos = from ? from->i_sb_list.prev : sb->s_inodes.prev;
	for (; pos != &sb->s_inodes; pos = pos->prev) {
		inode = list_entry(pos, struct inode, i_sb_list);
		if (inode == end) {
			inode = NULL;
			break;
		}
		/* A reference of ours may be the last, and cost us what is in the file. */
		if ((!left || mapping_mapped(inode->i_mapping)) && take_inode(inode))
			break;
		left -= left ? 1 : 0;
		inode = NULL;
	}
	spin_unlock(&sb->s_inode_list_lock);
	iput(from);
	cond_resched();
	return inode;
}
