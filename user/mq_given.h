/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The POSIX queues that tasks wait for, as far as the descriptors tell that they have given to
 * their calls. Another thread may have closed one meanwhile, and opened something else by its
 * number: nothing in /proc says which queue it was then.
 */
#ifndef MQ_GIVEN_H
#define MQ_GIVEN_H

#include <stdbool.h>
#include <sys/types.h>

#include "proc_waits.h"
#include "text.h"

struct mq_given {
	const struct proc_wait *wait;
	dev_t dev;
	ino_t ino;
};

struct mq_givens {
	VEC(struct mq_given) v; /* of those whose queue is known; in the order of proc_waits() */
	bool unknown;		/* a task waits for a queue that is not known */
};

/* Good while proc_waits() is; free with vec_free(&g->v). */
void mq_givens_look(struct mq_givens *g);

#endif
