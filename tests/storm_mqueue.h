/* SPDX-License-Identifier: GPL-2.0 */
/* A storm of POSIX message queues, and of namespaces that have some. */
#ifndef TESTS_STORM_MQUEUE_H
#define TESTS_STORM_MQUEUE_H

#include "storm.h"

void storm_mqueue(struct storm *s, unsigned int seed);

#endif
