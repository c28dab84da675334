// SPDX-License-Identifier: GPL-2.0
/*
 * Naming, pinning and describing ipc namespaces. What ns_visit.c finds is alive while it calls
 * back: get_ipc_ns() is allowed there. put_ipc_ns() is not exported everywhere; the namespace
 * operations reach it.
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

#include "compat.h"
#include "ns.h"
#include "ns_visit.h"
#include "task.h"
#include "unlocked.h"

#define MAX_NAMESPACES 16384 /* a power of 4; 4 MiB */

static const struct proc_ns_operations *ipcns_ops __ro_after_init;

/* The idle task is in the initial namespaces, for ever. */
void ns_init(void)
{
	ipcns_ops = init_task.nsproxy->ipc_ns->ns.ops;
}

const struct proc_ns_operations *ns_ops(void)
{
	return ipcns_ops;
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
	struct ns_hint hint;
};

static int match_ns(struct ipc_namespace *ns, const struct ns_hint *hint,
		    struct task_struct *task, void *arg)
{
	struct ns_search *search = arg;

	if (!ns_is(ns, search->id))
		return 0;
	search->found = get_ipc_ns(ns);
	search->hint = *hint;
	return 1;
}

/* Tasks twice: one that forks and exits may stay ahead of one pass over the pid numbers. */
static int search_all(struct ns_search *search)
{
	int ret;

	if (NS_TREE_HAS_ALL)
		return ns_visit_tree(match_ns, search);
	ret = ns_visit_tasks(match_ns, search);
	if (!ret)
		ret = ns_visit_tasks(match_ns, search);
	if (!ret)
		ret = ns_visit_files(match_ns, search);
	if (!ret)
		ret = ns_visit_attaches(match_ns, search);
	return ret;
}

struct ipc_namespace *ns_get(const struct ns_id *id, struct ns_hint *hint)
{
	struct ns_hint own = { .holder = IPCDBG_HELD_TASK, .tid = task_pid_nr(current) };
	struct ns_search search = { .id = id };
	int ret;

	ret = ns_visit_hint(&own, match_ns, &search);
	if (!ret)
		ret = ns_visit_hint(hint, match_ns, &search);
	if (!ret && hint->holder == IPCDBG_HELD_ATTACH)
		ret = ns_visit_attaches(match_ns, &search);
	if (!ret)
		ret = search_all(&search);
	if (ret < 0)
		return ERR_PTR(ret);
	*hint = search.hint;
	return search.found ? search.found : ERR_PTR(-ESTALE);
}

struct ns_build {
	struct ns_list *list;
	const struct view *view;
	u32 counted; /* the first of them have all their tasks */
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
	IPCDBG_PUT(namespace, row, sets, READ_UNLOCKED(ns->ids[0].in_use));
	IPCDBG_PUT(namespace, row, queues, READ_UNLOCKED(ns->ids[1].in_use));
	IPCDBG_PUT(namespace, row, segments, READ_UNLOCKED(ns->ids[2].in_use));
	IPCDBG_PUT(namespace, row, semmsl, READ_UNLOCKED(ns->sem_ctls[0]));
	IPCDBG_PUT(namespace, row, semmns, READ_UNLOCKED(ns->sem_ctls[1]));
	IPCDBG_PUT(namespace, row, semopm, READ_UNLOCKED(ns->sem_ctls[2]));
	IPCDBG_PUT(namespace, row, semmni, READ_UNLOCKED(ns->sem_ctls[3]));
	IPCDBG_PUT(namespace, row, semaphores, READ_UNLOCKED(ns->used_sems));
	IPCDBG_PUT(namespace, row, mqueues, READ_UNLOCKED(ns->mq_queues_count));
	IPCDBG_PUT(namespace, row, msgmax, READ_UNLOCKED(ns->msg_ctlmax));
	IPCDBG_PUT(namespace, row, msgmnb, READ_UNLOCKED(ns->msg_ctlmnb));
	IPCDBG_PUT(namespace, row, msgmni, READ_UNLOCKED(ns->msg_ctlmni));
	IPCDBG_PUT(namespace, row, shmmax, READ_UNLOCKED(ns->shm_ctlmax));
	IPCDBG_PUT(namespace, row, shmall, READ_UNLOCKED(ns->shm_ctlall));
	IPCDBG_PUT(namespace, row, shmmni, READ_UNLOCKED(ns->shm_ctlmni));
	IPCDBG_PUT(namespace, row, shm_tot, READ_UNLOCKED(ns->shm_tot));
	IPCDBG_PUT(namespace, row, shm_rmid_forced, !!READ_UNLOCKED(ns->shm_rmid_forced));
	IPCDBG_PUT(namespace, row, queues_max, READ_UNLOCKED(ns->mq_queues_max));
	IPCDBG_PUT(namespace, row, msg_max, READ_UNLOCKED(ns->mq_msg_max));
	IPCDBG_PUT(namespace, row, msgsize_max, READ_UNLOCKED(ns->mq_msgsize_max));
	IPCDBG_PUT(namespace, row, held, 0);
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

/* Which entry of the list that namespace is, from 1; 0: none. The caller holds it. */
static u32 ns_listed(struct ns_list *list, struct ipc_namespace *ns)
{
	struct ns_id id;

	ns_identify(ns, &id);
	return *ns_slot(list, &id);
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

/*
 * Who speaks for the namespace: the first process met, one that the reader sees before others, and
 * one whose leader is in it before one of which only threads are. Lock: task_lock(), which protects
 * comm; get_task_comm() would take it again.
 */
static void ns_speaker(struct ns_entry *entry, struct task_struct *task, const struct view *view)
{
	struct ipcdbg_namespace *row = &entry->row;
	bool has_pid = IPCDBG_HAS(namespace, row, pid);
	bool leads = thread_group_leader(task);
	pid_t pid;

	if (has_pid && row->pid && (row->processes || !leads))
		return;
	pid = pid_nr_ns(task_tgid(task), view->pid_ns);
	if (has_pid && !pid && (row->processes || !leads))
		return;
	IPCDBG_PUT(namespace, row, pid, pid);
	memcpy(row->comm, task->comm, sizeof(row->comm));
	row->present |= IPCDBG_BIT(namespace, comm);
	IPCDBG_PUT(namespace, row, start_ns, task->group_leader->start_boottime);
}

static void ns_count(struct ns_entry *entry, struct task_struct *task, const struct view *view)
{
	ns_speaker(entry, task, view);
	entry->row.threads++;
	entry->row.processes += thread_group_leader(task);
}

/* Past the bound the namespaces that are listed are counted on. */
static int ns_list_add(struct ipc_namespace *ns, const struct ns_hint *hint,
		       struct task_struct *task, void *arg)
{
	struct ns_build *b = arg;
	struct ns_entry *entry = ns_list_find(b->list, ns);

	if (!entry) {
		b->list->full = true;
		return b->list->size >= MAX_NAMESPACES ? 0 : -ENOSPC;
	}
	if (!entry->hint.holder)
		entry->hint = *hint;
	entry->row.held |= hint->holder;
	if (task)
		ns_count(entry, task, b->view);
	return 0;
}

/* Only those that were missed. */
static int ns_list_add_later(struct ipc_namespace *ns, const struct ns_hint *hint,
			     struct task_struct *task, void *arg)
{
	struct ns_build *b = arg;
	u32 nr = ns_listed(b->list, ns);

	return nr && nr <= b->counted ? 0 : ns_list_add(ns, hint, task, arg);
}

/* Tasks twice, as search_all() where there is no tree that has all. */
static int ns_list_fill(struct ns_build *b)
{
	int ret = ns_visit_tasks(ns_list_add, b);

	b->counted = b->list->nr;
	if (!ret && !NS_TREE_HAS_ALL)
		ret = ns_visit_tasks(ns_list_add_later, b);
	if (!ret)
		ret = ns_visit_files(ns_list_add, b);
	if (!ret)
		ret = ns_visit_attaches(ns_list_add, b);
	if (!ret)
		ret = ns_visit_tree(ns_list_add, b);
	return ret;
}

void ns_list_free(struct ns_list *list)
{
	kvfree(list->entries);
	kvfree(list->index);
	memset(list, 0, sizeof(*list));
}

static int ns_list_alloc(struct ns_list *list, u32 size)
{
	gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_NOWARN;

	list->entries = kvcalloc(size, sizeof(*list->entries), gfp);
	list->index = kvcalloc(2 * size, sizeof(*list->index), gfp);
	list->size = size;
	return list->entries && list->index ? 0 : -ENOMEM;
}

static int ns_list_seen(struct ipc_namespace *ns, const struct ns_hint *hint,
			struct task_struct *task, void *arg)
{
	struct ns_list *list = arg;
	u32 nr = ns_listed(list, ns);

	if (nr)
		list->entries[nr - 1].gone = false;
	return 0;
}

int ns_list_check(struct ns_list *list, u32 i)
{
	int ret;

	for (; i < list->nr; i++)
		list->entries[i].gone = true;
	if (NS_TREE_HAS_ALL)
		return ns_visit_tree(ns_list_seen, list);
	ret = ns_visit_tasks(ns_list_seen, list);
	if (!ret)
		ret = ns_visit_tasks(ns_list_seen, list);
	if (!ret)
		ret = ns_visit_files(ns_list_seen, list);
	if (!ret)
		ret = ns_visit_attaches(ns_list_seen, list);
	return ret;
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
			ret = ns_list_fill(&b);
	} while (ret == -ENOSPC);
	if (ret)
		ns_list_free(list);
	return ret;
}
