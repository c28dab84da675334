/* SPDX-License-Identifier: GPL-2.0 */
/* A look at everything: all objects, the graph of who waits for whom, and its deadlocks. */
#ifndef LOOK_H
#define LOOK_H

#include "deadlock.h"
#include "world.h"

struct blockers;

struct look {
	struct world world;
	struct graph graph;
	struct deadlocks deadlocks;
	struct blockers *blockers; /* two of each resource, as they are asked for; see blocker.h */
};

/*
 * Looks, and if that finds a deadlock, looks once more at a system that is live: look->deadlocks
 * are then those that both have, and all else is of the second look. What a recording has of
 * threads does for a second look. Call look_free() in every case. Tells the user about an error,
 * not about what is incomplete: see world_tell_missing().
 */
enum exit_code look_at_all(struct look *look, const struct query *q);

void look_free(struct look *look);

#endif
