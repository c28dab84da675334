/* SPDX-License-Identifier: GPL-2.0 */
/* The views of semaphore sets. */
#ifndef SEM_H
#define SEM_H

#include "ipcdbg.h"
#include "model.h"

/*
 * Opens a table below all/ or, unless every namespace is to be read, its namesake for one.
 * On an error nothing is open, and the user has been told.
 */
enum exit_code sem_table_open(const struct query *q, struct table *t, const char *all_name,
			      long long from_id);

/* Closes it; the code that reading and printing it leave. */
enum exit_code sem_table_finish(const struct query *q, struct table *t);

/* Whether objects of that namespace are asked for. */
bool sem_wanted_ns(const struct query *q, __u32 inum);

enum exit_code sem_list_text(const struct query *q);

/*
 * Prints an object: the fields of set, "namespace" (its inum), and arrays: "sems", "waiters" (each
 * with "semnum" and "ops"), "holders" (undo records, each with "owners"), "truncated".
 */
void sem_json(FILE *out, const struct sem_set *s);

/* ipcs's block, then who waits, who holds, and what that means. */
void sem_view(const struct query *q, const struct sem_set *s);

/* What the tables say, in plain sentences: a fact is a fact, a guess says so. */
void sem_say(const struct query *q, const struct sem_set *s);

/* The undos that can block such a wait, most significant facts in the order of the text. */
struct sem_blockers {
	const struct sem_set *s;
	VEC(const struct sem_undo *) undos; /* sorted by semaphore, then sign */
};

void sem_blockers_init(struct sem_blockers *b, const struct sem_set *s);
/* The first of them, *nr in a row; NULL if there is none. */
const struct sem_undo *const *sem_blockers_find(const struct sem_blockers *b, int semnum, bool zero,
						size_t *nr);
void sem_blockers_free(struct sem_blockers *b);

#endif
