/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines that are the one before them but for the number in their first field: most semaphores of a
 * large set are at rest, and many objects have owner and times in common. All but that number was
 * looked at when the line before was parsed.
 */
#ifndef PARSE_ALIKE_H
#define PARSE_ALIKE_H

#include "parse.h"

struct parse_alike {
	const char *line; /* the newest; NULL: it has no such field, or is not known */
	size_t head;	  /* bytes before the number */
	size_t digits;	  /* of the number; 0: only parse_line() has read it */
	__u32 number;
	const char *tail; /* what stands behind it, up to the newline and with it */
	size_t tail_len;
	const struct ipcdbg_field *field;
};

/*
 * Notes a line that parse_line() made row of. It must stay where it is, with the newline that is
 * behind it, or line be set to NULL.
 */
void parse_alike_note(struct parse_alike *a, const char *line, size_t len,
		      const struct parse_row *row);

/*
 * How long the line is that text begins with, with its newline, if it is like the one noted, whose
 * row becomes that of this one, which is noted. 0, and nothing is done: there is no such line.
 */
size_t parse_alike_next(struct parse_alike *a, const char *text, size_t len, struct parse_row *row);

#endif
