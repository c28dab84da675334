/* SPDX-License-Identifier: GPL-2.0 */
/* A POSIX message queue with all that belongs to it, and its views. */
#ifndef MQUEUE_H
#define MQUEUE_H

#include "object.h"

struct mqueue {
	struct object o;
	VEC(struct ipcdbg_mq_receiver) receivers; /* in the order in which they are served */
	VEC(struct ipcdbg_mq_sender) senders;	  /* so too */
	VEC(struct ipcdbg_mqprio) prios;	  /* highest first */
	VEC(struct ipcdbg_opener) openers;
};

static inline const struct mqueue *mqueue_of(const struct object *o)
{
	return (const struct mqueue *)o;
}

/* Cell: the name with its slash; how mq_notify asked to be told, '-' if nobody did. */
void mqueue_add_name(struct text *t, const struct ipcdbg_mqueue *m);
void mqueue_add_notify(struct text *t, const struct ipcdbg_mqueue *m);

/* The functions of struct kind that fill and empty it. */
void mqueue_clear(struct object *o);
void mqueue_add(struct object *o, const struct parse_row *row);
void mqueue_free(struct object *o);

/* Those that print it. */
void mqueue_tables(const struct query *q, const struct object *o);
void mqueue_say(const struct query *q, const struct object *o);
/* "receivers", "senders", "priorities", "openers". */
void mqueue_json(FILE *out, const struct object *o);

/* Who waits for it and has it, and in which call. */
void mqueue_graph(struct graph *g, const struct object *o);
void mqueue_call(struct text *t, const struct object *o, const struct graph_task *task,
		 enum graph_type type);
/* For 'rm'. */
extern const struct rm_kind mqueue_removal;

/* Limits and use of a namespace. */
void mqueue_limits(const struct query *q, const struct ipcdbg_namespace *ns);
void mqueue_summary(const struct query *q, const struct usage *u);
void mqueue_tally(struct usage *u, const union ipcdbg_any *head);
#define NR_MQUEUE_RESOURCES 3
extern const struct resource mqueue_resources[NR_MQUEUE_RESOURCES];

#endif
