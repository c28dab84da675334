/* SPDX-License-Identifier: GPL-2.0 */
/* Random states of semaphores, made of puppets, each the same again for its seed. */
#ifndef TESTS_GENERATE_H
#define TESTS_GENERATE_H

#include "model.h"

/*
 * Brings this ipc namespace, which has no sets, into state seed and puts into m what it is.
 * Everybody rests then. False (complained) if the kernel did not do what the model says.
 */
bool generate(struct model *m, uint64_t seed);

/* Ends the puppets and removes the sets. */
void generate_clear(struct model *m);

#endif
