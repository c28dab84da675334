/* SPDX-License-Identifier: GPL-2.0 */
/* System V objects: those of ipc_namespace.ids, for walk_kind. */
#ifndef IPCDBG_IDS_H
#define IPCDBG_IDS_H

#include "walk.h"

int ids_seek(struct walk_object *o, struct ipc_namespace *ns, u64 start);
int ids_find(struct walk_object *o, struct ipc_namespace *ns, bool same, unsigned int max);
void ids_next(struct walk_object *o);

#endif
