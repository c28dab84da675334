/* SPDX-License-Identifier: GPL-2.0 */
/* A semaphore set with all that belongs to it, read from the table sem. */
#ifndef MODEL_H
#define MODEL_H

#include "source.h"
#include "text.h"

/* A blocked task. Its operations are ops.v[first_op] and the nr_ops - 1 after it. */
struct sem_wait {
	struct ipcdbg_wait w;
	size_t sem; /* sems.v[sem] is the semaphore that blocks it */
	int semnum; /* its semnum */
	size_t first_op, nr_ops;
};

/*
 * An adjustment. Its tasks are owners.v[first_owner] and the nr_owners - 1 after it,
 * by pid and tid.
 */
struct sem_undo {
	struct ipcdbg_undo u;
	size_t first_owner, nr_owners;
};

struct sem_set {
	struct ipcdbg_namespace ns;
	struct ipcdbg_set set;
	VEC(struct ipcdbg_sem) sems;
	VEC(struct sem_wait) waits;
	VEC(struct ipcdbg_op) ops;
	VEC(struct sem_undo) undos;
	VEC(struct ipcdbg_owner) owners;
	VEC(struct ipcdbg_truncated) truncated;
	bool gone; /* removed while it was read: not all of it is here */
};

/*
 * Reads the next set. PARSE_ROW, PARSE_END or an error, which the user has been told.
 * s is reused from call to call; its first use needs all zeros.
 */
enum parse_result sem_set_next(struct table *t, struct sem_set *s);

void sem_set_free(struct sem_set *s);

/* Whether rows of that word were left out of the set; "sem" left out leaves out all below it. */
bool sem_set_lacks(const struct sem_set *s, const char *word);

/* The wait is for a value of 0, not for an increase. */
bool sem_wait_is_zero(const struct sem_set *s, const struct sem_wait *w);

/* That undo can block such a wait on that semaphore: the sign of the adjustment tells. */
bool sem_undo_blocks(const struct sem_undo *u, int semnum, bool zero);

#endif
