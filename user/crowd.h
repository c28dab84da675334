/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects of one owner that are alike, and of which one rule finds the same: so many of them make
 * one finding instead of one each. The memory that they take does not grow with their number.
 */
#ifndef CROWD_H
#define CROWD_H

#include "finding.h"

/* From so many on they are one finding. */
#define CROWD_MIN 10

#define CROWD_HASHES 4096

struct crowd;
struct check;
struct rule;

struct crowds {
	struct crowd *by_hash[CROWD_HASHES];
	VEC(struct crowd *) v;
};

/*
 * Counts the object; alike are those of one namespace, kind, owner and shape. Returns a finding to
 * fill, NULL if enough are. Alone: it is also a finding if there are fewer than CROWD_MIN.
 */
struct finding *crowd_add(struct check *c, const struct rule *r, const struct object *o,
			  const char *shape, bool alone);

/* Makes findings of them, and forgets them. */
void crowds_finish(struct check *c);

#endif
