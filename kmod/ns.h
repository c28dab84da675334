/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IPCDBG_NS_H
#define IPCDBG_NS_H

#include <ipcdbg/abi.h>
#include <linux/types.h>

struct ipc_namespace;
struct proc_ns_operations;
struct view;

/*
 * Which namespace, without a reference: an open file must not keep a dead one's objects alive.
 * inum is recycled as soon as a namespace is gone; birth, the inode number of the root of its
 * mqueue mount, comes from a counter.
 */
struct ns_id {
	u64 birth;
	u32 inum;
};

/* Where a namespace was found last. */
struct ns_hint {
	u8 holder; /* enum ipcdbg_holder; 0: nowhere yet */
	int tid; /* of the task that is in it or has it open, in the initial pid namespace */
	int fd;
};

struct ns_entry {
	struct ns_id id;
	struct ns_hint hint;
	bool gone; /* was not found again */
	struct ipcdbg_namespace row;
};

/* Every namespace that was found: those of tasks first, in the order of the tasks. */
struct ns_list {
	struct ns_entry *entries;
	u32 *index; /* hash table of 2 * size: number of the entry plus 1, or 0 */
	u32 nr;
	u32 size;
	bool full; /* some were left out */
};

void ns_init(void);
/* Those of ipc namespaces: a struct ns_common that has them is in a struct ipc_namespace. */
const struct proc_ns_operations *ns_ops(void);
void ns_of_current(struct ns_id *id);
/*
 * A reference, to be dropped with ns_put() in process context. ERR_PTR(-ESTALE): it was not found;
 * -EINTR, -ENOMEM. *hint is tried before everything is searched, and renewed.
 */
struct ipc_namespace *ns_get(const struct ns_id *id, struct ns_hint *hint);
void ns_put(struct ipc_namespace *ns);

/* Marks those from entry i on that are not found any more, by one search for all of them. */
int ns_list_check(struct ns_list *list, u32 i);
int ns_list_build(struct ns_list *list, const struct view *view);
void ns_list_free(struct ns_list *list);

#endif
