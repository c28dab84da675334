// SPDX-License-Identifier: GPL-2.0
/*
 * The undo structures of a semaphore set: who has adjustments of it (sem.c), copied under its lock.
 *
 * They stand in list_id, under sem_perm.lock, and there may be thousands; semctl(GETALL), GETNCNT
 * and GETZCNT do not look at them. So one hold takes some of them, a chunk, from the end of the
 * list, since new ones are added at its head (find_alloc_undo() in ipc/sem.c), and the next hold
 * goes on behind those. exit_sem() and freeary() unlink a structure under the lock, by list_del(),
 * and free it by kfree_rcu(): in the RCU section in which it was met it stays in memory, and tells
 * by its links whether it still is in the list. In a later section they are counted from the end
 * again, as many in a hold as semctl() has time for, and must have the same sum of addresses.
 *
 * In the first of the holds of a part the values of its semaphores are copied; those after it
 * compare them under the lock under which they read the adjustments, which change together with
 * semval and sempid (perform_atomic_semop(), exit_sem()) or with the set's sem_ctime (SETVAL and
 * SETALL, which may set the same value). When they are others the part is begun anew, in the end in
 * one hold (sem_state.c). So what is told of a semaphore is of moments with one value and one last
 * process, in the same second. Where these tell who has it, as of a mutex, that is the same as of
 * one moment, unless threads of that process which do not share their undo list (clone(2) without
 * CLONE_SYSVSEM) passed it on; of a counter others may have, too, if that process was the last one
 * again each time. Many tasks that share a list are of several moments, too.
 */
#include <linux/list.h>
#include <linux/poison.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "layout.h"
#include "sem.h"

#define MAX_NODES 65536
#define MAX_HOLDS 256 /* in an RCU section, and as many as it took to come to where it was left */
#define HOLDERS_WORK 4194304
#define MAX_HOLDERS_TRIES 3 /* of looking through undo lists in slices; then in one hold */

/* Instructions under the lock. */
#define NOTE_COST 36 /* to take note of one */
#define LOOK_COST 2 /* at an adjustment */
#define ROW_COST 32 /* to copy one */
#define PASS_COST 32 /* to be done with a structure */
#define SEM_COST 80 /* to compare a semaphore with its copy */

void sem_place_leave(struct sem_undo_place *at)
{
	at->pos = NULL;
	at->passed = 0;
	at->passed_sum = 0;
}

/* A new state: nothing is behind it. */
static void place_begin(struct sem_undo_place *at)
{
	memset(at, 0, sizeof(*at));
}

/* Lock: sem_perm.lock, in the RCU section in which pos was met in the list. */
static bool is_linked(const struct list_head *pos)
{
	return pos->prev != LIST_POISON2 && pos->prev != pos;
}

enum place { PLACE_CHANGED, PLACE_NOT_YET, PLACE_THERE };

/*
 * Goes along the list to where it was left. NOT_YET: this hold is for nothing else, the next one
 * goes on. CHANGED: what was seen is not there any more.
 */
static enum place place_resume(struct sem_state *s, struct sem_undo_place *at,
			       struct list_head *head)
{
	u32 passed = at->passed, end = min(at->seen, passed + 128 + s->nsems);
	struct list_head *pos = at->pos;
	unsigned long sum = at->passed_sum;

	if (!pos)
		pos = head;
	else if (!is_linked(pos))
		return PLACE_CHANGED;
	for (; at->passed < end; at->passed++) {
		pos = pos->prev;
		if (pos == head)
			return PLACE_CHANGED;
		sum += (unsigned long)pos;
	}
	at->passed_sum = sum;
	if (pos != head)
		at->pos = pos;
	if (at->passed == at->seen && sum != at->sum)
		return PLACE_CHANGED;
	s->section.owed += end > passed;
	return end > passed ? PLACE_NOT_YET : PLACE_THERE;
}

/* The one after those that were seen, or the head. place_resume() has said in this hold: THERE. */
static struct list_head *place_next(const struct sem_undo_place *at, struct list_head *head)
{
	return at->pos ? at->pos->prev : head->prev;
}

static void place_set(struct sem_undo_place *at, struct list_head *pos, u32 seen, unsigned long sum)
{
	at->pos = pos;
	at->seen = seen;
	at->passed = seen;
	at->sum = sum;
	at->passed_sum = sum;
}

bool sem_hold_again(struct sem_state *s)
{
	s->section.holds++;
	if (s->section.holds <= 2 * s->section.owed)
		return true;
	return s->section.holds < MAX_HOLDS && !need_resched();
}

/* Whether any of n adjustments is one, looked at in words of four. */
static __always_inline bool any_adjusted(const short *semadj, u32 n)
{
	u64 words[4];

	for (; n >= 16; n -= 16, semadj += 16) {
		memcpy(words, semadj, sizeof(words));
		if (words[0] | words[1] | words[2] | words[3])
			return true;
	}
	for (; n >= 4; n -= 4, semadj += 4) {
		memcpy(words, semadj, sizeof(words[0]));
		if (words[0])
			return true;
	}
	while (n--)
		if (*semadj++)
			return true;
	return false;
}

/*
 * Undo lists that one hold looks through: for their adjustments a little more than half of the
 * instructions that GETALL takes.
 */
static u32 holders_slice(const struct sem_state *s)
{
	if (s->holders.tries >= MAX_HOLDERS_TRIES)
		return MAX_NODES;
	return (600 + 7 * s->nsems) / (20 + s->nsems * 3 / 4);
}

void sem_count_holders(struct sem_state *s, struct list_head *head)
{
	const u32 most = min(HOLDERS_WORK / (s->nsems + 16), (u32)MAX_NODES);
	struct sem_holders *h = &s->holders;
	enum place place = place_resume(s, &h->at, head);
	struct list_head *pos, *next;
	u32 end, seen, nr = 0;
	unsigned long sum;
	const short *semadj;

	if (place == PLACE_NOT_YET)
		return;
	if (place == PLACE_CHANGED)
		*h = (struct sem_holders){ .tries = h->tries + 1 };
	end = min(h->at.seen + holders_slice(s), most);
	pos = h->at.pos;
	sum = h->at.sum;
	next = place_next(&h->at, head);
	for (seen = h->at.seen; next != head && seen < end; seen++) {
		pos = next;
		semadj = sem_undo__semadj(sem_undo__of_list_id(pos));
		/* They may change meanwhile; none is loaded in parts. */
		nr += data_race(any_adjusted(semadj, s->nsems));
		sum += (unsigned long)pos;
		next = pos->prev;
	}
	place_set(&h->at, pos, seen, sum);
	h->nr += nr;
	s->holders_missed = next != head && seen == most;
	h->more = next != head && !s->holders_missed;
	if (next == head)
		IPCDBG_PUT(set, &s->set, holders, h->nr);
}

void sem_undos_begin_hold(struct sem_state *s)
{
	s->undos.credit = (s->undos.going ? 800 : 250) + 5 * (s64)s->nsems / 2;
	if (s->restarts >= SEM_MAX_RESTARTS)
		s->undos.credit = S64_MAX / 2;
}

/* false: there is to be more room first. */
static bool note_adjs(struct sem_state *s, struct sem_undo *undo, u32 un)
{
	const short *semadj = sem_undo__semadj(undo);
	struct vec *v = &s->vecs[SEM_ADJS];
	struct sem_adj *adj;

	s->undos.credit -= NOTE_COST;
	/* Nearly all have none of this part. sem_perm.lock protects all of them then. */
	if (s->global) {
		s->undos.credit -= (s->to - s->from) * 3 / 4;
		if (!any_adjusted(semadj + s->from, s->to - s->from))
			return true;
	}
	if (v->nr == v->size) {
		s->uns_missed |= !sem_grow(s, SEM_ADJS, 1);
		return !s->no_room;
	}
	adj = vec_at(struct sem_adj, v, v->nr);
	vec_set(v, v->nr + 1, v->nr + 1);
	adj->semadj = semadj;
	adj->un = un;
	return true;
}

/* false: this hold is given up for more room. */
static bool note_un(struct sem_state *s, struct sem_undo *undo)
{
	const struct sem_undo_list *ulp = *sem_undo__ulp(undo);
	struct vec *v = &s->vecs[SEM_UNS];
	u32 nr = v->nr;

	if (nr == v->size) {
		if (sem_grow(s, SEM_UNS, 1))
			return false;
		s->uns_missed = true;
		s->undos.more = false;
		return true;
	}
	vec_set(v, nr + 1, nr + 1);
	*vec_at(struct sem_un, v, nr) = (struct sem_un){
		.ulp = ulp,
		.tasks = refcount_read(sem_undo_list__refcnt(ulp)),
	};
	return note_adjs(s, undo, nr);
}

/*
 * A new chunk: the next structures, for half of what this hold may cost. The other half is for what
 * they adjust.
 */
static bool new_chunk(struct sem_state *s, struct list_head *head)
{
	struct list_head *next = place_next(&s->undos.at, head);
	s64 most = s->undos.credit / 2;

	vec_reset(&s->vecs[SEM_ADJS]);
	s->undos.noted = true;
	s->undos.more = true;
	s->undos.sem = s->from;
	for (; next != head; next = next->prev) {
		if (s->vecs[SEM_UNS].nr == MAX_NODES) {
			s->uns_missed = true;
			break;
		}
		if (!note_un(s, sem_undo__of_list_id(next)))
			return false;
		if (!s->undos.more)
			return true;
		if (s->undos.credit < most && next->prev != head)
			return true;
	}
	s->undos.more = false;
	return true;
}

/* The chunk was met in an RCU section before: its structures are to be found again. */
static bool find_chunk(struct sem_state *s, struct list_head *head)
{
	struct list_head *next = place_next(&s->undos.at, head);
	struct sem_undo *undo;
	u32 i;

	vec_reset(&s->vecs[SEM_ADJS]);
	s->undos.noted = true;
	for (i = s->undos.at.seen; i < s->vecs[SEM_UNS].nr; i++, next = next->prev) {
		undo = sem_undo__of_list_id(next);
		if (next == head || *sem_undo__ulp(undo) != sem_un_at(s, i)->ulp) {
			s->restart = true;
			return false;
		}
		if (!note_adjs(s, undo, i))
			return false;
	}
	return true;
}

bool sem_undos_begin(struct sem_state *s, struct list_head *head)
{
	vec_reset(&s->vecs[SEM_UNS]);
	place_begin(&s->undos.at);
	s->undos.table_row = 0;
	s->undos.found = 0;
	return new_chunk(s, head);
}

u32 sem_undos_slice(struct sem_state *s, u32 most)
{
	u64 cost = LOOK_COST * (u64)s->vecs[SEM_ADJS].nr;
	/* The rest is for what is adjusted. */
	u64 credit = max_t(s64, s->undos.credit - s->undos.credit / 8, 0);
	u32 n = clamp_t(u64, cost ? credit / cost : most, 1, most);

	s->undos.credit -= cost * n;
	return n;
}

static void copy_row(struct sem_state *s, struct sem_sem *sem, u32 un, short semadj)
{
	struct vec *v = &s->vecs[SEM_UNDOS];
	struct sem_undo_row *row = vec_add(v, 1);

	s->undos.credit -= ROW_COST;
	sem_un_at(s, un)->adjusted = true;
	sem->undos_seen++;
	if (!row)
		return;
	*row = (struct sem_undo_row){ .un = un, .next = sem->undos, .semadj = semadj };
	sem->undos = v->nr - 1;
	sem->undos_kept++;
}

bool sem_copy_undos(struct sem_state *s, struct sem_sem *sem, u32 semnum)
{
	const struct sem_adj *adjs = s->vecs[SEM_ADJS].data;
	u32 n = s->vecs[SEM_ADJS].nr, i;

	for (i = 0; i < n; i++)
		if (adjs[i].semadj[semnum])
			copy_row(s, sem, adjs[i].un, adjs[i].semadj[semnum]);
	return s->undos.credit >= 0;
}

static bool is_as_copied(const struct sem_sem *sem, struct sem *from)
{
	const struct pid *pid = sem->sempid.has_pid ? sem->sempid.pid : NULL;

	return sem->semval == *sem__semval(from) && pid == *sem__sempid(from) &&
	       sem->otime == *sem__sem_otime(from);
}

/* Lock: the one that protects this semaphore. */
static void copy_adjustments_of(struct sem_state *s, struct sem *from, u32 semnum)
{
	struct sem_sem *sem = sem_sem_at(s, semnum - s->from);
	const struct vec *adjs = &s->vecs[SEM_ADJS];

	s->undos.credit -= SEM_COST + LOOK_COST * adjs->nr;
	if (!is_as_copied(sem, from))
		s->restart = true;
	else if (sem_is_adjusted(adjs->data, adjs->nr, semnum))
		sem_copy_undos(s, sem, semnum);
}

/* The chunk's adjustments of the next semaphores of the part. */
static void copy_adjustments(struct sem_state *s, struct sem_array *sma)
{
	bool some = false;
	struct sem *sem;

	while (s->undos.sem < s->to && !s->restart && (s->undos.credit >= 0 || !some)) {
		sem = sem_array__sems(sma, s->undos.sem);
		if (s->global) {
			copy_adjustments_of(s, sem, s->undos.sem);
		} else {
			spin_lock(sem__lock(sem));
			copy_adjustments_of(s, sem, s->undos.sem);
			spin_unlock(sem__lock(sem));
		}
		s->undos.sem++;
		some = true;
	}
}

/* Of what the chunk adjusts. A structure that is done with is passed. */
static void copy_owners(struct sem_state *s, struct list_head *head)
{
	struct sem_undo_place *at = &s->undos.at;
	struct list_head *next = place_next(at, head), *pos = at->pos;
	struct sem_un *first = sem_un_at(s, at->seen), *un = first;
	const struct sem_un *end = sem_un_at(s, s->vecs[SEM_UNS].nr);
	unsigned long sum = at->sum;

	for (; un < end && (s->undos.credit >= 0 || un == first); un++) {
		s->undos.credit -= PASS_COST;
		if (next == head || *sem_undo__ulp(sem_undo__of_list_id(next)) != un->ulp) {
			s->restart = true;
			return;
		}
		if (un->adjusted && !sem_copy_owners(s, un))
			break;
		pos = next;
		sum += (unsigned long)pos;
		next = pos->prev;
	}
	place_set(at, pos, at->seen + (un - first), sum);
}

void sem_undos_go_on(struct sem_state *s, struct list_head *head)
{
	struct sem_undos *u = &s->undos;

	if (!s->further)
		u->sem = s->to;
	if (u->sem == s->to)
		copy_owners(s, head);
	/* All of the part is taken again, with another table. */
	u->given_up = sem_can_rebuild(s);
	u->going = !u->given_up && (u->more || u->at.seen < s->vecs[SEM_UNS].nr);
}

/* A further hold of the lock for a part whose semaphores were copied in one before. */
void sem_undos_collect(struct sem_state *s, struct sem_array *sma)
{
	struct list_head *head = sem_array__list_id(sma);
	struct sem_undos *u = &s->undos;
	enum place place = place_resume(s, &u->at, head);

	s->restart = place == PLACE_CHANGED || s->ctime != *sem_array__sem_ctime(sma);
	if (place != PLACE_THERE || s->restart)
		return;
	if (u->at.seen == s->vecs[SEM_UNS].nr) {
		if (!new_chunk(s, head))
			return;
	} else if (!u->noted && !find_chunk(s, head)) {
		return;
	}
	copy_adjustments(s, sma);
	if (!s->restart)
		sem_undos_go_on(s, head);
}
