// SPDX-License-Identifier: GPL-2.0
#include "sem_model.h"

#include <stdlib.h>
#include <string.h>

#include "processes.h"

#define NSEMS_MAX 65536 /* sem_num of sembuf has 16 bits */

static struct sem_set *set_of(struct object *o)
{
	return (struct sem_set *)o;
}

void sem_set_clear(struct object *o)
{
	struct sem_set *s = set_of(o);

	s->sems.nr = s->waits.nr = s->ops.nr = 0;
	s->undos.nr = s->owners.nr = 0;
}

static void add_wait(struct sem_set *s, const struct ipcdbg_wait *w)
{
	struct sem_wait *new = vec_add(&s->waits);

	new->w = *w;
	new->sem = s->sems.nr - 1;
	new->semnum = s->sems.v[new->sem].semnum;
	new->first_op = s->ops.nr;
}

static void add_undo(struct sem_set *s, const struct ipcdbg_undo *u)
{
	struct sem_undo *new = vec_add(&s->undos);

	new->u = *u;
	new->first_owner = s->owners.nr;
}

/* Its row says how many there will be; more than the kernel can have are not believed. */
static void reserve_sems(struct sem_set *s)
{
	__s32 nsems = s->o.head.set.nsems;

	if (nsems > 0 && nsems <= NSEMS_MAX)
		vec_reserve(&s->sems, nsems);
}

void sem_set_add(struct object *o, const struct parse_row *row)
{
	struct sem_set *s = set_of(o);

	switch (row->id) {
	case IPCDBG_R_sem:
		if (!s->sems.nr)
			reserve_sems(s);
		*vec_add(&s->sems) = row->u.sem;
		break;
	case IPCDBG_R_wait:
		add_wait(s, &row->u.wait);
		break;
	case IPCDBG_R_op:
		*vec_add(&s->ops) = row->u.op;
		s->waits.v[s->waits.nr - 1].nr_ops++;
		break;
	case IPCDBG_R_undo:
		add_undo(s, &row->u.undo);
		break;
	case IPCDBG_R_owner:
		*vec_add(&s->owners) = row->u.owner;
		s->undos.v[s->undos.nr - 1].nr_owners++;
		break;
	default:
		break;
	}
}

/* Every semaphore of the set is there, once and in order, and undos are of semaphores it has. */
static bool is_whole(const struct sem_set *s)
{
	__s32 nsems = s->o.head.set.nsems;
	size_t i;

	for (i = 0; i < s->undos.nr; i++)
		if (s->undos.v[i].u.semnum < 0 || s->undos.v[i].u.semnum >= nsems)
			return false;
	for (i = 0; i < s->sems.nr; i++)
		if (s->sems.v[i].semnum >= nsems ||
		    s->sems.v[i].semnum <= (i ? s->sems.v[i - 1].semnum : -1))
			return false;
	if (s->o.gone || sem_set_lacks(s, "sem"))
		return nsems > 0;
	return nsems > 0 && s->sems.nr == (size_t)nsems;
}

static int owner_order(const void *a, const void *b)
{
	const struct ipcdbg_owner *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->tid != y->tid)
		return x->tid < y->tid ? -1 : 1;
	return (x->start_ns > y->start_ns) - (x->start_ns < y->start_ns);
}

/* The kernel has no order of its own for the tasks that share an undo list. */
static void sort_owners(struct sem_set *s)
{
	for (size_t i = 0; i < s->undos.nr; i++) {
		const struct sem_undo *u = &s->undos.v[i];

		if (u->nr_owners > 1)
			qsort(&s->owners.v[u->first_owner], u->nr_owners, sizeof(*s->owners.v),
			      owner_order);
	}
}

/* Undo lists: a task has but one, so that its first one by number tells them apart. */
static __u32 count_lists(const struct sem_set *s)
{
	struct processes firsts = { 0 };
	__u32 nr = 0;

	for (size_t i = 0; i < s->undos.nr; i++) {
		const struct sem_undo *u = &s->undos.v[i];
		const struct ipcdbg_owner *first;

		if (!u->nr_owners) {
			nr++;
			continue;
		}
		first = &s->owners.v[u->first_owner];
		processes_add(&firsts, first->tid, first->start_ns, "");
	}
	return nr + processes_count(&firsts);
}

/* What the lists tell of a set, its rows tell as well. */
static void count_rows(struct sem_set *s)
{
	struct ipcdbg_set *set = &s->o.head.set;

	if (!sem_set_lacks(s, "wait"))
		IPCDBG_PUT(set, set, waiters, s->waits.nr);
	if (!sem_set_lacks(s, "undo") && !sem_set_lacks(s, "owner"))
		IPCDBG_PUT(set, set, holders, count_lists(s));
}

enum parse_result sem_set_finish(struct table *t, struct object *o)
{
	struct sem_set *s = set_of(o);

	if (!is_whole(s))
		return table_refuse(t, "the rows of set %d do not fit its %d semaphores",
				    o->head.set.semid, o->head.set.nsems);
	sort_owners(s);
	count_rows(s);
	return PARSE_ROW;
}

void sem_set_free(struct object *o)
{
	struct sem_set *s = set_of(o);

	vec_free(&s->sems);
	vec_free(&s->waits);
	vec_free(&s->ops);
	vec_free(&s->undos);
	vec_free(&s->owners);
}

bool sem_owner_is_first(const struct sem_set *s, const struct sem_undo *u, size_t i)
{
	const struct ipcdbg_owner *o = &s->owners.v[u->first_owner + i];

	return !i || !o->pid || o->pid != o[-1].pid;
}

bool sem_set_lacks(const struct sem_set *s, const char *word)
{
	return object_lacks(&s->o, word) || object_lacks(&s->o, "sem");
}

bool sem_wait_is_zero(const struct sem_set *s, const struct sem_wait *w)
{
	for (size_t i = 0; i < w->nr_ops; i++)
		if (s->ops.v[w->first_op + i].blocking)
			return s->ops.v[w->first_op + i].sem_op == 0;
	if (IPCDBG_HAS(wait, &w->w, alter) && !w->w.alter)
		return true;
	/* Without its operations, the counts of its semaphore may still tell. */
	return !s->sems.v[w->sem].semncnt;
}

bool sem_undo_blocks(const struct sem_undo *u, int semnum, bool zero)
{
	return u->u.semnum == semnum && (zero ? u->u.semadj < 0 : u->u.semadj > 0);
}
