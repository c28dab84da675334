/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file of the module as rows. This reader is the tests' own: it accepts nothing but the exact
 * grammar of abi.h (order of the fields, spelling of each value, depth, closing record), while the
 * CLI's parser is lenient as the ABI wants it.
 */
#ifndef TESTS_ROWS_H
#define TESTS_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ipcdbg/abi.h>

struct value {
	const char *text; /* as it stands in the file, NUL-terminated; NULL if absent */
};

struct row {
	int parent; /* index of the row it belongs to, -1 for none */
	unsigned int depth;
	unsigned int line; /* from 1 */
	enum ipcdbg_record_id record;
	size_t start;	      /* of the line in the file */
	struct value *values; /* one per field of the record */
};

struct rows {
	char *text; /* the file, untouched */
	size_t len;
	char *cut; /* a copy cut into NUL-terminated values */
	struct row *row;
	unsigned int nr;
	struct value *values;
	size_t nr_values;
};

/* Takes the malloced text over. Complains and returns false on the first line that is wrong. */
bool rows_parse(struct rows *r, char *text, size_t len);

/* Reads and parses a file below IPCDBG_DIR. Dies if it cannot be read. */
bool rows_read(struct rows *r, const char *name);
void rows_free(struct rows *r);

/* The text with the value of every volatile field replaced by '*', malloced. */
char *rows_masked(const struct rows *r);

/* The next row of that record below parent (-1: at the top) after index at (start with -1); -1. */
int rows_next(const struct rows *r, enum ipcdbg_record_id record, int parent, int at);
unsigned int rows_count(const struct rows *r, enum ipcdbg_record_id record, int parent);

/*
 * The row with this number in a field that is never absent, below the namespace row (-1: anywhere),
 * -1 if there is none.
 */
#define ROWS_FIND(r, namespace, record, field, number) \
	rows_find(r, namespace, IPCDBG_R_##record, IPCDBG_F_##record##_##field, number)
int rows_find(const struct rows *r, int namespace, enum ipcdbg_record_id record, unsigned int field,
	      int64_t number);

int rows_set(const struct rows *r, int namespace, int semid);
int rows_sem(const struct rows *r, int set, int semnum);

/* Field values; the record's name is checked at compile time. ROW_NUM dies if it is absent. */
#define ROW_HAS(r, i, record, field) \
	(!!row_text(r, i, IPCDBG_R_##record, IPCDBG_F_##record##_##field))
#define ROW_NUM(r, i, record, field) \
	row_number(r, i, IPCDBG_R_##record, IPCDBG_F_##record##_##field)
#define ROW_STR(r, i, record, field) row_text(r, i, IPCDBG_R_##record, IPCDBG_F_##record##_##field)

const char *row_text(const struct rows *r, int i, enum ipcdbg_record_id record, unsigned int field);
int64_t row_number(const struct rows *r, int i, enum ipcdbg_record_id record, unsigned int field);

/* The same of a field that several records have, by its name. */
#define ROW_HAS_NAMED(r, i, name) (!!row_named_text(r, i, name))
const char *row_named_text(const struct rows *r, int i, const char *name);
int64_t row_named_number(const struct rows *r, int i, const char *name);

/* Undoes the escapes of a value; returns the number of bytes, -1 if they do not fit. */
int unescape(const char *text, char *out, size_t room);

/* Whether the value is what escaping these bytes gives. */
bool escaped_is(const char *text, const char *bytes);

#endif
