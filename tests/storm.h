/* SPDX-License-Identifier: GPL-2.0 */
/* A storm: processes that make, use and remove objects and each other as fast as they can. */
#ifndef TESTS_STORM_H
#define TESTS_STORM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Counters in shared memory, one of each kind of thing that happened. */
struct storm {
	uint32_t stop; /* set by storm_end() */
	uint64_t made, removed, operated, blocked, woken, forked, exited;
};

/*
 * Starts n stormers in this ipc namespace; they die with the caller. Each runs rage() with a seed
 * of its own, which returns once storm_is_over().
 */
struct storm *storm_begin(int n, uint64_t seed, void (*rage)(struct storm *s, unsigned int seed));

/* Stops them and waits for them; what they left is the caller's to remove. */
void storm_end(struct storm *s);

bool storm_is_over(const struct storm *s);
void storm_count(uint64_t *counter);

/* A child that runs work() with a seed of its own and exits; one in four is killed meanwhile. */
void storm_fork(struct storm *s, unsigned int *seed,
		void (*work)(struct storm *s, void *ctx, unsigned int *seed), void *ctx);

/* A call that blocks comes back with EINTR after so many milliseconds, and on and on. */
void storm_alarm(unsigned int ms);

/* Collects the children that have ended. */
void storm_reap(struct storm *s);

#endif
