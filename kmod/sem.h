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
#define SEM_MAX_RESTARTS 3 /* of a part; then it is taken in one hold */

struct sem_sem {
	struct pid_copy sempid;
	time64_t otime;
	int semval;
	u32 ncnt, zcnt; /* until settled, of the waits there was no room for; in counts/sem all */
	u32 waits, last_wait; /* chain in sem_state.waits, SEM_NONE if empty; once settled */
	u32 waits_kept;
	u32 undos; /* chain of rows, the newest first as in the set's list; SEM_NONE if empty */
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

/* How far the set's list of undo structures has been gone along, from its end. */
struct sem_undo_place {
	u32 seen; /* that are done with */
	unsigned long sum; /* of their addresses */
	/* In this RCU section: the last one that was passed, NULL: none; and those up to it. */
	struct list_head *pos;
	u32 passed;
	unsigned long passed_sum;
};

/* Listing: what the set's undo structures adjust has been looked through up to here. */
struct sem_holders {
	struct sem_undo_place at;
	u32 nr; /* with an adjustment */
	u32 tries; /* begun anew, because one of them had left */
	bool more;
};

/* A process's adjustments of a set: struct sem_undo. Its index is its place from the list's end. */
struct sem_un {
	/* Compared; followed only under the lock where a structure on the list has it. */
	const struct sem_undo_list *ulp;
	u32 tasks; /* refcnt of ulp */
	u32 owners, nr_owners; /* in sem_state.owners */
	bool adjusted; /* a semaphore of the part; its owners are looked for */
};

/* One of a chunk. In the RCU section in which it was met. */
struct sem_adj {
	const short *semadj;
	u32 un; /* in sem_state.uns */
};

struct sem_undo_row {
	u32 un; /* in sem_state.uns */
	u32 next;
	short semadj;
};

/*
 * The undo structures of a part: those up to a place are copied, behind them stands the chunk of
 * those in sem_state.uns that are not done with.
 */
struct sem_undos {
	struct sem_undo_place at;
	s64 credit; /* what this hold of the lock may still cost */
	u32 sem; /* the next one whose adjustments by the chunk are copied */
	u32 table_row; /* of those of the chunk's first structure, in the table of owners */
	u32 found; /* of its owners, before that */
	bool more; /* there are further ones behind the chunk */
	bool going; /* further holds are for undo structures only */
	bool noted; /* SEM_ADJS are the chunk's, in this RCU section */
	bool given_up; /* the part is to be taken again */
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
	bool count_all; /* SEM_COUNTS are of all semaphores, not of those of the part */
	struct sem_place places[SEM_QUEUES]; /* by enum ipcdbg_squeue */
	s64 credit; /* what this hold of the lock may still cost */
	u32 retained; /* waits whose tasks are referenced */
	bool took; /* a wait, in this hold: it was copied, or counted for want of room */
	u32 restarts; /* of this part */
	time64_t ctime; /* of the set when the semaphores of this part were copied */
	bool paused; /* more waits than a hold may copy: to be gone on with */
	bool restart; /* the lists have changed since they were left */
	bool too_many; /* waits for one hold: the part is taken again with fewer semaphores */
	bool alone; /* this part is one semaphore */
	bool summed; /* a hold may go on with the set's lists where the one before has left them */
	bool whole; /* they change all the time: parts of several semaphores do not do so */
	u32 const_len; /* entries of the set's pending_const, when it was walked last */
	bool no_room; /* a hold was given up to make room */
	unsigned int grown; /* how often room was made in this part */
	struct vec vecs[SEM_VECS];
	struct sem_undos undos;
	bool uns_missed; /* more undo structures than are visited */
	bool undos_lost; /* in some part, adjustments were not even counted */
	struct sem_holders holders;
	bool holders_missed; /* listing: too much to look through */
	bool global; /* use_global_lock, in this hold */
	bool further; /* this hold is for undo structures only */
	struct {
		u32 holds;
		u32 owed; /* of them, to come to where it was left */
	} section; /* of RCU */

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

static inline struct sem_counts *sem_counts_of_part(const struct sem_state *s)
{
	return sem_counts_at(s, s->count_all ? s->from : 0);
}

static inline struct sem_state *sem_state_of(struct walk_object *o)
{
	return container_of(o, struct sem_state, o);
}

bool sem_collect(struct walk_object *o, struct kern_ipc_perm *perm);
void sem_retain(struct walk_object *o);
/* Whether the part is one semaphore: lists of its own that are too long are gone on with. */
static inline bool sem_is_alone(const struct sem_state *s)
{
	return s->to - s->from == 1;
}

/*
 * Gives this hold up to make room for n more at least, for at most half of what may still be had.
 * false: none is to be.
 */
bool sem_grow(struct sem_state *s, enum sem_vec v, u32 n);
/* Whether the table of owners may tell more than it did. */
bool sem_can_rebuild(const struct sem_state *s);
/* Whether the RCU section may go on with a further hold of the lock. */
bool sem_hold_again(struct sem_state *s);

/*
 * A new part; how many semaphores it has is known: how to walk the set's lists; a new hold of the
 * lock; a list of the next semaphore of the part.
 */
void sem_waits_begin(struct sem_state *s);
void sem_waits_begin_set(struct sem_state *s, struct list_head *pending_const);
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
/* The same of pending_const: all of them wait for zero. */
void sem_count_const(struct sem_state *s, struct list_head *head);
/* References the tasks that were met in this hold. In the RCU section of it. */
void sem_retain_waits(struct sem_state *s);
/* Process context, no lock: gives the references up, or turns them into values and counts them. */
void sem_drop_waits(struct sem_state *s);
void sem_settle_waits(struct sem_state *s);
/* The RCU section ends: what it kept in memory is not to be followed. */
void sem_place_leave(struct sem_undo_place *at);
/* Listing: looks through some more undo structures. Lock: sem_perm.lock, for all of these. */
void sem_count_holders(struct sem_state *s, struct list_head *head);
void sem_undos_begin_hold(struct sem_state *s);
/* The first chunk, for the semaphores from..to. false: this hold is given up for more room. */
bool sem_undos_begin(struct sem_state *s, struct list_head *head);
/* The same of an empty list, as most are. */
static inline void sem_undos_none(struct sem_state *s)
{
	vec_reset(&s->vecs[SEM_UNS]);
	vec_reset(&s->vecs[SEM_ADJS]);
	s->undos.more = false;
}

/* For how many semaphores, at most, that chunk may be looked through in this hold. */
u32 sem_undos_slice(struct sem_state *s, u32 most);

/*
 * Whether the chunk, of n structures, adjusts a semaphore. Eight at a time: hardly ever is there an
 * adjustment, and each semaphore pays for all of them. Lock: the one that protects it, too.
 */
static __always_inline bool sem_is_adjusted(const struct sem_adj *adjs, u32 n, u32 semnum)
{
	u16 any = 0;

	for (; n >= 8; n -= 8, adjs += 8)
		any |= adjs[0].semadj[semnum] | adjs[1].semadj[semnum] | adjs[2].semadj[semnum] |
		       adjs[3].semadj[semnum] | adjs[4].semadj[semnum] | adjs[5].semadj[semnum] |
		       adjs[6].semadj[semnum] | adjs[7].semadj[semnum];
	while (n--)
		any |= (*adjs++).semadj[semnum];
	return any;
}

/*
 * Copies what the chunk adjusts of a semaphore. Lock: the same. false: this hold must not go on
 * with another one.
 */
bool sem_copy_undos(struct sem_state *s, struct sem_sem *sem, u32 semnum);
/* All semaphores of the part were looked at: owners, and whether there is more for a next hold. */
void sem_undos_go_on(struct sem_state *s, struct list_head *head);
/* A further hold. */
void sem_undos_collect(struct sem_state *s, struct sem_array *sma);
/* A new part. */
void sem_owners_begin(struct sem_state *s);
/*
 * Lock: sem_perm.lock of a set on whose list_id un stands, which keeps un->ulp alive. false: there
 * are more than this hold may cost.
 */
bool sem_copy_owners(struct sem_state *s, struct sem_un *un);
/* As for waits; the table of owners must not have been built anew since they were copied. */
void sem_retain_owners(struct sem_state *s);
void sem_drop_owners(struct sem_state *s);
void sem_settle_owners(struct sem_state *s);
/* Nothing has been tried yet with this set. */
void sem_begin_tries(struct sem_state *s);
bool sem_emit(struct walk_object *o, struct emit *e);
/* All of this part has been written. */
void sem_next_part(struct sem_state *s);

#endif
