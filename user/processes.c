// SPDX-License-Identifier: GPL-2.0
#include "processes.h"

#include <stdlib.h>

void processes_add(struct processes *p, int pid, __u64 start_ns, const char *comm)
{
	*vec_add(&p->v) = (struct named_process){ pid, start_ns, comm };
}

static int order(const void *a, const void *b)
{
	const struct named_process *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x->start_ns > y->start_ns) - (x->start_ns < y->start_ns);
}

/* Threads of a process have its number, and start times of their own. */
static bool is_same(const struct named_process *x, const struct named_process *y)
{
	return x->pid == y->pid && (x->pid || x->start_ns == y->start_ns);
}

void processes_tell(struct processes *p, process_fn fn, void *ctx)
{
	if (p->v.nr)
		qsort(p->v.v, p->v.nr, sizeof(*p->v.v), order);
	for (size_t i = 0; i < p->v.nr; i++)
		if (!i || !is_same(&p->v.v[i], &p->v.v[i - 1]))
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
