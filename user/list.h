/* SPDX-License-Identifier: GPL-2.0 */
/* 'ipcdbg -s' without an operand. */
#ifndef LIST_H
#define LIST_H

#include "kind.h"

/* Lists every object of q's kinds in q's format, row by row, in flat memory. */
enum exit_code list_objects(const struct query *q);

#endif
