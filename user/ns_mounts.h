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

/* Whether one has a bind mount, here or where it was recorded. */
bool ns_mounts_has(__u32 inum);

/* Tells each that has one. */
void ns_mounts_tell(void (*fn)(void *ctx, __u32 inum), void *ctx);

/* Takes one of a recording for one that has; false if there are too many. */
bool ns_mounts_add_recorded(__u32 inum);
void ns_mounts_forget_recorded(void);

/* The descriptor of one that is held, -1 if it is not. */
int ns_mounts_find(__u32 inum);

#endif
