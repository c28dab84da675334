// SPDX-License-Identifier: GPL-2.0
#include "processes.h"

#include <stdlib.h>

void processes_add(struct processes *p, int pid, const char *comm)
{
	*vec_add(&p->v) = (struct named_process){ pid, comm };
}

static int order(const void *a, const void *b)
{
	const struct named_process *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

void processes_tell(struct processes *p, process_fn fn, void *ctx)
{
	if (p->v.nr)
		qsort(p->v.v, p->v.nr, sizeof(*p->v.v), order);
	for (size_t i = 0; i < p->v.nr; i++)
		if (!i || p->v.v[i].pid != p->v.v[i - 1].pid)
			fn(ctx, p->v.v[i].pid, p->v.v[i].comm);
	vec_free(&p->v);
}

static void count(void *ctx, int pid, const char *comm)
{
	(void)pid;
	(void)comm;
	++*(size_t *)ctx;
}

size_t processes_count(struct processes *p)
{
	size_t nr = 0;

	processes_tell(p, count, &nr);
	return nr;
}
