/* SPDX-License-Identifier: GPL-2.0 */
/* The views of semaphore sets. */
#ifndef SEM_H
#define SEM_H

#include "sem_model.h"

/* The functions of struct kind that print a set. */
void sem_ipcs(const struct query *q, const struct object *o);
void sem_tables(const struct query *q, const struct object *o);
void sem_say(const struct query *q, const struct object *o);
/* "sems", "waiters" (each with "semnum" and "ops"), "holders" (undo records, each with "owners").
 */
void sem_json(FILE *out, const struct object *o);

/* The operations of a wait, that which blocks with a * behind it: "1:-1,undo 2:-1,undo*". */
void text_add_ops(struct text *t, const struct sem_set *s, const struct sem_wait *w);

/* Semaphores that somebody waits for or holds, and what such a task does. */
void sem_graph(struct graph *g, const struct object *o);
void sem_call(struct text *t, const struct object *o, const struct graph_task *task,
	      enum graph_type type);
/* For 'rm'. */
extern const struct rm_kind sem_removal;

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

/* Limits and use of a namespace. */
void sem_limits(const struct query *q, const struct ipcdbg_namespace *ns);
void sem_summary(const struct query *q, const struct usage *u);
#define NR_SEM_RESOURCES 5
extern const struct resource sem_resources[NR_SEM_RESOURCES];

#endif
