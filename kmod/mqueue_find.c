// SPDX-License-Identifier: GPL-2.0
/*
 * The queues of a namespace are the inodes of its mqueue file system, which ns->mq_mnt holds and so
 * the namespace. The names in its root would miss queues that are unlinked and still in use.
 *
 * The walk goes on from the inode it has got to (inodes.c). An inode is put as soon as it has been
 * copied and can be found again by its name: until then its last user cannot get rid of it, and is
 * charged for it. One without a name is held until the walk goes on, but not past the read(): the
 * file system must not be shut down with inodes in use. If the last name is gone the walk begins
 * anew. So that nothing is shown twice then, and no newer queues keep the reader for ever, the
 * inode numbers of all queues are noted first, and marked once they have been shown.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/ipc_namespace.h>
#include <linux/mount.h>
#include <linux/sched/signal.h>
#include <linux/sort.h>
#include <linux/stringhash.h>

#include "inodes.h"
#include "mqueue.h"

/* sort() of many rows takes long and nothing in it lets others run, but it calls this. */
static int mark_order(const void *a, const void *b)
{
	const struct mqueue_mark *x = a, *y = b;

	cond_resched();
	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return 0;
}

static struct mqueue_mark *find_mark(struct mqueue_state *s, u64 ino)
{
	u32 low = 0, high = s->marks.nr;

	while (low < high) {
		u32 mid = low + (high - low) / 2;
		struct mqueue_mark *mark = mqueue_mark_at(s, mid);

		if (mark->ino == ino)
			return mark;
		if (mark->ino < ino)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static int note_marks(struct mqueue_state *s, struct super_block *sb)
{
	struct inode *inode = NULL;
	struct mqueue_mark *mark;

	vec_reset(&s->marks);
	while ((inode = inodes_next(sb, inode, NULL, false))) {
		mark = vec_add(&s->marks, 1);
		if (mark)
			*mark = (struct mqueue_mark){ .ino = inode->i_ino };
		if (fatal_signal_pending(current)) {
			iput(inode);
			return -EINTR;
		}
	}
	return 0;
}

/*
 * Twice: how many there are is known after the first time. Those that do not fit into half of the
 * budget are cut; the rest is for the queues themselves.
 */
static int find_marks(struct mqueue_state *s, struct super_block *sb)
{
	u64 budget = s->o.budget / 2;
	int ret = note_marks(s, sb);

	if (!ret && vec_is_short(&s->marks)) {
		s->o.budget -= budget;
		vec_grow(&s->marks, &budget);
		s->o.budget += budget;
		ret = note_marks(s, sb);
	}
	s->o.cut = vec_is_short(&s->marks);
	sort(s->marks.data, s->marks.nr, s->marks.item, mark_order, NULL);
	return ret;
}

static struct super_block *sb_of(struct ipc_namespace *ns)
{
	return ns->mq_mnt ? ns->mq_mnt->mnt_sb : NULL;
}

int mqueue_seek(struct walk_object *o, struct ipc_namespace *ns, u64 start)
{
	struct mqueue_state *s = mqueue_state_of(o);
	struct super_block *sb = sb_of(ns);
	int ret;

	mqueue_end_read(o);
	s->anchor = 0;
	vec_reset(&s->marks);
	if (!sb)
		return 0;
	s->root = d_inode(ns->mq_mnt->mnt_root)->i_ino;
	ret = find_marks(s, sb);
	if (!ret && s->marks.nr && !o->list && !s->opens_known)
		ret = mqueue_open_find(s);
	return ret;
}

/* The last queue that had a name; NULL if it has lost that, or gone. */
static struct inode *find_again(struct mqueue_state *s, struct ipc_namespace *ns)
{
	struct dentry *root = ns->mq_mnt->mnt_root;
	unsigned int len = strlen(s->name);
	struct qstr name = { .name = s->name };
	struct inode *inode = NULL;
	struct dentry *dentry;

	name.len = len;
	name.hash = full_name_hash(root, s->name, len);
	dentry = d_lookup(root, &name);
	if (dentry && d_really_is_positive(dentry))
		inode = igrab(d_inode(dentry));
	dput(dentry);
	if (!inode || inode->i_ino == s->anchor)
		return inode;
	iput(inode);
	return NULL;
}

/* Goes on to the next queue that was noted and has not been shown. 1, 0 or -EINTR. */
static int advance(struct mqueue_state *s, struct ipc_namespace *ns)
{
	struct super_block *sb = sb_of(ns);
	struct mqueue_mark *mark;

	if (!sb)
		return 0;
	if (!s->inode && s->anchor)
		s->inode = find_again(s, ns);
	while ((s->inode = inodes_next(sb, s->inode, NULL, false))) {
		mark = find_mark(s, s->inode->i_ino);
		if (mark && !mark->shown)
			break;
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	if (!s->inode)
		return 0;
	s->ino = s->inode->i_ino;
	s->found = true;
	return 1;
}

int mqueue_find(struct walk_object *o, struct ipc_namespace *ns, bool same, unsigned int max)
{
	struct mqueue_state *s = mqueue_state_of(o);
	int ret = s->found ? 1 : advance(s, ns);

	while (ret > 0 && !mqueue_copy(s, s->inode))
		ret = advance(s, ns);
	return ret;
}

void mqueue_release(struct mqueue_state *s)
{
	if (s->row.unlinked)
		return;
	s->anchor = s->ino;
	memcpy(s->name, s->row.name, sizeof(s->name));
	mqueue_end_read(&s->o);
}

void mqueue_next(struct walk_object *o)
{
	struct mqueue_state *s = mqueue_state_of(o);
	struct mqueue_mark *mark = find_mark(s, s->ino);

	if (mark)
		mark->shown = true;
}

void mqueue_end_read(struct walk_object *o)
{
	struct mqueue_state *s = mqueue_state_of(o);

	iput(s->inode);
	s->inode = NULL;
}
