/* SPDX-License-Identifier: GPL-2.0 */
/* Every kind of object: a line each in the table of main.c. */
#ifndef IPCDBG_KIND_H
#define IPCDBG_KIND_H

#include "walk.h"

extern const struct walk_kind sem_kind;
extern const struct walk_kind shm_kind;
extern const struct walk_kind msg_kind;
extern const struct walk_kind mqueue_kind;

#endif
