/* SPDX-License-Identifier: GPL-2.0 */
/* A storm: processes that make, use and remove objects and each other as fast as they can. */
#ifndef TESTS_STORM_H
#define TESTS_STORM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define STORMERS_MAX 8

/* What can happen: number and word. */
#define STORM_EVENTS(_)                                   \
	_(MADE, "made")                                   \
	_(REMOVED, "removed")                             \
	_(CHANGED, "changed")                             \
	_(OPERATED, "operations")                         \
	_(BLOCKED, "waits in vain")                       \
	_(WOKEN, "woken by removal")                      \
	_(FORKED, "forks")                                \
	_(EXITED, "exits")                                \
	_(SPACES, "namespaces made")                      \
	_(ENTERED, "namespaces entered")                  \
	_(THREADS, "threads")                             \
	_(ORPHANED, "leaders that exited before threads") \
	_(KIN, "processes that share undo lists")         \
	_(EXECED, "execs")                                \
	_(VFORKED, "vforks")                              \
	_(TRACED, "stops by a tracer")                    \
	_(FROZEN, "times frozen")

#define STORM_NUMBER(event, word) STORM_##event,
enum storm_event { STORM_EVENTS(STORM_NUMBER) STORM_EVENTS_NR };

struct stable;
struct storm;

/* What a stormer does, with a seed of its own, until storm_is_over(). */
typedef void (*storm_rage)(struct storm *s, unsigned int seed);

/* In shared memory. */
struct storm {
	uint32_t stop;	 /* set by storm_end() */
	unsigned int nr; /* stormers */
	pid_t stormer[STORMERS_MAX];
	const struct stable *place; /* what stays in the namespace it rages in; NULL: the own one */
	uint64_t count[STORM_EVENTS_NR];
};

/*
 * Starts n stormers; they die with the caller. place: enter that namespace first, and mark what
 * they make there.
 */
struct storm *storm_begin(int n, uint64_t seed, storm_rage rage, const struct stable *place);

/* Stops them and waits for them; what they left is the caller's to remove. */
void storm_end(struct storm *s);

/* How often what must have happened at the least, 0 at the end; false (complained) if not. */
struct storm_least {
	enum storm_event event;
	uint64_t times;
};
bool storm_did(const struct storm *s, const char *name, const struct storm_least *least);

/* The same of a storm that rages: whether all that has happened by now. */
bool storm_reached(const struct storm *s, const struct storm_least *least);

bool storm_is_over(const struct storm *s);
void storm_count(struct storm *s, enum storm_event event);

/* Permissions of what is made in the storm: its place's mark in those of others. */
int storm_mode(const struct storm *s);

/* The caller is in a namespace of its own now: what it makes bears no mark. */
void storm_apart(struct storm *s);

/* A child that runs work() with a seed of its own and exits; one in four is killed meanwhile. */
void storm_fork(struct storm *s, unsigned int *seed,
		void (*work)(struct storm *s, void *ctx, unsigned int *seed), void *ctx);

/* A call that blocks comes back with EINTR after so many milliseconds, and on and on. */
void storm_alarm(unsigned int ms);

/* Collects the children that have ended, and theirs. */
void storm_reap(struct storm *s);

#endif
