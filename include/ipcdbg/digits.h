/* SPDX-License-Identifier: GPL-2.0 */
/* Decimal numbers, for the module and the CLI. */
#ifndef IPCDBG_DIGITS_H
#define IPCDBG_DIGITS_H

#include <linux/types.h>

#define IPCDBG_DIGITS_MAX 20 /* of 64 bits */

static inline unsigned int ipcdbg_count_digits(__u64 value)
{
	unsigned int n;

	for (n = 1; value >= 10000; n += 4)
		value /= 10000;
	return n + (value >= 10) + (value >= 100) + (value >= 1000);
}

/* Writes it, two digits at a time from the last, and returns where it ends. No NUL follows. */
static inline char *ipcdbg_put_u64(char *p, __u64 value)
{
	unsigned int two;
	char *end, *at;

	if (value < 10) {
		*p = '0' + value;
		return p + 1;
	}
	end = p + ipcdbg_count_digits(value);
	for (at = end; value >= 10; value /= 100) {
		two = value % 100;
		*--at = '0' + two % 10;
		*--at = '0' + two / 10;
	}
	if (at > p)
		*p = '0' + value;
	return end;
}

#endif
