/* SPDX-License-Identifier: GPL-2.0 */
/*
 * POSIX shared memory objects and named semaphores: the regular files in the folders of
 * devshm_mounts.h, and those that have lost their names but not their users, with the processes
 * that map them or have them open.
 *
 * Who uses a file is found by device and inode number, never by name. A user whose memory and
 * descriptors may not be looked at leaves the lists incomplete.
 */
#ifndef DEVSHM_FILES_H
#define DEVSHM_FILES_H

#include <sys/stat.h>

#include <ipcdbg/abi.h>

#include "devshm_mounts.h"

struct devshm_user {
	struct ipcdbg_shm_user u;
	VEC(struct ipcdbg_shm_map) maps;
};

struct devshm_file {
	size_t mount; /* index in devshm_files.mounts */
	dev_t dev;
	bool semaphore;
	struct ipcdbg_psem head; /* of other shared memory, only what struct ipcdbg_pshm has */
	VEC(struct devshm_user) users;
	VEC(struct ipcdbg_shm_wait) waits;
	bool waits_missed; /* a user's tasks could not be looked at */
};

struct devshm_files {
	struct devshm_mounts mounts;
	VEC(struct devshm_file) v; /* of a mount by name, then the unlinked ones */
	size_t nr_linked;
	bool users_missed; /* processes could not be looked into */
};

/* Finds them all, with their users. 0, or an errno. */
int devshm_files_find(struct devshm_files *f, bool all);

void devshm_files_free(struct devshm_files *f);

/* For what looks for users: the file with that number, by its first name; NULL: none yet. */
struct devshm_file *devshm_files_of(struct devshm_files *f, dev_t dev, __u64 ino);

/* The mount with that device; -1 if there is none. */
int devshm_files_mount(const struct devshm_files *f, dev_t dev);

/*
 * Adds one that has no name any more. path is what /proc tells of it, fd and name where it can be
 * opened below; st is NULL if it cannot be looked at. NULL: it has not been such an object.
 */
struct devshm_file *devshm_files_add_unlinked(struct devshm_files *f, dev_t dev, __u64 ino,
					      const char *path, const struct stat *st, int at,
					      const char *name);

/*
 * A path that another user of it has seen: whoever made a semaphore knows it under a name that it
 * had for a moment.
 */
void devshm_files_rename_unlinked(struct devshm_file *file, const char *path);

#endif
