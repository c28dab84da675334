/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every object of every kind, in memory at once, for what spans objects. Objects are read one after
 * another: what they say of each other is proved by a second look only (look.h).
 */
#ifndef WORLD_H
#define WORLD_H

#include "object.h"

/* The objects of a kind. */
struct world_kind {
	const struct kind *kind;
	bool told;	  /* by the source at all */
	bool all;	  /* of every namespace that was asked for, not only of the own one */
	bool cut;	  /* whole objects were left out; rows that were are told by each object */
	size_t first, nr; /* they are objects.v[first] and those after it */
};

struct world {
	VEC(struct object *) objects; /* by kind, then in the order of its table */
	VEC(struct world_kind) kinds;
	struct ipcdbg_header header; /* of the first table */
	bool incomplete;	     /* rows or objects were left out, or a kind is not told */
};

/*
 * Reads q's kinds, or if it names none all of them but those of /dev/shm: they tell of no holders,
 * and take a search of every process; q->tasks.shared asks for them. Reads every ipc namespace,
 * unless the user chose one. An object that was removed meanwhile is left out: nobody waits for it
 * or holds it any more. Call world_free() in every case. Tells the user about an error, but not
 * about what is incomplete.
 */
enum exit_code world_read(struct world *w, const struct query *q);

void world_free(struct world *w);

/* Tells the user what is missing; the exit code of that, EXIT_OK if nothing is. */
enum exit_code world_tell_missing(const struct world *w, const struct query *q);

#endif
