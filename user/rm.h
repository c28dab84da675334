/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 'ipcdbg rm': removes objects that nobody uses. Each is looked at, shown, looked at once more and
 * then removed, with nothing between the last look and the removal. An object that is not the one
 * that was shown is left alone, whatever else is asked for.
 *
 * To make a kind removable: KIND_rm.c has a struct rm_kind, and struct kind refers to it.
 */
#ifndef RM_H
#define RM_H

#include "object.h"

/* Of --orphans: unused for less than this many seconds, an object is none, unless asked otherwise.
 */
#define RM_OLDER_THAN 60

enum use { USE_NONE, USE_SOME, USE_UNKNOWN };

enum left {
	LEFT_NOT,    /* one may, or rows that tell of one are missing */
	LEFT_UNUSED, /* it remembers none; or one lives, or may, that has no use for it, as far as
		      * is known */
	LEFT_BEHIND, /* it remembers some, if its kind does, and all are known to have ended */
};

/* How objects of a kind are removed, and what tells that somebody would miss them. */
struct rm_kind {
	__u64 identity; /* fields of the head that stay as they are, unless it is another object */
	/* Who uses it, as far as its rows tell. Adds that in words, or what is not known. */
	enum use (*use)(struct text *t, const struct object *o);
	/* Removed before, and there only because it is in use; NULL: that is not seen. */
	bool (*removed)(const union ipcdbg_any *head);
	/* Of one that nobody uses: whether a process that it remembers may come back for it. */
	enum left (*left)(const struct object *o);
	/* The last use or change that it remembers, in seconds since the epoch. */
	__s64 (*last_use)(const union ipcdbg_any *head);
	/* 0, or an errno: ENOENT, EINVAL or EIDRM if there is no such object. */
	int (*remove)(const union ipcdbg_any *head);
};

/* An object that is to be removed, as it was shown. */
struct rm_target {
	const struct kind *kind;
	__u32 inum; /* of its namespace */
	__u64 read_ns;
	union ipcdbg_any head;
	bool removed; /* before */
	enum use use;
	char *used; /* in words, or what is not known; NULL: nothing is */
};

struct rm_targets {
	VEC(struct rm_target) all;
};

/* What a later look at a target says of it. */
enum rm_state { RM_SAME, RM_CHANGED, RM_OTHER, RM_GONE };

/* Finds what the operands name, or the orphans of q's kinds. Tells the user what is not found. */
enum exit_code rm_find(const struct query *q, struct rm_targets *targets);

/*
 * Looks at a target once more: fills now, unless it is gone. Tells the user about an error, which
 * is the code.
 */
enum exit_code rm_look_again(const struct query *q, const struct rm_target *target,
			     struct rm_target *now, enum rm_state *state);

/*
 * Whether it was made or changed so shortly before it was read that one made after it, with its id
 * and its key, may bear the same time: seconds are all that the kernel keeps.
 */
#define RM_FRESH_S 2
bool rm_is_fresh(const struct rm_target *target);

void rm_target_free(struct rm_target *target);

enum exit_code rm_command(const struct query *q, char **words);

#endif
