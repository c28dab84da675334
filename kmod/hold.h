/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long locks of ipc/ are held: only in a build with IPCDBG_HOLDS=y, for the tests, which then
 * has a file `holds`. Else all of this is empty.
 */
#ifndef IPCDBG_HOLD_H
#define IPCDBG_HOLD_H

#include <linux/types.h>

enum hold_lock { HOLD_PERM, HOLD_MQUEUE, HOLD_I_MMAP, HOLD_LOCKS };

struct dentry;

#ifdef IPCDBG_HOLDS
struct hold {
	u64 ns;
	unsigned long jiffies;
};

/* Right after the lock is taken. */
struct hold hold_begin(void);
/* Right before it is dropped. */
void hold_end(enum hold_lock lock, struct hold begin);
void hold_create(struct dentry *dir);
#else
struct hold {};

static inline struct hold hold_begin(void)
{
	return (struct hold){};
}

static inline void hold_end(enum hold_lock lock, struct hold begin)
{
}

static inline void hold_create(struct dentry *dir)
{
}
#endif

#endif
