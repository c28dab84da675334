/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The life of a copied object, the same for every kind: a kind fills vectors under a lock, the
 * vectors grow outside of it, references become values, and lines are made of them one by one.
 */
#ifndef IPCDBG_OBJECT_H
#define IPCDBG_OBJECT_H

#include "task.h"
#include "vec.h"
#include "walk.h"

#define OBJECT_NOT_COUNTED U32_MAX

/* Rows of one word below an object. */
struct object_section {
	const char *word;
	/*
	 * How many rows there are to write; *total: how many there would be without bounds, if that
	 * is more, or OBJECT_NOT_COUNTED.
	 */
	u32 (*count)(const struct walk_object *o, u32 *total);
	void (*emit)(const struct walk_object *o, u32 i, struct emit *e);
};

/* Where the text of an object has got to. */
struct object_cursor {
	u32 section; /* 0 is the object's own row */
	u32 row;
};

/* The vectors are to be filled anew, and are then to be settled. */
void object_reset(struct walk_object *o);
/* The references in the vectors have been dropped; how much room was wanted is remembered. */
void object_empty(struct walk_object *o);
/* Gives the memory of all vectors back. */
void object_free(struct walk_object *o);
/* The same if they have used up half of what an object may take: the next one has other needs. */
void object_trim(struct walk_object *o);
/* Whether a vector is short and there is a budget to make it longer. */
bool object_can_grow(const struct walk_object *o);
/*
 * Makes room for what was wanted. Where there is no memory, starved is set: what fits is taken next
 * time, and the rest is truncated. The contents are lost: no reference may be left in them.
 */
void object_grow(struct walk_object *o);

/* shown OBJECT_NOT_COUNTED, total 0: it was not counted. */
void object_truncated(struct walk_object *o, struct emit *e, unsigned int depth, const char *what,
		      u32 shown, u32 total);
/*
 * Writes a record, then nr sections of rows, while there is room. true when all is written; c is
 * then ready for the next object.
 */
bool object_emit(struct walk_object *o, struct object_cursor *c, enum ipcdbg_record_id id,
		 const void *record, const struct object_section *sections, u32 nr,
		 struct emit *e);

#endif
