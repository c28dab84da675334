/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the test knows of its POSIX message queues: a model of mq_send(3), mq_receive(3) and
 * mq_notify(3) as their manual describes them, and of who has which descriptor. It is checked
 * against mq_getattr and the queue's own file before anything is checked against it.
 */
#ifndef TESTS_MQUEUE_MODEL_H
#define TESTS_MQUEUE_MODEL_H

#include <stddef.h>
#include "cast.h"

#define MQUEUES 4
#define MQUEUE_MESSAGES 64
#define MQUEUE_FDS 6		  /* of one queue in one process */
#define MQUEUE_SIZE_MAX 8192	  /* of a message */
#define MQUEUE_TESTER PUPPETS_MAX /* the test, in tables by process */
#define MQUEUE_NO_NOTIFY -1

struct mqueue_message {
	unsigned int prio;
	size_t size;
};

struct mqueue_fds {
	int nr;
	int fd[MQUEUE_FDS];
};

struct mqueue {
	char name[256];
	uint64_t ino;
	bool unlinked, gone;
	unsigned int uid; /* whose limit it counts against */
	long maxmsg, msgsize;
	int nr;
	struct mqueue_message message[MQUEUE_MESSAGES]; /* as they will be received */
	struct line receivers, senders;			/* as they will be served */
	struct mqueue_fds fds[PUPPETS_MAX + 1];		/* by process */
	int notify, signo;				/* SIGEV_*, MQUEUE_NO_NOTIFY */
	int notify_who;
};

/* A call of mq_send, or of mq_receive. */
struct mqueue_call {
	int queue;
	unsigned int prio;
	size_t size;
	int fd; /* the descriptor that it was given, of a task that waits */
};

struct mqueue_model {
	struct cast cast;
	int nr_queues;
	struct mqueue queue[MQUEUES];
	struct mqueue_call call[PUPPETS_MAX]; /* of tasks that wait */
	int priority[PUPPETS_MAX];	      /* theirs when they began to */
};

/* What a call does. */
struct mqueue_outcome {
	bool blocks;
	long result;
	int back; /* task that comes back from its call, -1: none */
	long back_result;
};

/* A process by its number, or the test, in tables. */
int mqueue_place(const struct mqueue_model *m, int task);

void mqueue_add_fd(struct mqueue_model *m, int queue, int task, int fd);

/* The i-th of its descriptors has been closed, or all with the process (-1). */
void mqueue_close(struct mqueue_model *m, int queue, int place, int i);

void mqueue_unlink(struct mqueue_model *m, int queue);

/* If the call blocks, nothing is changed. */
void mqueue_send(struct mqueue_model *m, const struct mqueue_call *call,
		 struct mqueue_outcome *out);
void mqueue_receive(struct mqueue_model *m, int queue, struct mqueue_outcome *out);

/* The task waits in this call; priority is as in /proc/PID/stat, the least is served first. */
void mqueue_wait(struct mqueue_model *m, int task, const struct mqueue_call *call, bool receives,
		 int priority);

/*
 * The queue that the descriptor is of now by whose number a task waits, which another thread may
 * have closed and opened anew; -1: none.
 */
int mqueue_given(const struct mqueue_model *m, int task);

/* Whether it has a name or somebody a descriptor of it: it can be looked at. */
bool mqueue_reachable(const struct mqueue *q);

/* The dead wait no more and have nothing open. */
void mqueue_bury(struct mqueue_model *m);

/* What getrlimit(2) says a queue counts against RLIMIT_MSGQUEUE. */
uint64_t mqueue_charge(const struct mqueue *q);

#endif
