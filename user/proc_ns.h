/* SPDX-License-Identifier: GPL-2.0 */
/* The ipc namespaces that tasks are in, as /proc shows, and those that have a bind mount. */
#ifndef PROC_NS_H
#define PROC_NS_H

#include <stdbool.h>

#include <ipcdbg/abi.h>

#include "text.h"

struct proc_ns {
	struct ipcdbg_namespace row; /* who is in it */
	int tid;		     /* of a thread in it; 0: it only has a mount */
};

struct proc_namespaces {
	VEC(struct proc_ns) v; /* by inum */
};

/* Looks at all tasks when it is called first, or first after it was to forget them. */
const struct proc_namespaces *proc_namespaces(void);
void proc_namespaces_forget(void);

/* Enters one; false: it may not be entered, or has gone. */
bool proc_ns_enter(const struct proc_ns *ns);

/* A descriptor of the namespace that the program is in, to return to by proc_ns_return(). */
int proc_ns_home(void);
void proc_ns_return(int home);

#endif
