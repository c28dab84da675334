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

/* Two of each number from 0 to 99. */
static const char ipcdbg_digit_pairs[] = "00010203040506070809"
					 "10111213141516171819"
					 "20212223242526272829"
					 "30313233343536373839"
					 "40414243444546474849"
					 "50515253545556575859"
					 "60616263646566676869"
					 "70717273747576777879"
					 "80818283848586878889"
					 "90919293949596979899";

/* Writes it, two digits at a time from the last, and returns where it ends. No NUL follows. */
static inline char *ipcdbg_put_u64(char *p, __u64 value)
{
	const char *two;
	char *end, *at;

	if (value < 10) {
		*p = '0' + value;
		return p + 1;
	}
	end = p + ipcdbg_count_digits(value);
	for (at = end; value >= 10; value /= 100) {
		two = ipcdbg_digit_pairs + value % 100 * 2;
		*--at = two[1];
		*--at = two[0];
	}
	if (at > p)
		*p = '0' + value;
	return end;
}

#endif
