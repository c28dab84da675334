/* SPDX-License-Identifier: GPL-2.0 */
/* The command-line tool while everything else happens. */
#ifndef TESTS_STRESS_TOOL_H
#define TESTS_STRESS_TOOL_H

#include "stress/stable.h"

/*
 * Runs the tool once, in one of its forms, in one of the places: it ends as ipcdbg(8) says, and
 * what stays is in its output, once. Complains.
 */
bool tool_try(struct stable *const *places, int nr, unsigned int *seed);

#endif
