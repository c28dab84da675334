/* SPDX-License-Identifier: GPL-2.0 */
/* Records as lines of the text ABI, for what makes a table on this side. */
#ifndef RECORD_TEXT_H
#define RECORD_TEXT_H

#include <ipcdbg/abi.h>

#include "text.h"

/* Adds a line: the fields of the record that are present, so many tabs before its word. */
void text_add_record(struct text *t, unsigned int depth, enum ipcdbg_record_id id,
		     const void *record);

#endif
