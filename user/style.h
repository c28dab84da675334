/* SPDX-License-Identifier: GPL-2.0 */
/* How numbers, sizes, times and rights are spelled: as the user wants it, or as ipcs does. */
#ifndef STYLE_H
#define STYLE_H

#include <stdbool.h>

#include <linux/types.h>

#include "text.h"

enum unit { UNIT_DEFAULT, UNIT_BYTES, UNIT_HUMAN };

/* Default: what the list has, or iso. */
enum time_format { TIME_DEFAULT, TIME_SHORT, TIME_FULL, TIME_ISO, TIME_IPCS, TIME_IPCS_FULL };

/* rw-r-----, 0640, or 640 */
enum perms_format { PERMS_RIGHTS, PERMS_NUMERIC, PERMS_IPCS };

struct style {
	bool as_ipcs; /* the very bytes of ipcs, in the user's language */
	enum unit unit;
	enum time_format time;
	enum perms_format perms;
};

/* The word of --time-format; TIME_DEFAULT if it is none. */
enum time_format time_format_of(const char *word);

/* How wide a time is at most; 0 if it has no width of its own. */
int time_format_width(enum time_format format);

/* 1.5K, with one digit behind the point of the locale. */
void text_add_human(struct text *t, __u64 bytes);

/* now_ns is when it is told, for the short format. */
void text_add_time(struct text *t, __s64 seconds, enum time_format format, __u64 now_ns);

void text_add_perms(struct text *t, unsigned int mode, enum perms_format format);

#endif
