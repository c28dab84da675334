// SPDX-License-Identifier: GPL-2.0
/*
 * What the rows of a POSIX queue mean, in sentences. All of it are facts, of which who has the
 * queue open is as old as the search for it. Where rows are missing, nothing is said about what is
 * not there.
 */
#include <stdlib.h>

#include "mqueue.h"
#include "task.h"
#include "user.h"

#define OPENERS_SHOWN 3

struct teller {
	const struct query *q;
	const struct mqueue *m;
	const struct ipcdbg_mqueue *head;
	struct text t;
};

static void end_sentence(struct teller *me)
{
	fprintf(me->q->out, "%s\n", me->t.s);
	text_clear(&me->t);
}

static void say_messages(struct teller *me)
{
	const struct ipcdbg_mqueue *m = me->head;

	if (!m->curmsgs)
		text_addf(&me->t, "the queue is empty");
	else if (m->curmsgs >= m->maxmsg)
		text_addf(&me->t, "the queue is full, with %lld of %lld messages", m->curmsgs,
			  m->maxmsg);
	else
		text_addf(&me->t, "the queue holds %lld of %lld messages", m->curmsgs, m->maxmsg);
}

/* The threads of one list. */
struct blocked {
	struct waits waits;
	VEC(int) pids; /* of their processes */
};

static void add_blocked(struct blocked *b, struct waiter w)
{
	waits_add(&b->waits, w.timed, w.blocked_ns);
	*vec_add(&b->pids) = w.task.pid;
}

static int pid_order(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool is_blocked(const struct blocked *b, int pid)
{
	return bsearch(&pid, b->pids.v, b->pids.nr, sizeof(*b->pids.v), pid_order);
}

/*
 * Who could do something about those that are blocked: the other processes that have it open. Of
 * those that are not visible, with a pid of 0, it is not known if they are others.
 */
static void say_others(struct teller *me, const struct blocked *b)
{
	bool sure = !object_lacks(&me->m->o, "opener");
	struct text *t = &me->t;
	size_t nr = 0;

	for (size_t i = 0; i < me->m->openers.nr; i++) {
		const struct ipcdbg_opener *o = &me->m->openers.v[i];
		bool blocked = is_blocked(b, o->pid);

		sure &= !blocked || o->pid;
		if (blocked || nr++ >= OPENERS_SHOWN)
			continue;
		text_addf(t, nr == 1 ? ";\n  other processes that have it open: " : ", ");
		say_process(t, o->pid, o->pid, o->comm);
	}
	if (nr > OPENERS_SHOWN)
		text_addf(t, " and %zu more", nr - OPENERS_SHOWN);
	if (!nr && sure)
		text_addf(t, ";\n  no other process was found that has it open");
}

/* Ends with b. */
static void say_blocked(struct teller *me, struct blocked *b, const char *word, const char *to)
{
	if (b->waits.nr) {
		qsort(b->pids.v, b->pids.nr, sizeof(*b->pids.v), pid_order);
		say_waits(&me->t, &b->waits, object_lacks(&me->m->o, word));
		text_addf(&me->t, " to %s; ", to);
		say_messages(me);
		if (!object_lacks(&me->m->o, word))
			say_others(me, b);
		end_sentence(me);
	}
	vec_free(&b->pids);
}

static void say_senders(struct teller *me)
{
	struct blocked b = { 0 };

	for (size_t i = 0; i < me->m->senders.nr; i++)
		add_blocked(&b, WAITER_OF(mq_sender, &me->m->senders.v[i]));
	say_blocked(me, &b, "mq_sender", "send");
}

static void say_receivers(struct teller *me)
{
	struct blocked b = { 0 };

	for (size_t i = 0; i < me->m->receivers.nr; i++)
		add_blocked(&b, WAITER_OF(mq_receiver, &me->m->receivers.v[i]));
	say_blocked(me, &b, "mq_receiver", "receive");
}

/* A queue without blocked tasks. */
static void say_idle(struct teller *me)
{
	const struct mqueue *m = me->m;

	if (m->senders.nr || m->receivers.nr || object_lacks(&m->o, "mq_sender") ||
	    object_lacks(&m->o, "mq_receiver"))
		return;
	text_addf(&me->t, "no task is blocked on this queue; ");
	say_messages(me);
	if (!m->openers.nr && !object_lacks(&m->o, "opener"))
		text_addf(&me->t, ";\n  no process was found that has it open");
	end_sentence(me);
}

/*
 * The registration of a process that has ended stays where its descriptors were shared with another
 * one (CLONE_FILES), and nobody else can register as long as it is there.
 */
static void say_notify(struct teller *me)
{
	struct last last = LAST_OF(mqueue, me->head, notify_pid);

	if (!last.known)
		return;
	text_addf(&me->t, "mq_notify was called by ");
	say_last(&me->t, last);
	if (last_has_ended(last))
		text_addf(&me->t,
			  ":\n  nobody is told of messages, and nobody else can ask for it");
	else if (me->head->curmsgs)
		text_addf(&me->t, ";\n  it is told of messages that find the queue empty only");
	end_sentence(me);
}

static void say_unlinked(struct teller *me)
{
	if (!me->head->unlinked)
		return;
	text_addf(&me->t, "unlinked: it has no name any more, and goes with its last descriptor");
	end_sentence(me);
}

static void say_charge(struct teller *me)
{
	const struct ipcdbg_mqueue *m = me->head;

	if (!IPCDBG_HAS(mqueue, m, charged) || !IPCDBG_HAS(mqueue, m, charged_uid))
		return;
	text_add_count(&me->t, m->charged, "byte");
	text_addf(&me->t, " charged to user ");
	text_add_user(&me->t, m->charged_uid, false);
	text_addf(&me->t, " (RLIMIT_MSGQUEUE)");
	if (IPCDBG_HAS(mqueue, m, user_charged))
		text_addf(&me->t, ", %llu with that user's other queues", m->user_charged);
	end_sentence(me);
}

void mqueue_say(const struct query *q, const struct object *o)
{
	struct teller me = { .q = q, .m = mqueue_of(o), .head = &o->head.mqueue };

	text_clear(&me.t);
	say_senders(&me);
	say_receivers(&me);
	say_idle(&me);
	say_notify(&me);
	say_unlinked(&me);
	say_charge(&me);
	text_free(&me.t);
}
