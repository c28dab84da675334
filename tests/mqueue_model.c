// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "mqueue_model.h"
#include "common.h"

#include <string.h>

int mqueue_place(const struct mqueue_model *m, int task)
{
	return task == CAST_TESTER ? MQUEUE_TESTER : m->cast.task[task].process;
}

void mqueue_add_fd(struct mqueue_model *m, int queue, int task, int fd)
{
	struct mqueue_fds *fds = &m->queue[queue].fds[mqueue_place(m, task)];

	if (fds->nr == MQUEUE_FDS)
		die("too many descriptors");
	fds->fd[fds->nr++] = fd;
}

static int nr_fds(const struct mqueue *q)
{
	int i, n = 0;

	for (i = 0; i <= MQUEUE_TESTER; i++)
		n += q->fds[i].nr;
	return n;
}

bool mqueue_reachable(const struct mqueue *q)
{
	return !q->unlinked || nr_fds(q);
}

int mqueue_given(const struct mqueue_model *m, int task)
{
	int place = mqueue_place(m, task), i, j;

	for (i = 0; i < m->nr_queues; i++)
		for (j = 0; j < m->queue[i].fds[place].nr; j++)
			if (m->queue[i].fds[place].fd[j] == m->call[task].fd)
				return i;
	return -1;
}

/*
 * A queue without a name goes with its last descriptor, and with the last call that was made by a
 * descriptor that another thread has closed since.
 */
static void lose(struct mqueue *q)
{
	q->gone = q->unlinked && !q->receivers.nr && !q->senders.nr && !nr_fds(q);
}

/* Whichever of its descriptors a process closes, it is not to be notified any more. */
void mqueue_close(struct mqueue_model *m, int queue, int place, int i)
{
	struct mqueue *q = &m->queue[queue];
	struct mqueue_fds *fds = &q->fds[place];

	if (fds->nr && q->notify != MQUEUE_NO_NOTIFY && q->notify_who == place)
		q->notify = MQUEUE_NO_NOTIFY;
	if (i < 0)
		fds->nr = 0;
	else
		fds->fd[i] = fds->fd[--fds->nr];
	lose(q);
}

void mqueue_unlink(struct mqueue_model *m, int queue)
{
	m->queue[queue].unlinked = true;
	lose(&m->queue[queue]);
}

static void comes_back(struct mqueue *q, struct mqueue_outcome *out, int task, long result)
{
	line_remove(&q->receivers, task);
	line_remove(&q->senders, task);
	out->back = task;
	out->back_result = result;
}

static void insert(struct mqueue *q, const struct mqueue_call *call)
{
	int at = q->nr;

	if (q->nr == MQUEUE_MESSAGES)
		die("too many messages");
	while (at && q->message[at - 1].prio < call->prio)
		at--;
	memmove(&q->message[at + 1], &q->message[at], (q->nr - at) * sizeof(*q->message));
	q->message[at] = (struct mqueue_message){ call->prio, call->size };
	q->nr++;
}

void mqueue_send(struct mqueue_model *m, const struct mqueue_call *call, struct mqueue_outcome *out)
{
	struct mqueue *q = &m->queue[call->queue];

	*out = (struct mqueue_outcome){ .back = -1, .blocks = q->nr == q->maxmsg };
	if (out->blocks)
		return;
	if (q->receivers.nr) {
		comes_back(q, out, q->receivers.task[0], call->size);
		return;
	}
	insert(q, call);
	/* It has come to an empty queue: whoever asked for that has been told. */
	if (q->nr == 1)
		q->notify = MQUEUE_NO_NOTIFY;
}

void mqueue_receive(struct mqueue_model *m, int queue, struct mqueue_outcome *out)
{
	struct mqueue *q = &m->queue[queue];
	int task;

	*out = (struct mqueue_outcome){ .back = -1, .blocks = !q->nr };
	if (out->blocks)
		return;
	out->result = q->message[0].size;
	q->nr--;
	memmove(&q->message[0], &q->message[1], q->nr * sizeof(*q->message));
	if (!q->senders.nr)
		return;
	task = q->senders.task[0];
	comes_back(q, out, task, 0);
	insert(q, &m->call[task]);
}

void mqueue_wait(struct mqueue_model *m, int task, const struct mqueue_call *call, bool receives,
		 int priority)
{
	struct mqueue *q = &m->queue[call->queue];
	struct line *l = receives ? &q->receivers : &q->senders;
	int at;

	m->call[task] = *call;
	m->priority[task] = priority;
	line_add(l, task);
	for (at = l->nr - 1; at && m->priority[l->task[at - 1]] > priority; at--)
		l->task[at] = l->task[at - 1];
	l->task[at] = task;
}

static void bury_process(struct mqueue_model *m, int process)
{
	int i;

	for (i = 0; i < m->nr_queues; i++)
		if (m->queue[i].fds[process].nr)
			mqueue_close(m, i, process, -1);
}

void mqueue_bury(struct mqueue_model *m)
{
	int i, task;

	for (i = 0; i < m->cast.nr_processes; i++)
		if (!m->cast.process[i].live_tasks)
			bury_process(m, i);
	for (task = 0; task < m->cast.nr_tasks; task++)
		for (i = 0; i < m->nr_queues && !m->cast.task[task].alive; i++) {
			line_remove(&m->queue[i].receivers, task);
			line_remove(&m->queue[i].senders, task);
			lose(&m->queue[i]);
		}
}

/* Its sizeof(struct msg_msg) and sizeof(struct posix_msg_tree_node) are 48 each on 64-bit. */
uint64_t mqueue_charge(const struct mqueue *q)
{
	long nodes = q->maxmsg < 32768 ? q->maxmsg : 32768;

	return q->maxmsg * 48 + nodes * 48 + q->maxmsg * q->msgsize;
}
