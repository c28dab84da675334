// SPDX-License-Identifier: GPL-2.0
/*
 * The file `holds`: a line a lock with the number of holds, and the ns of the longest and of all of
 * them, by local_clock(). A hold that a clock tick fell into is not among them, unless it took as
 * long as that: the interrupt took part of the time. Every open of the file begins anew after what
 * it reads.
 */
#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/sched/clock.h>
#include <linux/seq_file.h>

#include "hold.h"

static struct {
	atomic64_t nr, longest, total;
} holds[HOLD_LOCKS];

struct hold hold_begin(void)
{
	return (struct hold){ .jiffies = jiffies, .ns = local_clock() };
}

void hold_end(enum hold_lock lock, struct hold begin)
{
	s64 ns = local_clock() - begin.ns;
	s64 longest = atomic64_read(&holds[lock].longest);

	if (time_after(jiffies, begin.jiffies) && ns < NSEC_PER_SEC / HZ)
		return;
	atomic64_inc(&holds[lock].nr);
	atomic64_add(ns, &holds[lock].total);
	while (longest < ns && !atomic64_try_cmpxchg(&holds[lock].longest, &longest, ns))
		;
}

static int holds_show(struct seq_file *m, void *unused)
{
	static const char *const names[HOLD_LOCKS] = {
		[HOLD_PERM] = "perm",
		[HOLD_MQUEUE] = "mqueue",
		[HOLD_I_MMAP] = "i_mmap",
	};
	unsigned int i;

	for (i = 0; i < HOLD_LOCKS; i++)
		seq_printf(m, "%s nr=%lld longest=%lld total=%lld\n", names[i],
			   atomic64_xchg(&holds[i].nr, 0), atomic64_xchg(&holds[i].longest, 0),
			   atomic64_xchg(&holds[i].total, 0));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(holds);

void hold_create(struct dentry *dir)
{
	debugfs_create_file("holds", 0400, dir, NULL, &holds_fops);
}
