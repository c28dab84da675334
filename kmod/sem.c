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
 * Bounds on one hold: waits as sem_wait.c says, undo structures as sem_undo.c says, semaphores in
 * proportion to those of the set (usual_slice(); in counts/sem with some more for entries of the
 * set's lists, and fewer where those of semaphores are long: counts_slice(), count_sems()). Where a
 * set changes all the time, after some tries, one semaphore is taken in one hold: pending lists to
 * their end at most, as semctl(GETNCNT) walks them, MAX_NODES undo structures, which SETALL walks
 * too, and one load for each task that shares a list with an adjustment of it, at most MAX_OWNERS
 * (sem_owner.c); in a listing HOLDERS_WORK adjustments. A part may be taken again, at most
 * MAX_TRIES (walk.c) times, until there is room for it.
 */
#include <linux/ipc.h>
#include <linux/list.h>
#include <linux/pid.h>
#include <linux/string.h>

#include "layout.h"
#include "rows.h"
#include "sem.h"
#include "unlocked.h"

/* The latest of its semaphores' times: get_semotime() in ipc/sem.c, which reads them so. RCU. */
static time64_t otime_of(struct sem_array *sma, u32 nsems)
{
	time64_t latest = 0;
	u32 i;

	for (i = 0; i < nsems; i++)
		latest = max(latest, READ_UNLOCKED(*sem__sem_otime(sem_array__sems(sma, i))));
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
	IPCDBG_PUT(set, set, ctime, *sem_array__sem_ctime(sma));
}

/* nsems bounds what we follow; the rest tells sets apart. An id alone does neither. */
static bool is_same_set(const struct sem_state *s, const struct sem_array *sma,
			const struct kern_ipc_perm *perm)
{
	return s->sma == sma && s->nsems == *sem_array__sem_nsems(sma) && s->key == perm->key &&
	       uid_eq(s->cuid, perm->cuid) && gid_eq(s->cgid, perm->cgid);
}

/* Most lists are empty. */
static bool copy_sem_list(struct sem_state *s, struct list_head *list, u8 queue)
{
	if (!s->paused || !sem_is_alone(s)) {
		if (list_empty(list))
			return true;
		sem_waits_begin_list(s, queue);
	}
	return sem_copy_list(s, list, queue);
}

/*
 * Lock: the one that protects this semaphore, see the head of the file. false: its lists were not
 * taken to their end, so nothing else was taken.
 */
static bool copy_sem(struct sem_state *s, struct sem_array *sma, u32 semnum)
{
	struct sem_sem *sem = sem_sem_at(s, semnum - s->from);
	struct sem *from = sem_array__sems(sma, semnum);
	const struct vec *adjs = &s->vecs[SEM_ADJS];

	if (!copy_sem_list(s, sem__pending_alter(from), IPCDBG_ALTER) ||
	    !copy_sem_list(s, sem__pending_const(from), IPCDBG_CONST))
		return false;
	if (s->paused && sem_is_alone(s) && !sem_undos_begin(s, sem_array__list_id(sma)))
		return false;
	sem->semval = *sem__semval(from);
	pid_copy_take(&sem->sempid, *sem__sempid(from));
	sem->otime = *sem__sem_otime(from);
	/* This one was taken, whatever the next one may cost. */
	if (adjs->nr && sem_is_adjusted(adjs->data, adjs->nr, semnum) &&
	    !sem_copy_undos(s, sem, semnum))
		s->to = semnum + 1;
	return true;
}

/*
 * The lists of the semaphore were not taken to their end. It is left to the next hold: to go on
 * with it, to take it alone, or, true, to take it as the first of the next part.
 */
static bool stop_before(struct sem_state *s, u32 semnum, u32 waits, u32 ops)
{
	if (s->restart || s->no_room)
		return false;
	s->paused = sem_is_alone(s);
	if (s->paused)
		return false;
	if (semnum == s->from) {
		s->too_many = true;
		s->alone = true;
		return false;
	}
	s->to = semnum;
	s->vecs[SEM_WAITS].nr = waits;
	s->vecs[SEM_OPS].nr = ops;
	return true;
}

static void copy_sems(struct sem_state *s, struct sem_array *sma)
{
	u32 i, waits, ops;
	struct sem *sem;
	bool taken;

	/* Several are taken in this hold, or all of the part is taken again. */
	s->paused &= sem_is_alone(s);
	for (i = s->from; i < s->to; i++) {
		sem = sem_array__sems(sma, i);
		waits = s->vecs[SEM_WAITS].nr;
		ops = s->vecs[SEM_OPS].nr;
		if (s->global) {
			taken = copy_sem(s, sma, i);
		} else {
			spin_lock(sem__lock(sem));
			taken = copy_sem(s, sma, i);
			spin_unlock(sem__lock(sem));
		}
		if (!taken && !stop_before(s, i, waits, ops))
			return;
	}
	s->paused = false;
	if (s->vecs[SEM_UNS].nr || s->undos.more)
		sem_undos_go_on(s, sem_array__list_id(sma));
}

/* What is not written when it is copied. */
static void clear_sem(struct sem_sem *sem)
{
	sem->sempid.has_pid = false;
	sem->ncnt = 0;
	sem->zcnt = 0;
	sem->waits = SEM_NONE;
	sem->waits_kept = 0;
	sem->undos = SEM_NONE;
	sem->undos_kept = 0;
	sem->undos_seen = 0;
}

/* What it takes to copy one is several times what GETALL takes. */
static u32 usual_slice(const struct sem_state *s)
{
	u64 most = s->o.bound / 4 / sizeof(struct sem_sem);

	return min_t(u64, 4 + s->nsems / 32, most);
}

static void clear_sems(struct sem_state *s)
{
	struct sem_sem *sems = sem_sem_at(s, 0);
	u32 i, n = s->to - s->from;

	s->vecs[SEM_SEMS].nr = n;
	for (i = 0; i < n; i++)
		clear_sem(&sems[i]);
}

/* As many semaphores as there is room for. */
static void start_slice(struct sem_state *s, u32 most)
{
	u32 n = min(s->nsems - s->from, most);
	struct vec *v = &s->vecs[SEM_SEMS];

	if (s->slice)
		n = min(n, s->slice);
	if (s->alone)
		n = min(n, 1U);
	vec_want(v, n);
	s->to = s->from + min(n, v->size);
}

/* A new part; nothing is referenced. */
static void start_part(struct sem_state *s)
{
	object_reset(&s->o);
	s->uns_missed = false;
	s->undos.given_up = false;
	sem_owners_begin(s);
	sem_waits_begin(s);
	start_slice(s, usual_slice(s));
}

static void stop_in_set_lists(struct sem_state *s)
{
	if (s->restart || s->no_room)
		return;
	s->paused = s->summed;
	if (s->paused)
		return;
	s->too_many = true;
	s->slice = max((s->to - s->from) / 2, 1U);
}

static bool copy_set_lists(struct sem_state *s, struct sem_array *sma)
{
	return sem_copy_list(s, sem_array__pending_alter(sma), IPCDBG_SET_ALTER) &&
	       sem_copy_list(s, sem_array__pending_const(sma), IPCDBG_SET_CONST);
}

/* How many semaphores the part may have depends on how many undo structures there are. */
static bool begin_undos(struct sem_state *s, struct sem_array *sma)
{
	struct list_head *head = sem_array__list_id(sma);

	if (list_empty(head)) {
		sem_undos_none(s);
		return true;
	}
	if (!sem_undos_begin(s, head))
		return false;
	s->to = s->from + sem_undos_slice(s, s->to - s->from);
	return true;
}

static void collect_detail(struct sem_state *s, struct sem_array *sma)
{
	bool goes_on = s->paused;

	sem_undos_begin_hold(s);
	if (s->undos.going) {
		sem_undos_collect(s, sma);
		return;
	}
	sem_waits_begin_hold(s);
	/* Each of these holds that comes to undo structures copies the semaphores, too. */
	s->ctime = *sem_array__sem_ctime(sma);
	if (!goes_on)
		start_part(s);
	if (s->to == s->from)
		return;
	if (!goes_on) {
		if (!begin_undos(s, sma))
			return;
		clear_sems(s);
		sem_waits_begin_set(s, sem_array__pending_const(sma));
	}
	if (!copy_set_lists(s, sma)) {
		stop_in_set_lists(s);
		return;
	}
	/* One semaphore may have lists of its own that are too long: see copy_sem(). */
	if (goes_on && !sem_is_alone(s) && !begin_undos(s, sma))
		return;
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

/*
 * counts/sem: what one semaphore costs under the lock, to be cleared and copied, and an entry of
 * its lists; and what GETNCNT and GETZCNT take for an entry of the set's pending_alter beyond what
 * we do. Of the first part, for how many more semaphores waits are counted, before it is known how
 * many entries there are.
 */
#define COUNT_COST 80
#define ENTRY_COST 4
#define ENTRY_GAIN 2
#define FIRST_MORE 1000

/* With what GETALL takes, that is a slice; with what the counts take, some more. */
static u32 counts_slice(const struct sem_state *s)
{
	return usual_slice(s) + (u64)s->set_waits * ENTRY_GAIN / COUNT_COST;
}

/* Lock: the one that protects this semaphore. Returns how many entries its lists have. */
static u32 count_sem(struct sem_state *s, struct sem_array *sma, u32 semnum)
{
	struct sem_sem *sem = sem_sem_at(s, semnum - s->from);
	struct sem *from = sem_array__sems(sma, semnum);
	u32 n, zero;

	sem->semval = *sem__semval(from);
	pid_copy_take(&sem->sempid, *sem__sempid(from));
	sem->otime = *sem__sem_otime(from);
	/* As count_semcnt(): whoever is in these waits for just that semaphore. */
	n = count_list(sem__pending_alter(from));
	zero = count_list(sem__pending_const(from));
	sem->ncnt += n;
	sem->zcnt += zero;
	return n + zero;
}

/* Ends the slice where lists are so long that it would be one more hold of GETALL. */
static void count_sems(struct sem_state *s, struct sem_array *sma)
{
	s64 credit = 800 + 4 * (s64)s->nsems;
	struct sem *sem;
	u32 i, n;

	for (i = s->from; i < s->to && credit >= 0; i++) {
		sem = sem_array__sems(sma, i);
		if (s->global) {
			n = count_sem(s, sma, i);
		} else {
			spin_lock(sem__lock(sem));
			n = count_sem(s, sma, i);
			spin_unlock(sem__lock(sem));
		}
		credit -= ENTRY_COST * (s64)n;
	}
	s->to = i;
}

/*
 * Room for counts of all semaphores, so that a wait is counted without asking for which one it is;
 * what is not of this part means nothing. Without that, for those of this part, before it is known
 * how many will be taken.
 */
static void start_counts(struct sem_state *s)
{
	struct vec *v = &s->vecs[SEM_COUNTS];
	u32 n = s->to - s->from;

	vec_want(v, s->nsems);
	s->count_all = v->size >= s->nsems;
	if (!s->count_all)
		n = min(n, v->size);
	s->to = s->from + n;
	memset(sem_counts_of_part(s), 0, (size_t)n * v->item);
}

static void add_counts(struct sem_state *s)
{
	const struct sem_counts *counts = sem_counts_of_part(s);
	struct sem_sem *sems = sem_sem_at(s, 0);
	u32 i;

	for (i = 0; i < s->to - s->from; i++) {
		sems[i].ncnt += counts[i].ncnt;
		sems[i].zcnt += counts[i].zcnt;
	}
}

/* Those in the set's lists. Along pending_const only GETZCNT walks, which takes as long. */
static void count_set_waits(struct sem_state *s, struct list_head *alter,
			    struct list_head *constant)
{
	start_counts(s);
	/* A walk for too little room would be thrown away. */
	if (object_can_grow(&s->o))
		s->to = s->from;
	if (s->to == s->from)
		return;
	s->set_waits = sem_count_waits(s, alter);
	sem_count_const(s, constant);
	s->to = min(s->to, s->from + counts_slice(s));
}

/* Waits are counted, each at the moment of its semaphore's hold; nothing is copied of them. */
static void collect_counts(struct sem_state *s, struct sem_array *sma)
{
	struct list_head *alter = sem_array__pending_alter(sma);
	struct list_head *constant = sem_array__pending_const(sma);
	bool empty = list_empty(alter) && list_empty(constant);

	object_reset(&s->o);
	/* No walk will tell, and what there was pays for none of this hold. */
	if (empty)
		s->set_waits = 0;
	start_slice(s, counts_slice(s) + (s->from || list_empty(alter) ? 0 : FIRST_MORE));
	if (!empty)
		count_set_waits(s, alter, constant);
	clear_sems(s);
	if (!empty)
		add_counts(s);
	count_sems(s, sma);
}

static u32 count_sem_waiters(struct sem *sem)
{
	return count_list(sem__pending_alter(sem)) + count_list(sem__pending_const(sem));
}

/* Simple mode: a list that looks empty is not worth its lock; the count is of no one moment. */
static u32 count_waiters(struct sem_array *sma, u32 from, u32 to, bool global)
{
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

/* The semaphores first; when they are all counted, further holds are for undo lists. */
static void collect_list(struct sem_state *s, struct sem_array *sma)
{
	if (!s->from) {
		s->holders = (struct sem_holders){ .more = true };
		IPCDBG_PUT(set, &s->set, waiters, 0);
	}
	if (s->holders.more)
		sem_count_holders(s, sem_array__list_id(sma));
	if (s->from == s->nsems)
		return;
	/* No record per semaphore, so longer slices still are short holds. */
	s->to = min(s->nsems, s->from + 16 + s->nsems / 12);
	/* Waits move between the lists of a semaphore and those of the set: each slice has both. */
	s->set.waiters += sem_count_list(sem_array__pending_alter(sma), s->from, s->to);
	s->set.waiters += sem_count_list(sem_array__pending_const(sma), s->from, s->to);
	s->set.waiters += count_waiters(sma, s->from, s->to, s->global);
}

bool sem_collect(struct walk_object *o, struct kern_ipc_perm *perm)
{
	struct sem_array *sma = sem_array__of_sem_perm(perm);
	struct sem_state *s = sem_state_of(o);

	o->again = false;
	s->restart = false;
	s->no_room = false;
	s->too_many = false;
	if (o->list)
		s->from = o->more ? s->to : 0;
	s->further = s->undos.going;
	/* After a first try the object at this place may be another one. */
	if (!s->from && (s->sma != sma || s->set.semid != perm->id))
		sem_begin_tries(s);
	if ((s->paused || s->further) && (s->set.semid != perm->id || !is_same_set(s, sma, perm))) {
		s->restart = true;
		return !s->from;
	}
	if (!s->from && !s->further)
		copy_set(s, sma, perm);
	else if (!is_same_set(s, sma, perm))
		return false;
	s->global = *sem_array__use_global_lock(sma);
	if (o->list)
		collect_list(s, sma);
	else if (o->counts)
		collect_counts(s, sma);
	else
		collect_detail(s, sma);
	o->more = s->to < s->nsems || (o->list && s->holders.more);
	if (o->list ? s->to == s->nsems && s->holders.more : s->undos.going)
		o->again = !s->no_room && !s->restart && sem_hold_again(s);
	return true;
}

void sem_retain(struct walk_object *o)
{
	struct sem_state *s = sem_state_of(o);

	if (s->restart || s->too_many)
		return;
	if (!s->from && !s->paused && !s->further)
		IPCDBG_PUT(set, &s->set, otime, otime_of(s->sma, s->nsems));
	if (o->list)
		return;
	sem_retain_waits(s);
	sem_retain_owners(s);
}
