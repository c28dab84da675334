/* SPDX-License-Identifier: GPL-2.0 */
/* Readers of files in a storm, in blocks of every size; each reading is judged in full. */
#ifndef TESTS_STORM_READ_H
#define TESTS_STORM_READ_H

#include "rows.h"

struct tally {
	uint64_t reads, rows, gone; /* gone: objects that were removed while they were read */
};

struct storm_files {
	const char *const *names; /* NULL at the end; one that stands twice is read more often */

	/* A reading that is well formed; ns is the row of the own ipc namespace, -1 if there is
	 * none. */
	bool (*judge)(const struct rows *r, const char *name, int ns, struct tally *tally);

	/* May be NULL: something else between two readings. */
	bool (*aside)(unsigned int *seed, struct tally *tally);
};

/*
 * Three readers, for SECONDS or MINUTES of the environment, 10 s otherwise. False (complained) as
 * soon as one of them finds a fault.
 */
bool storm_read(const struct storm_files *files);

bool storm_read_once(const struct storm_files *files, const char *name, size_t block,
		     struct tally *tally);

/* Reads a file from the position of an object on. */
bool storm_read_object(struct rows *r, const char *name, int id);

/* The objects of each namespace come in the order of their places, so none comes twice. */
bool storm_in_order(const struct rows *r, enum ipcdbg_record_id record, unsigned int id_field);

#define STORM_IN_ORDER(r, record, field) \
	storm_in_order(r, IPCDBG_R_##record, IPCDBG_F_##record##_##field)

#endif
