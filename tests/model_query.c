// SPDX-License-Identifier: GPL-2.0
/* What the model says of a state. */
#include "model.h"
#include "common.h"

static int count_in(const struct model *m, const struct model_queue *q, int semnum, bool zero)
{
	int i, n = 0;

	for (i = 0; i < q->nr; i++) {
		const struct model_task *t = &m->task[q->task[i]];
		const struct sembuf *op = &t->sops[t->blocking];

		n += op->sem_num == semnum && !op->sem_op == zero;
	}
	return n;
}

int model_count(const struct model *m, int set, int semnum, bool zero)
{
	const struct model_set *s = &m->set[set];

	return count_in(m, &s->alter, semnum, zero) + count_in(m, &s->constant, semnum, zero) +
	       count_in(m, &s->sem[semnum].alter, semnum, zero) +
	       count_in(m, &s->sem[semnum].constant, semnum, zero);
}

static bool find_in(const struct model_queue *q, int task, int *order)
{
	for (*order = 0; *order < q->nr; ++*order)
		if (q->task[*order] == task)
			return true;
	return false;
}

const char *model_queue(const struct model *m, int task, int *order)
{
	const struct model_task *t = &m->task[task];
	const struct model_set *set = &m->set[t->set];
	const struct model_sem *sem = &set->sem[t->sops[0].sem_num];

	if (find_in(&set->alter, task, order))
		return "set_alter";
	if (find_in(&set->constant, task, order))
		return "set_const";
	if (find_in(&sem->alter, task, order))
		return "alter";
	if (find_in(&sem->constant, task, order))
		return "const";
	die("task %d waits nowhere", task);
}

int model_holders(const struct model *m, int set)
{
	int i, j, n = 0;

	for (i = 0; i < m->nr_groups; i++)
		for (j = 0; j < m->set[set].nsems; j++)
			if (m->group[i].adj[set][j]) {
				n++;
				break;
			}
	return n;
}
