/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_MQUEUE_MANY_H
#define TESTS_MQUEUE_MANY_H

#include <stdint.h>

/* A new POSIX queue of one message of eight bytes: its descriptor. Dies if it cannot. */
int mqueue_open_new(const char *name);

/* Lets this namespace, which is new, and this process have very many. 0 or -1. */
int mqueue_allow_many(void);

/* Queues from..to, each with its number as its name; its inode's number is kept in inodes[]. */
void mqueue_make_many(uint64_t *inodes, unsigned int from, unsigned int to);

#endif
