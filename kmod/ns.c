// SPDX-License-Identifier: GPL-2.0
/*
 * Finding and pinning ipc namespaces. A task's nsproxy is written under its task_lock()
 * (switch_task_namespaces()), and holds a reference on its ipc namespace: under that lock the
 * namespace is alive and get_ipc_ns() is allowed, as ipcns_get() in ipc/namespace.c does it.
 * put_ipc_ns() is not exported everywhere; the namespace operations reach it.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/ipc_namespace.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/nsproxy.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/proc_ns.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>

#include "ns.h"
#include "task.h"

#define MAX_NAMESPACES 16384 /* a power of 4; 1.8 MiB */

static const struct proc_ns_operations *ipcns_ops __ro_after_init;

/* The idle task is in the initial namespaces, for ever. */
void ns_init(void)
{
	ipcns_ops = init_task.nsproxy->ipc_ns->ns.ops;
}

void ns_put(struct ipc_namespace *ns)
{
	ipcns_ops->put(&ns->ns);
}

/* The caller holds the namespace. Its mqueue mount lives as long as it has references. */
static void ns_identify(struct ipc_namespace *ns, struct ns_id *id)
{
	id->inum = ns->ns.inum;
	id->birth = ns->mq_mnt ? (u64)d_inode(ns->mq_mnt->mnt_root)->i_ino : 0;
}

static bool ns_is(struct ipc_namespace *ns, const struct ns_id *id)
{
	struct ns_id other;

	if (ns->ns.inum != id->inum)
		return false;
	ns_identify(ns, &other);
	return other.birth == id->birth;
}

void ns_of_current(struct ns_id *id)
{
	/* Only the task itself changes its nsproxy. */
	ns_identify(current->nsproxy->ipc_ns, id);
}

struct ns_search {
	const struct ns_id *id;
	struct ipc_namespace *found;
	int hint;
};

static int match_task(struct task_struct *task, void *arg)
{
	struct ns_search *search = arg;

	task_lock(task);
	if (task->nsproxy && ns_is(task->nsproxy->ipc_ns, search->id)) {
		search->found = get_ipc_ns(task->nsproxy->ipc_ns);
		search->hint = task_pid_nr(task);
	}
	task_unlock(task);
	return search->found ? 1 : 0;
}

static int match_hint(struct ns_search *search, int hint)
{
	struct task_struct *task;
	int ret = 0;

	rcu_read_lock();
	task = pid_task(find_pid_ns(hint, &init_pid_ns), PIDTYPE_PID);
	if (task)
		ret = match_task(task, search);
	rcu_read_unlock();
	return ret;
}

/* Twice: a task that forks and exits may stay ahead of one pass over the pid numbers. */
static int search_tasks(struct ns_search *search)
{
	int ret = visit_tasks(match_task, search);

	return ret ? ret : visit_tasks(match_task, search);
}

struct ipc_namespace *ns_get(const struct ns_id *id, int *hint)
{
	struct ns_search search = { .id = id };
	int ret;

	ret = match_task(current, &search);
	if (!ret && *hint)
		ret = match_hint(&search, *hint);
	if (!ret)
		ret = search_tasks(&search);
	if (ret < 0)
		return ERR_PTR(ret);
	*hint = search.hint;
	return search.found ? search.found : ERR_PTR(-ESTALE);
}

struct ns_build {
	struct ns_list *list;
	const struct view *view;
};

/* The caller holds the namespace. Counts are single words, of one moment each. */
static void ns_describe(struct ns_entry *entry, struct ipc_namespace *ns)
{
	struct ipcdbg_namespace *row = &entry->row;

	memset(entry, 0, sizeof(*entry));
	ns_identify(ns, &entry->id);
	IPCDBG_PUT(namespace, row, inum, ns->ns.inum);
	IPCDBG_PUT(namespace, row, user_ns, ns->user_ns->ns.inum);
	IPCDBG_PUT(namespace, row, processes, 0);
	IPCDBG_PUT(namespace, row, threads, 0);
	IPCDBG_PUT(namespace, row, sets, READ_ONCE(ns->ids[0].in_use));
	IPCDBG_PUT(namespace, row, queues, READ_ONCE(ns->ids[1].in_use));
	IPCDBG_PUT(namespace, row, segments, READ_ONCE(ns->ids[2].in_use));
	IPCDBG_PUT(namespace, row, semmsl, READ_ONCE(ns->sem_ctls[0]));
	IPCDBG_PUT(namespace, row, semmns, READ_ONCE(ns->sem_ctls[1]));
	IPCDBG_PUT(namespace, row, semopm, READ_ONCE(ns->sem_ctls[2]));
	IPCDBG_PUT(namespace, row, semmni, READ_ONCE(ns->sem_ctls[3]));
	IPCDBG_PUT(namespace, row, semaphores, READ_ONCE(ns->used_sems));
}

static bool same_id(const struct ns_id *a, const struct ns_id *b)
{
	return a->inum == b->inum && a->birth == b->birth;
}

/* Where the index has that namespace, or has room for it: it is never more than half full. */
static u32 *ns_slot(struct ns_list *list, const struct ns_id *id)
{
	u32 mask = 2 * list->size - 1;
	u32 i = hash_32(id->inum, 32) & mask;

	while (list->index[i] && !same_id(&list->entries[list->index[i] - 1].id, id))
		i = (i + 1) & mask;
	return &list->index[i];
}

/* The list's entry for that namespace, which the caller holds; NULL: no room for a new one. */
static struct ns_entry *ns_list_find(struct ns_list *list, struct ipc_namespace *ns)
{
	struct ns_id id;
	u32 *slot;

	ns_identify(ns, &id);
	slot = ns_slot(list, &id);
	if (!*slot) {
		if (list->nr == list->size)
			return NULL;
		ns_describe(&list->entries[list->nr], ns);
		*slot = ++list->nr;
	}
	return &list->entries[*slot - 1];
}

/* The first process met speaks for the namespace, one that the reader sees before others. */
static void ns_count(struct ns_entry *entry, struct task_struct *task, const struct view *view)
{
	struct ipcdbg_namespace *row = &entry->row;
	pid_t pid;

	row->threads++;
	entry->hint = entry->hint ? entry->hint : task_pid_nr(task);
	if (!thread_group_leader(task))
		return;
	row->processes++;
	if (IPCDBG_HAS(namespace, row, pid) && row->pid)
		return;
	pid = pid_nr_ns(task_pid(task), view->pid_ns);
	if (IPCDBG_HAS(namespace, row, pid) && !pid)
		return;
	IPCDBG_PUT(namespace, row, pid, pid);
	get_task_comm(row->comm, task);
	row->present |= IPCDBG_BIT(namespace, comm);
}

/* Past the bound the namespaces that are listed are counted on. */
static int ns_list_add(struct task_struct *task, void *arg)
{
	struct ns_entry *entry = NULL;
	struct ns_build *b = arg;
	bool has_ns;

	task_lock(task);
	has_ns = task->nsproxy;
	if (has_ns)
		entry = ns_list_find(b->list, task->nsproxy->ipc_ns);
	task_unlock(task);
	if (entry)
		ns_count(entry, task, b->view);
	if (entry || !has_ns)
		return 0;
	b->list->full = true;
	return b->list->size == MAX_NAMESPACES ? 0 : -ENOSPC;
}

void ns_list_free(struct ns_list *list)
{
	kvfree(list->entries);
	kvfree(list->index);
	memset(list, 0, sizeof(*list));
}

static int ns_list_alloc(struct ns_list *list, u32 size)
{
	list->entries = kvcalloc(size, sizeof(*list->entries), GFP_KERNEL_ACCOUNT);
	list->index = kvcalloc(2 * size, sizeof(*list->index), GFP_KERNEL_ACCOUNT);
	list->size = size;
	return list->entries && list->index ? 0 : -ENOMEM;
}

int ns_list_build(struct ns_list *list, const struct view *view)
{
	struct ns_build b = { .list = list, .view = view };
	u32 size = 4;
	int ret;

	do {
		ns_list_free(list);
		size *= 4;
		ret = ns_list_alloc(list, size);
		if (!ret)
			ret = visit_tasks(ns_list_add, &b);
	} while (ret == -ENOSPC);
	if (ret)
		ns_list_free(list);
	return ret;
}
