/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The folders that shm_open(3) and sem_open(3) make their files in. Each mount namespace may have
 * another one under that name; they are told apart by the device of the file system.
 */
#ifndef DEVSHM_MOUNTS_H
#define DEVSHM_MOUNTS_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/types.h>

#include "text.h"

#define SHM_FOLDER "/dev/shm"

struct devshm_mount {
	int fd; /* the folder */
	dev_t dev;
	__u32 mnt_ns, ipc_ns; /* of the process that shows it, which is the program if it sees it */
	bool in_memory; /* tmpfs: a mapping in /proc/PID/maps has the device that stat(2) tells */
};

struct devshm_mounts {
	VEC(struct devshm_mount) v;
	bool missed; /* processes could not be asked what they see, or one is left out */
	int error;   /* of the own one, if that is all that is asked for; 0 if it is not there */
};

/* Remembers the ipc namespace that the program starts in. */
void devshm_mounts_begin(void);

/*
 * Finds them: of every mount namespace, or those of the ipc namespace that the program is in now,
 * the own one as long as that is the one it started in.
 */
void devshm_mounts_find(struct devshm_mounts *m, bool all);

void devshm_mounts_free(struct devshm_mounts *m);

#endif
