/* SPDX-License-Identifier: GPL-2.0 */
#ifndef EXPLAIN_FILES_H
#define EXPLAIN_FILES_H

#include "explain.h"

/*
 * Adds those files of a process that the key can be made of: its executable, working directory and
 * what is in it, open files, and those that its arguments name. dir is its folder in /proc.
 */
void explain_files_of(struct explanation *e, const struct key_process *p, int dir);

#endif
