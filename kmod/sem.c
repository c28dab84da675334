// SPDX-License-Identifier: GPL-2.0
/*
 * Semaphore sets: what ipc/sem.c knows of them, copied under its locks.
 *
 * Which lock protects what we read ("Lockingrules" at the head of ipc/sem.c; the same from 5.10
 * to 7.x):
 *
 *   sem_perm.lock (held by ids.c)
 *       sem_ctime, use_global_lock, list_id, and the set's own pending_alter and pending_const.
 *       While use_global_lock is not 0 it protects everything else of the set too: complexmode_
 *       enter() has waited for all holders of a sem->lock before sem_perm.lock was dropped.
 *   sem->lock, taken inside sem_perm.lock, as sem_lock() does on its way out of complex mode
 *       semval, sempid, sem_otime, the pending lists of that semaphore, and semadj[] of it in
 *       every undo, while use_global_lock is 0. The set's own lists are empty then.
 *
 * So one semaphore is exact. Unlike /proc/sysvipc/sem we do not call for complex mode, which would
 * make the next semops of the set take the global lock. Simple semops on other semaphores go on
 * meanwhile.
 *
 * What a lock keeps alive: a sem_queue stands on the stack of the sleeping task, and its sops
 * there or in memory of that call. The task cannot leave semtimedop() before it has been unlinked
 * under the lock of the list, so all of it is valid until that lock is dropped, and so are the task
 * and the struct pid it is linked to. An undo on list_id keeps its sem_undo_list (exit_sem() needs
 * sem_perm.lock to unlink it).
 *
 * Bounds on one hold: the semaphores of a part (SEM_SLICE, up to 16 times that where the set's own
 * lists are long, 4 times in a listing), UNDO_WORK adjustments (HOLDERS_WORK in a listing),
 * MAX_NODES undo structures, MAX_OWNERS tasks, and copies as the memory of the vectors allows.
 * Pending lists are walked to their end, as semctl(GETNCNT) does: there is no more than one entry a
 * task. The first part reads a time of every semaphore, as semctl(IPC_STAT) does. A part may be
 * taken again, at most MAX_TRIES (walk.c) times, until there is room for it.
 */
#include <linux/ipc.h>
#include <linux/list.h>
#include <linux/pid.h>
#include <linux/string.h>

#include "layout.h"
#include "rows.h"
#include "sem.h"

#define MAX_NODES 65536
#define MAX_OWNERS 32768
#define UNDO_WORK 262144
#define HOLDERS_WORK 4194304

/* The latest of its semaphores' times: get_semotime() in ipc/sem.c, which reads them unlocked. */
static time64_t otime_of(struct sem_array *sma, u32 nsems)
{
	time64_t latest = 0;
	u32 i;

	for (i = 0; i < nsems; i++)
		latest = max(latest, READ_ONCE(*sem__sem_otime(sem_array__sems(sma, i))));
	return latest;
}

static void copy_set(struct sem_state *s, struct sem_array *sma, struct kern_ipc_perm *perm)
{
	struct ipcdbg_set *set = &s->set;

	s->nsems = *sem_array__sem_nsems(sma);
	s->sma = sma;
	s->key = perm->key;
	s->cuid = perm->cuid;
	s->cgid = perm->cgid;
	IPCDBG_PUT(set, set, semid, perm->id);
	PUT_PERM(set, set, perm, s->o.view->user_ns);
	IPCDBG_PUT(set, set, nsems, s->nsems);
	IPCDBG_PUT(set, set, otime, otime_of(sma, s->nsems));
	IPCDBG_PUT(set, set, ctime, *sem_array__sem_ctime(sma));
}

/* nsems bounds what we follow; the rest tells sets apart. An id alone does neither. */
static bool is_same_set(const struct sem_state *s, const struct sem_array *sma,
			const struct kern_ipc_perm *perm)
{
	return s->sma == sma && s->nsems == *sem_array__sem_nsems(sma) && s->key == perm->key &&
	       uid_eq(s->cuid, perm->cuid) && gid_eq(s->cgid, perm->cgid);
}

/* What count_semcnt() asks of an operation: does it wait for an increase, or for zero. */
static void count_wait(struct sem_sem *sem, const struct sembuf *op)
{
	if (op->sem_op)
		sem->ncnt++;
	else
		sem->zcnt++;
}

/* perform_atomic_semop() sets it before the operation is queued, and at each new try. */
static const struct sembuf *blocking_op(struct sem_queue *q)
{
	return *sem_queue__blocking(q);
}

static void copy_ops(struct sem_state *s, struct sem_wait *w, struct sem_queue *q)
{
	struct sembuf *ops = vec_add(&s->vecs[SEM_OPS], w->nsops);

	w->ops_kept = ops;
	if (!ops)
		return;
	memcpy(ops, *sem_queue__sops(q), w->nsops * sizeof(*ops));
	w->ops = ops - sem_op_at(s, 0);
}

static void chain_wait(struct sem_state *s, struct sem_sem *sem, u32 i)
{
	if (sem->waits == SEM_NONE)
		sem->waits = i;
	else
		sem_wait_at(s, sem->last_wait)->next = i;
	sem->last_wait = i;
	sem->waits_kept++;
}

/* Lock: that of the list which holds q. */
static void copy_wait(struct sem_state *s, struct sem_sem *sem, struct sem_queue *q, u8 queue,
		      u32 order)
{
	const struct sembuf *op = blocking_op(q);
	struct sem_wait *w;

	count_wait(sem, op);
	w = vec_add(&s->vecs[SEM_WAITS], 1);
	if (!w) {
		vec_want(&s->vecs[SEM_OPS], *sem_queue__nsops(q));
		return;
	}
	if (!task_ref_get(&w->task.ref, *sem_queue__sleeper(q))) {
		vec_undo_add(&s->vecs[SEM_WAITS]);
		return;
	}
	w->next = SEM_NONE;
	w->nsops = *sem_queue__nsops(q);
	w->blocking = op - *sem_queue__sops(q);
	w->order = order;
	w->queue = queue;
	w->undo = *sem_queue__undo(q);
	w->alter = *sem_queue__alter(q);
	copy_ops(s, w, q);
	chain_wait(s, sem, w - sem_wait_at(s, 0));
}

static void copy_sem_list(struct sem_state *s, struct sem_sem *sem, struct list_head *list,
			  u8 queue)
{
	struct list_head *pos;
	u32 order = 0;

	list_for_each(pos, list)
		copy_wait(s, sem, sem_queue__of_list(pos), queue, order++);
}

/* Operations on several semaphores: each stands under the one that blocks it. */
static void copy_set_list(struct sem_state *s, struct list_head *list, u8 queue)
{
	struct list_head *pos;
	struct sem_queue *q;
	u32 order = 0;
	u32 semnum;

	list_for_each(pos, list) {
		q = sem_queue__of_list(pos);
		semnum = blocking_op(q)->sem_num;
		if (semnum >= s->from && semnum < s->to)
			copy_wait(s, sem_sem_at(s, semnum - s->from), q, queue, order);
		order++;
	}
	s->set_waits += order;
}

/*
 * Lock: sem_perm.lock of a set that is not deleted and has an undo of the row's list on its
 * list_id. So the list is alive: exit_sem() frees it only after taking that lock for each of its
 * undos. A task clears its pointer before it drops its count of the list, and only the task itself
 * sets it; so a pointer that equals the address of a live list is a share of that very list,
 * however old the row is.
 */
static bool shares(const struct task_row *row)
{
	return READ_ONCE(row->task->sysvsem.undo_list) == row->key;
}

/* Lock: sem_perm.lock, which keeps un->ulp alive. */
static void copy_owners(struct sem_state *s, struct sem_un *un)
{
	u32 i = task_table_find(&s->owners, un->ulp);
	const struct task_row *row;
	struct task_copy *owner;
	u32 found = 0;

	un->has_owners = true;
	un->owners = s->vecs[SEM_OWNERS].nr;
	for (; i < s->owners.nr && s->vecs[SEM_OWNERS].want < MAX_OWNERS; i++) {
		row = &s->owners.rows[i];
		if (row->key != un->ulp)
			break;
		if (!shares(row))
			continue;
		found++;
		owner = vec_add(&s->vecs[SEM_OWNERS], 1);
		if (!owner)
			continue;
		if (task_ref_get(&owner->ref, row->task))
			un->nr_owners++;
		else
			vec_undo_add(&s->vecs[SEM_OWNERS]);
	}
	if (found < un->tasks && s->vecs[SEM_OWNERS].want < MAX_OWNERS && !s->owners.full)
		s->stale = true;
}

static void chain_undo(struct sem_state *s, struct sem_sem *sem, u32 i)
{
	if (sem->undos == SEM_NONE)
		sem->undos = i;
	else
		sem_undo_at(s, sem->last_undo)->next = i;
	sem->last_undo = i;
	sem->undos_kept++;
}

static void copy_undo(struct sem_state *s, struct sem_sem *sem, u32 i, short semadj)
{
	struct sem_un *un = sem_un_at(s, i);
	struct sem_undo_row *undo;

	sem->undos_seen++;
	if (!un->has_owners)
		copy_owners(s, un);
	undo = vec_add(&s->vecs[SEM_UNDOS], 1);
	if (!undo)
		return;
	undo->next = SEM_NONE;
	undo->un = i;
	undo->semadj = semadj;
	chain_undo(s, sem, undo - sem_undo_at(s, 0));
}

/*
 * Lock: the one that protects semadj[semnum]. The arrays' addresses stand close together, for this
 * is looked through for every semaphore.
 */
static void copy_sem_undos(struct sem_state *s, struct sem_sem *sem, u32 semnum)
{
	const short *const *adjs = s->vecs[SEM_ADJS].data;
	u32 n = min(s->vecs[SEM_UNS].nr, s->vecs[SEM_ADJS].nr);
	u32 i;

	for (i = 0; i < n; i++)
		if (adjs[i][semnum])
			copy_undo(s, sem, i, adjs[i][semnum]);
}

/* Lock: the one that protects this semaphore, see the head of the file. */
static void copy_sem(struct sem_state *s, struct sem *from, u32 semnum)
{
	struct sem_sem *sem = sem_sem_at(s, semnum - s->from);

	sem->semval = *sem__semval(from);
	pid_copy_take(&sem->sempid, *sem__sempid(from));
	sem->otime = *sem__sem_otime(from);
	copy_sem_list(s, sem, sem__pending_alter(from), IPCDBG_ALTER);
	copy_sem_list(s, sem, sem__pending_const(from), IPCDBG_CONST);
	copy_sem_undos(s, sem, semnum);
}

static void copy_sems(struct sem_state *s, struct sem_array *sma)
{
	bool global = *sem_array__use_global_lock(sma);
	struct sem *sem;
	u32 i;

	for (i = s->from; i < s->to; i++) {
		sem = sem_array__sems(sma, i);
		if (global) {
			copy_sem(s, sem, i);
			continue;
		}
		spin_lock(sem__lock(sem));
		copy_sem(s, sem, i);
		spin_unlock(sem__lock(sem));
	}
}

/* Lock: sem_perm.lock, which protects list_id. */
static void copy_uns(struct sem_state *s, struct sem_array *sma)
{
	const short **adj;
	struct list_head *pos;
	struct sem_undo *undo;
	struct sem_un *un;

	s->nr_uns = 0;
	list_for_each(pos, sem_array__list_id(sma)) {
		if (s->nr_uns == MAX_NODES) {
			s->uns_missed = true;
			break;
		}
		s->nr_uns++;
		un = vec_add(&s->vecs[SEM_UNS], 1);
		adj = vec_add(&s->vecs[SEM_ADJS], 1);
		if (!un || !adj)
			continue;
		undo = sem_undo__of_list_id(pos);
		*adj = sem_undo__semadj(undo);
		memset(un, 0, sizeof(*un));
		un->ulp = *sem_undo__ulp(undo);
		un->tasks = refcount_read(sem_undo_list__refcnt(un->ulp));
	}
}

/* As many semaphores as there is room for, all of them if that is asked for again. */
static void start_slice(struct sem_state *s)
{
	u32 n = min(s->nsems - s->from, s->slice);
	struct vec *v = &s->vecs[SEM_SEMS];
	struct sem_sem *sems;
	u32 i;

	vec_want(v, n);
	n = min(n, v->size);
	v->nr = n;
	s->to = s->from + n;
	sems = v->data;
	for (i = 0; i < n; i++) {
		memset(&sems[i], 0, sizeof(sems[i]));
		sems[i].waits = SEM_NONE;
		sems[i].undos = SEM_NONE;
	}
}

/*
 * One hold is to stay within UNDO_WORK adjustments. A set with very many undo structures is taken
 * in smaller slices; each of them pays for the walk along list_id once more.
 */
static void bound_slice(struct sem_state *s)
{
	u32 most = UNDO_WORK / max(s->nr_uns, 1U);

	s->to = min(s->to, s->from + max(most, 1U));
}

static void reset(struct sem_state *s)
{
	object_reset(&s->o);
	s->stale = false;
	s->uns_missed = false;
	s->set_waits = 0;
}

static void collect_detail(struct sem_state *s, struct sem_array *sma)
{
	reset(s);
	start_slice(s);
	if (s->to == s->from)
		return;
	copy_uns(s, sma);
	bound_slice(s);
	copy_set_list(s, sem_array__pending_alter(sma), IPCDBG_SET_ALTER);
	copy_set_list(s, sem_array__pending_const(sma), IPCDBG_SET_CONST);
	copy_sems(s, sma);
}

static u32 count_list(struct list_head *list)
{
	struct list_head *pos;
	u32 n = 0;

	list_for_each(pos, list)
		n++;
	return n;
}

static u32 count_sem_waiters(struct sem *sem)
{
	return count_list(sem__pending_alter(sem)) + count_list(sem__pending_const(sem));
}

/* Simple mode: a list that looks empty is not worth its lock; the count is of no one moment. */
static u32 count_waiters(struct sem_array *sma, u32 from, u32 to)
{
	bool global = *sem_array__use_global_lock(sma);
	struct sem *sem;
	u32 n = 0;

	for (; from < to; from++) {
		sem = sem_array__sems(sma, from);
		if (global) {
			n += count_sem_waiters(sem);
			continue;
		}
		if (list_empty(sem__pending_alter(sem)) && list_empty(sem__pending_const(sem)))
			continue;
		spin_lock(sem__lock(sem));
		n += count_sem_waiters(sem);
		spin_unlock(sem__lock(sem));
	}
	return n;
}

/*
 * Undo lists with any adjustment. In simple mode semadj[] may change while we look: each one is
 * read whole, so the count is right for a set at rest.
 */
static void count_holders(struct sem_state *s, struct sem_array *sma)
{
	u32 left = min(HOLDERS_WORK / (s->nsems + 16), (u32)MAX_NODES);
	struct list_head *pos;
	const short *semadj;
	u32 n = 0;

	list_for_each(pos, sem_array__list_id(sma)) {
		s->holders_missed = !left;
		if (!left--)
			return;
		semadj = sem_undo__semadj(sem_undo__of_list_id(pos));
		/* They may change meanwhile; each is one aligned load. */
		if (data_race(memchr_inv(semadj, 0, s->nsems * sizeof(*semadj))))
			n++;
	}
	IPCDBG_PUT(set, &s->set, holders, n);
}

static void collect_list(struct sem_state *s, struct sem_array *sma)
{
	if (!s->from) {
		s->holders_missed = false;
		IPCDBG_PUT(set, &s->set, waiters, 0);
		count_holders(s, sma);
		s->set.waiters += count_list(sem_array__pending_alter(sma));
		s->set.waiters += count_list(sem_array__pending_const(sma));
	}
	/* No record per semaphore, so four times the slice still is a short hold. */
	s->to = min(s->nsems, s->from + 4 * SEM_SLICE);
	s->set.waiters += count_waiters(sma, s->from, s->to);
}

bool sem_collect(struct walk_object *o, struct kern_ipc_perm *perm)
{
	struct sem_array *sma = sem_array__of_sem_perm(perm);
	struct sem_state *s = sem_state_of(o);

	/* After a first try the object at this place may be another one. */
	if (!s->from && s->sma != sma)
		s->rebuilt = false;
	if (!s->from)
		copy_set(s, sma, perm);
	else if (!is_same_set(s, sma, perm))
		return false;
	if (o->list)
		collect_list(s, sma);
	else
		collect_detail(s, sma);
	o->more = s->to < s->nsems;
	return true;
}
