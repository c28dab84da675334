/* SPDX-License-Identifier: GPL-2.0 */
/* A storm of semaphore sets. */
#ifndef TESTS_STORM_SEM_H
#define TESTS_STORM_SEM_H

#include "storm.h"

void storm_sem(struct storm *s, unsigned int seed);

#endif
