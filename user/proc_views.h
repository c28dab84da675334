/* SPDX-License-Identifier: GPL-2.0 */
/* Which processes see the same mounts: one of them is enough to look at. */
#ifndef PROC_VIEWS_H
#define PROC_VIEWS_H

#include <stdbool.h>
#include <sys/types.h>

#include "text.h"

/* What a process sees of mounts is the same for all that have these in common. */
struct proc_view {
	ino_t mnt_ns;
	dev_t root_dev;
	ino_t root_ino;
};

/* Start with all zeros. */
struct proc_views {
	VEC(struct proc_view) v;
};

/* Whether it is the first of its view; descriptors of /proc/PID and of its root. */
bool proc_views_add(struct proc_views *views, int dir, int root);

void proc_views_free(struct proc_views *views);

#endif
