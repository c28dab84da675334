// SPDX-License-Identifier: GPL-2.0
#include "graph.h"
#include "msg.h"

static void add_queue(struct graph *g, enum graph_type type, const struct msg_queue *m)
{
	struct graph_resource *r = graph_add_resource(g, type, &m->o);

	r->inum = m->o.ns.inum;
	r->id = m->o.head.queue.msqid;
	/* Whoever has the right can use it: who that may be is nowhere. */
	r->known = false;
}

static void add_last(struct graph *g, struct last last, bool any_thread)
{
	struct graph_who who = { .pid = last.pid,
				 .tid = last.pid,
				 .has_state = last.has_state,
				 .state = last.state,
				 .comm = last.comm,
				 .any_thread = any_thread };

	if (last.known)
		graph_add_edge(g, GRAPH_LAST, &who);
}

static void add_user(struct graph *g, struct waiter w)
{
	struct graph_who who = graph_who_of_task(&w.task);

	graph_add_edge(g, GRAPH_USES, &who);
}

/* Who is blocked in one direction uses the queue, and so may wake those in the other. */
static void add_receivers(struct graph *g, const struct msg_queue *m)
{
	const struct ipcdbg_queue *q = &m->o.head.queue;

	add_queue(g, GRAPH_RECEIVE, m);
	for (size_t i = 0; i < m->receivers.nr; i++)
		graph_add_task(g, WAITER_OF(receiver, &m->receivers.v[i]), &m->receivers.v[i]);
	add_last(g, LAST_OF(queue, q, lspid), false);
	for (size_t i = 0; i < m->senders.nr; i++)
		add_user(g, WAITER_OF(sender, &m->senders.v[i]));
}

static void add_senders(struct graph *g, const struct msg_queue *m)
{
	const struct ipcdbg_queue *q = &m->o.head.queue;

	add_queue(g, GRAPH_SEND, m);
	for (size_t i = 0; i < m->senders.nr; i++)
		graph_add_task(g, WAITER_OF(sender, &m->senders.v[i]), &m->senders.v[i]);
	add_last(g, LAST_OF(queue, q, lrpid), true);
	for (size_t i = 0; i < m->receivers.nr; i++)
		add_user(g, WAITER_OF(receiver, &m->receivers.v[i]));
}

void msg_graph(struct graph *g, const struct object *o)
{
	const struct msg_queue *m = msg_queue_of(o);

	if (m->receivers.nr)
		add_receivers(g, m);
	if (m->senders.nr)
		add_senders(g, m);
}

static void add_type(struct text *t, const struct ipcdbg_receiver *r)
{
	static const char *const signs[] = {
		[IPCDBG_MSG_EQUAL] = "",
		[IPCDBG_MSG_EXCEPT] = "!",
		[IPCDBG_MSG_NUMBER] = "#",
	};

	if (!IPCDBG_HAS(receiver, r, mode) || !IPCDBG_HAS(receiver, r, msgtyp))
		return;
	if (r->mode == IPCDBG_MSG_ANY)
		text_addf(t, " any");
	else if (r->mode == IPCDBG_MSG_LESS_EQUAL)
		text_addf(t, " <=%llu", -(__u64)r->msgtyp);
	else
		text_addf(t, " %s%lld", signs[r->mode], r->msgtyp);
}

/* "msgrcv 7", "msgrcv any", "msgrcv <=7", "msgrcv !7"; "msgsnd 1000 bytes" */
void msg_call(struct text *t, const struct object *o, const struct graph_task *task,
	      enum graph_type type)
{
	const struct ipcdbg_sender *s = task->row;

	(void)o;
	if (type == GRAPH_RECEIVE) {
		text_addf(t, "msgrcv");
		add_type(t, task->row);
		return;
	}
	text_addf(t, "msgsnd");
	if (!IPCDBG_HAS(sender, s, size))
		return;
	text_addc(t, ' ');
	text_add_count(t, s->size, "byte");
}
