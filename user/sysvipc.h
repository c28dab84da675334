/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel tells of System V IPC without the module, as the records of the module: of the
 * ipc namespace that the program is in, with the pids of its pid namespace. What is not told so is
 * not present in them.
 */
#ifndef SYSVIPC_H
#define SYSVIPC_H

#include <stdbool.h>

#include "parse.h"

/* Gets each record of an object. Ends the reading by returning false. */
typedef bool (*sysvipc_fn)(void *ctx, union ipcdbg_any *head);

/*
 * Reads /proc/sysvipc/FILE, each of whose lines is a record of that kind; columns are found by
 * their names in the first line. 0, or an errno.
 */
int sysvipc_read(const char *file, enum ipcdbg_record_id id, sysvipc_fn fn, void *ctx);

/* Limits and use of the namespace, but for its POSIX queues. 0, or an errno. */
int sysvipc_namespace(struct ipcdbg_namespace *ns);

/* The inode number of the namespace; 0 if it cannot be known. */
__u32 sysvipc_inum(void);

#endif
