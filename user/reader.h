/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads a whole text of the ABI, a record a call, in a memory that does not grow with the text,
 * and accepts it only if its end record is there and counts right. A function gives the bytes, so
 * that files, memory and made-up text look alike.
 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <sys/types.h>

#include "parse_alike.h"

/* Newer modules may add keys, so lines longer than IPCDBG_LINE_MAX are read, up to this. */
#define READER_LINE_MAX 65536
#define READER_DEPTH_MAX 16

/* Returns the bytes read, 0 at the end, -1 with errno set. Fewer bytes than asked for are fine. */
typedef ssize_t (*reader_fn)(void *ctx, char *buf, size_t size);

struct reader {
	reader_fn read;
	void *ctx;
	char *buf;
	size_t start;		       /* of the line that comes next */
	size_t scanned;		       /* no newline from start up to here */
	size_t end;		       /* of what was read */
	size_t chunk;		       /* bytes to ask the reader for */
	__u64 before;		       /* bytes of the text that are in buf no more */
	__u64 at;		       /* place of the newest line in the text */
	bool part;		       /* other text may follow the end record */
	unsigned long line;	       /* number of the newest line */
	unsigned int depth;	       /* of the newest line */
	int parents[READER_DEPTH_MAX]; /* record id of the newest line of each depth */
	__u32 namespaces;	       /* rows so far */
	__u32 objects;
	bool again;	   /* give the newest row once more */
	bool cut_rows;	   /* a truncated row, other than of an object that was removed */
	bool gone_rows;	   /* a truncated row of an object that was removed */
	bool cut_objects;  /* a truncated row of whole objects, or namespaces */
	bool gone_objects; /* a truncated row of a namespace that went away */
	int error;
	enum parse_result result; /* of the newest call */
	struct parse_row row;	  /* the newest */
	struct parse_alike alike; /* to its line */
	struct ipcdbg_header header;
	char message[PARSE_MESSAGE_MAX]; /* printable; what is wrong, when a call failed */
};

/* Reads the header into r->header. PARSE_ROW or an error. Call reader_stop() in every case. */
enum parse_result reader_start(struct reader *r, reader_fn read, void *ctx);

/* Reads the next known record into r->row. PARSE_ROW, PARSE_END or an error, which stays. */
enum parse_result reader_next(struct reader *r);

/* Makes the next reader_next() return the newest row once more. */
void reader_unget(struct reader *r);

/* How long the text is, up to the newest line and with it. */
__u64 reader_length(const struct reader *r);

void reader_stop(struct reader *r);

#endif
