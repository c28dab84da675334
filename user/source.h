/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the text of a table comes from. A source gives a file descriptor for the name of a table;
 * whether the text lies in debugfs, in a recorded folder or is made on the spot is nobody else's
 * business.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <sys/types.h>

#include "ipcdbg.h"
#include "reader.h"

#define SOURCE_ROOT "/sys/kernel/debug/ipcdbg"
#define SOURCE_MODULE "/sys/module/ipcdbg" /* there while the module is loaded */

struct source {
	const char *root; /* for messages too */
	bool live;	  /* the kernel's own: it has object positions, and follows setns() */
	int (*open)(const struct source *s, const char *name); /* -1 with errno */
};

/* An open table and the reader of its text. */
struct table {
	struct reader reader;
	const char *name;
	int fd;
	bool quiet;	/* the user is told nothing */
	bool at_object; /* the text starts at the object asked for, others follow */
	off_t offset;
};

/* The files below a folder: the module's in debugfs, or recorded ones. */
struct source source_folder(const char *root);

/* Whether there is a folder of tables that can be entered. */
bool source_is_there(const struct source *s);

/*
 * Opens a table and reads its header; from_id >= 0 wants the text that starts at that object.
 * A source without object positions gives the whole text. Tells the user about an error.
 * Call table_close() in every case.
 */
enum exit_code table_open(struct table *t, const struct source *s, const char *name,
			  long long from_id);

/* The same for what is of use but not needed: tells the user nothing, neither now nor later. */
bool table_open_quietly(struct table *t, const struct source *s, const char *name);

/* The next record in t->reader.row. Tells the user about an error. */
enum parse_result table_next(struct table *t);

/* Makes what the newest record says an error of the text, and tells the user. */
__attribute__((format(printf, 2, 3))) enum parse_result table_refuse(struct table *t,
								     const char *fmt, ...);

/* The exit code that t's newest result means. */
enum exit_code table_result(const struct table *t);

void table_close(struct table *t);

#endif
