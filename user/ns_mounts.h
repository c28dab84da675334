/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bind mounts of ipc namespaces, such as those of 'ip netns' for networks. The module finds what a
 * process has open, and no mounts: whoever wants to see such a namespace keeps it open meanwhile.
 */
#ifndef NS_MOUNTS_H
#define NS_MOUNTS_H

#include <stdbool.h>

#include <linux/types.h>

struct ns_mounts {
	unsigned int held;   /* namespaces that have a bind mount, and are open now */
	unsigned int missed; /* those that could not be opened, by none of their mounts */
};

/*
 * Opens every ipc namespace that has a bind mount in the mount namespace of any process, and keeps
 * it open to the end of the run. Searches once.
 */
struct ns_mounts ns_mounts_hold(void);

/* The same before the namespaces of all are read; tells the user what may be missing. */
void ns_mounts_hold_and_tell(void);

/* The descriptor of one that is held, -1 if it is not. */
int ns_mounts_find(__u32 inum);

#endif
