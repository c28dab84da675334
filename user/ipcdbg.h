/* SPDX-License-Identifier: GPL-2.0 */
/* What every part of the program shares: what was asked for, and how a run ends. */
#ifndef IPCDBG_H
#define IPCDBG_H

#include <stdbool.h>
#include <stdio.h>

#include <linux/types.h>

#include <ipcdbg/version.h>

#include "style.h"

enum exit_code {
	EXIT_OK = 0,
	EXIT_IO = 1,
	EXIT_ABSENT = 2,  /* the object asked for is not there */
	EXIT_DATA = 3,	  /* malformed, cut or truncated data */
	EXIT_MODULE = 4,  /* the data asked for need the module */
	EXIT_BUSY = 5,	  /* 'rm' has left alone what is in use */
	EXIT_WARNING = 8, /* 'check' has found what is worth a look; or what is wrong */
	EXIT_CRITICAL = 9,
	EXIT_USAGE = 64,
	EXIT_PERM = 77,
};

enum operand_by { BY_NAME, BY_ID, BY_KEY };

/* An object asked for. */
struct operand {
	const char *word; /* as it was given */
	enum operand_by by;
	__u32 value; /* the id or key */
	bool found;
};

enum format { FORMAT_TEXT, FORMAT_IPCS, FORMAT_JSON };

/* What is listed; of the first ones, each kind has a struct list. */
enum list_view {
	VIEW_LIST,
	VIEW_PIDS,
	VIEW_TIMES,
	VIEW_CREATORS,
	NR_LISTS,
	VIEW_LIMITS,
	VIEW_SUMMARY
};

/* How a table of chosen data is printed, unless as JSON. */
enum table_format { TABLE_ALIGNED, TABLE_RAW, TABLE_EXPORT };

struct kind;

/* What -o and its like ask for. */
struct columns_query {
	bool wanted;	  /* a table of data, not lists in the style of ipcs */
	bool all;	  /* every datum of the kind */
	const char *list; /* names with commas between them; with a + before them: further ones */
	bool no_headings;
	enum table_format format;
};

/* Which blocked tasks are told of, and how often. */
struct tasks_query {
	const char *asked; /* the name of an option of these that was given, but for the pid */
	int pid;	   /* a process, or a thread; 0: of all */
	bool of_user;
	__u32 uid;
	const struct kind *kind; /* of objects; NULL: of all but those of /dev/shm */
	bool shared;		 /* of those too */
	unsigned int watch_s;	 /* 0: once */
};

/* How 'check' looks, and how it tells. */
struct check_query {
	const char *asked; /* the name of an option of these that was given */
	bool nagios;
	unsigned int warning_percent, critical_percent; /* of a limit */
};

/* What 'rm' removes, and how; whose is in tasks. */
struct rm_query {
	const char *asked; /* the name of an option of its own that was given */
	bool orphans, force, dry_run;
	__u64 older_s;
	bool older_given;
};

struct query {
	const struct source *source;
	FILE *out;
	enum format format;
	bool all;	 /* every ipc namespace, each object with its namespace */
	bool every_kind; /* no kind was asked for: those of /dev/shm are only listed if there are
			    any */
	enum list_view view;
	struct style style;
	struct columns_query columns;
	__u32 chosen; /* the ipc namespace that the user named; 0: none */
	__u32 inum;   /* not 0: of every namespace only this one */
	struct tasks_query tasks;
	struct check_query check;
	struct rm_query rm;
	const char *svg; /* 'graph' draws into this file; or NULL */
	struct {
		bool given;
		__u64 ns;
	} longer;	  /* waits shorter than this are left aside */
	__u64 suspect_ns; /* a wait longer than this makes guesses worth telling */
	const struct kind *const *kinds;
	size_t nr_kinds;
	struct operand *operands; /* of the one kind */
	int nr_operands;
	const char *search; /* 'explain' looks for files of ftok(3) below this folder; or NULL */
};

/* Commands. They get the words behind their name. */
enum exit_code doctor(const struct query *q, char **words);

/* "ipcdbg: ..." on stderr. */
__attribute__((format(printf, 1, 2))) void warn_user(const char *fmt, ...);
__attribute__((format(printf, 2, 3), noreturn)) void die(enum exit_code code, const char *fmt, ...);

/* The graver of two results of one run. */
enum exit_code worse(enum exit_code a, enum exit_code b);

#endif
