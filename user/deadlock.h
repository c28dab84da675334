/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Semaphores count, so a deadlock is not just a cycle. It is a set S of blocked tasks where, for
 * every wait in S, each process whose adjustment could satisfy it (semadj > 0 for a decrement, < 0
 * for a wait for zero) has all its threads in S; the largest such set is found. A wait that nobody
 * holds anything for is not in S, nor is one that all adjustments together would not satisfy, given
 * the value: those wait for somebody who holds nothing. Nobody can be ruled out to post without
 * holding, and a wait may have a time limit: that is not in the graph.
 *
 * Tables are read object by object. That all of S waited at one moment is certain only if a second
 * look finds the same tasks in the same sleep: then S is made of those that both looks have.
 */
#ifndef DEADLOCK_H
#define DEADLOCK_H

#include "graph.h"

enum deadlock_sort {
	/* Each wait has a holder that itself waits elsewhere. */
	DEADLOCK_HELD,
	/*
	 * Some waits have only holders that wait in the same place. That is a process that waits
	 * for itself; but one that takes with SEM_UNDO what others post without it looks the same
	 * whenever it is idle.
	 */
	DEADLOCK_SELF,
	/*
	 * Waits without a holder count too: a semaphore's for the process of its last operation, a
	 * queue's for those that use it. Whoever waits in the same place will not wake the others.
	 */
	DEADLOCK_INFERRED,
	DEADLOCK_SORTS
};

/* A part of S of its own: its tasks wait for each other and for none of the others. */
struct deadlock {
	enum deadlock_sort sort;
	/*
	 * Somebody holds more of a semaphore than any of its waits lacks. So it is where tasks take
	 * with SEM_UNDO what others post without it, and are idle; a lock is taken once.
	 */
	bool surplus;
	size_t first_task, nr_tasks; /* tasks.v[first_task] ... are indices of tasks of the graph */
	/* A shortest cycle: each waits for the process of the next one, the last for the first. */
	size_t first_link, nr_links; /* chain.v[first_link] ..., so too */
};

struct deadlocks {
	const struct graph *g;
	unsigned int looks;	/* 1; 2: a second one has confirmed them */
	VEC(struct deadlock) v; /* by sort */
	VEC(size_t) tasks;
	VEC(size_t) chain;
	size_t *of_task; /* for each task of the graph: its deadlock, counted from 1, or 0 */
};

/*
 * What confirms a task: that it slept the same sleep at another moment, which is the same for all.
 * sort: of the deadlock that it would be in.
 */
struct deadlock_second {
	bool (*confirms)(void *ctx, const struct graph_task *t, enum deadlock_sort sort);
	void *ctx;
};

/*
 * Finds them in a finished graph whose processes know of their threads. With a second look they are
 * made of tasks that it confirms; NULL: there is but one.
 */
void deadlocks_find(struct deadlocks *d, const struct graph *g,
		    const struct deadlock_second *second);
void deadlocks_free(struct deadlocks *d);

/* Its number, counted from 1; 0 if the task is in none. */
static inline size_t deadlock_of(const struct deadlocks *d, const struct graph_task *t)
{
	return d->of_task[t - d->g->tasks.v];
}

/* The edge by which the task needs that process: an adjustment, if there is one. NULL: none is. */
const struct graph_edge *deadlock_edge_to(const struct graph *g, const struct graph_task *t,
					  size_t process);

/* The look before as that: tasks that it found in a deadlock, in the same sleep. */
struct deadlock_before {
	const struct deadlocks *before;
	const struct graph *now;
};
bool deadlock_was_in(void *ctx, const struct graph_task *t, enum deadlock_sort sort);

/* Whether these, of two graphs, are the same task in the same sleep. */
bool graph_same_sleep(const struct graph *ga, const struct graph_task *a, const struct graph *gb,
		      const struct graph_task *b);

/*
 * For each edge of the graph what waits it counts for, as bits: 1 an increase of the semaphore, or
 * any wait for a queue; 2 a value of zero. The same shifted by 2 is for edges that also lead on: a
 * wait without one is in no S of that sort. To be freed.
 */
__u8 *deadlock_edges(const struct graph *g, enum deadlock_sort sort);

static inline bool deadlock_edge_counts(const __u8 *counts, const struct graph *g,
					const struct graph_edge *e, bool zero)
{
	return counts[e - g->edges.v] >> zero & 1;
}

static inline bool deadlock_edge_leads(const __u8 *counts, const struct graph *g,
				       const struct graph_edge *e, bool zero)
{
	return counts[e - g->edges.v] >> zero & 4;
}

/*
 * Makes the tasks that are marked in "in", one flag for each of the graph, the largest S among
 * them: clears the flags of the others.
 */
void deadlock_shrink(const struct graph *g, const __u8 *counts, enum deadlock_sort sort, bool *in);

/* However often it was seen. */
static inline bool deadlock_is_guess(const struct deadlock *of)
{
	return of->sort != DEADLOCK_HELD || of->surplus;
}

/* Two looks agree, and nothing in it is a guess. */
static inline bool deadlock_is_certain(const struct deadlocks *d, const struct deadlock *of)
{
	return d->looks > 1 && !deadlock_is_guess(of);
}

/* Adds the parts of S to d, whose arrays are there. */
void deadlock_add_parts(struct deadlocks *d, const __u8 *counts, enum deadlock_sort sort,
			const bool *in);

#endif
