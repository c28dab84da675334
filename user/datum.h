/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a kind tells of an object, each datum under the name that lsipc(1) has for it. The lists of
 * ipcs, -o, -H, JSON, help, completion and the manual are made of the one table of each kind.
 */
#ifndef DATUM_H
#define DATUM_H

#include <jansson.h>

#include "ipcdbg.h"
#include "parse.h"
#include "style.h"

enum datum_type {
	DATUM_FIELD, /* as the text ABI spells it */
	DATUM_SIZE,  /* bytes */
	DATUM_TIME,  /* seconds since the epoch, 0 for never */
	DATUM_PERMS,
	DATUM_USER,
	DATUM_GROUP,
	DATUM_PID,	/* of a remembered process */
	DATUM_NS,	/* the inode number of the namespace */
	DATUM_TEXT,	/* text that fill adds; nothing, if it is not known */
	DATUM_NUMBER,	/* so too, a number */
	DATUM_WORDS,	/* so too, words with commas between them */
	DATUM_PROCESSES /* the processes that each tells */
};

/* What a datum costs: a row of a list, all rows of the object, or that the module is there. */
enum datum_needs { NEEDS_LIST, NEEDS_MODULE, NEEDS_DETAILS };

struct kind;
struct object;

/* A row that data are told of. */
struct list_row {
	const struct query *q;
	const struct kind *kind;
	const struct object *o; /* with all rows; NULL in a list that needs none */
	__u32 inum;
	__u64 read_ns;
	const union ipcdbg_any *head;
	const void *row; /* the record that makes the row; often the head itself */
};

typedef void (*process_fn)(void *ctx, int pid, const char *comm);

struct datum {
	const char *name, *help;
	enum datum_type type;
	int record, field; /* where a type that is kept in a field has it */
	enum datum_needs needs;
	void (*fill)(struct text *t, const struct list_row *row);
	void (*each)(const struct list_row *row, process_fn fn, void *ctx);
	/* Words of the rows that it is made of, with blanks between them; NULL: any. */
	const char *rows;
};

/* One that is a field of a record; and one that a field has if the module is there. */
#define DATUM(word, type_, record_, field_, help_)                                                \
	{                                                                                         \
		.name = word, .help = help_, .type = DATUM_##type_, .record = IPCDBG_R_##record_, \
		.field = IPCDBG_F_##record_##_##field_,                                           \
	}
#define DATUM_MODULE(word, type_, record_, field_, help_)                                         \
	{                                                                                         \
		.name = word, .help = help_, .type = DATUM_##type_, .record = IPCDBG_R_##record_, \
		.field = IPCDBG_F_##record_##_##field_, .needs = NEEDS_MODULE,                    \
	}

/* By its name, in any case; NULL if the kind has none such. len bytes of name count. */
const struct datum *datum_find(const struct kind *kind, const char *name, size_t len);

/* Kept in a field of a record, and not made by a function. */
bool datum_in_field(const struct datum *d);

/* Numbers stand at the right of their column. */
bool datum_is_number(const struct datum *d);

/* integer, string, array: what it is in JSON, null apart. */
const char *datum_json_type(const struct datum *d);

/* Its name in JSON, in a buffer. */
const char *datum_key(const struct datum *d, char key[32]);

/* Adds a cell: '-' if it is not known. A list of processes has one in each line. */
void datum_add(struct text *t, const struct datum *d, const struct list_row *row,
	       const struct style *style);

/* Whether rows that it is made of were left out of the object. */
bool datum_lacks(const struct datum *d, const struct object *o);

/* null if it is not known. */
json_t *datum_json(const struct datum *d, const struct list_row *row);

#endif
