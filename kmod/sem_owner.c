// SPDX-License-Identifier: GPL-2.0
/*
 * Who shares the undo lists of a set. A list does not name its tasks, so that a table of all tasks
 * (task_table.c), made before, is asked, and each row of it checked again under the set's lock.
 * There may be very many threads: under the lock only their addresses are noted. The table
 * references its tasks, so they are there after it, to be referenced for this set.
 */
#include <linux/sched.h>

#include "sem.h"
#include "unlocked.h"

#define MAX_OWNERS 32768 /* of one part of a set */

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

void sem_copy_owners(struct sem_state *s, struct sem_un *un)
{
	const struct task_row *row = s->owners.rows + task_table_find(&s->owners, un->ulp);
	const struct task_row *end = s->owners.rows + s->owners.nr;
	struct vec *v = &s->vecs[SEM_OWNERS];
	struct task_copy *owner;
	u32 found = 0;

	un->has_owners = true;
	un->owners = v->nr;
	for (; row < end && row->key == un->ulp && v->want < MAX_OWNERS; row++) {
		if (!shares(row))
			continue;
		found++;
		owner = vec_add(v, 1);
		if (!owner)
			continue;
		owner->ref.task = row->task;
		un->nr_owners++;
	}
	if (found < un->tasks && v->want < MAX_OWNERS && !s->owners.full)
		s->stale = true;
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
		if (sem_un_at(s, i)->has_owners)
			settle_owners_of(s, sem_un_at(s, i));
	s->owners_retained = 0;
}
