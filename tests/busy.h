/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One object of every kind at least, and tasks in every place where the module may name one: that
 * wait, hold, map, have open, did something last, or are to be told.
 */
#ifndef TESTS_BUSY_H
#define TESTS_BUSY_H

#include "puppet.h"

#define BUSY_EACH 2	/* tasks in each line */
#define BUSY_MESSAGES 3 /* short ones in each queue that has any */
#define BUSY_SIZE 64	/* of a short message's text */
#define BUSY_LONG 6000	/* of that of the long one */

struct busy_memory; /* what calls of puppets point to */

struct busy {
	struct busy_memory *memory;
	/* Semaphore 0 is 1, held with SEM_UNDO; 1 and 2 are 0. */
	int semid;
	int shmid; /* 8192 bytes, attached */
	char *shm; /* where the test has it */
	/* Messages of types 1 to 3 and the long one, of type 4; and one that is full. */
	int msqid, full_msqid;
	/* Descriptors of POSIX queues: empty, full, and empty with a notification. */
	int mq, full_mq, told_mq;
	struct puppet *holder; /* has everything, did everything last, is to be told */
	/* Lines, in the order in which they are served. */
	struct puppet *taker[BUSY_EACH];    /* of semaphore 1 */
	struct puppet *zero[BUSY_EACH];	    /* for semaphore 0 to be 0 */
	struct puppet *several[BUSY_EACH];  /* of semaphores 1 and 2 */
	struct puppet *receiver[BUSY_EACH]; /* of type 99 */
	struct puppet *sender[BUSY_EACH];   /* of types 5 and 6 */
	struct puppet *mq_receiver[BUSY_EACH];
	struct puppet *mq_sender[BUSY_EACH]; /* of priorities 5 and 6 */
};

#define BUSY_QUEUE "busy"
#define BUSY_FULL_QUEUE "busy-full"
#define BUSY_TOLD_QUEUE "busy-told"

/*
 * Makes all that in the caller's ipc namespace, which has puppets already and none of these queues.
 * The text, at most 47 bytes, is what messages, segment and the holder's environment hold, each
 * text of a message with its number behind it. Dies if it cannot.
 */
void busy_make(struct busy *b, const char *text);

/* The text of message i, as busy_make() made it; also that of the i-th sender. */
void busy_text(const char *text, int i, char to[BUSY_SIZE]);

/* What a receiver has received. */
const char *busy_received(const struct busy *b, const struct puppet *p);

/* Whether the holder has got the signal that it asked mq_notify(3) for, which it takes. */
#define BUSY_SIGNAL SIGURG
bool busy_was_told(const struct busy *b);

/* The blocked tasks, by number; NULL after the last. */
struct puppet *busy_blocked(const struct busy *b, unsigned int i);

#endif
