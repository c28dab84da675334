/* SPDX-License-Identifier: GPL-2.0 */
/*
 * POSIX message queues as files: those of the ipc namespace that the program is in, and the
 * descriptors of them that processes have.
 */
#ifndef MQ_FILES_H
#define MQ_FILES_H

#include <stdbool.h>
#include <sys/types.h>

#include "common.h"
#include "text.h"

#define MQUEUE_MAGIC 0x19800202 /* of their file system, in ipc/mqueue.c */

/* The file system of the namespace's queues. */
struct mq_files {
	int dir;    /* -1: it cannot be had */
	bool whole; /* it is that of the namespace, and all of its files may be opened */
	dev_t dev;  /* if whole */
};

/*
 * Mounts it where nobody sees it, as root; or else takes what is mounted on /dev/mqueue. Close with
 * mq_files_close().
 */
struct mq_files mq_files_open(void);
void mq_files_close(struct mq_files *f);

/* A descriptor for reading of the queue with that name in the namespace; -1 with errno. */
int mq_files_open_queue(const struct mq_files *f, const char *name);

/* A descriptor that a process has of some file that may be a queue. */
struct mq_opener {
	struct process process;
	int tid; /* of a thread of it that has this one */
	int fd;
	dev_t dev;
	ino_t ino;
};

struct mq_openers {
	VEC(struct mq_opener) v; /* by device, inode, pid and descriptor */
	size_t hidden;		 /* processes that could not be looked at */
};

/*
 * Looks at all descriptors of all processes when it is called first, or first after it was to
 * forget them.
 */
const struct mq_openers *mq_openers(void);
void mq_openers_forget(void);

/* The first that is not before an inode of a device. */
size_t mq_openers_find(dev_t dev, ino_t ino);

#endif
