/* SPDX-License-Identifier: GPL-2.0 */
/* Whom a wait is for, as far as the graph tells, and the words for it. */
#ifndef BLOCKER_H
#define BLOCKER_H

#include "look.h"

/* What is known of who a wait is for; from BLOCKER_LAST on it is an inference. */
enum blocker_sort {
	BLOCKER_UNKNOWN, /* nobody is known */
	BLOCKER_HOLDS,	 /* an adjustment: it holds it, or has raised it */
	BLOCKER_LAST,	 /* it did the last operation that lets such a wait go on, or did not */
	BLOCKER_EXITED,	 /* the same, and it has exited */
	BLOCKER_USES,	 /* it has the queue open or is blocked on its other end */
};

/* As many as one cell names; how many more there are stands behind them. */
#define BLOCKERS_SHOWN 3

/* Whom all waits for a resource are for that need the same of it. */
struct blockers {
	bool known; /* the rest is filled */
	enum blocker_sort sort;
	size_t nr, last;
	size_t first[BLOCKERS_SHOWN]; /* processes of the graph */
};

/* Found once for all of these waits, for thousands may be listed. */
const struct blockers *blockers_of(const struct look *l, const struct graph_task *t);

/*
 * Calls fn for each process that the wait may be for: those with the right adjustment; if there
 * are none, those that use it and do not wait there themselves, and of a semaphore who operated on
 * it last. Returns what those are.
 */
enum blocker_sort blockers_each(const struct graph *g, const struct graph_task *t,
				void (*fn)(void *ctx, const struct graph_edge *e), void *ctx);

/*
 * Calls fn for who operated last on what the wait is for, and does not wait there itself: where
 * nobody is known to hold it for rows are missing, that is all there is to go on with.
 */
void blockers_last(const struct graph *g, const struct graph_task *t,
		   void (*fn)(void *ctx, const struct graph_edge *e), void *ctx);

/* "96 (backup), 97 (restore), +3"; "exited (pid 744) (inferred)"; "zombie ..."; "deadlock #1";
 * "unknown" */
void text_add_blocker(struct text *t, const struct look *l, const struct graph_task *task);

/* "deadlock #1", "deadlock #2 (inferred)", "deadlock #1 (one look)" */
void text_add_deadlock(struct text *t, const struct deadlocks *d, size_t nr);

#endif
