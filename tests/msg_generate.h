/* SPDX-License-Identifier: GPL-2.0 */
/* Random states of message queues, each the same again for its seed. */
#ifndef TESTS_MSG_GENERATE_H
#define TESTS_MSG_GENERATE_H

#include "msg_model.h"

/* Stands in every message, which nothing may ever show. */
#define MSG_SECRET "the-text-of-a-message"

/* Memory for the messages, which puppets share: before there are any. */
void msg_generate_open(void);

/*
 * Brings this ipc namespace, which has no queues, into state seed and puts into m what it is.
 * Everybody rests then. False (complained) if the kernel did not do what the model says.
 */
bool msg_generate(struct msg_model *m, uint64_t seed);

/* Ends the puppets and removes the queues. */
void msg_generate_clear(struct msg_model *m);

#endif
