/* SPDX-License-Identifier: GPL-2.0 */
/* Which namespace a link in /proc/PID/ns leads to. */
#ifndef NS_LINK_H
#define NS_LINK_H

#include <linux/types.h>

/*
 * The inode number of the namespace, or 0 with errno. dir is a folder of /proc, or AT_FDCWD. Whom
 * 5.10 denies to follow the link, it takes to the folder that the link is in: that is EACCES here,
 * as later kernels say.
 */
__u32 ns_link_inum(int dir, const char *path);

#endif
