/* SPDX-License-Identifier: GPL-2.0 */
/* -o, --output-all, -r, --export and -H: tables of the data that are asked for. */
#ifndef TABLE_H
#define TABLE_H

#include "json.h"
#include "kind.h"

/*
 * Prints the objects of a kind, or those that are asked for, a row for each, with the data of
 * q->columns. With JSON, into the stream.
 */
enum exit_code table_print(const struct query *q, const struct kind *kind,
			   struct json_stream *stream);

/*
 * The same of rows that are no objects: the kind then has data of its own, which are made by
 * functions, and the columns of its VIEW_LIST. q and header must last.
 */
struct printer;
struct printer *table_begin(const struct query *q, const struct kind *kind,
			    struct json_stream *stream, const struct ipcdbg_header *header);
void table_add(struct printer *p, const struct list_row *row);
void table_end(struct printer *p);

/* The name in q->columns.list that the kind does not know; NULL if it knows all. */
const char *table_unknown_datum(const struct query *q, const struct kind *kind);

/* Prints the data of q's kinds, with types and what they mean. */
enum exit_code table_list_columns(const struct query *q);

#endif
