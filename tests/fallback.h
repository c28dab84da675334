/* SPDX-License-Identifier: GPL-2.0 */
/* What the command prints without the module, held against what it prints with it. */
#ifndef TESTS_FALLBACK_H
#define TESTS_FALLBACK_H

#include <stdbool.h>

/* What was compared so far: rows of tasks, attachments, openers and namespaces. */
struct fallback_seen {
	long rows, unsure, timed;
};
extern struct fallback_seen fallback_seen;

/* Before all. */
void fallback_begin(void);

/*
 * Whether "ipcdbg -J ARGUMENTS" prints the same with the module, which is loaded, and without it,
 * as far as that can be known. Complains.
 */
bool same_without_module(const char *arguments);

#endif
