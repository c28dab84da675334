/* SPDX-License-Identifier: GPL-2.0 */
/* Where ipc namespaces can be found. */
#ifndef IPCDBG_NS_VISIT_H
#define IPCDBG_NS_VISIT_H

#include "ns.h"

struct task_struct;

/*
 * Called with a namespace that is alive as long as the call lasts: must not sleep, may take a
 * reference with get_ipc_ns(). hint tells how to find it again; task is the one that is in it, for
 * namespaces of tasks, with its task_lock() held. Non-zero ends the visit, which returns it.
 */
typedef int (*ns_fn)(struct ipc_namespace *ns, const struct ns_hint *hint,
		     struct task_struct *task, void *arg);

/* 0, what fn returned, or -EINTR, -ENOMEM. Process context; sleep. */
int ns_visit_tasks(ns_fn fn, void *arg);
int ns_visit_files(ns_fn fn, void *arg);
int ns_visit_attaches(ns_fn fn, void *arg);
/* Finds all, but only kernels of 7.x have it. */
int ns_visit_tree(ns_fn fn, void *arg);
/* Only what the hint names, of tasks and files; 0 if that is no ipc namespace any more. */
int ns_visit_hint(const struct ns_hint *hint, ns_fn fn, void *arg);

#endif
