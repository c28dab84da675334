/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of POSIX shared memory and named semaphores, made on the spot whether the module is there
 * or not: pshm and psem, of the folder /dev/shm, list/pshm and list/psem with the first record of
 * each only, and the same below all/ of every mount namespace. A folder's objects stand after the
 * row of the ipc namespace of a process that sees it; a folder that has no such row has no objects.
 */
#ifndef SOURCE_DEVSHM_H
#define SOURCE_DEVSHM_H

#include <stdbool.h>

bool source_devshm_has(const char *name);

/* A descriptor of the table's text; -1 with errno. */
int source_devshm_open(const char *name);

#endif
