/* SPDX-License-Identifier: GPL-2.0 */
/* Random states of segments: tasks that make, attach, cut, move, share and leave them. */
#ifndef TESTS_SHM_GENERATE_H
#define TESTS_SHM_GENERATE_H

#include "cast.h"
#include "shm_compare.h"

#define SHM_SEGMENTS 6

struct shm_segment {
	struct shm_known known;
	int creator; /* of the cast */
};

struct shm_model {
	struct cast cast;
	int nr_segments;
	struct shm_segment segment[SHM_SEGMENTS];
};

/* Before puppets_open(): memory that tester and puppets share. */
void shm_generate_open(void);

/* Everybody rests then. */
void shm_generate(struct shm_model *m, uint64_t seed);

/* Ends the puppets and removes the segments. */
void shm_generate_clear(struct shm_model *m);

/* What the tasks do to the mappings that they have. Each says whether it was done. */
struct shm_action {
	const char *name;
	bool (*act)(const struct shm_model *m, struct puppet *p);
	long done; /* how often */
};
extern struct shm_action shm_actions[];
extern const unsigned int nr_shm_actions;

/* The segment with that number, NULL if it has gone. */
const struct shm_segment *shm_segment(const struct shm_model *m, int shmid);

/* Where puppets put mappings that they choose an address for: nothing else is there. */
unsigned long shm_playground(void);

/* Text that puppets pass to a call. */
extern char *shm_shared_text;

#endif
