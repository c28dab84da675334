/* SPDX-License-Identifier: GPL-2.0 */
/* A storm: processes that make, use and remove sets and each other as fast as they can. */
#ifndef TESTS_STORM_H
#define TESTS_STORM_H

#include <stdint.h>
#include <sys/types.h>

/* Counters in shared memory, one of each kind of thing that happened. */
struct storm {
	uint32_t stop; /* set by storm_end() */
	uint64_t made, removed, operated, blocked, woken, forked, exited;
};

/* Starts n stormers in this ipc namespace; they die with the caller. */
struct storm *storm_begin(int n, uint64_t seed);

/* Stops them and waits for them; whatever sets they left, except those of keep, are removed. */
void storm_end(struct storm *s, const int *keep, int nr_keep);

#endif
