/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IPCDBG_NS_H
#define IPCDBG_NS_H

#include <ipcdbg/abi.h>
#include <linux/types.h>

struct ipc_namespace;
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

struct ns_entry {
	struct ns_id id;
	int hint; /* pid number, in the initial namespace, of a task that was in it */
	struct ipcdbg_namespace row;
};

/* Every namespace that a task is in, in the order of their first tasks. */
struct ns_list {
	struct ns_entry *entries;
	u32 *index; /* hash table of 2 * size: number of the entry plus 1, or 0 */
	u32 nr;
	u32 size;
	bool full; /* some were left out */
};

void ns_init(void);
void ns_of_current(struct ns_id *id);
/*
 * A reference, to be dropped with ns_put() in process context. ERR_PTR(-ESTALE): no task is in it;
 * -EINTR. *hint is tried before all tasks are searched, and renewed; 0: none yet.
 */
struct ipc_namespace *ns_get(const struct ns_id *id, int *hint);
void ns_put(struct ipc_namespace *ns);

int ns_list_build(struct ns_list *list, const struct view *view);
void ns_list_free(struct ns_list *list);

#endif
