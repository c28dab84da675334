// SPDX-License-Identifier: GPL-2.0
/* The files: who may open them, and what stands at which position. */
#include <linux/cred.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "stream.h"

#define TEXT_SIZE (32 << 10)

static u64 walk_bound __ro_after_init;

void walk_set_bound(unsigned int max_kib)
{
	walk_bound = (u64)max_kib << 10;
}

/*
 * A module whose init fails is freed without regard to references on it, and debugfs_remove() waits
 * for files that are being opened, not for open ones.
 */
static bool walk_admits __ro_after_init;

void walk_admit(void)
{
	WRITE_ONCE(walk_admits, true);
}

static bool has_object_positions(const struct walk_file *file)
{
	return file->kind && file->kind->has_ids && !file->all;
}

/*
 * Copies what the stream holds at pos, at most one buffer. 0 at its end. Position 0 always begins
 * a new stream: who reads again wants to know what is true now.
 */
static ssize_t read_at(struct walk *w, char __user *buf, size_t size, loff_t pos)
{
	size_t n;
	int ret;

	if (!pos || pos < w->text_pos)
		walk_rewind(w, w->start);
	while (pos >= w->text_pos + w->text.len) {
		if (w->stage == AT_DONE)
			return 0;
		ret = walk_fill(w);
		if (ret)
			return ret;
	}
	n = min_t(size_t, size, w->text_pos + w->text.len - pos);
	if (copy_to_user(buf, w->text.buf + (pos - w->text_pos), n))
		return -EFAULT;
	return n;
}

static ssize_t walk_read(struct file *file, char __user *buf, size_t size, loff_t *ppos)
{
	struct walk *w = file->private_data;
	u64 start = WALK_NO_OBJECT;
	loff_t pos = *ppos;
	ssize_t ret;

	if (!size)
		return 0;
	if (pos >= IPCDBG_OBJECT_BASE) {
		if (!has_object_positions(w->file))
			return -EINVAL;
		pos -= IPCDBG_OBJECT_BASE;
		start = pos >> IPCDBG_OBJECT_SHIFT;
		pos &= (1ULL << IPCDBG_OBJECT_SHIFT) - 1;
		/* An id's last position is not read, lest one slide into the next id's text. */
		size = min_t(u64, size, (1ULL << IPCDBG_OBJECT_SHIFT) - 1 - pos);
		if (!size)
			return -EOVERFLOW;
	}
	if (mutex_lock_killable(&w->lock))
		return -EINTR;
	if (start != w->start)
		walk_rewind(w, start);
	ret = read_at(w, buf, size, pos);
	mutex_unlock(&w->lock);
	if (ret > 0)
		*ppos += ret;
	return ret;
}

/* One state, or in a listing several, of which only the first may take memory for an object. */
static bool create_objects(struct walk *w, const struct walk_file *file)
{
	const struct walk_kind *kind = file->kind;
	bool several = file->list && kind->list_size;
	size_t size = several ? ALIGN(kind->list_size, sizeof(u64)) : kind->state_size;
	unsigned int nr = several ? WALK_COPIED_MAX : 1, i;
	struct walk_object *o;

	w->objects = kvcalloc(nr, size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!w->objects)
		return false;
	w->object = w->objects;
	w->nr_objects = nr;
	for (i = 0; i < nr; i++) {
		o = (void *)w->objects + i * size;
		o->kind = kind;
		o->view = &w->view;
		o->stride = size;
		o->list = file->list;
		o->counts = file->counts;
		o->all = file->all;
		o->bound = i ? 0 : walk_bound;
		o->budget = o->bound;
		kind->init(o);
	}
	return true;
}

static void free_objects(struct walk *w)
{
	unsigned int i;

	for (i = 0; i < w->nr_objects; i++)
		w->file->kind->free(walk_object_at(w->objects, i));
	kvfree(w->objects);
}

static void walk_destroy(struct walk *w)
{
	free_objects(w);
	ns_list_free(&w->namespaces);
	kvfree(w->text.buf);
	put_pid_ns(w->view.pid_ns);
	mutex_destroy(&w->lock);
	kfree(w);
}

static struct walk *walk_create(const struct walk_file *file, const struct cred *cred)
{
	struct walk *w = kzalloc(sizeof(*w), GFP_KERNEL_ACCOUNT);

	if (!w)
		return NULL;
	mutex_init(&w->lock);
	w->file = file;
	w->view.pid_ns = get_pid_ns(task_active_pid_ns(current));
	/* The file's credentials hold it as long as the file is open. */
	w->view.user_ns = cred->user_ns;
	ns_of_current(&w->opener);
	w->start = WALK_NO_OBJECT;
	w->text.size = TEXT_SIZE;
	w->text.buf = kvmalloc(TEXT_SIZE, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!w->text.buf || (file->kind && !create_objects(w, file))) {
		walk_destroy(w);
		return NULL;
	}
	return w;
}

static int walk_release(struct inode *inode, struct file *file)
{
	walk_destroy(file->private_data);
	return 0;
}

/* owner: an open file pins the module. Neither write, ioctl nor mmap: lockdown allows the rest. */
static const struct file_operations walk_open_fops = {
	.owner = THIS_MODULE,
	.read = walk_read,
	.llseek = no_seek_end_llseek, /* the end is known only at the end */
	.release = walk_release,
};

/*
 * The mode bits alone pass the root of a user namespace that global root made for itself
 * (unshare -Ur). Whoever may open may hand the open file on, as with any file.
 *
 * The reference on the module, which __fput() drops, is taken here and not by debugfs: it WARNs if
 * it gets none of a module that is not said to be going, and delete_module(2) drops the last one
 * a moment before it says so. Until this returns debugfs_remove() waits (open_proxy_open() in
 * fs/debugfs/file.c); after it the module stays, or the file has debugfs' own operations, which
 * need no module: do_dentry_open() looks at them once more if a file is not opened.
 */
static int walk_open(struct inode *inode, struct file *file)
{
	replace_fops(file, inode->i_fop);
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (!READ_ONCE(walk_admits))
		return -ENXIO;
	if (file->f_mode & FMODE_WRITE)
		return -EACCES;
	if (!try_module_get(THIS_MODULE))
		return -ENXIO;
	file->private_data = walk_create(inode->i_private, file->f_cred);
	if (!file->private_data) {
		module_put(THIS_MODULE);
		return -ENOMEM;
	}
	replace_fops(file, &walk_open_fops);
	return 0;
}

/* Of a file that is not open yet: no owner. */
const struct file_operations walk_fops = {
	.open = walk_open,
};
