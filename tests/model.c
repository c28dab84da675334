// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "model.h"
#include "common.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#define VALUE_MAX 32767

void model_add_set(struct model *m, int id, int nsems)
{
	struct model_set *set = &m->set[m->nr_sets++];
	int i;

	set->id = id;
	set->nsems = nsems;
	set->complex_waits = 0;
	set->alter.nr = set->constant.nr = 0;
	for (i = 0; i < nsems; i++)
		set->sem[i] = (struct model_sem){ .last = MODEL_NOBODY };
}

static int group_of(struct model *m, int task)
{
	struct model_task *t = &m->task[task];

	if (t->group < 0) {
		t->group = m->nr_groups++;
		memset(&m->group[t->group], 0, sizeof(m->group[0]));
		m->group[t->group].tasks = 1;
	}
	return t->group;
}

int model_add_task(struct model *m, struct puppet *p, int parent, unsigned long flags)
{
	struct model_task *t = &m->task[m->nr_tasks];

	memset(t, 0, sizeof(*t));
	t->puppet = p;
	t->alive = true;
	t->group = -1;
	if (flags & CLONE_SYSVSEM) {
		t->group = group_of(m, parent);
		m->group[t->group].tasks++;
	}
	if (flags & CLONE_THREAD) {
		t->process = m->task[parent].process;
	} else {
		t->process = m->nr_processes++;
		m->process[t->process] = (struct model_process){ .pid = p->pid };
	}
	m->process[t->process].live_tasks++;
	return m->nr_tasks++;
}

static void enqueue(struct model_queue *q, int task)
{
	q->task[q->nr++] = task;
}

static void dequeue(struct model_queue *q, int task)
{
	int i, to = 0;

	for (i = 0; i < q->nr; i++)
		if (q->task[i] != task)
			q->task[to++] = q->task[i];
	q->nr = to;
}

/* The whole of from is put before what to holds. */
static void splice(struct model_queue *from, struct model_queue *to)
{
	struct model_queue all = *from;
	int i;

	for (i = 0; i < to->nr; i++)
		enqueue(&all, to->task[i]);
	*to = all;
	from->nr = 0;
}

/* Does one operation on the scratch values. */
static int one_op(struct model_set *set, struct model_group *g, int nr, const struct sembuf *op)
{
	int val = set->sem[op->sem_num].val + op->sem_op;

	if (val < 0 || (!op->sem_op && val))
		return op->sem_flg & IPC_NOWAIT ? -EAGAIN : 1;
	if (val > VALUE_MAX)
		return -ERANGE;
	if (op->sem_flg & SEM_UNDO) {
		int adj = g->adj[nr][op->sem_num] - op->sem_op;

		if (adj < -VALUE_MAX - 1 || adj > VALUE_MAX)
			return -ERANGE;
		g->adj[nr][op->sem_num] = adj;
	}
	set->sem[op->sem_num].val = val;
	return 0;
}

static void take_back(struct model_set *set, struct model_group *g, int nr, const struct sembuf *op)
{
	set->sem[op->sem_num].val -= op->sem_op;
	if (op->sem_flg & SEM_UNDO)
		g->adj[nr][op->sem_num] += op->sem_op;
}

/* All or none of the operations. */
static int all_ops(struct model *m, int group, int set, const struct sembuf *sops,
		   unsigned int nsops, bool keep, unsigned int *blocking)
{
	struct model_group *g = group < 0 ? NULL : &m->group[group];
	unsigned int done;
	int ret = 0;

	for (done = 0; done < nsops; done++) {
		ret = one_op(&m->set[set], g, set, &sops[done]);
		if (ret)
			break;
	}
	if (ret > 0)
		*blocking = done;
	if (ret || !keep)
		while (done--)
			take_back(&m->set[set], g, set, &sops[done]);
	return ret;
}

static bool wants_undo(const struct sembuf *sops, unsigned int nsops)
{
	while (nsops--)
		if (sops[nsops].sem_flg & SEM_UNDO)
			return true;
	return false;
}

static bool alters(const struct sembuf *sops, unsigned int nsops)
{
	while (nsops--)
		if (sops[nsops].sem_op)
			return true;
	return false;
}

/* A wait of more than one operation makes all altering waits of the set queue in one line. */
static void join_queues(struct model_set *set)
{
	int i;

	for (i = 0; i < set->nsems; i++)
		splice(&set->sem[i].alter, &set->alter);
}

static struct model_queue *queue_for(struct model_set *set, const struct model_task *t)
{
	struct model_sem *sem = &set->sem[t->sops[0].sem_num];

	if (t->nsops > 1)
		return t->alter ? &set->alter : &set->constant;
	if (!t->alter)
		return &sem->constant;
	return set->complex_waits ? &set->alter : &sem->alter;
}

static void start_wait(struct model *m, int task, int set, const struct sembuf *sops,
		       unsigned int nsops, unsigned int blocking)
{
	struct model_task *t = &m->task[task];

	t->waiting = true;
	t->set = set;
	t->nsops = nsops;
	t->blocking = blocking;
	memcpy(t->sops, sops, nsops * sizeof(*sops));
	t->alter = alters(sops, nsops);
	t->undo = wants_undo(sops, nsops);
	if (nsops > 1 && !m->set[set].complex_waits)
		join_queues(&m->set[set]);
	enqueue(queue_for(&m->set[set], t), task);
	if (nsops > 1)
		m->set[set].complex_waits++;
}

int model_semop(struct model *m, int task, int set, const struct sembuf *sops, unsigned int nsops,
		bool effect)
{
	unsigned int blocking = 0, i;
	int group = -1, ret;

	if (wants_undo(sops, nsops)) {
		group = group_of(m, task);
		m->group[group].touched[set] |= effect;
	}
	ret = all_ops(m, group, set, sops, nsops, effect, &blocking);
	if (!effect || ret < 0)
		return ret;
	if (ret) {
		start_wait(m, task, set, sops, nsops, blocking);
		return ret;
	}
	for (i = 0; i < nsops; i++)
		m->set[set].sem[sops[i].sem_num].last =
			task == MODEL_TESTER ? MODEL_TESTER : m->task[task].process;
	return ret;
}

/* Tries everyone in the queue again. False if one would be woken. */
static bool retry(struct model *m, int set, const struct model_queue *q)
{
	int i;

	for (i = 0; i < q->nr; i++) {
		struct model_task *t = &m->task[q->task[i]];

		if (all_ops(m, t->undo ? t->group : -1, set, t->sops, t->nsops, false,
			    &t->blocking) <= 0)
			return false;
	}
	return true;
}

static bool update_zero(struct model *m, int set, const struct sembuf *sops, unsigned int nsops)
{
	unsigned int i, nr = sops ? nsops : (unsigned int)m->set[set].nsems;
	bool zero = false;

	for (i = 0; i < nr; i++) {
		struct model_sem *sem = &m->set[set].sem[sops ? sops[i].sem_num : i];

		if (sem->val)
			continue;
		zero = true;
		if (sem->constant.nr)
			return false;
	}
	return !zero || retry(m, set, &m->set[set].constant);
}

static bool update_alter(struct model *m, int set, const struct sembuf *sops, unsigned int nsops)
{
	unsigned int i, nr = sops ? nsops : (unsigned int)m->set[set].nsems;

	if (m->set[set].alter.nr)
		return retry(m, set, &m->set[set].alter);
	for (i = 0; i < nr; i++)
		if ((!sops || sops[i].sem_op > 0) &&
		    !retry(m, set, &m->set[set].sem[sops ? sops[i].sem_num : i].alter))
			return false;
	return true;
}

bool model_update(struct model *m, int set, const struct sembuf *sops, unsigned int nsops)
{
	return update_zero(m, set, sops, nsops) && update_alter(m, set, sops, nsops);
}

bool model_setval(struct model *m, int set, int semnum, int val)
{
	int i;

	for (i = 0; i < m->nr_groups; i++)
		m->group[i].adj[set][semnum] = 0;
	m->set[set].sem[semnum].val = val;
	m->set[set].sem[semnum].last = MODEL_TESTER;
	return model_update(m, set, NULL, 0);
}

static void apply_adjustments(struct model *m, struct model_group *g, int set, int process)
{
	int i;

	for (i = 0; i < m->set[set].nsems; i++) {
		struct model_sem *sem = &m->set[set].sem[i];

		if (!g->adj[set][i])
			continue;
		sem->val += g->adj[set][i];
		sem->val = sem->val < 0 ? 0 : sem->val > VALUE_MAX ? VALUE_MAX : sem->val;
		sem->last = process;
		g->adj[set][i] = 0;
	}
}

static bool leave_group(struct model *m, struct model_task *t)
{
	struct model_group *g = t->group < 0 ? NULL : &m->group[t->group];
	bool quiet = true;
	int set;

	if (!g || --g->tasks)
		return true;
	for (set = 0; set < m->nr_sets; set++) {
		if (!g->touched[set])
			continue;
		apply_adjustments(m, g, set, t->process);
		quiet &= model_update(m, set, NULL, 0);
	}
	return quiet;
}

/* The last wait of several operations is over: altering waits go back to their semaphores. */
static void split_queues(struct model *m, struct model_set *set)
{
	int i;

	for (i = 0; i < set->alter.nr; i++)
		enqueue(&set->sem[m->task[set->alter.task[i]].sops[0].sem_num].alter,
			set->alter.task[i]);
	set->alter.nr = 0;
}

static void end_wait(struct model *m, int task)
{
	struct model_task *t = &m->task[task];
	struct model_set *set = &m->set[t->set];

	dequeue(queue_for(set, t), task);
	t->waiting = false;
	if (t->nsops > 1 && !--set->complex_waits)
		split_queues(m, set);
}

bool model_exit(struct model *m, int task)
{
	struct model_task *t = &m->task[task];

	if (t->waiting)
		end_wait(m, task);
	t->alive = false;
	m->process[t->process].live_tasks--;
	return leave_group(m, t);
}

bool model_exit_process(struct model *m, int process)
{
	bool quiet = true;
	int i;

	for (i = 0; i < m->nr_tasks; i++)
		if (m->task[i].alive && m->task[i].process == process)
			quiet &= model_exit(m, i);
	return quiet;
}
