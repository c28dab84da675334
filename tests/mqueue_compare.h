/* SPDX-License-Identifier: GPL-2.0 */
/* Holds what the module says of POSIX queues against the model, the queues' files and /proc. */
#ifndef TESTS_MQUEUE_COMPARE_H
#define TESTS_MQUEUE_COMPARE_H

#include <mqueue.h>
#include <sys/stat.h>
#include "mqueue_model.h"
#include "rows.h"

/* What the kernel says of a queue. */
struct mqueue_facts {
	struct mq_attr attr;
	struct stat st;
	char file[256]; /* what is read from it as a file */
};

/* Through a descriptor. Reading the file sets the time of the queue, so this comes first. */
void mqueue_take_facts(int fd, struct mqueue_facts *facts);

/*
 * Takes the facts of all queues of the model for the functions below, and holds the model against
 * mq_getattr: is the test itself right?
 */
bool mqueue_compare_model(const struct mqueue_model *m);

/*
 * The file mqueue, read between the monotonic times t0 and t1 with every puppet at rest: everything
 * it says, and nothing more than the model has.
 */
bool mqueue_compare(const struct mqueue_model *m, const struct rows *r, uint64_t t0, uint64_t t1);

bool mqueue_compare_list(const struct mqueue_model *m, const struct rows *r);

/* An mqueue row against mq_getattr, fstat and the file. */
bool mqueue_compare_facts(const struct rows *r, int row, const struct mqueue_facts *facts);

/* The opener rows of an mqueue row against all descriptors of /proc. */
bool mqueue_compare_openers(const struct rows *r, int row, const struct stat *st);

/* A receiver or sender row against the system call its task sleeps in. */
bool mqueue_compare_call(const struct rows *r, int row, pid_t pid, pid_t tid);

#endif
