/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables made on the spot, of what the kernel tells without the module: source_proc.c has the
 * tables, a file for each kind what is in them. What is missing is told by truncated rows.
 */
#ifndef MADE_H
#define MADE_H

#include "proc_waits.h"
#include "record_text.h"
#include "source.h"
#include "text.h"

/* A text being made. */
struct maker {
	const struct source *source;
	struct text text;
	long long id; /* only the object with this one, if >= 0 */
	bool details;
	__u32 inum; /* of the namespace that the program is in now */
	__u32 namespaces, objects;
	bool truncated;
	int error; /* an errno, with which the whole text is given up */
};

#define MADE_UNKNOWN (-1)

/* Rows that are missing: shown of total are there, both of which may be MADE_UNKNOWN. */
void made_truncated(struct maker *m, unsigned int depth, const char *what, long long shown,
		    long long total);

/* The objects of each kind, by a record of it as /proc/sysvipc has it. */
void made_set(struct maker *m, union ipcdbg_any *head);
void made_queue(struct maker *m, union ipcdbg_any *head);
void made_segment(struct maker *m, union ipcdbg_any *head);

/* Puts the state of each process that the record remembers, where it is known: it has exited. */
void made_states(const struct maker *m, enum ipcdbg_record_id id, void *record);

/* All POSIX queues. */
void made_mqueues(struct maker *m);

/* Whether who is blocked, or has attached, is to be found. */
bool made_with_tasks(const struct maker *m);

/*
 * Begins a record of a blocked thread with what is known of that one, and how long it sleeps. r is
 * all zeros.
 */
#define MADE_TASK(record, r, call)                                               \
	do {                                                                     \
		__u64 slept_ = proc_slept_ns(&(call)->task);                     \
                                                                                 \
		memcpy((r) + BEGINS_WITH(record, task, switches), &(call)->task, \
		       sizeof((call)->task));                                    \
		if (slept_)                                                      \
			IPCDBG_PUT(record, r, blocked_ns, slept_);               \
	} while (0)

#endif
