/* SPDX-License-Identifier: GPL-2.0 */
/* Shell commands, one after another, and what the newest of them left. */
#ifndef TESTS_SHELL_H
#define TESTS_SHELL_H

#include <stdbool.h>
#include <stddef.h>

/* Of the newest command; good until the next. */
extern char *shell_out, *shell_err;
extern size_t shell_len; /* of shell_out */
extern int shell_code;	 /* its exit status, 128 and more after a signal */

/*
 * Enters ipc and mount namespaces of its own, with puppets and $ipcdbg at hand, and makes a set of
 * three semaphores, key 0x1234, mode 0640. Returns its id, -1 with errno if it cannot.
 */
int shell_begin(void);

/* Runs a command and returns shell_code. */
int shell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Whether it ended so, and said that on stderr; "" is nothing at all. */
bool shell_ended(int code, const char *said);

/* Whether it ended with 0, said nothing on stderr, and its output is that line. */
bool shell_printed(const char *want);

/* How many lines of its output begin so. */
unsigned int shell_lines(const char *start);

/* Whether a line of its output begins with these words, one blank between them. */
bool shell_has_row(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Whether the object at that place of /tmp/json has these keys, of these types and no others, in
 * the order of the alphabet. Its output is them then.
 */
bool shell_json_has(const char *where, const char *keys);

#endif
