/* SPDX-License-Identifier: GPL-2.0 */
/* Output that makes a terminal do nothing but print it. */
#ifndef TESTS_PLAIN_H
#define TESTS_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether it consists of printable ASCII and newlines, but for the tabs that ipcs(1) has between
 * numbers. Complains.
 */
bool is_plain(const char *where, const char *text, size_t len);

/* What a shell command writes to a terminal, malloced, *len bytes and a NUL. */
char *terminal_output(const char *command, size_t *len);

#endif
