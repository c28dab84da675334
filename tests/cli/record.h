/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Real objects, made at random from a seed of random_seed(), and what the system calls say of them
 * as tables.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdio.h>
#include <sys/ipc.h>

#include "../random.h"

#define RECORD_KINDS 3
#define RECORD_OBJECTS_MAX 12 /* of a kind */

struct recorded {
	const char *table;
	char letter;	    /* the option of ipcs */
	int (*make)(int i); /* an object of that number; its id */
	/* Writes all rows of objects in the order of the kernel's slots; how many. */
	int (*write)(FILE *all, FILE *list, FILE *ids);
	void (*remove)(int id);
};

extern const struct recorded recorded_sem, recorded_shm, recorded_msg;
extern const struct recorded *const recorded_kinds[RECORD_KINDS];

struct record_objects {
	int ids[RECORD_OBJECTS_MAX], nr;
};

struct record_world {
	struct record_objects objects[RECORD_KINDS]; /* by recorded_kinds[] */
};

/*
 * Makes objects of every kind. Some are attached by the caller, and children of it wait for
 * semaphores; a fork() would attach one more. Exits if it cannot.
 */
void record_world_make(struct record_world *w);

/* Removes them, and waits for all children. */
void record_world_remove(const struct record_world *w);

/* What makes the objects of a kind has. */

/* IPC_PRIVATE, or a key that no other number has; often one beyond INT_MAX. */
key_t some_key(int i);

/* Another owner, group and mode. */
void change_perm(struct ipc_perm *p);

/* Runs in a child that has ended when this returns, or here. */
void run_somewhere(void (*run)(int id, int n), int id, int n);

/* key= to cgid= of a row. */
void write_perm(FILE *f, const struct ipc_perm *p);

/* " name=N", if N is a pid. */
void write_pid(FILE *f, const char *name, int pid);

#endif
