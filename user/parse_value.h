/* SPDX-License-Identifier: GPL-2.0 */
/* Values of the text ABI -> fields of records. */
#ifndef PARSE_VALUE_H
#define PARSE_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include <ipcdbg/abi.h>

/* Part of a line. */
struct span {
	const char *s;
	size_t len;
};

/* Stores all of v, if it is a value of the field's type, in the field's place. */
bool parse_value(const struct ipcdbg_field *f, struct span v, void *dst);

/*
 * The same, faster, of the digits that line begins with, which it moves behind them. For a field
 * that is a decimal number (up to IPCDBG_T_U64). False, and nothing is done: what stands there, up
 * to a blank or the end, is not few digits; it may be a number nonetheless.
 */
bool parse_digits(const struct ipcdbg_field *f, struct span *line, void *dst);

#endif
