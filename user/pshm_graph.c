// SPDX-License-Identifier: GPL-2.0
/*
 * Who waits in a file of /dev/shm, and who could end that. Both are inferred: the wait from the
 * address that a futex call was given, and that a process could wake from its having the same
 * memory. Who has taken a POSIX semaphore is nowhere.
 */
#include <stdlib.h>

#include "graph.h"
#include "pshm.h"

static int offset_order(const void *a, const void *b)
{
	const struct ipcdbg_shm_wait *x = *(const struct ipcdbg_shm_wait *const *)a;
	const struct ipcdbg_shm_wait *y = *(const struct ipcdbg_shm_wait *const *)b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void add_word(struct graph *g, const struct pshm *p, __u64 offset)
{
	struct graph_resource *r = graph_add_resource(g, GRAPH_FUTEX, &p->o);

	r->inum = p->o.ns.inum;
	r->id = pshm_head(&p->o.head)->ino;
	r->offset = offset;
	r->known = !object_lacks(&p->o, "shm_user");
}

static void add_users(struct graph *g, const struct pshm *p)
{
	for (size_t i = 0; i < p->users.nr; i++) {
		struct process process = PROCESS_OF(shm_user, &p->users.v[i].u);
		struct graph_who who = graph_who_of_process(&process);

		if (p->users.v[i].u.mappings)
			graph_add_edge(g, GRAPH_USES, &who);
	}
}

void pshm_graph(struct graph *g, const struct object *o)
{
	const struct pshm *p = pshm_of(o);
	VEC(const struct ipcdbg_shm_wait *) waits = { 0 };

	for (size_t i = 0; i < p->waits.nr; i++)
		*vec_add(&waits) = &p->waits.v[i];
	if (waits.nr)
		qsort(waits.v, waits.nr, sizeof(*waits.v), offset_order);
	for (size_t i = 0; i < waits.nr; i++) {
		const struct ipcdbg_shm_wait *w = waits.v[i];

		if (!i || w->offset != waits.v[i - 1]->offset)
			add_word(g, p, w->offset);
		graph_add_task(g, WAITER_OF(shm_wait, w), w);
		if (i + 1 == waits.nr || w->offset != waits.v[i + 1]->offset)
			add_users(g, p);
	}
	vec_free(&waits);
}

/* "futex at 64" */
void pshm_call(struct text *t, const struct object *o, const struct graph_task *task,
	       enum graph_type type)
{
	const struct ipcdbg_shm_wait *w = task->row;

	(void)o;
	(void)type;
	text_addf(t, "%s at %llu", w->call, w->offset);
}
