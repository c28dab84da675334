/* SPDX-License-Identifier: GPL-2.0 */
/* The open files of all processes. */
#ifndef IPCDBG_FILES_H
#define IPCDBG_FILES_H

#include <linux/types.h>

struct file;
struct files_struct;
struct task_struct;

/* A descriptor that was met. */
struct open_file {
	struct file *file;
	const struct files_struct *files; /* whose it is; compared, never followed */
	struct task_struct *task; /* one that has that table */
	int fd;
};

/*
 * Calls fn for every descriptor of every task, with the spinlock of its table held: fn must not
 * sleep. Stops when fn returns non-zero and returns that; -EINTR on a fatal signal. A table that is
 * shared is visited once, or with by_process once for each process; where it changes hands, or
 * where there are very many tasks or little memory, it may be met more often. That of a process
 * which was born meanwhile may be missed, if its parent has exited and it, too, by the second look.
 */
int visit_files(int (*fn)(const struct open_file *f, void *arg), void *arg, bool by_process);
/* The same for a few descriptors of one task, from fd on. */
int visit_file(struct task_struct *task, int fd, int (*fn)(const struct open_file *f, void *arg),
	       void *arg);

#endif
