/* SPDX-License-Identifier: GPL-2.0 */
/* What an ipc namespace may have, and has. */
#ifndef RESOURCE_H
#define RESOURCE_H

#include <stdbool.h>

#include <ipcdbg/abi.h>

/* What is used of a namespace: its own row, and sums over the objects of a kind. */
struct usage {
	struct ipcdbg_namespace ns;
	__u64 objects;	       /* in the list of the kind */
	__u64 messages, bytes; /* in queues */
	__u64 rss, swap;       /* bytes of segments */
};

#define NO_FIELD (-1)

/* A line of the table of resources, under its name in lsipc(1). */
struct resource {
	const char *name, *help;
	bool size; /* in bytes */
	int limit; /* fields of the namespace's record, or NO_FIELD */
	int used;
	__u64 constant; /* the limit, where it is in no field */
};

#define LIMIT_FIELD(name) IPCDBG_F_namespace_##name

/* The numbers, as far as they are known. */
bool resource_limit(const struct resource *r, const struct ipcdbg_namespace *ns, __u64 *n);
bool resource_used(const struct resource *r, const struct ipcdbg_namespace *ns, __u64 *n);

#endif
