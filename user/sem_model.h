/* SPDX-License-Identifier: GPL-2.0 */
/* A semaphore set with all that belongs to it, read from the table sem. */
#ifndef SEM_MODEL_H
#define SEM_MODEL_H

#include "object.h"

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
	struct object o;
	VEC(struct ipcdbg_sem) sems;
	VEC(struct sem_wait) waits;
	VEC(struct ipcdbg_op) ops;
	VEC(struct sem_undo) undos;
	VEC(struct ipcdbg_owner) owners;
};

static inline const struct sem_set *sem_set_of(const struct object *o)
{
	return (const struct sem_set *)o;
}

/* The functions of struct kind that fill and empty it. */
void sem_set_clear(struct object *o);
void sem_set_add(struct object *o, const struct parse_row *row);
enum parse_result sem_set_finish(struct table *t, struct object *o);
void sem_set_free(struct object *o);

/*
 * Whether the i-th owner is another process than the one before it, not one more thread of that.
 * Those that are not visible (pid 0) cannot be told apart: each counts as one.
 */
bool sem_owner_is_first(const struct sem_set *s, const struct sem_undo *u, size_t i);

/* Whether rows of that word were left out of the set; "sem" left out leaves out all below it. */
bool sem_set_lacks(const struct sem_set *s, const char *word);

/* The wait is for a value of 0, not for an increase. */
bool sem_wait_is_zero(const struct sem_set *s, const struct sem_wait *w);

/* That undo can block such a wait on that semaphore: the sign of the adjustment tells. */
bool sem_undo_blocks(const struct sem_undo *u, int semnum, bool zero);

#endif
