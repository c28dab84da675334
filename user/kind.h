/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A kind of object: all in which -s, -m, -q and -Q differ. Which table is opened and for which
 * namespaces, which objects of it are asked for, what a missing or incomplete one means, lists,
 * JSON documents and exit codes are the same for every kind: object.c, list.c, show.c.
 *
 * To add a kind:
 *   its records go into include/ipcdbg/fields.h, and where they stand into parse_rules.h, the one
 *     that an object begins with as PARSE_OBJECT;
 *   user/KIND.c has a struct that begins with struct object, the functions below that fill and
 *     print it, and const struct kind KIND_kind;
 *   kinds.c gets a line.
 * Blocked threads, processes and remembered pids are turned into the structs of common.h, which
 * task.h has columns and words for.
 */
#ifndef KIND_H
#define KIND_H

#include "column.h"
#include "common.h"
#include "ipcdbg.h"
#include "source.h"
#include "text.h"

/* An object with all that belongs to it. */
struct object {
	const struct kind *kind;
	struct ipcdbg_namespace ns;
	__u64 read_ns;	       /* CLOCK_REALTIME of the read; 0 if not told */
	union ipcdbg_any head; /* the record it begins with */
	VEC(struct ipcdbg_truncated) truncated;
	bool gone; /* removed while it was read: not all of it is here */
};

/* A row of a list. */
struct list_row {
	bool as_ipcs; /* print the bytes that ipcs does */
	__u32 inum;
	const union ipcdbg_any *head;
	const union ipcdbg_any *row; /* the record that makes the row; often the head itself */
};

/* A list, as ipcs prints it: a row for each record of one sort. */
struct list {
	const char *title; /* a word of ipcs, if it has such a list */
	const char *table;
	enum ipcdbg_record_id row;
	const struct column *columns; /* of struct list_row; those of ipcs first */
	size_t nr, nr_ipcs;	      /* nr_ipcs 0: ipcs prints nothing */
};

struct kind {
	int letter;
	const char *option; /* its long form */
	const char *help;
	const char *noun;  /* "semaphore set" */
	const char *array; /* the name of the array of objects in JSON */
	const char *table; /* below all/; its namesake outside is of one namespace */
	enum ipcdbg_record_id head;
	/* Its name, if that is what it is asked for by; NULL: a System V kind, with id and key. */
	const char *(*name)(const union ipcdbg_any *head);
	struct list list, pids;

	/* The object in memory. Its struct has this size and starts with all zeros. */
	size_t size;
	void (*clear)(struct object *o);			    /* the rows below the head */
	void (*add)(struct object *o, const struct parse_row *row); /* a row below the head */
	/* If all is there: PARSE_ROW, or what table_refuse() returns. May be NULL. */
	enum parse_result (*finish)(struct table *t, struct object *o);
	void (*free)(struct object *o);

	/* What --ipcs -i prints; NULL for a kind that ipcs does not know. */
	void (*ipcs)(FILE *out, const struct object *o);
	bool (*ipcs_lacks)(const struct object *o); /* rows for it; NULL: the head is enough */
	void (*tables)(const struct query *q, const struct object *o);
	void (*say)(const struct query *q, const struct object *o); /* in sentences */
	/* Prints arrays, each after a comma. */
	void (*json)(FILE *out, const struct object *o);
	__u64 json_skip; /* fields of the head, counts of listings, that are arrays there */
};

/* Every kind, in the order of ipcs. */
extern const struct kind *const kinds[];
extern const size_t nr_kinds;

/* The kind of a record that objects begin with. For .head of a System V kind. */
#define SYSV_HEAD(record) (IPCDBG_R_##record + BEGINS_WITH(record, sysv, cgid))

/* What every record of a listing, or an object, of a System V kind tells, as ipcs prints it. */
void list_key(struct text *t, const void *row);
void list_id(struct text *t, const void *row);
void list_owner(struct text *t, const void *row);
void list_perms(struct text *t, const void *row);

/* Cell of a remembered pid: as ipcs prints it, or as text_add_last_pid() does. */
void list_last_pid(struct text *t, const void *row, struct last last);

/* The common columns of ipcs's lists. */
#define LIST_KEY                                \
	{                                       \
		.name = "key", .fill = list_key \
	}
#define LIST_ID(word)                         \
	{                                     \
		.name = word, .fill = list_id \
	}
#define LIST_OWNER                                               \
	{                                                        \
		.name = "owner", .cut = true, .fill = list_owner \
	}
#define LIST_PERMS                                  \
	{                                           \
		.name = "perms", .fill = list_perms \
	}

#endif
