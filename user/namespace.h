/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NAMESPACE_H
#define NAMESPACE_H

#include "ipcdbg.h"
#include "reader.h"

/*
 * Makes q about another ipc namespace: a path (with a '/'), a process (up to the largest pid), or
 * an inode number as in /proc/PID/ns/ipc. The program enters the namespace; one that has no
 * process to enter it by, or a recorded one, is picked out of the tables of all namespaces
 * instead (q->inum). Tells the user about an error.
 */
enum exit_code namespace_select(struct query *q, const char *name);

/* Completes what a table of objects says of their namespace, as far as that can be known. */
void namespace_look_up(const struct query *q, struct ipcdbg_namespace *ns);

#endif
