/* SPDX-License-Identifier: GPL-2.0 */
/* A System V message queue with all that belongs to it, and its views. */
#ifndef MSG_H
#define MSG_H

#include "object.h"

struct msg_queue {
	struct object o;
	VEC(struct ipcdbg_receiver) receivers; /* in the order of their list, and so the senders */
	VEC(struct ipcdbg_sender) senders;
	VEC(struct ipcdbg_msgtype) types;    /* lowest first */
	VEC(struct ipcdbg_message) messages; /* the first ones */
};

static inline const struct msg_queue *msg_queue_of(const struct object *o)
{
	return (const struct msg_queue *)o;
}

/* What has to leave the queue before a message fits, as msg_fits_inqueue() of ipc/msg.c has it. */
struct msg_need {
	bool never; /* it is larger than the queue may ever hold */
	__u64 bytes, messages;
};

struct msg_need msg_need_of(const struct ipcdbg_queue *q, __u64 size);

/* "416 bytes", "416 bytes and 1 message"; nothing if it fits. */
void text_add_need(struct text *t, struct msg_need need);

/* Whether the types of all messages are known. */
bool msg_types_known(const struct msg_queue *m);

/* Whether it would get one of the messages whose types are known. */
bool msg_has_one_for(const struct msg_queue *m, const struct ipcdbg_receiver *r);

/* The functions of struct kind that fill and empty it. */
void msg_clear(struct object *o);
void msg_add(struct object *o, const struct parse_row *row);
void msg_free(struct object *o);

/* Those that print it. */
void msg_ipcs(const struct query *q, const struct object *o);
void msg_tables(const struct query *q, const struct object *o);
void msg_say(const struct query *q, const struct object *o);
/* "receivers", "senders", "types", "messages". */
void msg_json(FILE *out, const struct object *o);

/* Who waits for it and has it, and in which call. */
void msg_graph(struct graph *g, const struct object *o);
void msg_call(struct text *t, const struct object *o, const struct graph_task *task,
	      enum graph_type type);
/* For 'rm'. */
extern const struct rm_kind msg_removal;

/* Limits and use of a namespace. */
void msg_limits(const struct query *q, const struct ipcdbg_namespace *ns);
void msg_summary(const struct query *q, const struct usage *u);
void msg_tally(struct usage *u, const union ipcdbg_any *head);
#define NR_MSG_RESOURCES 3
extern const struct resource msg_resources[NR_MSG_RESOURCES];

#endif
