/* SPDX-License-Identifier: GPL-2.0 */
/* What there is while something is measured, in an ipc namespace of its own. */
#ifndef TESTS_BENCH_WORLD_H
#define TESTS_BENCH_WORLD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A world is a word and up to three numbers, "sems 32000/100/10", what is left out being 0:
 *
 *   none
 *   sets N/W         N sets of one semaphore, W threads that wait, the same number in each
 *   sems N/W/U       one set of N semaphores, W threads that wait for one of them, U processes
 *                    with an undo
 *   mixed N/W/U      the same, but each semaphore was operated on and differs from the next
 *   complex N/W      one set of N, W threads that wait with two operations
 *   segments N, queues N, mqueues N
 *   attach P/A       P processes, A of which have the one segment attached
 *   spaces N/S       N namespaces of S sets each
 */
struct world {
	char kind[16];
	unsigned int nr[3];
	int id; /* of the object that was made last */
};

/*
 * Writes which of the worlds the text names: "sets 16000..32000" names two, of the same word.
 * Returns how many there are; dies if it names none.
 */
unsigned int world_parse(const char *text, struct world worlds[2]);

/* Once a process, which must not have threads. Dies if it cannot. */
void world_make(struct world *w);
/* Ends the processes of it. The rest goes with the namespace. */
void world_end(void);

/* Replaces {id} by w->id in a text of that size. */
void world_expand(const struct world *w, const char *text, char *to, size_t size);

#endif
