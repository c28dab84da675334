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

#endif
