/* SPDX-License-Identifier: GPL-2.0 */
/* A storm of segments: waves of processes that attach many and exit all at once. */
#ifndef TESTS_STORM_SHM_H
#define TESTS_STORM_SHM_H

#include "storm.h"

/* Segments that are attached and left again too, but never removed. Before storm_begin(). */
void storm_shm_visit(const int *ids, int nr);

/* Processes of a wave. */
void storm_shm_wave(int n);

void storm_shm(struct storm *s, unsigned int seed);

#endif
