/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scenarios: what real processes do with real objects, what 'ipcdbg check' must find of it, no more
 * and no less, with its certainty and evidence, and the chain that 'ipcdbg why' must tell of a task
 * that waits. Each is made in an ipc namespace of its own.
 *
 * To add one: a function that makes it and says what is expected, and a line in the table of its
 * file.
 */
#ifndef TESTS_SCENARIO_H
#define TESTS_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "puppet.h"

/* What system calls of puppets point to. */
struct stage_memory {
	struct {
		long type;
		char text[1024];
	} message;
	char name[16];
	long attr[8]; /* struct mq_attr */
	unsigned long limit[2];
};

#define STAGE_LINES 16384
#define STAGE_CHAINS 4096

struct stage {
	struct stage_memory *memory;
	char expected[STAGE_LINES];	   /* a line for each finding, as stage.c prints it */
	char without[STAGE_LINES];	   /* the same without the module */
	char chains[STAGE_CHAINS];	   /* a line for each chain, as chain.c prints it */
	char chains_without[STAGE_CHAINS]; /* the same without the module */
};

struct scenario {
	const char *name;
	void (*make)(struct stage *s);
	unsigned int longer_than; /* seconds, for the option */
	unsigned int age;	  /* seconds between making it and the look */
	bool home;		  /* in the namespace of the first process, not in an own one */
	void (*clear)(struct stage *s);
};

/* Tables of scenarios, each with a last one that has no name. */
extern const struct scenario sem_scenarios[], dead_scenarios[], queue_scenarios[],
	mqueue_scenarios[], left_scenarios[];

/* A finding is expected: its name, severity and certainty, then its evidence; see stage.c. */
void expect(struct stage *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same without the module, where nothing is known of SEM_UNDO, and all waits count as long. */
void expect_without(struct stage *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * A chain is expected of the process whose number it begins with; a scenario in which a task waits
 * must have one. See chain.c. The second goes on with the newest. They are a stage's chains, or its
 * chains_without, where nothing is known of SEM_UNDO; that a process has exited is known there of
 * the machine, but not of a recording.
 */
void expect_chain(char *chains, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void expect_link(char *chains, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Without the module: who holds it is not known, and beside that who operated on it last. */
#define OR_LAST " > (holder unknown end, %d last (inferred)"

/* One look at a scenario: where to, and what is to be told. */
struct look {
	const char *findings, *chains;
	const char *input; /* an option */
	const char *lacks; /* what is said to be missing; "" if nothing is */
};

/*
 * Whether each of the chains is told as it is expected, whole, and there are some if, and only if,
 * a task waits; of is the scenario.
 */
bool chains_compare(const struct look *look, const char *of);

/* A file with that text; dies if it cannot be. */
void stage_write(const char *path, const char *text);

/* A set with these values; who made it lives. */
int stage_set(int nsems, int value);

/* A process with that name. */
struct puppet *stage_process(const char *name, unsigned long flags);

/* One operation that does not block; dies if it fails. */
void stage_do(struct puppet *p, int semid, int semnum, int op, bool undo);

/* One that blocks. */
void stage_wait(struct puppet *p, int semid, int semnum, int op, bool undo);

/*
 * Makes it in this process. Returns whether what is found is what is expected, without the module
 * too if that is asked for, of the machine and of a recording.
 */
bool scenario_check(const struct scenario *scenario, bool without);

#endif
