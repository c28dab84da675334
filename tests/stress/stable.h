/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects that stay as they are while others come and go, with tasks that stay blocked in them,
 * hold them, or have them attached: each must stand in every listing of its namespace, once, and
 * right in every field. What is to be seen is kept in shared memory, for readers in any process.
 */
#ifndef TESTS_STRESS_STABLE_H
#define TESTS_STRESS_STABLE_H

#include <sys/types.h>
#include "rows.h"

#define STABLE_MAX 256 /* of each kind */

/* All of its semaphores have a value of its own; one task waits, one holds, unless they are 0. */
struct stable_set {
	int id, nsems, value;
	pid_t waiter, holder;
};

/* Its owner has two ends of it, another process shares that memory; or nobody has it. */
struct stable_segment {
	int id;
	unsigned int size;
	bool visited; /* the storm attaches it too */
	pid_t owner, sharer;
};

/* Messages of one size, and one who wants another type and one who has no room; or nobody. */
struct stable_queue {
	int id, messages, size;
	pid_t receiver, sender;
};

/* Full, with a name or without, and its sender waits to send more; or closed by everybody. */
struct stable_mqueue {
	char name[32];
	uint64_t ino;
	bool unlinked;
	pid_t owner, sender;
};

struct stable {
	unsigned int inum; /* of the ipc namespace */
	unsigned int mark; /* in the permissions of every object there: 1 to 6, or 0 */
	pid_t keeper;	   /* a process in it, that has made them */
	int nr_sets, nr_segments, nr_queues, nr_mqueues;
	struct stable_set set[STABLE_MAX];
	struct stable_segment segment[STABLE_MAX];
	struct stable_queue queue[STABLE_MAX];
	struct stable_mqueue mqueue[STABLE_MAX];
};

/* Objects that were removed while they were read are no fault, and are counted. */
struct tally;

/* What a file tells of an object: all, one row, or no tasks. */
enum stable_view { STABLE_DETAIL, STABLE_LIST, STABLE_COUNTS };

/* What the kinds differ in. Checks complain. */
struct stable_kind {
	const char *file; /* below ipcdbg/ */
	const char *list;
	/* n objects in the own namespace, the first of them with tasks; the caller has puppets. */
	void (*make)(struct stable *w, int n, int with_tasks);
	/* All of them stand below row ns. */
	bool (*check)(const struct stable *w, const struct rows *r, int ns, enum stable_view view);
	/* Every object of the text, stable or not, is whole and agrees with itself. */
	bool (*check_any)(const struct rows *r, enum stable_view view, struct tally *tally);
};

extern const struct stable_kind stable_sem, stable_shm, stable_msg, stable_mqueue;

/* The kind of a file, by its name below ipcdbg/; NULL: it has no objects. */
const struct stable_kind *stable_kind_of(const char *file);

/* Shared memory for one; the namespace of the caller, who is its keeper. */
struct stable *stable_new(unsigned int mark);

/* How many of each kind. */
struct stable_numbers {
	int sets, segments, queues, mqueues, with_tasks;
};

/*
 * A process in an ipc namespace of its own, made with these further flags of unshare(2), that makes
 * the objects and keeps them; it dies with the caller. Returns when they are there.
 */
struct stable *stable_keep(unsigned int mark, int flags, const struct stable_numbers *n);

/* Enters its ipc namespace. */
void stable_enter(const struct stable *w);

/*
 * A whole text of a kind: every object agrees with itself, and those of each of the nr places that
 * must be in it are.
 */
bool stable_judge(const struct rows *r, const char *name, int ns, struct tally *tally,
		  struct stable *const *w, int nr);

#endif
