/* SPDX-License-Identifier: GPL-2.0 */
/* Readers of files in a storm, in blocks of every size; each reading is judged in full. */
#ifndef TESTS_STRESS_STORM_READ_H
#define TESTS_STRESS_STORM_READ_H

#include "rows.h"
#include "stress/storm.h"

#define STORM_READERS_MAX 4
#define STORM_FILES_MAX 24

/* Of one reader, in shared memory. */
struct tally {
	uint64_t reads, rows;
	uint64_t gone; /* objects that were removed while they were read */
	uint64_t asides;
	uint64_t of_file[STORM_FILES_MAX]; /* readings of each name */
};

struct storm_files {
	/* NULL at the end; one that stands twice is read more often. */
	const char *const *names;
	bool each; /* none may have been left out at the end; in a long run, by any reader */

	/* May be NULL: one more reader, of this file only, and how often it reads it in ten
	 * minutes. */
	const char *again;
	unsigned int times;

	/* A reading that is well formed; ns is the row of the own ipc namespace, -1 if there is
	 * none. */
	bool (*judge)(const struct rows *r, const char *name, int ns, struct tally *tally);

	/*
	 * In a short run readers have the storm's own priority. A higher one takes so much of two
	 * processors that exits on a slow kernel come to nothing, also where who has it only counts
	 * in a loop.
	 */
	bool even;

	/* May be NULL: something else between two readings. */
	bool (*aside)(unsigned int *seed, struct tally *tally);

	/* A reader of blocks of each size, 0 at the end; NULL: three readers of any size. */
	const size_t *blocks;

	/* May be NULL: one more process, that does this over and over. */
	bool (*other)(unsigned int *seed, struct tally *tally);
};

/*
 * Reads for SECONDS or MINUTES of the environment, otherwise for so many seconds. False
 * (complained) as soon as a reader finds a fault.
 */
bool storm_read(const struct storm_files *files, unsigned int seconds);

/*
 * The same while storm s rages. Where all may take longer, again until it has done what it must,
 * time_scale() times at most.
 */
bool storm_read_raging(const struct storm_files *files, unsigned int seconds, const struct storm *s,
		       const struct storm_least *least);

/*
 * How often in this run what is demanded n times in ten minutes on a stock kernel. In a shorter run
 * nothing is: 0.
 */
uint64_t storm_demand(uint64_t n);

bool storm_read_once(const struct storm_files *files, const char *name, size_t block,
		     struct tally *tally);

/* Reads a file from the position of an object on. */
bool storm_read_object(struct rows *r, const char *name, int id);

/* The objects of each namespace come in the order of their places, so none comes twice. */
bool storm_in_order(const struct rows *r, enum ipcdbg_record_id record, unsigned int id_field);

#define STORM_IN_ORDER(r, record, field) \
	storm_in_order(r, IPCDBG_R_##record, IPCDBG_F_##record##_##field)

#endif
