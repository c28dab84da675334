// SPDX-License-Identifier: GPL-2.0
/*
 * The waits of a semaphore set: its pending lists, copied under their locks (sem.c).
 *
 * How much one hold of a lock copies is bounded by what semctl(GETALL), GETNCNT and GETZCNT do
 * under it on the same set, roughly, in instructions: the credit. What goes beyond is left for the
 * next hold: further semaphores, or the rest of the lists of one semaphore, or of the set (paused).
 *
 * The waits of one semaphore that were copied in several holds still are of one moment, that of the
 * last hold. Lists are only added to at their tail and keep their order (do_semtimedop()), so when
 * the entry where a list was left stands at the same place, and the sum of those up to it is the
 * same (mark()), nothing before it has changed; else the part is begun anew, and after
 * SEM_MAX_RESTARTS of that taken in one hold.
 *
 * In a list of the set that sum makes a look a third longer. GETNCNT and GETZCNT both walk along
 * pending_alter, and take longer than one hold needs for its waits for the semaphores of a part; if
 * these are too many the part is taken again with fewer. Only one semaphore is gone on with there,
 * or a set with a long pending_const, which GETZCNT alone walks.
 *
 * merge_queues() and unmerge_queues() move entries between a semaphore's lists and the set's: the
 * one is empty then. All of them back at their places in another order would be overlooked.
 *
 * Under the lock only the address of a task is noted. RCU keeps the task until it is referenced,
 * after the lock: it was alive under it.
 */
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/string.h>

#include "layout.h"
#include "sem.h"

#define MAX_GROWN 8 /* times that room is made for a part */
#define FIRST_ROOM 256

/* Instructions under the lock, of ours and of the kernel's calls. */
#define COPY_COST 64 /* of a wait */
#define SET_COPY_COST 78 /* of one in a list of the set */
#define COUNT_COST 36 /* of one that there is no room for; some more in a list of the set */
#define LIST_COST 90 /* of a semaphore's list that is not empty */
#define OPS_PER_COST 4 /* that are copied, each of 6 bytes, for one instruction */
#define LOOK_COST 10 /* at one of another semaphore */
#define SKIP_COST 3 /* of one that has been copied */
#define SET_LOOK_COST 13 /* in a list of the set, summed up */
#define SET_PASS_COST 10 /* not summed up */
#define SET_SKIP_COST 6
#define OWN_GAIN 4 /* an entry of a semaphore's list costs GETNCNT */
#define SET_GAIN 14 /* an entry of the set's pending_alter costs GETNCNT and GETZCNT */
#define CONST_GAIN 7 /* an entry of its pending_const costs GETZCNT only */
#define LEAST_LOOKS 64 /* before something is copied, whatever is left of the credit */

void sem_waits_begin(struct sem_state *s)
{
	memset(s->places, 0, sizeof(s->places));
	s->retained = 0;
	s->paused = false;
}

/* pending_const is long if it takes what is left of the credit that GETZCNT takes less for it. */
void sem_waits_begin_set(struct sem_state *s, struct list_head *pending_const)
{
	bool is_long = !list_empty(pending_const) &&
		       (!s->from ||
			s->const_len * (s64)(SET_PASS_COST - CONST_GAIN) > s->credit / 2);

	s->summed = sem_is_alone(s) || (is_long && !s->whole);
}

void sem_waits_begin_hold(struct sem_state *s)
{
	s->took = false;
	s->credit = s->restarts < SEM_MAX_RESTARTS ? 800 + 3 * (s64)s->nsems : S64_MAX / 2;
}

void sem_waits_begin_list(struct sem_state *s, u8 queue)
{
	memset(&s->places[queue], 0, sizeof(s->places[queue]));
}

/* perform_atomic_semop() sets it before the operation is queued, and at each new try. */
static const struct sembuf *blocking_op(struct sem_queue *q)
{
	return *sem_queue__blocking(q);
}

u32 sem_count_list(struct list_head *head, u32 from, u32 to)
{
	struct list_head *pos;
	u32 n = 0;

	list_for_each(pos, head)
		n += (u32)blocking_op(sem_queue__of_list(pos))->sem_num - from < to - from;
	return n;
}

/* What count_semcnt() asks of an operation: does it wait for an increase, or for zero. */
static void count_wait(struct sem_sem *sem, const struct sembuf *op)
{
	if (op->sem_op)
		sem->ncnt++;
	else
		sem->zcnt++;
}

/* Found once: what is counted might be the layout, as far as a compiler knows. */
static long blocking_from_list(struct list_head *head)
{
	return (void *)sem_queue__blocking(sem_queue__of_list(head)) - (void *)head;
}

u32 sem_count_waits(struct sem_state *s, struct list_head *head)
{
	const long blocking = blocking_from_list(head);
	u32 n = s->to - s->from, from = s->from, entries = 0, sem;
	struct sem_counts *counts = sem_counts_of_part(s);
	const struct sembuf *op;
	struct list_head *pos;

	list_for_each(pos, head) {
		op = *(const struct sembuf **)((void *)pos + blocking);
		sem = (u32)op->sem_num - from;
		entries++;
		if (sem >= n)
			continue;
		if (op->sem_op)
			counts[sem].ncnt++;
		else
			counts[sem].zcnt++;
	}
	return entries;
}

void sem_count_const(struct sem_state *s, struct list_head *head)
{
	const long blocking = blocking_from_list(head);
	struct sem_counts *counts = sem_counts_at(s, 0);
	struct list_head *pos;

	if (!s->count_all) {
		sem_count_waits(s, head);
		return;
	}
	list_for_each(pos, head)
		counts[(*(const struct sembuf **)((void *)pos + blocking))->sem_num].zcnt++;
}

static bool same_op(const struct sembuf *a, const struct sembuf *b)
{
	return a->sem_num == b->sem_num && a->sem_op == b->sem_op && a->sem_flg == b->sem_flg;
}

/* What a list is, and with it how it is walked: each has code of its own, under a lock. */
enum list_sort {
	OF_SEM,
	OF_SET, /* not summed up, since it is not gone on with */
	OF_SET_SUMMED
};

/*
 * Adds an entry to the sum of those before it. In a list of the set which operation blocks may
 * change while the entry stays: perform_atomic_semop() looks for it anew at each try. It stands in
 * memory of that call, and so tells the entry, too. Those that change do not make up for each
 * other, as each has a weight of its own.
 */
static unsigned long mark(unsigned long sum, struct list_head *pos, enum list_sort sort)
{
	if (sort == OF_SET)
		return sum;
	if (sort == OF_SEM)
		return sum + (unsigned long)pos;
	return sum * (unsigned long)GOLDEN_RATIO_64 +
	       (unsigned long)blocking_op(sem_queue__of_list(pos));
}

/* Lists are rings: whoever passes the end comes to the head again. */
static struct list_head *skip(struct list_head *pos, u32 n, unsigned long *sum)
{
	for (; n >= 4; n -= 4) {
		pos = pos->next;
		*sum = mark(*sum, pos, OF_SEM);
		pos = pos->next;
		*sum = mark(*sum, pos, OF_SEM);
		pos = pos->next;
		*sum = mark(*sum, pos, OF_SEM);
		pos = pos->next;
		*sum = mark(*sum, pos, OF_SEM);
	}
	while (n--) {
		pos = pos->next;
		*sum = mark(*sum, pos, OF_SEM);
	}
	return pos;
}

/* One entry of a list of the set, whose head is no entry to be looked at. false: the list ends. */
static __always_inline bool skip_one(struct list_head **pos, struct list_head *head,
				     unsigned long *sum)
{
	struct list_head *next = (*pos)->next;

	if (next == head)
		return false;
	*sum = mark(*sum, next, OF_SET_SUMMED);
	*pos = next;
	return true;
}

static struct list_head *skip_of_set(struct list_head *head, u32 n, unsigned long *sum)
{
	struct list_head *pos = head;

	for (; n >= 4; n -= 4)
		if (!skip_one(&pos, head, sum) || !skip_one(&pos, head, sum) ||
		    !skip_one(&pos, head, sum) || !skip_one(&pos, head, sum))
			return pos;
	while (n-- && skip_one(&pos, head, sum))
		;
	return pos;
}

/* The last entry that has been copied, or the head; NULL: the list has changed before it. */
static struct list_head *resume(struct list_head *head, const struct sem_place *place,
				enum list_sort sort)
{
	unsigned long sum = 0;
	struct list_head *pos;
	struct sem_queue *q;

	if (!place->seen)
		return head;
	pos = sort == OF_SEM ? skip(head, place->seen, &sum) :
			       skip_of_set(head, place->seen, &sum);
	if (sum != place->sum || pos != place->entry)
		return NULL;
	q = sem_queue__of_list(pos);
	if (*sem_queue__sleeper(q) != place->sleeper || !same_op(blocking_op(q), &place->op))
		return NULL;
	return pos;
}

static void leave(struct sem_place *place, struct list_head *pos)
{
	struct sem_queue *q;

	if (!place->seen)
		return;
	q = sem_queue__of_list(pos);
	place->entry = pos;
	place->sleeper = *sem_queue__sleeper(q);
	place->op = *blocking_op(q);
}

bool sem_grow(struct sem_state *s, enum sem_vec v, u32 n)
{
	struct vec *vec = &s->vecs[v];
	u64 most = s->o.budget / 2 / vec->item;

	/* Undo structures are bounded by themselves, and so is how often this is fourfold. */
	if (s->o.starved || most < n || (v < SEM_UNS && s->grown++ >= MAX_GROWN))
		return false;
	vec->want = vec->nr + min_t(u64, 3 * (u64)vec->nr + n + FIRST_ROOM, most);
	s->no_room = true;
	return true;
}

/* A single operation is the one that blocks. false: this hold is given up. */
static __always_inline bool copy_ops(struct sem_state *s, struct sem_wait *w, struct sem_queue *q)
{
	struct sembuf *ops;

	w->ops_kept = true;
	if (w->nsops == 1)
		return true;
	ops = vec_add(&s->vecs[SEM_OPS], w->nsops);
	w->ops_kept = ops;
	if (!ops)
		return !sem_grow(s, SEM_OPS, w->nsops);
	memcpy(ops, *sem_queue__sops(q), w->nsops * sizeof(*ops));
	s->credit -= w->nsops / OPS_PER_COST;
	w->ops = ops - sem_op_at(s, 0);
	return true;
}

/* Lock: that of the list which holds q. false: this hold is given up. */
static __always_inline bool copy_wait(struct sem_state *s, struct sem_queue *q, u8 queue, u32 order)
{
	struct sem_wait *w = vec_add(&s->vecs[SEM_WAITS], 1);
	const struct sembuf *op = blocking_op(q);

	if (!w) {
		if (sem_grow(s, SEM_WAITS, 1))
			return false;
		count_wait(sem_sem_at(s, op->sem_num - s->from), op);
		s->credit += COPY_COST - COUNT_COST;
		return true;
	}
	w->task.ref.task = *sem_queue__sleeper(q);
	w->sem = op->sem_num - s->from;
	w->nsops = *sem_queue__nsops(q);
	w->blocking = op - *sem_queue__sops(q);
	w->order = order;
	w->op = *op;
	w->queue = queue;
	w->undo = *sem_queue__undo(q);
	w->alter = *sem_queue__alter(q);
	w->gone = false;
	if (copy_ops(s, w, q))
		return true;
	vec_undo_add(&s->vecs[SEM_WAITS]);
	return false;
}

/*
 * The next entry from pos on, in the list of head, that waits for one of n semaphores, or the one
 * behind the next `most` that do not. Counts those that do not as seen.
 */
static __always_inline struct list_head *next_of_part(struct list_head *pos, struct list_head *head,
						      u32 from, u32 n, struct sem_place *place,
						      u32 most, enum list_sort sort)
{
	unsigned long sum = place->sum;
	u32 seen = place->seen, end = seen + most;

	for (; pos != head; pos = pos->next) {
		if ((u32)blocking_op(sem_queue__of_list(pos))->sem_num - from < n)
			break;
		if (sort == OF_SET_SUMMED && seen == end)
			break;
		sum = mark(sum, pos, sort);
		seen++;
	}
	place->sum = sum;
	place->seen = seen;
	return pos;
}

/* Whether the hold may take one more, as it always may take its first. */
static bool has_credit(const struct sem_state *s)
{
	return s->credit >= COPY_COST || !s->took;
}

/* What an entry of a list costs: semctl(2), count_semcnt() in ipc/sem.c; and us. */
struct costs {
	int gain, look, skip, copy;
};

static __always_inline struct costs costs_of(u8 queue, enum list_sort sort)
{
	switch (sort) {
	case OF_SEM:
		return (struct costs){ OWN_GAIN, LOOK_COST, SKIP_COST, COPY_COST };
	case OF_SET_SUMMED:
		return (struct costs){ queue == IPCDBG_SET_ALTER ? SET_GAIN : CONST_GAIN,
				       SET_LOOK_COST, SET_SKIP_COST, SET_COPY_COST };
	default:
		/* It is walked to its end: where semctl() takes less, that is not made up for. */
		return (struct costs){ queue == IPCDBG_SET_ALTER ? SET_GAIN : SET_PASS_COST,
				       SET_PASS_COST, 0, SET_COPY_COST };
	}
}

/* How many entries of other semaphores may be passed. */
static u32 most_looks(const struct sem_state *s, int cost)
{
	if (cost <= 0 || s->credit > U32_MAX)
		return U32_MAX;
	return max_t(u32, (u32)max_t(s64, s->credit, 0) / cost, LEAST_LOOKS);
}

static __always_inline bool copy_list(struct sem_state *s, struct list_head *head, u8 queue,
				      enum list_sort sort)
{
	const struct costs c = costs_of(queue, sort);
	struct sem_place *place = &s->places[queue];
	struct list_head *pos = resume(head, place, sort);
	u32 n = s->to - s->from, known = place->seen, seen, most;
	int gain = c.gain;

	if (!pos) {
		s->restart = true;
		return false;
	}
	if (sort == OF_SEM)
		s->credit -= LIST_COST;
	/* Half of what is left is kept in hand: costs differ between kernels. */
	s->credit += (s64)place->seen * (c.gain - c.skip) / 2;
	/* The rest of it, which semctl() walks as well, with a sixth of that kept in hand. */
	if (queue == IPCDBG_SET_CONST && sort == OF_SET_SUMMED && s->const_len > place->seen) {
		known = s->const_len;
		s->credit += (s64)(known - place->seen) * c.gain * 5 / 6;
	}
	for (pos = pos->next; pos != head; pos = pos->next) {
		seen = place->seen;
		gain = seen < known ? 0 : c.gain;
		most = sort == OF_SET_SUMMED ? most_looks(s, c.look - gain) : U32_MAX;
		pos = next_of_part(pos, head, s->from, n, place, most, sort);
		s->credit += (s64)(place->seen - seen) * (gain - c.look);
		if (pos == head || place->seen - seen == most || !has_credit(s))
			break;
		s->credit += gain - c.copy;
		if (!copy_wait(s, sem_queue__of_list(pos), queue, place->seen))
			break;
		s->took = true;
		place->seen++;
		place->sum = mark(place->sum, pos, sort);
	}
	leave(place, pos->prev);
	if (pos == head && queue == IPCDBG_SET_CONST)
		s->const_len = place->seen;
	return pos == head;
}

bool sem_copy_list(struct sem_state *s, struct list_head *head, u8 queue)
{
	if (queue < IPCDBG_SET_ALTER)
		return copy_list(s, head, queue, OF_SEM);
	if (s->summed)
		return copy_list(s, head, queue, OF_SET_SUMMED);
	return copy_list(s, head, queue, OF_SET);
}

void sem_retain_waits(struct sem_state *s)
{
	struct sem_wait *w;

	for (; s->retained < s->vecs[SEM_WAITS].nr; s->retained++) {
		w = sem_wait_at(s, s->retained);
		if (task_ref_get(&w->task.ref, w->task.ref.task))
			continue;
		w->gone = true;
		/* So it has left its list. */
		s->restart |= s->paused;
	}
}

void sem_drop_waits(struct sem_state *s)
{
	u32 i;

	for (i = 0; i < s->retained; i++) {
		if (!sem_wait_at(s, i)->gone)
			task_ref_put(&sem_wait_at(s, i)->task.ref);
		cond_resched();
	}
	s->retained = 0;
}

static void chain_wait(struct sem_state *s, u32 i)
{
	struct sem_wait *w = sem_wait_at(s, i);
	struct sem_sem *sem = sem_sem_at(s, w->sem);

	w->next = SEM_NONE;
	if (sem->waits == SEM_NONE)
		sem->waits = i;
	else
		sem_wait_at(s, sem->last_wait)->next = i;
	sem->last_wait = i;
	sem->waits_kept++;
	count_wait(sem, &w->op);
}

void sem_settle_waits(struct sem_state *s)
{
	struct sem_wait *w;
	u32 i;

	for (i = 0; i < s->retained; i++) {
		w = sem_wait_at(s, i);
		if (w->gone)
			continue;
		task_copy_settle(&w->task, s->o.view);
		/* The part may have become smaller after it was copied. */
		if (w->sem < s->to - s->from)
			chain_wait(s, i);
	}
	s->retained = 0;
}
