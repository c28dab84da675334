/* SPDX-License-Identifier: GPL-2.0 */
/* 'ipcdbg -s ID'. */
#ifndef SHOW_H
#define SHOW_H

#include "kind.h"

/* Shows the operands, which are of q's first kind. */
enum exit_code show_objects(const struct query *q);

#endif
