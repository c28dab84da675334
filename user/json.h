/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records as JSON. Keys are the names of the fields in the text ABI; numbers are numbers, flags
 * true or false, sets of words arrays of strings. A field that the record lacks is left out. Names
 * of somebody else's choice keep the escapes of the text ABI ("a\\033b" for a, ESC, b), so that
 * every string is ASCII and can be turned back.
 *
 * A document is streamed: the header, then an array of objects of each kind, whose arrays are
 * printed element by element, each made, printed and forgotten, then whether it is complete.
 */
#ifndef JSON_H
#define JSON_H

#include <jansson.h>

#include "kind.h"

/* A record as an object; fields of skip (IPCDBG_BIT) are left out. */
json_t *json_record(enum ipcdbg_record_id id, const void *record, __u64 skip);

/* A field of a record. */
json_t *json_field(const struct ipcdbg_field *f, const void *record);

/* A number, which is printed with all its digits. */
json_t *json_u64(__u64 n);

/* The digits of one that no json_integer() has room for; NULL: it is another value. */
const char *json_large(const json_t *value);

/* A name of somebody else's choice, escaped. */
json_t *json_name(const char *name);

/* Puts value into object; takes the reference. */
void json_put(json_t *object, const char *key, json_t *value);

/* A new empty array in object; the reference is the object's. */
json_t *json_put_array(json_t *object, const char *key);

void json_append(json_t *array, json_t *value);

/* The fields of an object without its braces; takes the reference. */
void json_print_fields(FILE *out, json_t *object);

/* Makes element i of an array. */
typedef json_t *(*json_maker)(const void *ctx, size_t i);

/* An object of any kind: the fields of its head, "namespace", the kind's arrays, "truncated". */
void object_json(FILE *out, const struct object *o);

/* A comma, the key and the array. */
void json_print_array(FILE *out, const char *key, json_maker make, const void *ctx, size_t nr);

/* The record as it is printed, the same but sooner: of a table's thousands of rows. */
void json_add_record(struct text *t, enum ipcdbg_record_id id, const void *record, __u64 skip);

/* A comma, the key and the array of records, which stand in a row in memory. */
void json_print_records(FILE *out, const char *key, enum ipcdbg_record_id id, const void *records,
			size_t nr);

/* A document, begun with its first array. */
struct json_stream {
	FILE *out;
	bool several;	 /* arrays, each out of a table of its own */
	bool incomplete; /* something that was asked for was left out */
	bool broken;	 /* could not be read to its end: the document stays open */
	bool started;
	bool in_array;
};

/* Makes ready for the next object of the array, which begins with the first. */
void json_stream_next(struct json_stream *s, const struct ipcdbg_header *h, const char *array);

/* Ends the array; begins it too if there was no object, but leaves a broken one open. */
void json_stream_end_array(struct json_stream *s, const struct ipcdbg_header *h, const char *array);

/* Ends the document if it was begun. */
void json_stream_end(struct json_stream *s);

#endif
