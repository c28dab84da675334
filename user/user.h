/* SPDX-License-Identifier: GPL-2.0 */
#ifndef USER_H
#define USER_H

#include <stdbool.h>

#include "text.h"

/* Where names come from; NULL for a number without one. Good until the next call. */
struct user_source {
	const char *(*user)(unsigned int uid);
	const char *(*group)(unsigned int gid);
	/* The number of a user; false: there is none of that name. */
	bool (*find)(const char *name, unsigned int *uid);
};

/* From there, from now on, instead of this machine. */
void user_begin_other(const struct user_source *source);

/* NULL if it has none. Good until the next call. */
const char *user_name(unsigned int uid);
const char *group_name(unsigned int gid);

/* The number of the user of that name; false: there is none. */
bool user_find(const char *name, unsigned int *uid);

/*
 * Adds the name of a user, its number if it has none. What is not printable is escaped, and so are
 * blanks and bytes beyond ASCII, unless the name is to be the bytes that ipcs prints.
 */
void text_add_user(struct text *t, unsigned int uid, bool as_ipcs);

/* The same for a group. */
void text_add_group(struct text *t, unsigned int gid, bool as_ipcs);

#endif
