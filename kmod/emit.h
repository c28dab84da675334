/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IPCDBG_EMIT_H
#define IPCDBG_EMIT_H

#include "pure.h"
#include <ipcdbg/abi.h>

/* Text that grows to the right: len bytes of size are written. No NUL at the end. */
struct emit {
	char *buf;
	size_t len;
	size_t size;
};

/* Whole words are copied: bytes behind a line may be written that do not count. */
#define EMIT_SPARE IPCDBG_KEY_MAX

/* For one line and what is written behind it. */
static inline bool emit_has_room(const struct emit *e)
{
	return e->size - e->len >= IPCDBG_LINE_MAX;
}

void emit_line(struct emit *e, unsigned int depth, enum ipcdbg_record_id id, const void *rec);

/*
 * A line and where in it the value of its first field stands, so that one that differs in nothing
 * else can be made of it. end 0: there is none.
 */
struct emit_model {
	size_t end; /* in the text, behind the newline */
	u32 len;
	u32 head;   /* bytes before the value */
	u32 tail;   /* bytes behind it */
	u32 number; /* the value */
};

/*
 * Notes the newest line, which begins at start: of a record whose first field is a decimal number
 * of 32 bits, is present and is not below 0.
 */
void emit_note(struct emit_model *m, const struct emit *e, size_t start, unsigned int depth,
	       enum ipcdbg_record_id id);
/*
 * Appends the line noted with another number, and notes that one. false, and nothing is done, if
 * the line is not the newest. The caller has made sure of emit_has_room().
 */
bool emit_again(struct emit *e, struct emit_model *m, u32 number);

#endif
