/* SPDX-License-Identifier: GPL-2.0 */
/* What the command prints without the module, held against what it prints with it. */
#ifndef TESTS_FALLBACK_H
#define TESTS_FALLBACK_H

#include <stdbool.h>

/* What was compared so far: rows of tasks, attachments, openers and namespaces. */
struct fallback_seen {
	long rows, unsure, timed;
};
extern struct fallback_seen fallback_seen;

/* Before all. */
void fallback_begin(void);

/*
 * Whether "ipcdbg -J ARGUMENTS" prints the same with the module, which is loaded, and without it,
 * as far as that can be known. Complains.
 */
bool same_without_module(const char *arguments);

/*
 * The same where the test has closed descriptors of POSIX queues that threads wait by. It says so
 *in these files, of JSON values:
 *
 *   waits   of each such thread the inode of the queue it waits for, its tid, and as "other" the
 *	     inode of the queue, if any, that the number of the descriptor now leads to. It may be
 *	     told to wait there, or it is missing, and then all queues must say that they lack some
 *   queues  inodes of those that nothing but such a call has: they are missing
 */
#define FALLBACK_WAITS "/tmp/waits"
#define FALLBACK_QUEUES "/tmp/queues"
bool same_but_lost(const char *arguments);

#endif
