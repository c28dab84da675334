// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a copied set: room for it, references taken under the lock turned into values after
 * it, and the memory given back. Process context, no lock of ipc/ held.
 */
#include <linux/pid.h>
#include <linux/slab.h>

#include "sem.h"

#define MAX_REBUILDS 8 /* of the table of owners, in one buffer of text */

static void state_init(struct walk_object *o)
{
	static const u32 items[SEM_VECS] = {
		[SEM_SEMS] = sizeof(struct sem_sem),   [SEM_WAITS] = sizeof(struct sem_wait),
		[SEM_OPS] = sizeof(struct sembuf),     [SEM_UNS] = sizeof(struct sem_un),
		[SEM_ADJS] = sizeof(const short *),
		[SEM_UNDOS] = sizeof(struct sem_undo_row), [SEM_OWNERS] = sizeof(struct sem_owner),
	};
	struct sem_state *s = sem_state_of(o);
	unsigned int i;

	for (i = 0; i < SEM_VECS; i++)
		s->vecs[i].item = items[i];
	s->settled = true;
}

static void drop_owners(struct sem_state *s)
{
	undo_table_free(&s->owners);
	s->o.budget += s->owners_bytes;
	s->owners_bytes = 0;
}

static void end_read(struct walk_object *o)
{
	struct sem_state *s = sem_state_of(o);

	drop_owners(s);
	s->rebuilds = 0;
}

static void state_free(struct walk_object *o)
{
	struct sem_state *s = sem_state_of(o);
	unsigned int i;

	end_read(o);
	for (i = 0; i < SEM_VECS; i++)
		vec_free(&s->vecs[i], &o->budget);
}

/* What one vector needed for one part is not to be missing for another in the next. */
static void trim(struct sem_state *s)
{
	unsigned int i;

	if (s->o.budget >= s->o.bound / 2)
		return;
	for (i = 0; i < SEM_VECS; i++)
		vec_free(&s->vecs[i], &s->o.budget);
}

void sem_next_part(struct sem_state *s)
{
	s->from = s->to;
	s->rebuilt = false;
	s->stage = SEM_AT_PART;
	trim(s);
}

static void begin_set(struct walk_object *o)
{
	struct sem_state *s = sem_state_of(o);

	memset(&s->set, 0, sizeof(s->set));
	s->from = 0;
	s->to = 0;
	s->slice = SEM_SLICE;
	s->rebuilt = false;
	s->undos_lost = false;
	s->stage = SEM_AT_SET;
	trim(s);
}

/* Gives up what collect() took, to take it again or because there is no memory to go on. */
static void drop_refs(struct sem_state *s)
{
	u32 i;

	for (i = 0; i < s->vecs[SEM_SEMS].nr; i++)
		put_pid(sem_sem_at(s, i)->pid);
	for (i = 0; i < s->vecs[SEM_WAITS].nr; i++) {
		task_ref_put(&sem_wait_at(s, i)->ref);
		cond_resched();
	}
	for (i = 0; i < s->vecs[SEM_OWNERS].nr; i++) {
		task_ref_put(&sem_owner_at(s, i)->ref);
		cond_resched();
	}
	for (i = 0; i < SEM_VECS; i++)
		s->vecs[i].nr = 0;
	s->settled = true;
}

static void settle_task(struct task_facts *facts, struct task_ref *ref, const struct view *view)
{
	struct task_ref taken = *ref; /* shares its memory with facts */

	task_facts_get(facts, &taken, view);
	task_ref_put(&taken);
	cond_resched();
}

static void settle_refs(struct sem_state *s)
{
	const struct view *view = s->o.view;
	struct sem_wait *w;
	struct sem_owner *owner;
	struct sem_sem *sem;
	struct pid *pid;
	u32 i;

	for (i = 0; i < s->vecs[SEM_SEMS].nr; i++) {
		sem = sem_sem_at(s, i);
		pid = sem->pid;
		if (pid)
			pid_facts_get(&sem->facts, pid, view);
		put_pid(pid);
		cond_resched();
	}
	for (i = 0; i < s->vecs[SEM_WAITS].nr; i++) {
		w = sem_wait_at(s, i);
		settle_task(&w->facts, &w->ref, view);
	}
	for (i = 0; i < s->vecs[SEM_OWNERS].nr; i++) {
		owner = sem_owner_at(s, i);
		settle_task(&owner->facts, &owner->ref, view);
	}
	s->settled = true;
}

static bool can_grow(const struct sem_state *s)
{
	unsigned int i;

	for (i = 0; i < SEM_VECS; i++)
		if (vec_is_short(&s->vecs[i]) && s->o.budget >= s->vecs[i].item)
			return true;
	return false;
}

/* Makes room. Where there is no memory, what fits is taken next time, and the rest is truncated. */
static void grow(struct sem_state *s)
{
	unsigned int i;

	drop_refs(s);
	for (i = 0; i < SEM_VECS; i++)
		if (vec_is_short(&s->vecs[i]) && vec_grow(&s->vecs[i], &s->o.budget))
			s->o.starved = true;
}

/* 1, or -EINTR. */
static int rebuild(struct sem_state *s)
{
	int ret;

	drop_refs(s);
	drop_owners(s);
	s->rebuilt = true;
	s->rebuilds++;
	/* Half of what is left, so that its rows can be copied too. */
	ret = undo_table_build(&s->owners, s->o.budget / 2 / sizeof(struct undo_task));
	s->owners_bytes = (u64)s->owners.size * sizeof(struct undo_task);
	s->o.budget -= s->owners_bytes;
	/* Without the table the owners are missing, visibly. */
	return ret == -EINTR ? ret : 1;
}

/* Whether the table of owners may tell more than it did. */
static bool can_rebuild(const struct sem_state *s)
{
	return s->stale && !s->rebuilt && s->rebuilds < MAX_REBUILDS;
}

static void part_done(struct sem_state *s)
{
	u32 most;

	s->undos_lost |= s->uns_missed || vec_is_short(&s->vecs[SEM_UNS]) ||
			 vec_is_short(&s->vecs[SEM_ADJS]);
	/* Each part walks the set's own lists again: larger parts where they are long. */
	most = min_t(u64, s->o.bound / 4 / sizeof(struct sem_sem), 16 * SEM_SLICE);
	s->slice = clamp(s->set_waits, SEM_SLICE, max(most, SEM_SLICE));
}

static int settle_set(struct walk_object *o, bool last_try)
{
	struct sem_state *s = sem_state_of(o);

	if (o->list) {
		if (o->more)
			s->from = s->to;
		return 0;
	}
	if (s->settled)
		return 0;
	if (!last_try && !o->starved && can_grow(s)) {
		grow(s);
		return 1;
	}
	if (!last_try && can_rebuild(s))
		return rebuild(s);
	settle_refs(s);
	part_done(s);
	return s->vecs[SEM_SEMS].nr ? 0 : -ENOMEM;
}

const struct walk_kind sem_kind = {
	.word = "set",
	.ids = 0, /* IPC_SEM_IDS of ipc/util.h */
	.state_size = sizeof(struct sem_state),
	.init = state_init,
	.free = state_free,
	.begin = begin_set,
	.collect = sem_collect,
	.settle = settle_set,
	.emit = sem_emit,
	.end_read = end_read,
};
