// SPDX-License-Identifier: GPL-2.0
/*
 * What the rows of a queue mean, in sentences. Who is blocked, for what, and what became of the
 * processes that sent and received last are facts. That nobody will come any more is a guess, made
 * only when there was nobody for long, and ends in "(inferred)". Where rows are missing, nothing is
 * said about what is not there.
 */
#include <limits.h>
#include <stdlib.h>

#include "msg.h"
#include "task.h"

/* So many of the blocked senders, the first ones, and of the kinds of receivers, the longest
 * waits. */
#define SENDERS_SHOWN 3
#define GROUPS_SHOWN 3
#define TYPES_SHOWN 3

/* The tasks that wait for the same messages. */
struct group {
	const struct ipcdbg_receiver *r; /* one of them */
	struct waits waits;
};

struct teller {
	const struct query *q;
	const struct msg_queue *m;
	struct text t;
};

static void end_sentence(struct teller *me)
{
	fprintf(me->q->out, "%s\n", me->t.s);
	text_clear(&me->t);
}

/* ";\n  pid 88 (writer) sends 500 bytes: 416 bytes must be received first" */
static void say_sender(struct teller *me, const struct ipcdbg_sender *s)
{
	struct msg_need need = msg_need_of(&me->m->o.head.queue, s->size);
	struct text *t = &me->t;

	if (!IPCDBG_HAS(sender, s, size))
		return;
	text_addf(t, ";\n  ");
	say_process(t, s->pid, s->tid, s->comm);
	text_addf(t, " sends ");
	text_add_count(t, s->size, "byte");
	if (need.never) {
		text_addf(t, ": more than the queue may ever hold");
	} else if (need.bytes || need.messages) {
		text_addf(t, ": ");
		text_add_need(t, need);
		text_addf(t, " must be received first");
	} else {
		text_addf(t, ": there is room for them now");
	}
}

static bool is_full(const struct msg_queue *m)
{
	for (size_t i = 0; i < m->senders.nr; i++) {
		const struct ipcdbg_sender *s = &m->senders.v[i];
		struct msg_need need = msg_need_of(&m->o.head.queue, s->size);

		if (IPCDBG_HAS(sender, s, size) && (need.bytes || need.messages))
			return true;
	}
	return false;
}

static void say_senders(struct teller *me)
{
	const struct msg_queue *m = me->m;
	const struct ipcdbg_queue *q = &m->o.head.queue;
	struct waits waits = { 0 };

	if (!m->senders.nr)
		return;
	for (size_t i = 0; i < m->senders.nr; i++)
		waits_add(&waits, IPCDBG_HAS(sender, &m->senders.v[i], blocked_ns),
			  m->senders.v[i].blocked_ns);
	say_waits(&me->t, &waits, object_lacks(&m->o, "sender"));
	text_addf(&me->t, " to send;\n  the queue %s %llu of at most ",
		  is_full(m) ? "is full, with" : "holds", q->cbytes);
	text_add_count(&me->t, q->qbytes, "byte");
	text_addf(&me->t, ", in ");
	text_add_count(&me->t, q->qnum, "message");
	for (size_t i = 0; i < m->senders.nr && i < SENDERS_SHOWN; i++)
		say_sender(me, &m->senders.v[i]);
	end_sentence(me);
}

/* Who used the queue last from the other side, and whether that one is likely to come again. */
static void say_last_use(struct teller *me, struct last last, __s64 when, const char *has_done,
			 const char *who)
{
	struct text *t = &me->t;

	if (!last.known) {
		text_addf(t, "no process has %s yet", has_done);
		return;
	}
	text_addf(t, "no process has %s ", has_done);
	say_since(t, when, me->m->o.read_ns);
	text_addf(t, ";\n  the last%s was ", who);
	say_last(t, last);
	if (last_has_ended(last) && is_long_ago(me->q, when, me->m->o.read_ns))
		text_addf(t, ":\n  nobody may be left who does (inferred)");
}

/* Messages that wait for somebody to receive them. */
static void say_unread(struct teller *me)
{
	const struct ipcdbg_queue *q = &me->m->o.head.queue;

	if (!q->qnum || me->m->receivers.nr || object_lacks(&me->m->o, "receiver"))
		return;
	text_add_count(&me->t, q->qnum, "message");
	text_addf(&me->t, " wait%s to be received, for which no task is blocked;\n  ",
		  q->qnum == 1 ? "s" : "");
	say_last_use(me, LAST_OF(queue, q, lrpid), q->rtime, "received",
		     ", a process or a thread,");
	end_sentence(me);
}

/* " for a message of type 7" */
static void say_wanted(struct text *t, const struct ipcdbg_receiver *r)
{
	if (!IPCDBG_HAS(receiver, r, mode) || !IPCDBG_HAS(receiver, r, msgtyp)) {
		text_addf(t, " for a message");
		return;
	}
	switch ((enum ipcdbg_msgmode)r->mode) {
	case IPCDBG_MSG_ANY:
		text_addf(t, " for a message of any type");
		break;
	case IPCDBG_MSG_EQUAL:
		text_addf(t, " for a message of type %lld", r->msgtyp);
		break;
	case IPCDBG_MSG_EXCEPT:
		text_addf(t, " for a message of another type than %lld", r->msgtyp);
		break;
	case IPCDBG_MSG_LESS_EQUAL:
		text_addf(t, " for a message of a type up to %lld",
			  r->msgtyp == LLONG_MIN ? LLONG_MAX : -r->msgtyp);
		break;
	case IPCDBG_MSG_NUMBER:
		text_addf(t, " for the message at place %lld", r->msgtyp);
		break;
	}
}

/* "; the 9 messages there are of type 1, 2, 3 and 4 more" */
static void say_types(struct text *t, const struct msg_queue *m)
{
	if (m->o.head.queue.qnum == 1)
		text_addf(t, "; the message there is of type ");
	else
		text_addf(t, "; the %llu messages there are of type ", m->o.head.queue.qnum);
	for (size_t i = 0; i < m->types.nr && i < TYPES_SHOWN; i++)
		text_addf(t, "%s%lld", i ? ", " : "", m->types.v[i].type);
	if (m->types.nr > TYPES_SHOWN)
		text_addf(t, " and %zu more", m->types.nr - TYPES_SHOWN);
}

static void say_group(struct teller *me, const struct group *g)
{
	const struct msg_queue *m = me->m;

	say_waits(&me->t, &g->waits, object_lacks(&m->o, "receiver"));
	say_wanted(&me->t, g->r);
	if (!m->o.head.queue.qnum)
		text_addf(&me->t, "; there is none");
	else if (msg_has_one_for(m, g->r))
		text_addf(&me->t, "; there is one now");
	else if (!msg_types_known(m))
		text_addf(&me->t, "; the types of the messages are not all known");
	else
		say_types(&me->t, m);
	end_sentence(me);
}

static int kind_order(const void *a, const void *b)
{
	const struct ipcdbg_receiver *x = *(const struct ipcdbg_receiver *const *)a;
	const struct ipcdbg_receiver *y = *(const struct ipcdbg_receiver *const *)b;

	if (x->mode != y->mode)
		return x->mode < y->mode ? -1 : 1;
	return (x->msgtyp > y->msgtyp) - (x->msgtyp < y->msgtyp);
}

static int longest_first(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->waits.longest_ns != y->waits.longest_ns)
		return x->waits.longest_ns > y->waits.longest_ns ? -1 : 1;
	return kind_order(&x->r, &y->r);
}

/* The receivers, put together by what they wait for; the longest wait first. */
struct groups {
	VEC(const struct ipcdbg_receiver *) sorted;
	VEC(struct group) groups;
};

static void group_receivers(struct groups *g, const struct msg_queue *m)
{
	struct group *group = NULL;

	for (size_t i = 0; i < m->receivers.nr; i++)
		*vec_add(&g->sorted) = &m->receivers.v[i];
	qsort(g->sorted.v, g->sorted.nr, sizeof(*g->sorted.v), kind_order);
	for (size_t i = 0; i < g->sorted.nr; i++) {
		const struct ipcdbg_receiver *r = g->sorted.v[i];

		if (!i || kind_order(&g->sorted.v[i - 1], &g->sorted.v[i])) {
			group = vec_add(&g->groups);
			group->r = r;
		}
		waits_add(&group->waits, IPCDBG_HAS(receiver, r, blocked_ns), r->blocked_ns);
	}
	qsort(g->groups.v, g->groups.nr, sizeof(*g->groups.v), longest_first);
}

static void say_receivers(struct teller *me)
{
	const struct ipcdbg_queue *q = &me->m->o.head.queue;
	struct groups g = { 0 };
	size_t untold = 0;

	if (!me->m->receivers.nr)
		return;
	group_receivers(&g, me->m);
	for (size_t i = 0; i < g.groups.nr && i < GROUPS_SHOWN; i++)
		say_group(me, &g.groups.v[i]);
	for (size_t i = GROUPS_SHOWN; i < g.groups.nr; i++)
		untold += g.groups.v[i].waits.nr;
	if (untold)
		fprintf(me->q->out, "%zu more task%s for messages of other types\n", untold,
			untold == 1 ? " waits" : "s wait");
	say_last_use(me, LAST_OF(queue, q, lspid), q->stime, "sent", "");
	end_sentence(me);
	vec_free(&g.sorted);
	vec_free(&g.groups);
}

static void say_idle(struct teller *me)
{
	const struct msg_queue *m = me->m;

	if (m->receivers.nr || m->senders.nr || m->o.head.queue.qnum ||
	    object_lacks(&m->o, "receiver") || object_lacks(&m->o, "sender"))
		return;
	text_addf(&me->t, "no task is blocked on this queue, and there is no message in it");
	end_sentence(me);
}

void msg_say(const struct query *q, const struct object *o)
{
	struct teller me = { .q = q, .m = msg_queue_of(o) };

	text_clear(&me.t);
	say_senders(&me);
	say_unread(&me);
	say_receivers(&me);
	say_idle(&me);
	text_free(&me.t);
}
