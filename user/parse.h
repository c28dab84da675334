/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The text ABI -> the record structs of ipcdbg/abi.h.
 *
 * parse_line() turns one line into one record; reader.h reads whole texts with it.
 */
#ifndef PARSE_H
#define PARSE_H

#include <stddef.h>

#include <ipcdbg/abi.h>

#define PARSE_MESSAGE_MAX 192

union ipcdbg_any {
	__u64 present; /* every record struct begins with it */
#define IPCDBG_RECORD(record, word, help) struct ipcdbg_##record record;
#include <ipcdbg/fields.h>
};

struct parse_row {
	enum ipcdbg_record_id id;
	unsigned int depth;
	union ipcdbg_any u; /* only as much of it as the record has is written */
};

enum parse_result {
	PARSE_ROW = 1,	/* a record that is known */
	PARSE_END = 0,	/* the text is complete */
	PARSE_SKIP = 2, /* a record that is not known */
	PARSE_BAD = -1, /* not the ABI, or a version that is not known */
	PARSE_CUT = -2, /* the text ends without its end record */
	PARSE_IO = -3,	/* the bytes could not be had; reader.error is the errno */
};

/*
 * Parses one line without its newline. PARSE_ROW, PARSE_SKIP, or PARSE_BAD with a printable
 * reason in message.
 */
enum parse_result parse_line(const char *line, size_t len, struct parse_row *row,
			     char message[PARSE_MESSAGE_MAX]);

/*
 * The same for a line that stands below a record that is not known: whatever its word is elsewhere,
 * here it is not known either. PARSE_SKIP with row->depth, or PARSE_BAD.
 */
enum parse_result parse_skip(const char *line, size_t len, struct parse_row *row,
			     char message[PARSE_MESSAGE_MAX]);

#endif
