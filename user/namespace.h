/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NAMESPACE_H
#define NAMESPACE_H

#include "ipcdbg.h"
#include "reader.h"
#include "text.h"

/*
 * An ipc namespace that the user names: a path (with a '/'), a process (up to the largest pid), or
 * an inode number as in /proc/PID/ns/ipc.
 */
struct namespace_ref {
	const char *as, *name; /* what it is an operand of, for messages; the word itself */
	__u32 inum;
	int fd; /* it is open by this to the end of the run; -1 if it is only a number */
};

/* Fills ref from its name. Recorded tables know numbers only. Tells the user about an error. */
enum exit_code namespace_resolve(const struct query *q, struct namespace_ref *ref);

/*
 * Makes q about another ipc namespace, which is q->chosen then. The program enters it; one that has
 * neither a process nor a mount to enter it by, or a recorded one, is picked out of the tables of
 * all namespaces instead (q->inum). Tells the user about an error.
 */
enum exit_code namespace_select(struct query *q, const char *name);

/* Enters that of a process; only if it is inum, unless that is 0. Tells the user nothing. */
bool namespace_enter(int pid, __u32 inum);

/* "ipc namespace 4026532201: 3 processes, one is pid 811 (postgres) in x.service" */
void namespace_add_name(struct text *t, const struct ipcdbg_namespace *ns);

/* Completes what a table of objects says of their namespace, as far as that can be known. */
void namespace_look_up(const struct query *q, struct ipcdbg_namespace *ns);

#endif
