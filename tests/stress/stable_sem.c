// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/stable_check.h"

#include <errno.h>
#include <sched.h>
#include <sys/sem.h>

#include "puppet.h"
#include "stress/storm_read.h"

#define KEY(i) STABLE_KEY('s', i)
#define LARGE 300 /* semaphores, more than the module takes in one part */
#define WANTED -32000

static void make_tasks(struct stable_set *s, int i)
{
	struct sembuf hold = { .sem_num = 1, .sem_op = 1, .sem_flg = SEM_UNDO };
	struct sembuf take = { .sem_num = 0, .sem_op = WANTED };
	struct puppet *p = puppet_make(NULL, 0);

	if (puppet_semop(p, s->id, &hold, 1))
		die("cannot hold");
	s->holder = p->pid;
	p = i % 2 ? puppet_make(p, PUPPET_THREAD) : puppet_make(NULL, 0);
	puppet_block(p, s->id, &take, 1, NULL);
	s->waiter = p->tid;
}

static void make_set(struct stable_set *s, int i, unsigned int mark)
{
	int j;

	s->nsems = i % 4 ? 2 + i % 5 : i % 64 ? 12 : LARGE;
	s->value = 100 + i;
	s->id = semget(KEY(i), s->nsems, IPC_CREAT | IPC_EXCL | 0600 | mark);
	if (s->id < 0)
		die("semget: %s", strerror(errno));
	for (j = 0; j < s->nsems; j++)
		semctl(s->id, j, SETVAL, s->value);
}

static void make(struct stable *w, int n, int with_tasks)
{
	int i;

	for (i = 0; i < n; i++) {
		make_set(&w->set[i], i, w->mark);
		if (i < with_tasks)
			make_tasks(&w->set[i], i);
	}
	w->nr_sets = n;
}

static bool check_sem(const struct rows *r, int sem, const struct stable *w,
		      const struct stable_set *s, int i)
{
	bool held = s->holder && i == 1, ok = true;

	CHECK("semnum", i, ROW_NUM(r, sem, sem, semnum));
	CHECK("semval", s->value + held, ROW_NUM(r, sem, sem, semval));
	CHECK("semncnt", s->waiter && !i, ROW_NUM(r, sem, sem, semncnt));
	CHECK("semzcnt", 0, ROW_NUM(r, sem, sem, semzcnt));
	STABLE_CHECK_PID(r, sem, sem, sempid, held ? s->holder : w->keeper);
	return ok;
}

static bool check_waiter(const struct rows *r, int set, const struct stable_set *s)
{
	int first = rows_sem(r, set, 0), wait = rows_next(r, IPCDBG_R_wait, first, -1);
	int op = wait < 0 ? -1 : rows_next(r, IPCDBG_R_op, wait, -1);
	bool ok = true;

	CHECK("waiters", !!s->waiter, rows_count(r, IPCDBG_R_wait, first));
	if (!ok || !s->waiter)
		return ok;
	CHECK("waiter", s->waiter, ROW_NUM(r, wait, wait, tid));
	CHECK("order", 0, ROW_NUM(r, wait, wait, order));
	CHECK_STR("queue", "alter", ROW_STR(r, wait, wait, queue));
	CHECK("ops", 1, rows_count(r, IPCDBG_R_op, wait));
	if (op < 0)
		return complain("no op");
	CHECK("sem_num", 0, ROW_NUM(r, op, op, sem_num));
	CHECK("sem_op", WANTED, ROW_NUM(r, op, op, sem_op));
	return ok;
}

static bool check_holder(const struct rows *r, int set, const struct stable_set *s)
{
	int undo = rows_next(r, IPCDBG_R_undo, set, -1);
	int owner = undo < 0 ? -1 : rows_next(r, IPCDBG_R_owner, undo, -1);
	bool ok = true;

	CHECK("undo rows", !!s->holder, rows_count(r, IPCDBG_R_undo, set));
	if (!ok || !s->holder)
		return ok;
	CHECK("semnum", 1, ROW_NUM(r, undo, undo, semnum));
	CHECK("semadj", -1, ROW_NUM(r, undo, undo, semadj));
	if (owner < 0)
		return stable_bad_row(r, undo, "no owner");
	CHECK("owner", s->holder, ROW_NUM(r, owner, owner, pid));
	CHECK_STR("its state", "live", ROW_STR(r, owner, owner, state));
	return ok;
}

static bool check_detail(const struct stable *w, const struct rows *r, int set,
			 const struct stable_set *s, enum stable_view view)
{
	int sem = -1, i;

	for (i = 0; i < s->nsems; i++) {
		sem = rows_next(r, IPCDBG_R_sem, set, sem);
		if (sem < 0)
			return complain("semaphore %d of %d is missing", i, s->nsems);
		if (!check_sem(r, sem, w, s, i))
			return stable_bad_row(r, sem, "semaphore %d", i);
	}
	if (rows_next(r, IPCDBG_R_sem, set, sem) >= 0)
		return complain("more than %d semaphores", s->nsems);
	return view == STABLE_COUNTS || (check_waiter(r, set, s) && check_holder(r, set, s));
}

static bool check_set(const struct stable *w, const struct rows *r, int set,
		      const struct stable_set *s, enum stable_view view)
{
	bool ok = stable_check_perm(w, r, set, KEY(s - w->set));

	CHECK("nsems", s->nsems, ROW_NUM(r, set, set, nsems));
	if (view == STABLE_LIST) {
		CHECK("waiters", !!s->waiter, ROW_NUM(r, set, set, waiters));
		CHECK("holders", !!s->holder, ROW_NUM(r, set, set, holders));
	}
	return ok && (view == STABLE_LIST || check_detail(w, r, set, s, view));
}

static bool check(const struct stable *w, const struct rows *r, int ns, enum stable_view view)
{
	int i, set = -1;

	for (i = 0; i < w->nr_sets; i++) {
		set = STABLE_NEXT(r, ns, set, set, semid, w->set[i].id);
		if (set < 0)
			return complain("stable set %d (semid %d) is missing", i, w->set[i].id);
		if (!check_set(w, r, set, &w->set[i], view))
			return stable_bad_row(r, set, "stable set %d", i);
	}
	return true;
}

/* All its owners, or fewer and that said: tasks come and go while they are looked for. */
static bool check_undo(const struct rows *r, unsigned int i)
{
	unsigned int owners = rows_count(r, IPCDBG_R_owner, i), tasks = ROW_NUM(r, i, undo, tasks);

	return (ROW_NUM(r, i, undo, semadj) &&
		(owners == tasks || (owners < tasks && stable_has_truncated(r, i)))) ||
	       stable_bad_row(r, i, "%u owner rows", owners);
}

/* A wait has as many ops as it says, an undo as many owners; of any set, stable or not. */
static bool check_inner(const struct rows *r, unsigned int i, enum stable_view view)
{
	unsigned int waits, ops;

	switch (r->row[i].record) {
	case IPCDBG_R_sem:
		waits = rows_count(r, IPCDBG_R_wait, i);
		if (view == STABLE_COUNTS)
			return !waits || stable_bad_row(r, i, "%u wait rows", waits);
		return waits == ROW_NUM(r, i, sem, semncnt) + ROW_NUM(r, i, sem, semzcnt) ||
		       stable_bad_row(r, i, "%u wait rows", waits);
	case IPCDBG_R_wait:
		ops = rows_count(r, IPCDBG_R_op, i);
		return ops == ROW_NUM(r, i, wait, nsops) || stable_bad_row(r, i, "%u ops", ops);
	case IPCDBG_R_undo:
		return check_undo(r, i);
	default:
		return true;
	}
}

/* Every set is whole or marked, and none comes twice. */
static bool check_any(const struct rows *r, enum stable_view view, struct tally *tally)
{
	bool ok = STORM_IN_ORDER(r, set, semid);
	unsigned int i;

	for (i = 0; i < r->nr; i++) {
		ok &= check_inner(r, i, view);
		if (r->row[i].record != IPCDBG_R_set)
			continue;
		if (stable_has_truncated(r, i))
			tally->gone++;
		else if (view != STABLE_LIST &&
			 rows_count(r, IPCDBG_R_sem, i) != ROW_NUM(r, i, set, nsems))
			ok = stable_bad_row(r, i, "not all semaphores, and not marked");
	}
	return ok;
}

const struct stable_kind stable_sem = { "sem", "list/sem", make, check, check_any };
