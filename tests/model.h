/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the test knows of its puppets and sets: a model of semop(2) that is fed with every step, as
 * sem(2) and the manual describe it, down to which of several operations is the blocking one. It
 * is checked against semctl before anything is checked against it.
 */
#ifndef TESTS_MODEL_H
#define TESTS_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include "puppet.h"

#define MODEL_SETS 3
#define MODEL_SEMS 260
#define MODEL_OPS 80

#define MODEL_NOBODY -1
#define MODEL_TESTER -2

struct model_queue {
	uint8_t nr;
	uint8_t task[PUPPETS_MAX];
};

struct model_sem {
	int val;
	int last; /* process, MODEL_NOBODY or MODEL_TESTER */
	struct model_queue alter, constant;
};

struct model_set {
	int id;
	int nsems;
	unsigned int complex_waits;
	struct model_queue alter, constant;
	struct model_sem sem[MODEL_SEMS];
};

/* Tasks that share an undo list. */
struct model_group {
	int tasks;
	bool touched[MODEL_SETS];
	short adj[MODEL_SETS][MODEL_SEMS];
};

struct model_process {
	pid_t pid;
	int live_tasks;
	bool reaped;
};

struct model_task {
	struct puppet *puppet;
	int process;
	int group; /* -1: has none yet */
	bool alive, waiting;
	/* of a wait */
	int set;
	unsigned int nsops, blocking;
	struct sembuf sops[MODEL_OPS];
	bool alter, undo;
	uint64_t before, after; /* monotonic times between which it fell asleep */
};

struct model {
	int nr_sets, nr_tasks, nr_processes, nr_groups;
	struct model_set set[MODEL_SETS];
	struct model_process process[PUPPETS_MAX];
	struct model_task task[PUPPETS_MAX];
	struct model_group group[PUPPETS_MAX];
};

void model_add_set(struct model *m, int id, int nsems);

/* A task that parent (-1: the test) has made. Returns its number. */
int model_add_task(struct model *m, struct puppet *p, int parent, unsigned long flags);

/*
 * What semop would do: 0 it succeeds, 1 it blocks, or -errno. With effect, it is done: values,
 * adjustments and last processes change (0), or the task waits (1). task may be MODEL_TESTER.
 */
int model_semop(struct model *m, int task, int set, const struct sembuf *sops, unsigned int nsops,
		bool effect);

/*
 * What follows a change for those who wait. sops: what was done, or NULL if anything may have
 * changed. False if somebody would be woken: the model does not go on from there.
 */
bool model_update(struct model *m, int set, const struct sembuf *sops, unsigned int nsops);

/* SETVAL by the test. False as above. */
bool model_setval(struct model *m, int set, int semnum, int val);

/* A task ends, or a whole process. False as above. */
bool model_exit(struct model *m, int task);
bool model_exit_process(struct model *m, int process);

/* What semctl GETNCNT and GETZCNT should say. */
int model_count(const struct model *m, int set, int semnum, bool zero);

/* Where a waiting task is queued: the queue's word in the ABI, and the place in it. */
const char *model_queue(const struct model *m, int task, int *order);

/* Number of undo lists with an adjustment of the set. */
int model_holders(const struct model *m, int set);

#endif
