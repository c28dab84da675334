/* SPDX-License-Identifier: GPL-2.0 */
/* A set of numbers, in a memory that grows with how many different ones there are. */
#ifndef NUMBER_SET_H
#define NUMBER_SET_H

#include <stdbool.h>

#include <linux/types.h>

#include "text.h"

/* Start with all zeros. */
struct number_set {
	VEC(__u32) v; /* ascending, each once, after number_set_sort() */
	size_t sorted;
};

void number_set_add(struct number_set *s, __u32 n);
void number_set_sort(struct number_set *s);
/* Of a sorted one. */
bool number_set_has(const struct number_set *s, __u32 n);
void number_set_free(struct number_set *s);

#endif
