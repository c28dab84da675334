/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>

#include <linux/types.h>

/* A whole word of digits of base 10 or 16, up to max: no sign, no blank, nothing behind it. */
bool number_parse(const char *word, int base, __u64 max, __u64 *out);

/* A key: 0x and hex digits, or decimal, negative too as in /proc/sysvipc. */
bool number_parse_key(const char *word, __u32 *out);

#endif
