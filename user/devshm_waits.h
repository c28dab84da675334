/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tasks that sleep in futex(2) and its like on a word of a file that their process maps: those in
 * sem_wait(3) on a named semaphore, and on whatever else programs keep in shared memory. Which
 * word it is their system call tells, by the right to trace them.
 */
#ifndef DEVSHM_WAITS_H
#define DEVSHM_WAITS_H

#include "devshm_files.h"

/* Where a process has mapped a file to share it. */
struct devshm_place {
	size_t file; /* index in devshm_files.v */
	__u64 start, end, offset;
};

struct devshm_places {
	VEC(struct devshm_place) v;
};

void devshm_places_add(struct devshm_places *p, size_t file, const struct ipcdbg_shm_map *map);
void devshm_places_free(struct devshm_places *p);

/* Adds the waiting tasks of a process, whose folder of /proc dir is, to the files. */
void devshm_waits_find(struct devshm_files *f, const struct devshm_places *places, int pid,
		       int dir);

#endif
