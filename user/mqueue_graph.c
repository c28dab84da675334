// SPDX-License-Identifier: GPL-2.0
#include "graph.h"
#include "mqueue.h"

static void add_queue(struct graph *g, enum graph_type type, const struct mqueue *m)
{
	struct graph_resource *r = graph_add_resource(g, type, &m->o);

	r->inum = m->o.ns.inum;
	r->id = m->o.head.mqueue.ino;
	r->known = !object_lacks(&m->o, "opener");
}

static void add_openers(struct graph *g, const struct mqueue *m)
{
	for (size_t i = 0; i < m->openers.nr; i++) {
		struct process p = PROCESS_OF(opener, &m->openers.v[i]);
		struct graph_who who = graph_who_of_process(&p);

		graph_add_edge(g, GRAPH_USES, &who);
	}
}

void mqueue_graph(struct graph *g, const struct object *o)
{
	const struct mqueue *m = mqueue_of(o);

	if (m->receivers.nr) {
		add_queue(g, GRAPH_RECEIVE, m);
		for (size_t i = 0; i < m->receivers.nr; i++)
			graph_add_task(g, WAITER_OF(mq_receiver, &m->receivers.v[i]),
				       &m->receivers.v[i]);
		add_openers(g, m);
	}
	if (m->senders.nr) {
		add_queue(g, GRAPH_SEND, m);
		for (size_t i = 0; i < m->senders.nr; i++)
			graph_add_task(g, WAITER_OF(mq_sender, &m->senders.v[i]), &m->senders.v[i]);
		add_openers(g, m);
	}
}

/* "mq_receive"; "mq_send 100 bytes" */
void mqueue_call(struct text *t, const struct object *o, const struct graph_task *task,
		 enum graph_type type)
{
	const struct ipcdbg_mq_sender *s = task->row;

	(void)o;
	if (type == GRAPH_RECEIVE) {
		text_addf(t, "mq_receive");
		return;
	}
	text_addf(t, "mq_send");
	if (!IPCDBG_HAS(mq_sender, s, size))
		return;
	text_addc(t, ' ');
	text_add_count(t, s->size, "byte");
}
