/* SPDX-License-Identifier: GPL-2.0 */
/* 'ipcdbg ns': the ipc namespaces. */
#ifndef NS_H
#define NS_H

#include "kind.h"
#include "namespace.h"
#include "text.h"

/* The columns and data of the table: no kind of object, and not in kinds[]. */
extern const struct kind ns_kind;

/* Lists every namespace, or shows those that the words name, with their limits. */
enum exit_code ns_command(const struct query *q, char **words);

/* By what it was found, and "mount" in place of "file" where we ourselves have it open by a mount.
 */
void text_add_held(struct text *t, const struct ipcdbg_namespace *ns);

/* Prints one in detail. */
void ns_show(FILE *out, const struct ipcdbg_namespace *ns);

#endif
