// SPDX-License-Identifier: GPL-2.0
#include "number_set.h"

#include <stdlib.h>

#define SORTED_LEAST 1024

static int order(const void *a, const void *b)
{
	__u32 x = *(const __u32 *)a, y = *(const __u32 *)b;

	return (x > y) - (x < y);
}

void number_set_sort(struct number_set *s)
{
	size_t nr = 0;

	if (s->v.nr)
		qsort(s->v.v, s->v.nr, sizeof(*s->v.v), order);
	for (size_t i = 0; i < s->v.nr; i++)
		if (!nr || s->v.v[nr - 1] != s->v.v[i])
			s->v.v[nr++] = s->v.v[i];
	s->v.nr = s->sorted = nr;
}

void number_set_add(struct number_set *s, __u32 n)
{
	if (s->v.nr && s->v.v[s->v.nr - 1] == n)
		return;
	*vec_add(&s->v) = n;
	if (s->v.nr >= SORTED_LEAST && s->v.nr >= 2 * s->sorted)
		number_set_sort(s);
}

bool number_set_has(const struct number_set *s, __u32 n)
{
	return s->v.nr && bsearch(&n, s->v.v, s->v.nr, sizeof(n), order);
}

void number_set_free(struct number_set *s)
{
	vec_free(&s->v);
	s->sorted = 0;
}
