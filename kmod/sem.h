/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What sem.c copies of a semaphore set, sem_state.c turns into plain values, and sem_emit.c writes.
 */
#ifndef IPCDBG_SEM_H
#define IPCDBG_SEM_H

#include <linux/sem.h>

#include "object.h"
#include "task_table.h"

#define SEM_NONE U32_MAX /* end of a chain */

struct sem_sem {
	struct pid_copy sempid;
	time64_t otime;
	int semval;
	u32 ncnt, zcnt; /* until settled, of the waits there was no room for; in counts/sem all */
	u32 waits, last_wait; /* chain in sem_state.waits, SEM_NONE if empty; once settled */
	u32 waits_kept;
	u32 undos; /* first in sem_state.undos; undos_kept of them stand in a row */
	u32 undos_kept, undos_seen;
};

/* In counts/sem, of the waits in the set's lists. */
struct sem_counts {
	u32 ncnt, zcnt;
};

struct sem_wait {
	struct task_copy task;
	u32 sem; /* in sem_state.sems, or none of them */
	u32 next;
	u32 nsops;
	u32 blocking; /* index of the operation that blocks */
	u32 ops; /* first in sem_state.ops, unless there is only one */
	u32 order;
	struct sembuf op; /* the one that blocks */
	u8 queue; /* enum ipcdbg_squeue */
	bool ops_kept;
	bool undo, alter;
	bool gone; /* the task was reaped before it could be referenced */
};

/* How far a list of waits has been copied. */
struct sem_place {
	u32 seen; /* entries */
	unsigned long sum; /* of their addresses, or in a list of the set of what blocks them */
	/* Of the last of them; compared, never followed. */
	const struct list_head *entry;
	const struct task_struct *sleeper;
	struct sembuf op; /* which blocks it */
};

/* Listing: how far the set's undo lists have been looked through, from the end. */
struct sem_holders {
	u32 seen, nr; /* lists, and those of them with an adjustment */
	unsigned long sum; /* of the addresses of those seen */
	u32 tries; /* begun anew, because one of them had left */
	bool more;
};

/* A process's adjustments of this set: struct sem_undo. */
struct sem_un {
	const struct sem_undo_list *ulp; /* compared, never followed after the lock is dropped */
	u32 tasks; /* refcnt of ulp */
	u32 owners, nr_owners; /* in sem_state.owners */
	bool has_owners; /* they were looked for */
};

struct sem_undo_row {
	u32 un; /* in sem_state.uns */
	short semadj;
};

#define SEM_QUEUES (IPCDBG_SET_CONST + 1)

enum sem_vec {
	SEM_SEMS,
	SEM_COUNTS,
	SEM_WAITS,
	SEM_OPS,
	SEM_UNS,
	SEM_ADJS,
	SEM_UNDOS,
	SEM_OWNERS,
	SEM_VECS
};

enum sem_stage {
	SEM_AT_SET,
	SEM_AT_PART,
	SEM_AT_SEM,
	SEM_AT_WAIT,
	SEM_AT_OP,
	SEM_AT_UNDO,
	SEM_AT_OWNER,
	SEM_AT_END,
	SEM_AT_DONE
};

struct sem_state {
	struct walk_object o;
	struct ipcdbg_set set;
	u32 nsems;
	/* What else tells that a set with this id still is the one whose first part was copied. */
	struct sem_array *sma; /* compared; followed by sem_retain() only */
	key_t key;
	kuid_t cuid;
	kgid_t cgid;

	u32 from, to; /* the semaphores taken by the last collect() */
	u32 slice; /* how many the next one takes */
	u32 set_waits; /* counts: entries of the set's pending_alter, at the last hold */
	struct sem_place places[SEM_QUEUES]; /* by enum ipcdbg_squeue */
	s64 credit; /* what this hold of the lock may still cost */
	u32 retained; /* waits whose tasks are referenced */
	u32 restarts; /* of this part */
	bool paused; /* one semaphore, more waits than a hold may copy: to be gone on with */
	bool restart; /* the lists have changed since they were left */
	bool too_many; /* waits for one hold: the part is taken again with fewer semaphores */
	bool alone; /* this part is one semaphore */
	bool no_room; /* a hold was given up to make room for waits */
	unsigned int grown; /* how often room was made in this part */
	struct vec vecs[SEM_VECS];
	bool uns_missed; /* more undo structures than one hold may visit */
	bool undos_lost; /* in some part, adjustments were not even counted */
	struct sem_holders holders;
	bool holders_missed; /* listing: too much to look through */
	u32 nr_uns;

	struct task_table owners; /* by undo list; inside one read() only */
	u64 owners_bytes; /* of it, taken from the budget */
	u32 owners_retained; /* of SEM_OWNERS, referenced; task NULL: it had been reaped */
	bool stale; /* owners lacks a task that shares a list of this set */
	bool rebuilt; /* since the last part was settled */
	unsigned int rebuilds; /* in this buffer of text */

	u32 owners_told; /* in this text, up to where few are told of each list */
	/* what emit() writes next */
	enum sem_stage stage;
	u32 sem, wait, op, undo, owner;
	struct emit_model row; /* the newest of a semaphore */
};

#define sem_sem_at(s, i) vec_at(struct sem_sem, &(s)->vecs[SEM_SEMS], i)
#define sem_counts_at(s, i) vec_at(struct sem_counts, &(s)->vecs[SEM_COUNTS], i)
#define sem_wait_at(s, i) vec_at(struct sem_wait, &(s)->vecs[SEM_WAITS], i)
#define sem_op_at(s, i) vec_at(struct sembuf, &(s)->vecs[SEM_OPS], i)
#define sem_un_at(s, i) vec_at(struct sem_un, &(s)->vecs[SEM_UNS], i)
#define sem_undo_at(s, i) vec_at(struct sem_undo_row, &(s)->vecs[SEM_UNDOS], i)
#define sem_owner_at(s, i) vec_at(struct task_copy, &(s)->vecs[SEM_OWNERS], i)

static inline struct sem_state *sem_state_of(struct walk_object *o)
{
	return container_of(o, struct sem_state, o);
}

bool sem_collect(struct walk_object *o, struct kern_ipc_perm *perm);
void sem_retain(struct walk_object *o);
/* Whether lists that are too long are gone on with in a further hold: the part is one semaphore. */
static inline bool sem_goes_on(const struct sem_state *s)
{
	return s->to - s->from == 1;
}

/* A new part; a new hold of the lock; a list of the next semaphore of the part. */
void sem_waits_begin(struct sem_state *s);
void sem_waits_begin_hold(struct sem_state *s);
void sem_waits_begin_list(struct sem_state *s, u8 queue);
/*
 * Copies the waits of the semaphores from..to that a list holds, from where it was left. Lock: that
 * of the list. false: not to its end, or it has changed since it was left.
 */
bool sem_copy_list(struct sem_state *s, struct list_head *head, u8 queue);
/* Of a list of the set, those that wait for one of the semaphores from..to. Lock: sem_perm.lock. */
u32 sem_count_list(struct list_head *head, u32 from, u32 to);
/*
 * Counts those that wait for the semaphores from..to in a list of the set, at each of these.
 * Returns how many entries the list has. Lock: sem_perm.lock.
 */
u32 sem_count_waits(struct sem_state *s, struct list_head *head);
/* References the tasks that were met in this hold. In the RCU section of it. */
void sem_retain_waits(struct sem_state *s);
/* Process context, no lock: gives the references up, or turns them into values and counts them. */
void sem_drop_waits(struct sem_state *s);
void sem_settle_waits(struct sem_state *s);
/* A new part. */
void sem_owners_begin(struct sem_state *s);
/* Lock: sem_perm.lock, which keeps un->ulp alive. */
void sem_copy_owners(struct sem_state *s, struct sem_un *un);
/* As for waits; the table of owners must not have been built anew since they were copied. */
void sem_retain_owners(struct sem_state *s);
void sem_drop_owners(struct sem_state *s);
void sem_settle_owners(struct sem_state *s);
bool sem_emit(struct walk_object *o, struct emit *e);
/* All of this part has been written. */
void sem_next_part(struct sem_state *s);

#endif
