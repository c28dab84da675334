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

/*
 * Whether the command with these words ends well and prints only such output, into a pipe, where it
 * is shell_out, and to a terminal.
 */
bool prints_plainly(const char *words);

/* A name, of up to 255 bytes, as the command spells it. */
void spell(const char *name, char to[1100]);

#endif
