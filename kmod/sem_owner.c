// SPDX-License-Identifier: GPL-2.0
/*
 * Who shares the undo lists of a set. A list does not name its tasks, so that a table of all tasks
 * (task_table.c), made before, is asked, and each row of it checked again under the set's lock.
 * There may be very many threads: under the lock only their addresses are noted. The table
 * references its tasks, so they are there after it, to be referenced for this set.
 */
#include <linux/refcount.h>
#include <linux/sched.h>

#include "layout.h"
#include "sem.h"
#include "unlocked.h"

#define MAX_OWNERS 32768 /* of one part of a set */

/* Instructions under the lock: to find the tasks of a list, and of each of them. */
#define FIND_COST 120
#define OWNER_COST 40

/*
 * Lock: sem_perm.lock of a set that is not deleted and has an undo of the row's list on its
 * list_id. So the list is alive: exit_sem() frees it only after taking that lock for each of its
 * undos. A task clears its pointer before it drops its count of the list, and only the task itself
 * sets it; so a pointer that equals the address of a live list is a share of that very list,
 * however old the row is.
 */
static bool shares(const struct task_row *row)
{
	return READ_UNLOCKED(row->task->sysvsem.undo_list) == row->key;
}

void sem_owners_begin(struct sem_state *s)
{
	s->stale = false;
	s->owners_retained = 0;
}

static void copy_owner(struct sem_state *s, struct sem_un *un, const struct task_row *row)
{
	struct task_copy *owner;

	if (!shares(row))
		return;
	s->undos.found++;
	owner = vec_add(&s->vecs[SEM_OWNERS], 1);
	if (!owner)
		return;
	owner->ref.task = row->task;
	un->nr_owners++;
}

bool sem_copy_owners(struct sem_state *s, struct sem_un *un)
{
	const struct task_row *first = s->owners.rows + task_table_find(&s->owners, un->ulp);
	const struct task_row *row = first + s->undos.table_row;
	const struct task_row *end = s->owners.rows + s->owners.nr;
	struct vec *v = &s->vecs[SEM_OWNERS];

	s->undos.credit -= FIND_COST;
	if (row == first)
		un->owners = v->nr;
	for (; row < end && row->key == un->ulp && v->want < MAX_OWNERS; row++) {
		copy_owner(s, un, row);
		s->undos.credit -= OWNER_COST;
		if (s->undos.credit < 0) {
			s->undos.table_row = row + 1 - first;
			return false;
		}
	}
	un->tasks = refcount_read(sem_undo_list__refcnt(un->ulp));
	if (s->undos.found < un->tasks && v->want < MAX_OWNERS && !s->owners.full)
		s->stale = true;
	s->undos.table_row = 0;
	s->undos.found = 0;
	return true;
}

void sem_retain_owners(struct sem_state *s)
{
	struct task_ref *ref;

	for (; s->owners_retained < s->vecs[SEM_OWNERS].nr; s->owners_retained++) {
		ref = &sem_owner_at(s, s->owners_retained)->ref;
		if (!task_ref_get(ref, ref->task))
			ref->task = NULL;
	}
}

void sem_drop_owners(struct sem_state *s)
{
	struct task_ref *ref;
	u32 i;

	for (i = 0; i < s->owners_retained; i++) {
		ref = &sem_owner_at(s, i)->ref;
		if (ref->task)
			task_ref_put(ref);
		cond_resched();
	}
	s->owners_retained = 0;
}

/* Those of one list stand in a row, without those that were reaped before they were referenced. */
static void settle_owners_of(struct sem_state *s, struct sem_un *un)
{
	struct task_copy *to = sem_owner_at(s, un->owners);
	struct task_copy *from = to, *end = to + un->nr_owners;

	for (un->nr_owners = 0; from < end; from++) {
		if (!from->ref.task)
			continue;
		task_copy_settle(from, s->o.view);
		if (to != from)
			*to = *from;
		to++;
		un->nr_owners++;
	}
}

void sem_settle_owners(struct sem_state *s)
{
	u32 i;

	for (i = 0; i < s->vecs[SEM_UNS].nr; i++)
		if (sem_un_at(s, i)->adjusted)
			settle_owners_of(s, sem_un_at(s, i));
	s->owners_retained = 0;
}
