/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts what kmod/btf.c does: every word and every name it looks at. Inline, since the sanitizer's
 * own strcmp() costs more than all the rest.
 */
#ifndef FUZZ_COUNTED_H
#define FUZZ_COUNTED_H

#include <string.h>

extern unsigned long counted_steps;

static inline int counted_strcmp(const char *a, const char *b)
{
	counted_steps++;
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a - *b;
}

#define strcmp counted_strcmp
#define memcpy(to, from, n) (counted_steps++, __builtin_memcpy(to, from, n))

#endif
