// SPDX-License-Identifier: GPL-2.0
/* Writes what sem.c copied of a set: a line a step, so that text may stop and go on anywhere. */
#include <linux/string.h>

#include "sem.h"

/* shown SEM_NONE, total 0: it was not counted. */
static void emit_truncated(struct sem_state *s, struct emit *e, unsigned int depth,
			   const char *what, u32 shown, u32 total)
{
	struct ipcdbg_truncated t = { 0 };

	strscpy(t.what, what, sizeof(t.what));
	t.present |= IPCDBG_BIT(truncated, what);
	if (shown != SEM_NONE)
		IPCDBG_PUT(truncated, &t, shown, shown);
	if (total)
		IPCDBG_PUT(truncated, &t, total, total);
	if (s->o.gone)
		IPCDBG_PUT(truncated, &t, gone, 1);
	emit_line(e, depth, IPCDBG_R_truncated, &t);
	s->o.truncated = true;
}

static void emit_sem(const struct sem_sem *sem, u32 semnum, struct emit *e)
{
	struct ipcdbg_sem r = { 0 };

	IPCDBG_PUT(sem, &r, semnum, semnum);
	IPCDBG_PUT(sem, &r, semval, sem->semval);
	if (sem->has_pid) {
		IPCDBG_PUT(sem, &r, sempid, sem->facts.pid);
		IPCDBG_PUT(sem, &r, sempid_state, sem->facts.pstate);
		if (sem->facts.pstate != IPCDBG_EXITED) {
			memcpy(r.sempid_comm, sem->facts.comm, sizeof(r.sempid_comm));
			r.present |= IPCDBG_BIT(sem, sempid_comm);
		}
	}
	IPCDBG_PUT(sem, &r, semncnt, sem->ncnt);
	IPCDBG_PUT(sem, &r, semzcnt, sem->zcnt);
	IPCDBG_PUT(sem, &r, otime, sem->otime);
	emit_line(e, 1, IPCDBG_R_sem, &r);
}

static void emit_wait(const struct sem_wait *w, struct emit *e)
{
	const struct task_facts *f = &w->facts;
	struct ipcdbg_wait r = { 0 };

	IPCDBG_PUT(wait, &r, pid, f->pid);
	IPCDBG_PUT(wait, &r, tid, f->tid);
	memcpy(r.comm, f->comm, sizeof(r.comm));
	r.present |= IPCDBG_BIT(wait, comm);
	IPCDBG_PUT(wait, &r, uid, f->uid);
	IPCDBG_PUT(wait, &r, state, f->state);
	IPCDBG_PUT(wait, &r, start_ns, f->start_ns);
	IPCDBG_PUT(wait, &r, switches, f->switches);
	IPCDBG_PUT(wait, &r, nsops, w->nsops);
	IPCDBG_PUT(wait, &r, undo, w->undo);
	IPCDBG_PUT(wait, &r, alter, w->alter);
	IPCDBG_PUT(wait, &r, queue, w->queue);
	IPCDBG_PUT(wait, &r, order, w->order);
	if (f->blocked_ns)
		IPCDBG_PUT(wait, &r, blocked_ns, f->blocked_ns);
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
	memcpy(r.comm, f->comm, sizeof(r.comm));
	r.present |= IPCDBG_BIT(owner, comm);
	IPCDBG_PUT(owner, &r, uid, f->uid);
	IPCDBG_PUT(owner, &r, state, f->pstate);
	IPCDBG_PUT(owner, &r, start_ns, f->start_ns);
	emit_line(e, 2, IPCDBG_R_owner, &r);
}

static void step_sem(struct sem_state *s, struct emit *e)
{
	const struct sem_sem *sem;

	if (s->o.gone || s->sem == s->to) {
		s->stage = SEM_AT_END;
		return;
	}
	sem = sem_sem_at(s, s->sem - s->from);
	emit_sem(sem, s->sem, e);
	s->wait = sem->waits;
	s->stage = SEM_AT_WAIT;
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
		emit_truncated(s, e, 2, "wait", sem->waits_kept, sem->ncnt + sem->zcnt);
	s->undo = sem->undos;
	s->stage = SEM_AT_UNDO;
}

static void step_op(struct sem_state *s, struct emit *e)
{
	const struct sem_wait *w = sem_wait_at(s, s->wait);

	if (w->ops_kept && s->op < w->nsops) {
		emit_op(sem_op_at(s, w->ops + s->op), s->op == w->blocking, e);
		s->op++;
		return;
	}
	if (!w->ops_kept)
		emit_truncated(s, e, 3, "op", 0, w->nsops);
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
		emit_truncated(s, e, 1, "undo", sem->undos_kept, sem->undos_seen);
	s->sem++;
	s->stage = SEM_AT_SEM;
}

static void step_owner(struct sem_state *s, struct emit *e)
{
	const struct sem_undo_row *undo = sem_undo_at(s, s->undo);
	const struct sem_un *un = sem_un_at(s, undo->un);

	if (s->owner < un->nr_owners) {
		emit_owner(&sem_owner_at(s, un->owners + s->owner)->facts, e);
		s->owner++;
		return;
	}
	if (un->nr_owners < un->tasks)
		emit_truncated(s, e, 2, "owner", un->nr_owners, un->tasks);
	s->undo = undo->next;
	s->stage = SEM_AT_UNDO;
}

/* Rows that are missing from the whole set, or the rest of it. */
static void step_end(struct sem_state *s, struct emit *e)
{
	if (s->o.gone)
		emit_truncated(s, e, 1, "sem", s->from, s->nsems);
	else if (!s->o.more && s->undos_lost)
		emit_truncated(s, e, 1, "undo", SEM_NONE, 0);
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
	emit_truncated(s, e, 1, "undo", SEM_NONE, 0);
	return true;
}

bool sem_emit(struct walk_object *o, struct emit *e)
{
	struct sem_state *s = sem_state_of(o);

	if (o->list)
		return emit_listed(s, e);
	while (s->stage != SEM_AT_DONE) {
		if (!emit_has_room(e))
			return false;
		step(s, e);
	}
	sem_next_part(s);
	return true;
}
