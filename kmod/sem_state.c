// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a copied set: room for it, references taken under the lock turned into values after
 * it, and the memory given back. Process context, no lock of ipc/ held.
 */
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "ids.h"
#include "kind.h"
#include "sem.h"
#include "unlocked.h"

#define MAX_REBUILDS 8 /* of the table of owners, in one buffer of text */

static const void *undo_list_of(struct task_struct *task)
{
	return READ_UNLOCKED(task->sysvsem.undo_list);
}

static void state_init(struct walk_object *o)
{
	static const u32 items[SEM_VECS] = {
		[SEM_SEMS] = sizeof(struct sem_sem),
		[SEM_COUNTS] = sizeof(struct sem_counts),
		[SEM_WAITS] = sizeof(struct sem_wait),
		[SEM_OPS] = sizeof(struct sembuf),
		[SEM_UNS] = sizeof(struct sem_un),
		[SEM_ADJS] = sizeof(struct sem_adj),
		[SEM_UNDOS] = sizeof(struct sem_undo_row),
		[SEM_OWNERS] = sizeof(struct task_copy),
	};
	struct sem_state *s = sem_state_of(o);
	unsigned int i;

	for (i = 0; i < SEM_VECS; i++)
		s->vecs[i].item = items[i];
	s->owners.key_of = undo_list_of;
	o->vecs = s->vecs;
	o->nr_vecs = SEM_VECS;
	o->settled = true;
}

static void drop_table(struct sem_state *s)
{
	task_table_free(&s->owners);
	s->o.budget += s->owners_bytes;
	s->owners_bytes = 0;
}

/* Gives up what collect() took, to take it again or because there is no memory to go on. */
static void drop_refs(struct sem_state *s)
{
	u32 i;

	for (i = 0; i < s->vecs[SEM_SEMS].nr; i++)
		pid_copy_drop(&sem_sem_at(s, i)->sempid);
	sem_drop_waits(s);
	sem_drop_owners(s);
	s->paused = false;
	s->undos.going = false;
	object_empty(&s->o);
}

/* What a hold took before the object went away. */
static void forget(struct sem_state *s)
{
	if (!s->o.settled)
		drop_refs(s);
}

static void end_read(struct walk_object *o)
{
	struct sem_state *s = sem_state_of(o);

	forget(s);
	drop_table(s);
	s->rebuilds = 0;
}

static void state_free(struct walk_object *o)
{
	end_read(o);
	object_free(o);
}

static void restart_text(struct walk_object *o)
{
	sem_state_of(o)->owners_told = 0;
}

static void begin_part(struct sem_state *s)
{
	s->rebuilt = false;
	s->restarts = 0;
	s->grown = 0;
	s->alone = false;
}

void sem_begin_tries(struct sem_state *s)
{
	s->slice = 0;
	s->set_waits = 0;
	s->const_len = 0;
	s->whole = false;
	begin_part(s);
}

void sem_next_part(struct sem_state *s)
{
	/* The set may have gone away between two holds of this part. */
	forget(s);
	s->from = s->to;
	/* Fewer may wait for the next ones; a hold that would take too many is one for nothing. */
	if (s->slice)
		s->slice = min(s->slice + s->slice / 8 + 1, s->nsems);
	begin_part(s);
	s->stage = SEM_AT_PART;
	/* What was refused then may be had now, and if the memory is given back it must be. */
	s->o.starved = false;
	object_trim(&s->o);
}

static void begin_set(struct walk_object *o)
{
	struct sem_state *s = sem_state_of(o);

	forget(s);
	memset(&s->set, 0, sizeof(s->set));
	s->from = 0;
	s->to = 0;
	sem_begin_tries(s);
	s->undos_lost = false;
	s->stage = SEM_AT_SET;
	object_trim(&s->o);
}

static void settle_refs(struct sem_state *s)
{
	const struct view *view = s->o.view;
	u32 i;

	for (i = 0; i < s->vecs[SEM_SEMS].nr; i++)
		pid_copy_settle(&sem_sem_at(s, i)->sempid, view);
	sem_settle_waits(s);
	sem_settle_owners(s);
	s->o.settled = true;
}

/* 1, or -EINTR. */
static int rebuild(struct sem_state *s)
{
	int ret;

	drop_refs(s);
	drop_table(s);
	s->rebuilt = true;
	s->rebuilds++;
	/* Half of what is left, so that its rows can be copied too. */
	ret = task_table_build(&s->owners, s->o.budget / 2 / TASK_TABLE_ROW);
	task_table_index(&s->owners);
	s->owners_bytes = task_table_bytes(&s->owners);
	s->o.budget -= s->owners_bytes;
	/* Without the table the owners are missing, visibly. */
	return ret == -EINTR ? ret : 1;
}

bool sem_can_rebuild(const struct sem_state *s)
{
	return s->stale && !s->rebuilt && s->rebuilds < MAX_REBUILDS;
}

static void part_done(struct sem_state *s)
{
	s->undos_lost |= s->uns_missed || s->undos.given_up;
}

/*
 * With one semaphore, so that a hold without bounds, behind the last restart, is of one; but first
 * without going on with the set's lists.
 */
static int restart(struct sem_state *s)
{
	bool several = s->summed && !s->further && !sem_is_alone(s);

	drop_refs(s);
	s->restart = false;
	s->restarts++;
	s->alone |= !several;
	s->whole |= several;
	return WALK_GO_ON;
}

/* With fewer semaphores, so not without end. */
static int take_fewer(struct sem_state *s)
{
	drop_refs(s);
	s->too_many = false;
	return WALK_GO_ON;
}

/* What was copied of a semaphore that is to be gone on with stays; else the part is taken again. */
static int make_room(struct sem_state *s)
{
	enum sem_vec v;

	if (!s->paused && !s->undos.going) {
		drop_refs(s);
		object_grow(&s->o);
		return WALK_GO_ON;
	}
	for (v = SEM_WAITS; v <= SEM_ADJS; v++) {
		if (!vec_is_short(&s->vecs[v]))
			continue;
		if (vec_extend(&s->vecs[v], &s->o.budget))
			s->o.starved = true;
		else
			s->vecs[v].want = s->vecs[v].nr;
	}
	return WALK_GO_ON;
}

/* What it kept in memory may go. */
static void leave_section(struct sem_state *s)
{
	sem_place_leave(&s->holders.at);
	sem_place_leave(&s->undos.at);
	s->undos.noted = false;
	memset(&s->section, 0, sizeof(s->section));
}

static int settle_set(struct walk_object *o, bool last_try)
{
	struct sem_state *s = sem_state_of(o);

	leave_section(s);
	if (o->list)
		return 0;
	if (o->settled)
		return 0;
	if (s->restart)
		return restart(s);
	if (s->too_many)
		return take_fewer(s);
	if (s->no_room)
		return make_room(s);
	if (s->paused || s->undos.going)
		return WALK_GO_ON;
	if (!last_try && object_can_grow(o)) {
		drop_refs(s);
		object_grow(o);
		return 1;
	}
	if (!last_try && sem_can_rebuild(s))
		return rebuild(s);
	settle_refs(s);
	part_done(s);
	return s->vecs[SEM_SEMS].nr ? 0 : -ENOMEM;
}

const struct walk_kind sem_kind = {
	.word = "set",
	.has_ids = true,
	.ids = 0, /* IPC_SEM_IDS of ipc/util.h */
	.state_size = sizeof(struct sem_state),
	.list_size = sizeof(struct sem_state),
	.init = state_init,
	.free = state_free,
	.restart = restart_text,
	.seek = ids_seek,
	.begin = begin_set,
	.find = ids_find,
	.next = ids_next,
	.collect = sem_collect,
	.retain = sem_retain,
	.settle = settle_set,
	.emit = sem_emit,
	.end_read = end_read,
};
