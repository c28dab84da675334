// SPDX-License-Identifier: GPL-2.0
#include "graph.h"
#include "shm.h"

void shm_graph(struct graph *g, const struct object *o)
{
	const struct shm_segment *s = shm_segment_of(o);
	struct graph_resource *r;

	if (!s->attachments.nr)
		return;
	r = graph_add_resource(g, GRAPH_SEGMENT, o);
	r->inum = o->ns.inum;
	r->id = o->head.segment.shmid;
	r->known = !object_lacks(o, "attach");
	for (size_t i = 0; i < s->attachments.nr; i++) {
		const struct ipcdbg_attach *a = &s->attachments.v[i].a;
		struct process p = PROCESS_OF(attach, a);
		struct graph_who who = graph_who_of_process(&p);

		/* Memory that no process runs in any more is of nobody. */
		if (IPCDBG_HAS(attach, a, pid))
			graph_add_edge(g, GRAPH_USES, &who);
	}
}
