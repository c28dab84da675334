/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the test knows of its message queues: a model of msgsnd(2) and msgrcv(2) as their manual
 * describes them, with the order in which the kernel serves those who wait. It is checked against
 * msgctl before anything is checked against it.
 */
#ifndef TESTS_MSG_MODEL_H
#define TESTS_MSG_MODEL_H

#include <stddef.h>
#include "cast.h"

#define MSG_QUEUES 3
#define MSG_MESSAGES 800
#define MSG_SIZE_MAX 8192 /* the kernel's msgmax */

struct msg_message {
	long type;
	size_t size;
};

/* A call of msgsnd, or of msgrcv. */
struct msg_call {
	int queue;
	long type;
	size_t size;
	int flags;
};

struct msg_queue {
	int id;
	size_t cbytes, qbytes;
	int qnum;
	struct msg_message message[MSG_MESSAGES];
	struct line receivers, senders;
	bool shuffled;	  /* receivers were all woken and queue in an order nobody knows */
	int lspid, lrpid; /* as cast.h says who */
};

struct msg_model {
	struct cast cast;
	int nr_queues;
	struct msg_queue queue[MSG_QUEUES];
	struct msg_call call[PUPPETS_MAX]; /* of tasks that wait */
};

/* What a call does: to the caller, and to those who wait. */
struct msg_outcome {
	bool blocks;
	bool unsure; /* two tasks at once would be woken for the same room: not foreseen */
	long result;
	int nr_back; /* tasks that come back from their calls */
	struct {
		int task;
		long result;
	} back[PUPPETS_MAX];
};

void msg_add_queue(struct msg_model *m, int id, size_t qbytes);

/* task may be CAST_TESTER. If the call blocks, nothing is changed. */
void msg_send(struct msg_model *m, int task, const struct msg_call *call, struct msg_outcome *out);
void msg_receive(struct msg_model *m, int task, const struct msg_call *call,
		 struct msg_outcome *out);

/* A new limit, by msgctl(IPC_SET), which wakes everybody. */
void msg_set_qbytes(struct msg_model *m, int queue, size_t qbytes, struct msg_outcome *out);

/* The task waits in this call, which is a msgrcv or a msgsnd. */
void msg_wait(struct msg_model *m, int task, const struct msg_call *call, bool receives);

/* The dead wait no more. */
void msg_bury(struct msg_model *m);

/* Which messages a call of msgrcv takes: a word of the ABI. */
const char *msg_mode(const struct msg_call *call);

#endif
