/* SPDX-License-Identifier: GPL-2.0 */
/* A storm of message queues. */
#ifndef TESTS_STORM_MSG_H
#define TESTS_STORM_MSG_H

#include "storm.h"

void storm_msg(struct storm *s, unsigned int seed);

#endif
