/* SPDX-License-Identifier: GPL-2.0 */
/* The second source about attachments: mappings of segments in /proc/PID/maps. */
#ifndef TESTS_SHM_MAPS_H
#define TESTS_SHM_MAPS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A line of maps whose file is named SYSV and has the shmid for its inode number. */
struct shm_map {
	pid_t pid, tid; /* tid: a thread that has not exited, the leader if it has not */
	uint32_t key;	/* with which the segment was made */
	int shmid;	/* in its ipc namespace, whichever that is */
	uint64_t start, end, offset;
	char prot[4];
};

struct shm_maps {
	struct shm_map *map; /* those of a process in a row, by rising address */
	unsigned int nr, room;
};

/* Appends those of one process, or of all that the test sees. */
void shm_maps_add(struct shm_maps *m, pid_t pid);
void shm_maps_add_all(struct shm_maps *m);
void shm_maps_free(struct shm_maps *m);

/* Whether two tasks that live use the same memory. */
bool shares_memory(pid_t tid1, pid_t tid2);

#endif
