/* SPDX-License-Identifier: GPL-2.0 */
/* The second source about who has a queue open: every descriptor of /proc. */
#ifndef TESTS_MQUEUE_OPEN_H
#define TESTS_MQUEUE_OPEN_H

#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#define MQUEUE_OPENERS_MAX 256

struct mqueue_opener {
	pid_t pid;
	int fds, lowest;
};

/* Processes with a descriptor of this inode, by rising pid; returns how many. */
int mqueue_openers(const struct stat *st, struct mqueue_opener openers[MQUEUE_OPENERS_MAX]);

/* A descriptor of the queue, by its name or by that of any process that has one; -1. */
int mqueue_reach(const char *name, uint64_t ino);

#endif
