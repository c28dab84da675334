/* SPDX-License-Identifier: GPL-2.0 */
/* Objects of any kind, read from their table. */
#ifndef OBJECT_H
#define OBJECT_H

#include "kind.h"

/* Whether the source tells of that kind at all. */
bool objects_told(const struct query *q, const struct kind *kind);

/*
 * Opens a table below all/ or, unless every namespace is to be read, its namesake for one.
 * On an error nothing is open, and the user has been told.
 */
enum exit_code objects_open(const struct query *q, struct table *t, const char *all_name,
			    long long from_id);

/* Tells the user that rows are missing, and whose; the code that this means. */
enum exit_code objects_incomplete(const struct query *q, const char *what);

/*
 * The same, once, of what is found by looking into processes, which takes a right to do so;
 * the code that this means.
 */
enum exit_code objects_not_looked_into(const struct query *q);

/* Closes it; the code that reading and printing it leave. Tells the user what is missing. */
enum exit_code objects_close(const struct query *q, struct table *t);

/* Whether a namespace went away meanwhile, which the user is told. */
void objects_note_gone(const struct table *t);

/* Whether objects of that namespace are asked for. */
bool objects_wanted(const struct query *q, __u32 inum);

/* Whether all namespaces are read, be it to pick out one. */
bool objects_of_all(const struct query *q);

struct object *object_new(const struct kind *kind);
void object_free(struct object *o);

/*
 * Reads the next object. PARSE_ROW, PARSE_END or an error, which the user has been told.
 * o is reused from call to call.
 */
enum parse_result object_next(struct table *t, struct object *o);

/* Whether rows of that word were left out of the object. */
bool object_lacks(const struct object *o, const char *word);

/* How many rows of that word there are, of which that many are shown. */
size_t object_rows(const struct object *o, const char *word, size_t shown);

/* Whether the operand is this object. */
bool object_is(const struct kind *kind, const union ipcdbg_any *head, const struct operand *op);

/*
 * Tells the user that rows are missing among which the operand may be, or, if it was found, another
 * by that name; the code of that.
 */
enum exit_code object_cut(const struct query *q, const struct operand *op, const struct table *t,
			  bool found);

/*
 * Tells the user that there is no such object in the table, which was read to its end; the code of
 * that, which is 0 for --ipcs, as it is for ipcs.
 */
enum exit_code object_absent(const struct query *q, const struct kind *kind,
			     const struct operand *op, const struct table *t);

/* "semaphore set 7" */
void object_add_name(struct text *t, const struct object *o);

#endif
