/* SPDX-License-Identifier: GPL-2.0 */
#ifndef USER_H
#define USER_H

#include "text.h"

/* The name of a user, NULL if there is none. Good until the next call. */
const char *user_name(unsigned int uid);

/* Adds the name of a user, its number if it has none. */
void text_add_user(struct text *t, unsigned int uid);

#endif
