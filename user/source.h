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
#define SOURCE_PROC "/proc/sysvipc"
#define SOURCE_MODULE "/sys/module/ipcdbg" /* there while the module is loaded */
/* A table that only those have that know one ipc namespace: a namespace row of it. */
#define SOURCE_LIMITS "namespace"

/* The place of a table in a file that has several. */
struct source_part {
	const char *table;  /* as its header has it */
	unsigned long line; /* lines of the file before it */
	off_t start, end;
	__u32 inum; /* not 0: of its objects only those of this ipc namespace */
};

struct source {
	const char *root; /* for messages too */
	bool live;	  /* the kernel's own: it follows setns() */
	bool positions;	  /* it has object positions */
	__u32 inum;	  /* the ipc namespace of who opened or recorded it; 0: not known */
	/* Of one that tells less than the module: why, and the exit code of what it cannot tell. */
	const char *lacks;
	enum exit_code lacks_code;
	bool as_ipcs;		       /* it tells no more than ipcs may read */
	bool (*has)(const char *name); /* such a table; NULL: every one */
	/* A text that begins with that object, if id >= 0 and there are no positions. -1 with
	 * errno. */
	int (*open)(const struct source *s, const char *name, long long id);
	/* Of a recording, one file: where the table is in it; false: there is none. */
	bool (*part)(const char *name, struct source_part *part);
	/* Of one that looks at tasks: tables that are opened from now on are made of a new look. */
	void (*renew)(void);
	bool hidden; /* of a recording: some tasks could not be looked at when it was made */
	/* What setns(2) is on a live one: tables outside of all/ are of that namespace now. */
	void (*enter)(__u32 inum);
	__u32 page_size; /* of that machine; 0: it is this one */
	FILE *copy;	 /* not NULL: all that is read of tables is written there too */
};

/* An open table and the reader of its text. */
struct table {
	struct reader reader;
	const char *name;
	int fd;
	bool quiet;	/* the user is told nothing */
	bool at_object; /* the text starts at the object asked for, others follow */
	off_t offset;
	FILE *copy;
	const char *file; /* that it is a part of; NULL: it is the whole of one */
	struct source_part part;
	bool seen;	/* the namespace of the part */
	bool elsewhere; /* what comes is of other namespaces than that of the part */
	bool cut_elsewhere;
};

/* The files below a folder: the module's in debugfs, or recorded ones. */
struct source source_folder(const char *root);

/*
 * What /proc/sysvipc and semctl(2) and its like tell of the own ipc namespace, as the module's
 * tables; for when the module's cannot be had, as lacks and code say.
 */
struct source source_proc(const char *lacks, enum exit_code code, bool as_ipcs);

/* The module's, or what can be told without it. */
struct source source_live(bool as_ipcs);

/* The size of a page of the machine that it tells of. */
__u64 source_page_size(const struct source *s);

/* The folder of tables that the user names; that of /proc, SOURCE_PROC, is what it is without the
 * module. */
struct source source_of(const char *root, bool as_ipcs);

/* Whether there are tables at all, or a folder of them that can be entered. */
bool source_is_there(const struct source *s);

/*
 * Whether there is such a table; of recorded ones, only those are looked for that older versions
 * did not have.
 */
bool source_has(const struct source *s, const char *name);

/* The same of any table: of a folder it is tried. What is there and cannot be opened is there. */
bool source_finds(const struct source *s, const char *name);

/* Of one that tells less than the module: whether there may be tasks that it could not look at. */
bool source_hides(const struct source *s);

/* What the user is shown later is of later, too. */
void source_renew(const struct source *s);

/* Tells the user, once, that less is known than the module would tell. */
void source_tell_lacks(const struct source *s);

/*
 * Opens a table and reads its header; from_id >= 0 wants the text that starts at that object.
 * A source without object positions gives the whole text. Tells the user about an error.
 * Call table_close() in every case.
 */
enum exit_code table_open(struct table *t, const struct source *s, const char *name,
			  long long from_id);

/* The same of one that may not be there: then the code is EXIT_OK, and *there false. */
enum exit_code table_open_if_there(struct table *t, const struct source *s, const char *name,
				   long long from_id, bool *there);

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
