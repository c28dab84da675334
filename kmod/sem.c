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
 * Bounds on one hold: waits as sem_wait.c says, semaphores and adjustments in proportion to the
 * semaphores of the set (usual_slice(), bound_slice(); HOLDERS_WORK adjustments in a listing; in
 * counts/sem with some more for entries of the set's lists, and fewer where those of semaphores
 * are long: counts_slice(), count_sems()), MAX_NODES undo structures, which SETALL walks too, and
 * one load for each task that shares a list with an adjustment in the part, at most MAX_OWNERS
 * (sem_owner.c). Pending lists are walked to their end, as semctl(GETNCNT) does: there is no more
 * than one entry a task. A part may be taken again, at most MAX_TRIES (walk.c) times, until there
 * is room for it.
 */
#include <linux/ipc.h>
#include <linux/list.h>
#include <linux/pid.h>
#include <linux/string.h>

#include "layout.h"
#include "rows.h"
#include "sem.h"

#define MAX_NODES 65536
#define HOLDERS_WORK 4194304

/* The latest of its semaphores' times: get_semotime() in ipc/sem.c, which reads them so. RCU. */
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
	IPCDBG_PUT(set, set, ctime, *sem_array__sem_ctime(sma));
}

/* nsems bounds what we follow; the rest tells sets apart. An id alone does neither. */
static bool is_same_set(const struct sem_state *s, const struct sem_array *sma,
			const struct kern_ipc_perm *perm)
{
	return s->sma == sma && s->nsems == *sem_array__sem_nsems(sma) && s->key == perm->key &&
	       uid_eq(s->cuid, perm->cuid) && gid_eq(s->cgid, perm->cgid);
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
		sem_copy_owners(s, un);
	undo = vec_add(&s->vecs[SEM_UNDOS], 1);
	if (!undo)
		return;
	undo->next = SEM_NONE;
	undo->un = i;
	undo->semadj = semadj;
	chain_undo(s, sem, undo - sem_undo_at(s, 0));
}

/* Eight at a time: hardly ever is there an adjustment, and each semaphore pays for all of them. */
static bool is_adjusted(const short *const *adjs, u32 n, u32 semnum)
{
	u16 any = 0;

	for (; n >= 8; n -= 8, adjs += 8)
		any |= adjs[0][semnum] | adjs[1][semnum] | adjs[2][semnum] | adjs[3][semnum] |
		       adjs[4][semnum] | adjs[5][semnum] | adjs[6][semnum] | adjs[7][semnum];
	while (n--)
		any |= (*adjs++)[semnum];
	return any;
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

	if (!is_adjusted(adjs, n, semnum))
		return;
	for (i = 0; i < n; i++)
		if (adjs[i][semnum])
			copy_undo(s, sem, i, adjs[i][semnum]);
}

/* Lock: sem_perm.lock, which protects list_id. */
static void copy_uns(struct sem_state *s, struct sem_array *sma)
{
	const short **adj;
	struct list_head *pos;
	struct sem_undo *undo;
	struct sem_un *un;

	s->nr_uns = 0;
	vec_reset(&s->vecs[SEM_UNS]);
	vec_reset(&s->vecs[SEM_ADJS]);
	list_for_each(pos, sem_array__list_id(sma)) {
		if (s->nr_uns == MAX_NODES) {
			s->uns_missed = true;
			break;
		}
		s->nr_uns++;
		un = vec_add(&s->vecs[SEM_UNS], 1);
		adj = vec_add(&s->vecs[SEM_ADJS], 1);
		/* Without its pair it is not looked at here, but is with all that are settled. */
		if (un)
			memset(un, 0, sizeof(*un));
		if (!un || !adj)
			continue;
		undo = sem_undo__of_list_id(pos);
		*adj = sem_undo__semadj(undo);
		un->ulp = *sem_undo__ulp(undo);
		un->tasks = refcount_read(sem_undo_list__refcnt(un->ulp));
	}
}

/* Whether any of n adjustments is one, looked at in words. */
static bool any_adjusted(const short *semadj, u32 n)
{
	u64 words[4], any = 0;
	const u32 step = sizeof(words) / 2; /* a semadj[] has 2 bytes */

	for (; n >= step; n -= step) {
		memcpy(words, semadj, sizeof(words));
		any |= words[0] | words[1] | words[2] | words[3];
		semadj += step;
	}
	while (n--)
		any |= (u16)*semadj++;
	return any;
}

/*
 * Lock: sem_perm.lock, which protects all of semadj[] while use_global_lock is not 0. Forgets the
 * structures without an adjustment of the semaphores of this part: nearly all are, mostly.
 */
static void drop_unadjusted(struct sem_state *s)
{
	u32 n = min(s->vecs[SEM_UNS].nr, s->vecs[SEM_ADJS].nr);
	const short **adjs = s->vecs[SEM_ADJS].data;
	u32 i, kept = 0;

	for (i = 0; i < n; i++) {
		if (!any_adjusted(adjs[i] + s->from, s->to - s->from))
			continue;
		*sem_un_at(s, kept) = *sem_un_at(s, i);
		adjs[kept++] = adjs[i];
	}
	s->vecs[SEM_UNS].nr = kept;
	s->vecs[SEM_ADJS].nr = kept;
}

/* Most lists are empty. */
static bool copy_sem_list(struct sem_state *s, struct list_head *list, u8 queue)
{
	if (!s->paused) {
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

	if (!copy_sem_list(s, sem__pending_alter(from), IPCDBG_ALTER) ||
	    !copy_sem_list(s, sem__pending_const(from), IPCDBG_CONST))
		return false;
	if (s->paused)
		copy_uns(s, sma);
	sem->semval = *sem__semval(from);
	pid_copy_take(&sem->sempid, *sem__sempid(from));
	sem->otime = *sem__sem_otime(from);
	copy_sem_undos(s, sem, semnum);
	return true;
}

/* The lists of the semaphore at s->to were not taken to their end: it is left to the next hold. */
static void stop_before(struct sem_state *s, u32 semnum, u32 waits, u32 ops)
{
	if (s->restart || s->no_room)
		return;
	s->paused = semnum == s->from;
	if (s->paused) {
		s->to = s->from + 1;
		return;
	}
	s->to = semnum;
	s->vecs[SEM_WAITS].nr = waits;
	s->vecs[SEM_OPS].nr = ops;
}

static void copy_sems(struct sem_state *s, struct sem_array *sma)
{
	bool global = *sem_array__use_global_lock(sma);
	u32 i, waits, ops;
	struct sem *sem;
	bool taken;

	for (i = s->from; i < s->to; i++) {
		sem = sem_array__sems(sma, i);
		waits = s->vecs[SEM_WAITS].nr;
		ops = s->vecs[SEM_OPS].nr;
		if (global) {
			taken = copy_sem(s, sma, i);
		} else {
			spin_lock(sem__lock(sem));
			taken = copy_sem(s, sma, i);
			spin_unlock(sem__lock(sem));
		}
		if (!taken) {
			stop_before(s, i, waits, ops);
			return;
		}
	}
	s->paused = false;
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

	return min_t(u64, 4 + s->nsems / 26, most);
}

/* As many semaphores as there is room for. */
static void start_slice(struct sem_state *s, u32 most)
{
	u32 n = min(s->nsems - s->from, most);
	struct vec *v = &s->vecs[SEM_SEMS];
	struct sem_sem *sems;
	u32 i;

	if (s->slice)
		n = min(n, s->slice);
	vec_want(v, n);
	n = min(n, v->size);
	v->nr = n;
	s->to = s->from + n;
	sems = v->data;
	for (i = 0; i < n; i++)
		clear_sem(&sems[i]);
}

/*
 * The adjustments that are looked at in one hold, against the semaphores that GETALL looks at. A
 * set with very many undo structures is taken in smaller slices; each of them pays for the walk
 * along list_id once more.
 */
static void bound_slice(struct sem_state *s)
{
	u32 most = (1024 + 3 * s->nsems) / max(s->nr_uns, 1U);

	s->to = min(s->to, s->from + max(most, 1U));
}

/* A new part; nothing is referenced. */
static void start_part(struct sem_state *s)
{
	object_reset(&s->o);
	s->uns_missed = false;
	sem_owners_begin(s);
	sem_waits_begin(s);
	start_slice(s, usual_slice(s));
}

/* Goes on with the first semaphore only. If there were too many, with smaller parts after it. */
static void stop_in_set_lists(struct sem_state *s)
{
	if (!s->paused && !s->restart && !s->no_room)
		s->slice = max((s->to - s->from) / 2, 1U);
	stop_before(s, s->from, 0, 0);
}

static bool copy_set_lists(struct sem_state *s, struct sem_array *sma)
{
	return sem_copy_list(s, sem_array__pending_alter(sma), IPCDBG_SET_ALTER) &&
	       sem_copy_list(s, sem_array__pending_const(sma), IPCDBG_SET_CONST);
}

static void collect_detail(struct sem_state *s, struct sem_array *sma)
{
	sem_waits_begin_hold(s);
	if (!s->paused)
		start_part(s);
	if (s->to == s->from)
		return;
	if (!s->paused) {
		copy_uns(s, sma);
		bound_slice(s);
		if (*sem_array__use_global_lock(sma))
			drop_unadjusted(s);
	}
	if (copy_set_lists(s, sma))
		copy_sems(s, sma);
	else
		stop_in_set_lists(s);
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
 * we do.
 */
#define COUNT_COST 70
#define ENTRY_COST 4
#define ENTRY_GAIN 1

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
	bool global = *sem_array__use_global_lock(sma);
	struct sem *sem;
	u32 i, n;

	for (i = s->from; i < s->to && credit >= 0; i++) {
		sem = sem_array__sems(sma, i);
		if (global) {
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

/* Waits are counted, each at the moment of its semaphore's hold; nothing is copied of them. */
static void collect_counts(struct sem_state *s, struct sem_array *sma)
{
	object_reset(&s->o);
	start_slice(s, counts_slice(s));
	if (s->to == s->from)
		return;
	/* Along pending_const only GETZCNT walks, which takes no longer than we do. */
	s->set_waits = sem_count_waits(s, sem_array__pending_alter(sma));
	sem_count_waits(s, sem_array__pending_const(sma));
	s->to = min(s->to, s->from + counts_slice(s));
	count_sems(s, sma);
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
	}
	/* No record per semaphore, so longer slices still are short holds. */
	s->to = min(s->nsems, s->from + 16 + s->nsems / 12);
	/* Waits move between the lists of a semaphore and those of the set: each slice has both. */
	s->set.waiters += sem_count_list(sem_array__pending_alter(sma), s->from, s->to);
	s->set.waiters += sem_count_list(sem_array__pending_const(sma), s->from, s->to);
	s->set.waiters += count_waiters(sma, s->from, s->to);
}

bool sem_collect(struct walk_object *o, struct kern_ipc_perm *perm)
{
	struct sem_array *sma = sem_array__of_sem_perm(perm);
	struct sem_state *s = sem_state_of(o);

	/* After a first try the object at this place may be another one. */
	if (!s->from && s->sma != sma)
		s->rebuilt = false;
	if (s->paused && (s->set.semid != perm->id || !is_same_set(s, sma, perm))) {
		s->restart = true;
		return !s->from;
	}
	if (!s->from)
		copy_set(s, sma, perm);
	else if (!is_same_set(s, sma, perm))
		return false;
	if (o->list)
		collect_list(s, sma);
	else if (o->counts)
		collect_counts(s, sma);
	else
		collect_detail(s, sma);
	o->more = s->to < s->nsems;
	return true;
}

void sem_retain(struct walk_object *o)
{
	struct sem_state *s = sem_state_of(o);

	if (s->restart)
		return;
	if (!s->from && !s->paused)
		IPCDBG_PUT(set, &s->set, otime, otime_of(s->sma, s->nsems));
	if (o->list)
		return;
	sem_retain_waits(s);
	sem_retain_owners(s);
}
