/* SPDX-License-Identifier: GPL-2.0 */
/* Random states of POSIX message queues, each the same again for its seed. */
#ifndef TESTS_MQUEUE_GENERATE_H
#define TESTS_MQUEUE_GENERATE_H

#include "mqueue_model.h"

/* Stands in every message, which nothing may ever show. */
#define MQUEUE_SECRET "the-text-of-a-message"

/* Memory for the messages, which puppets share: before there are any. */
void mqueue_generate_open(void);

/*
 * Brings this ipc namespace, which has no queues, into state seed and puts into m what it is.
 * Everybody rests then. False (complained) if the kernel did not do what the model says.
 */
bool mqueue_generate(struct mqueue_model *m, uint64_t seed);

/* Ends the puppets and removes the queues. */
void mqueue_generate_clear(struct mqueue_model *m);

#endif
