/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines that are the one before them but for the number in their first field: most semaphores of a
 * large set are at rest, and many objects have owner and times in common. All but that number was
 * looked at when the line before was parsed.
 */
#ifndef PARSE_ALIKE_H
#define PARSE_ALIKE_H

#include <stdbool.h>

#include "parse.h"

struct parse_alike {
	const char *line; /* the newest; NULL: it has no such field, or is not known */
	size_t len;
	size_t head; /* bytes before the number */
	size_t tail; /* bytes behind it */
	const struct ipcdbg_field *field;
};

/* Notes a line that parse_line() made row of. It must stay where it is, or line be set to NULL. */
void parse_alike_note(struct parse_alike *a, const char *line, size_t len,
		      const struct parse_row *row);

/*
 * True: the line is like the one noted, whose row becomes that of this line, which is noted. False:
 * it is to be parsed; row's values are then of neither line.
 */
bool parse_alike_next(struct parse_alike *a, const char *line, size_t len, struct parse_row *row);

#endif
