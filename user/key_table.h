/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The key table: text files that say what keys of System V IPC, and names of POSIX IPC, are for.
 * share/keys is the one that comes with the program; files of an administrator's own have the same
 * format.
 *
 * A row is a line of words NAME=VALUE with blanks between them, and goes on in the next line if
 * that begins with a blank. A value with blanks stands between double quotes, which it has none of.
 * Empty lines, and lines whose first character is #, mean nothing. Bytes outside 0x20 to 0x7e,
 * other than tabs and newlines, are refused. Of the words, one of the first two must be there, and
 * the next two:
 *
 *   key=PATTERN[,PATTERN]...   which keys; see key_pattern.h
 *   name=GLOB[,GLOB]...        which names, without a slash before them, as in fnmatch(3)
 *   use=TEXT                   what for, in a few words: a cell of a table
 *   source=TEXT                where the key is defined or documented
 *   note=TEXT                  more about it, a sentence
 *   kind=LETTERS               m, s, q, or of names M, S, Q: kinds of objects; all of them if it is
 *                              not there
 *   exe=GLOB[,GLOB]...         names of executables that use such objects, as in fnmatch(3)
 *   owner=GLOB[,GLOB]...       names of users who own them
 *   file=GLOB[,GLOB]...        paths of files that ftok(3) makes the key of
 *   size=N[-N]                 bytes of a segment
 *   nsems=N[-N]                semaphores of a set
 *   mode=OCTAL                 permissions
 *
 * A name goes with no other word than kind, use, source and note.
 *
 * A row with an error is told by file and line, and skipped.
 */
#ifndef KEY_TABLE_H
#define KEY_TABLE_H

#include "key_pattern.h"
#include "text.h"

#define KEY_PATTERNS_MAX 8
#define KEY_ROW_MAX 4096 /* bytes of a row, all its lines together */
#define KEY_USE_MAX 40

struct key_range {
	bool told;
	__u64 first, last;
};

struct key_row {
	const char *file; /* of the table; the caller's */
	unsigned long line;
	char *words; /* what the strings below are in */
	struct key_pattern patterns[KEY_PATTERNS_MAX];
	size_t nr_patterns;
	const char *names;		    /* globs with commas between them; NULL: of keys */
	const char *use, *source, *note;    /* note may be NULL */
	const char *kinds;		    /* NULL: all */
	const char *exes, *owners, *files;  /* globs with commas between them, or NULL */
	struct key_range size, nsems, mode; /* mode: first == last */
};

struct key_table {
	VEC(struct key_row) rows;
	bool unread; /* a file is there that could not be read */
};

/* Told of a row that is refused; the message is printable. */
typedef void (*key_tell)(void *ctx, const char *file, unsigned long line, const char *message);

/* Adds the rows of a text, without the refused. */
void key_table_add(struct key_table *t, const char *file, const char *text, size_t len,
		   key_tell tell, void *ctx);
void key_table_free(struct key_table *t);

/* The same of files: share/keys and those of the administrator; once a run. Tells the user. */
const struct key_table *key_table_installed(void);

#endif
