/* SPDX-License-Identifier: GPL-2.0 */
/* What storms there are. */
#ifndef TESTS_STRESS_STORMS_H
#define TESTS_STRESS_STORMS_H

#include "stress/storm.h"

struct rows;
struct tally;

/* Sets: remade, changed, operated on, with undo or without, by processes that end. */
void storm_sem(struct storm *s, unsigned int seed);

/* Sets of each stormer, of storms that begin after it: those beyond the twelve that it has are
 * small. */
void storm_sem_sets(int n);

/* One call of up to four random operations on the first three semaphores of a set; 2 ms at most. */
void storm_semop(struct storm *s, int id, unsigned int *seed);

/*
 * Segments: waves of processes that attach many and exit all at once. Those of the place that may
 * be visited are attached and left again too.
 */
void storm_shm(struct storm *s, unsigned int seed);

/* Processes of a wave, of storms that begin after it. */
void storm_shm_wave(int n);

/* System V queues: remade, limited, filled, emptied, with tasks blocked in them. */
void storm_msg(struct storm *s, unsigned int seed);

/* POSIX queues, with names or without; namespaces that die with theirs. */
void storm_mqueue(struct storm *s, unsigned int seed);

/* Tasks of every sort that use sets while they are made, stopped, frozen, moved, and end. */
void storm_task(struct storm *s, unsigned int seed);

/* Mounts the cgroups that storm_task() freezes by; false if there is no freezer. */
bool storm_freezer_begin(void);

/* Namespaces that live for an instant: each object in them tells by its key or name which it is. */
void storm_ns(struct storm *s, unsigned int seed);

/* The name of a POSIX queue in such a one. */
void storm_ns_name(char name[32], unsigned int nr);

/*
 * No object stands under another namespace than that which it tells. Those in one of the first nr
 * namespaces tell nothing.
 */
bool storm_ns_judge(const struct rows *r, struct tally *tally, const unsigned int *inums,
		    unsigned int nr);

#endif
