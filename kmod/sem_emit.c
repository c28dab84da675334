// SPDX-License-Identifier: GPL-2.0
/* Writes what sem.c copied of a set: a line a step, so that text may stop and go on anywhere. */
#include <linux/string.h>

#include "rows.h"
#include "sem.h"

/*
 * Every undo row has its owners below it. A process of 30,000 threads may adjust 32,000 semaphores,
 * so once a text has so many rows of owners, each undo row gets a few only.
 */
#define MANY_OWNERS 1000000
#define FEW_OWNERS 8

/* Whether what is told of them differs in semnum only, waits and adjustments aside. */
static bool are_alike(const struct sem_sem *a, const struct sem_sem *b)
{
	if (a->semval != b->semval || a->ncnt != b->ncnt || a->zcnt != b->zcnt ||
	    a->otime != b->otime || a->sempid.has_pid != b->sempid.has_pid)
		return false;
	return !a->sempid.has_pid ||
	       !memcmp(&a->sempid.facts, &b->sempid.facts, sizeof(a->sempid.facts));
}

/* In a large set most are at rest: like the one whose row stands right before. */
static void emit_sem(struct sem_state *s, const struct sem_sem *sem, u32 semnum, struct emit *e)
{
	struct ipcdbg_sem r = { 0 };
	size_t start = e->len;

	if (semnum > s->from && are_alike(sem, sem - 1) && emit_again(e, &s->row, semnum))
		return;
	IPCDBG_PUT(sem, &r, semnum, semnum);
	IPCDBG_PUT(sem, &r, semval, sem->semval);
	PUT_PID(sem, &r, sempid, &sem->sempid);
	IPCDBG_PUT(sem, &r, semncnt, sem->ncnt);
	IPCDBG_PUT(sem, &r, semzcnt, sem->zcnt);
	IPCDBG_PUT(sem, &r, otime, sem->otime);
	emit_line(e, 1, IPCDBG_R_sem, &r);
	emit_note(&s->row, e, start, 1, IPCDBG_R_sem);
}

static void emit_wait(const struct sem_wait *w, struct emit *e)
{
	struct ipcdbg_wait r = { 0 };

	PUT_TASK(wait, &r, &w->task.facts);
	IPCDBG_PUT(wait, &r, nsops, w->nsops);
	IPCDBG_PUT(wait, &r, undo, w->undo);
	IPCDBG_PUT(wait, &r, alter, w->alter);
	IPCDBG_PUT(wait, &r, queue, w->queue);
	IPCDBG_PUT(wait, &r, order, w->order);
	emit_line(e, 2, IPCDBG_R_wait, &r);
}

static void emit_op(const struct sembuf *op, bool blocking, struct emit *e)
{
	struct ipcdbg_op r = { 0 };

	IPCDBG_PUT(op, &r, sem_num, op->sem_num);
	IPCDBG_PUT(op, &r, sem_op, op->sem_op);
	IPCDBG_PUT(op, &r, sem_flg, (u16)op->sem_flg);
	IPCDBG_PUT(op, &r, blocking, blocking);
	emit_line(e, 3, IPCDBG_R_op, &r);
}

static void emit_undo(const struct sem_un *un, u32 semnum, short semadj, struct emit *e)
{
	struct ipcdbg_undo r = { 0 };

	IPCDBG_PUT(undo, &r, semnum, semnum);
	IPCDBG_PUT(undo, &r, semadj, semadj);
	IPCDBG_PUT(undo, &r, tasks, un->tasks);
	if (!un->tasks)
		IPCDBG_PUT(undo, &r, exiting, 1);
	emit_line(e, 1, IPCDBG_R_undo, &r);
}

static void emit_owner(const struct task_facts *f, struct emit *e)
{
	struct ipcdbg_owner r = { 0 };

	IPCDBG_PUT(owner, &r, pid, f->pid);
	IPCDBG_PUT(owner, &r, tid, f->tid);
	PUT_COMM(owner, &r, comm, f->comm);
	IPCDBG_PUT(owner, &r, uid, f->uid);
	IPCDBG_PUT(owner, &r, state, f->pstate);
	IPCDBG_PUT(owner, &r, start_ns, f->start_ns);
	emit_line(e, 2, IPCDBG_R_owner, &r);
}

/* Whether rows follow below that of a semaphore, or beside it. */
static bool has_rows(const struct sem_state *s, const struct sem_sem *sem)
{
	return !s->o.counts && (sem->ncnt || sem->zcnt || sem->undos_seen);
}

/* As many as there is room for. */
static void step_sem(struct sem_state *s, struct emit *e)
{
	const struct sem_sem *sem = sem_sem_at(s, s->sem - s->from);

	if (s->o.gone) {
		s->stage = SEM_AT_END;
		return;
	}
	for (; s->sem < s->to; s->sem++, sem++) {
		if (!emit_has_room(e))
			return;
		emit_sem(s, sem, s->sem, e);
		if (has_rows(s, sem)) {
			s->wait = sem->waits;
			s->stage = SEM_AT_WAIT;
			return;
		}
	}
	s->stage = SEM_AT_END;
}

static void step_wait(struct sem_state *s, struct emit *e)
{
	const struct sem_sem *sem = sem_sem_at(s, s->sem - s->from);

	if (s->wait != SEM_NONE) {
		emit_wait(sem_wait_at(s, s->wait), e);
		s->op = 0;
		s->stage = SEM_AT_OP;
		return;
	}
	if (sem->waits_kept < sem->ncnt + sem->zcnt)
		object_truncated(&s->o, e, 2, "wait", sem->waits_kept, sem->ncnt + sem->zcnt);
	s->undo = sem->undos;
	s->stage = SEM_AT_UNDO;
}

static const struct sembuf *op_of(const struct sem_state *s, const struct sem_wait *w, u32 i)
{
	return w->nsops == 1 ? &w->op : sem_op_at(s, w->ops + i);
}

static void step_op(struct sem_state *s, struct emit *e)
{
	const struct sem_wait *w = sem_wait_at(s, s->wait);

	if (w->ops_kept && s->op < w->nsops) {
		emit_op(op_of(s, w, s->op), s->op == w->blocking, e);
		s->op++;
		return;
	}
	if (!w->ops_kept)
		object_truncated(&s->o, e, 3, "op", 0, w->nsops);
	s->wait = w->next;
	s->stage = SEM_AT_WAIT;
}

static void step_undo(struct sem_state *s, struct emit *e)
{
	const struct sem_sem *sem = sem_sem_at(s, s->sem - s->from);
	const struct sem_undo_row *undo;

	if (s->undo != SEM_NONE) {
		undo = sem_undo_at(s, s->undo);
		emit_undo(sem_un_at(s, undo->un), s->sem, undo->semadj, e);
		s->owner = 0;
		s->stage = SEM_AT_OWNER;
		return;
	}
	if (sem->undos_kept < sem->undos_seen)
		object_truncated(&s->o, e, 1, "undo", sem->undos_kept, sem->undos_seen);
	s->sem++;
	s->stage = SEM_AT_SEM;
}

static void step_owner(struct sem_state *s, struct emit *e)
{
	const struct sem_undo_row *undo = sem_undo_at(s, s->undo);
	const struct sem_un *un = sem_un_at(s, undo->un);
	bool few = s->owner >= FEW_OWNERS && s->owners_told >= MANY_OWNERS;

	if (s->owner < un->nr_owners && !few) {
		emit_owner(&sem_owner_at(s, un->owners + s->owner)->facts, e);
		s->owner++;
		s->owners_told += s->owners_told < MANY_OWNERS;
		return;
	}
	if (s->owner < un->tasks)
		object_truncated(&s->o, e, 2, "owner", s->owner, un->tasks);
	s->undo = undo->next;
	s->stage = SEM_AT_UNDO;
}

/* Rows that are missing from the whole set, or the rest of it. */
static void step_end(struct sem_state *s, struct emit *e)
{
	if (s->o.gone)
		object_truncated(&s->o, e, 1, "sem", s->from, s->nsems);
	else if (!s->o.more && s->undos_lost)
		object_truncated(&s->o, e, 1, "undo", OBJECT_NOT_COUNTED, 0);
	s->stage = SEM_AT_DONE;
}

static void step(struct sem_state *s, struct emit *e)
{
	switch (s->stage) {
	case SEM_AT_SET:
		emit_line(e, 0, IPCDBG_R_set, &s->set);
		fallthrough;
	case SEM_AT_PART:
		s->sem = s->from;
		s->stage = SEM_AT_SEM;
		break;
	case SEM_AT_SEM:
		step_sem(s, e);
		break;
	case SEM_AT_WAIT:
		step_wait(s, e);
		break;
	case SEM_AT_OP:
		step_op(s, e);
		break;
	case SEM_AT_UNDO:
		step_undo(s, e);
		break;
	case SEM_AT_OWNER:
		step_owner(s, e);
		break;
	case SEM_AT_END:
		step_end(s, e);
		break;
	case SEM_AT_DONE:
		break;
	}
}

/* A row per set, once all its parts have been counted; none if it went away meanwhile. */
static bool emit_listed(struct sem_state *s, struct emit *e)
{
	if (s->o.more || s->o.gone)
		return true;
	if (!emit_has_room(e))
		return false;
	if (s->stage == SEM_AT_SET) {
		emit_line(e, 0, IPCDBG_R_set, &s->set);
		s->stage = s->holders_missed ? SEM_AT_END : SEM_AT_DONE;
		return s->stage == SEM_AT_DONE;
	}
	object_truncated(&s->o, e, 1, "undo", OBJECT_NOT_COUNTED, 0);
	return true;
}

bool sem_emit(struct walk_object *o, struct emit *e)
{
	struct sem_state *s = sem_state_of(o);

	if (o->list)
		return emit_listed(s, e);
	/* The buffer may be another one, or empty again. */
	s->row.end = 0;
	while (s->stage != SEM_AT_DONE) {
		if (!emit_has_room(e))
			return false;
		step(s, e);
	}
	sem_next_part(s);
	return true;
}
