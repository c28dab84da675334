/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects that nobody is left for: what 'rm --orphans' removes and 'check' tells of. It is one that
 * nobody uses, nobody has used for a while, and whose remembered processes have ended. What each of
 * these means of a kind is in its struct rm_kind.
 */
#ifndef ORPHAN_H
#define ORPHAN_H

#include "rm.h"

enum orphan {
	ORPHAN_NOT,
	ORPHAN_UNKNOWN, /* who uses it is not known */
	ORPHAN_UNUSED,	/* it may be one: many alike are a leak */
	ORPHAN_YES,
};

/* older_s: unused for longer than this. */
enum orphan orphan_of(const struct object *o, __u64 older_s);

#endif
