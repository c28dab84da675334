// SPDX-License-Identifier: GPL-2.0
/*
 * Who holds an ipc namespace, and the lock under which what we find is alive:
 *
 *   a thread in it       task_lock(): nsproxy is written under it (switch_task_namespaces()) and
 *                        holds a reference, as ipcns_get() in ipc/namespace.c relies on
 *   an open file of it   files_struct.file_lock (files.c): the file holds its nsfs inode, and that
 *                        the namespace. Files on their way through a socket, and bind mounts, are
 *                        not found; whoever opens a bind mount for the time of the read shows it
 *   an attached segment  i_mmap_rwsem of the segment's file: the mapping holds its file, and the
 *                        struct shm_file_data of that the namespace, also after its last task has
 *                        left. Segments of huge pages are on other file systems: not found
 *   the tree (7.x)       RCU and a reference: a namespace leaves the list when it has none any more
 *
 * The segments' file system, which mm/shmem.c mounts for itself, is reached by a file of our own.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ipc_namespace.h>
#include <linux/kallsyms.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/nsproxy.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/proc_ns.h>
#include <linux/rbtree.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/shmem_fs.h>

#include "compat.h"
#include "files.h"
#include "inodes.h"
#include "layout.h"
#include "ns_visit.h"
#include "task.h"

struct visit {
	ns_fn fn;
	void *arg;
};

static int visit_task(struct task_struct *task, void *arg)
{
	struct ns_hint hint = { .holder = IPCDBG_HELD_TASK, .tid = task_pid_nr(task) };
	struct visit *v = arg;
	int ret = 0;

	task_lock(task);
	if (task->nsproxy)
		ret = v->fn(task->nsproxy->ipc_ns, &hint, task, v->arg);
	task_unlock(task);
	return ret;
}

int ns_visit_tasks(ns_fn fn, void *arg)
{
	struct visit v = { fn, arg };

	return visit_tasks(visit_task, &v);
}

static int visit_ns_file(const struct open_file *f, void *arg)
{
	struct ns_hint hint = {
		.holder = IPCDBG_HELD_FILE, .tid = task_pid_nr(f->task), .fd = f->fd,
	};
	struct inode *inode = file_inode(f->file);
	struct ns_common *common = inode->i_private;
	struct visit *v = arg;

	if (inode->i_sb->s_magic != NSFS_MAGIC || !common || common->ops != ns_ops())
		return 0;
	return v->fn(container_of(common, struct ipc_namespace, ns), &hint, NULL, v->arg);
}

int ns_visit_files(ns_fn fn, void *arg)
{
	struct visit v = { fn, arg };

	return visit_files(visit_ns_file, &v, false);
}

static struct task_struct *get_task(int tid)
{
	struct task_struct *task;

	rcu_read_lock();
	task = pid_task(find_pid_ns(tid, &init_pid_ns), PIDTYPE_PID);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

int ns_visit_hint(const struct ns_hint *hint, ns_fn fn, void *arg)
{
	struct task_struct *task = hint->tid ? get_task(hint->tid) : NULL;
	struct visit v = { fn, arg };
	int ret = 0;

	if (!task)
		return 0;
	if (hint->holder == IPCDBG_HELD_TASK)
		ret = visit_task(task, &v);
	else if (hint->holder == IPCDBG_HELD_FILE)
		ret = visit_file(task, hint->fd, visit_ns_file, &v);
	put_task_struct(task);
	return ret;
}

/* newseg() in ipc/shm.c gives the file of a segment this name. */
static bool is_segment(struct inode *inode)
{
	struct dentry *dentry = d_find_any_alias(inode);
	bool yes = dentry && !strncmp(dentry->d_name.name, "SYSV", 4);

	dput(dentry);
	return yes;
}

/* Only the symbol's name tells the operations of ipc/shm.c, without CONFIG_KALLSYMS_ALL nothing. */
static bool is_shmat(const struct file *file)
{
	char name[KSYM_SYMBOL_LEN];

	sprint_symbol(name, (unsigned long)file->f_op);
	return !strncmp(name, "shm_file_operations+0x0/", 24);
}

/* The attachments of a segment are all of one namespace. */
static int visit_segment(struct inode *inode, struct visit *v)
{
	struct ns_hint hint = { .holder = IPCDBG_HELD_ATTACH };
	struct address_space *mapping = inode->i_mapping;
	struct vm_area_struct *vma;
	struct rb_node *node;
	int ret = 0;

	i_mmap_lock_read(mapping);
	for (node = rb_first_cached(&mapping->i_mmap); node; node = rb_next(node)) {
		vma = rb_entry(node, struct vm_area_struct, shared.rb);
		cond_resched();
		if (vma->vm_file->f_op == inode->i_fop || !is_shmat(vma->vm_file))
			continue;
		ret = v->fn(*shm_file_data__ns(vma->vm_file->private_data), &hint, NULL, v->arg);
		break;
	}
	i_mmap_unlock_read(mapping);
	return ret;
}

int ns_visit_attaches(ns_fn fn, void *arg)
{
	struct file *file = shmem_file_setup("ipcdbg", 0, SHMEM_NO_FLAGS);
	struct inode *inode = NULL, *own;
	struct visit v = { fn, arg };
	int ret = 0;

	/* -ENOSPC and -ENFILE too: no memory for an inode, or for a file. */
	if (IS_ERR(file))
		return -ENOMEM;
	/* Newer ones than our own would keep us as long as somebody makes them. */
	own = file_inode(file);
	while (!ret && (inode = inodes_next(own->i_sb, inode, own, true))) {
		if (mapping_mapped(inode->i_mapping) && is_segment(inode))
			ret = visit_segment(inode, &v);
		if (!ret && fatal_signal_pending(current))
			ret = -EINTR;
	}
	iput(inode);
	fput(file);
	return ret;
}

#ifdef NS_COMMON_HAS_TREE
/*
 * The one after from, or the first, referenced; NULL: no more. Drops from. The initial namespace is
 * the first for ever (its ns_id is 1), so what stands before it is the head of the list.
 */
static struct ipc_namespace *next_in_tree(struct ipc_namespace *from)
{
	struct list_head *head = init_task.nsproxy->ipc_ns->ns.ns_tree_node.ns_list_entry.prev;
	struct ipc_namespace *ns = NULL;
	struct list_head *pos;

	rcu_read_lock();
	pos = from ? &from->ns.ns_tree_node.ns_list_entry : head;
	for (pos = rcu_dereference(list_next_rcu(pos)); pos != head;
	     pos = rcu_dereference(list_next_rcu(pos))) {
		ns = container_of(pos, struct ipc_namespace, ns.ns_tree_node.ns_list_entry);
		if (get_ipc_ns_not_zero(ns))
			break;
		ns = NULL;
	}
	rcu_read_unlock();
	if (from)
		ns_put(from);
	cond_resched();
	return ns;
}

int ns_visit_tree(ns_fn fn, void *arg)
{
	struct ns_hint hint = { .holder = IPCDBG_HELD_TREE };
	struct ipc_namespace *ns = NULL;
	int ret = 0;

	while (!ret && (ns = next_in_tree(ns))) {
		ret = fn(ns, &hint, NULL, arg);
		if (!ret && fatal_signal_pending(current))
			ret = -EINTR;
	}
	if (ns)
		ns_put(ns);
	return ret;
}
#else
int ns_visit_tree(ns_fn fn, void *arg)
{
	return 0;
}
#endif
