// SPDX-License-Identifier: GPL-2.0
/* 'ipcdbg -s ID': the tables of waiting tasks and of undo holders. */
#include "sem.h"

#include <stdlib.h>
#include <sys/sem.h>

#include "column.h"
#include "proc_columns.h"
#include "task.h"
#include "user.h"

/* As many processes as one cell of BLOCKER names; how many more there are stands behind them. */
#define BLOCKERS_SHOWN 8

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static int undo_order(const void *a, const void *b)
{
	const struct sem_undo *x = *(const struct sem_undo *const *)a;
	const struct sem_undo *y = *(const struct sem_undo *const *)b;

	if (x->u.semnum != y->u.semnum)
		return x->u.semnum < y->u.semnum ? -1 : 1;
	if ((x->u.semadj < 0) != (y->u.semadj < 0))
		return x->u.semadj < 0 ? -1 : 1;
	return x < y ? -1 : x > y;
}

void sem_blockers_init(struct sem_blockers *b, const struct sem_set *s)
{
	*b = (struct sem_blockers){ .s = s };
	for (size_t i = 0; i < s->undos.nr; i++)
		if (s->undos.v[i].u.semadj)
			*vec_add(&b->undos) = &s->undos.v[i];
	if (b->undos.nr)
		qsort(b->undos.v, b->undos.nr, sizeof(*b->undos.v), undo_order);
}

const struct sem_undo *const *sem_blockers_find(const struct sem_blockers *b, int semnum, bool zero,
						size_t *nr)
{
	size_t low = 0, high = b->undos.nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct ipcdbg_undo *u = &b->undos.v[mid]->u;

		if (u->semnum < semnum || (u->semnum == semnum && u->semadj < 0 && !zero))
			low = mid + 1;
		else
			high = mid;
	}
	for (*nr = 0; low + *nr < b->undos.nr; ++*nr)
		if (!sem_undo_blocks(b->undos.v[low + *nr], semnum, zero))
			break;
	return *nr ? (const struct sem_undo *const *)b->undos.v + low : NULL;
}

void sem_blockers_free(struct sem_blockers *b)
{
	vec_free(&b->undos);
}

/* A row of the table of waiting tasks. */
struct wait_row {
	struct waiter waiter;
	const struct sem_set *s;
	const struct sem_wait *w;
	const char *blocker;
};

static void wait_semnum(struct text *t, const void *row)
{
	text_addf(t, "%d", ((const struct wait_row *)row)->w->semnum);
}

/* 0:-1,undo* is: semaphore 0, minus 1, with SEM_UNDO, and this is the one that blocks. */
static void add_op(struct text *t, const struct ipcdbg_op *op)
{
	if (op->sem_op)
		text_addf(t, "%u:%+d", op->sem_num, op->sem_op);
	else
		text_addf(t, "%u:=0", op->sem_num);
	text_addf(t, "%s%s%s", op->sem_flg & SEM_UNDO ? ",undo" : "",
		  op->sem_flg & IPC_NOWAIT ? ",nowait" : "", op->blocking ? "*" : "");
}

void text_add_ops(struct text *t, const struct sem_set *s, const struct sem_wait *w)
{
	if (!w->nr_ops)
		text_addf(t, "?");
	for (size_t i = 0; i < w->nr_ops; i++) {
		text_addf(t, i ? " " : "");
		add_op(t, &s->ops.v[w->first_op + i]);
	}
}

static void wait_op(struct text *t, const void *row)
{
	const struct wait_row *r = row;

	text_add_ops(t, r->s, r->w);
}

static void wait_blocker(struct text *t, const void *row)
{
	text_addf(t, "%s", ((const struct wait_row *)row)->blocker);
}

static const struct column wait_columns[] = {
	{ .name = "SEMNUM", .right = true, .fill = wait_semnum },
	{ .name = "OP", .fill = wait_op },
	{ .name = "BLOCKER", .fill = wait_blocker },
};

/* Each process of one undo list once; its threads stand in a row. */
static void add_owners(struct text *t, const struct sem_set *s, const struct sem_undo *u,
		       size_t *shown)
{
	for (size_t i = 0; i < u->nr_owners; i++) {
		const struct ipcdbg_owner *o = &s->owners.v[u->first_owner + i];

		if (!sem_owner_is_first(s, u, i))
			continue;
		if (++*shown > BLOCKERS_SHOWN)
			continue;
		text_addf(t, t->len ? "," : "");
		text_add_pid(t, o->pid);
	}
	if (!u->nr_owners && ++*shown <= BLOCKERS_SHOWN)
		text_addf(t, t->len ? ",exiting" : "exiting");
}

static void find_blockers(struct text *t, const struct sem_blockers *b, int semnum, bool zero)
{
	size_t nr, shown = 0;
	const struct sem_undo *const *u = sem_blockers_find(b, semnum, zero, &nr);

	text_clear(t);
	for (size_t i = 0; i < nr; i++)
		add_owners(t, b->s, u[i], &shown);
	if (shown > BLOCKERS_SHOWN)
		text_addf(t, ",+%zu", shown - BLOCKERS_SHOWN);
	if (sem_set_lacks(b->s, "undo") || sem_set_lacks(b->s, "owner"))
		text_addf(t, t->len ? ",..." : "...");
	else if (!t->len)
		text_addf(t, "-");
}

static void print_waits(FILE *out, const struct sem_set *s, const struct sem_blockers *b)
{
	struct aligned *table;
	struct text blocker = { 0 };
	bool zero = false;

	if (!s->waits.nr)
		return;
	table = waiters_new(out, "Waiting Tasks", wait_columns, NR(wait_columns));
	for (size_t i = 0; i < s->waits.nr; i++) {
		const struct sem_wait *w = &s->waits.v[i];

		if (!i || w->semnum != w[-1].semnum || sem_wait_is_zero(s, w) != zero) {
			zero = sem_wait_is_zero(s, w);
			find_blockers(&blocker, b, w->semnum, zero);
		}
		aligned_add(table, &(struct wait_row){ WAITER_OF(wait, &w->w), s, w, blocker.s });
	}
	aligned_print(table);
	text_free(&blocker);
	fputs("\n", out);
}

/* A row of the table of holders; o is NULL where no task owns the undo list any more. */
struct undo_row {
	const struct sem_undo *u;
	const struct ipcdbg_owner *o;
};

static void owner_pid(struct text *t, const void *row)
{
	const struct undo_row *r = row;

	if (r->o)
		text_add_pid(t, r->o->pid);
	else
		text_addf(t, "-");
}

static void owner_tid(struct text *t, const void *row)
{
	const struct undo_row *r = row;

	if (r->o)
		text_add_pid(t, r->o->tid);
	else
		text_addf(t, "-");
}

static void owner_comm(struct text *t, const void *row)
{
	const struct undo_row *r = row;

	text_add_comm(t, r->o ? r->o->comm : "");
}

static void owner_user(struct text *t, const void *row)
{
	const struct undo_row *r = row;

	if (r->o && IPCDBG_HAS(owner, r->o, uid))
		text_add_user(t, r->o->uid, false);
	else
		text_addf(t, "-");
}

static void owner_state(struct text *t, const void *row)
{
	const struct undo_row *r = row;

	if (!r->o)
		text_addf(t, "%s", r->u->u.exiting ? "exiting" : "-");
	else if (IPCDBG_HAS(owner, r->o, state))
		text_add_state(t, r->o->state);
	else
		text_addf(t, "-");
}

static void undo_semnum(struct text *t, const void *row)
{
	text_addf(t, "%d", ((const struct undo_row *)row)->u->u.semnum);
}

static void undo_semadj(struct text *t, const void *row)
{
	text_addf(t, "%+d", ((const struct undo_row *)row)->u->u.semadj);
}

static void undo_tasks(struct text *t, const void *row)
{
	const struct undo_row *r = row;

	if (IPCDBG_HAS(undo, &r->u->u, tasks))
		text_addf(t, "%u", r->u->u.tasks);
	else
		text_addf(t, "-");
}

static void owner_unit(struct text *t, const void *row)
{
	const struct undo_row *r = row;

	text_add_unit_of(t, r->o ? r->o->tid : 0, r->o ? r->o->start_ns : 0);
}

static void owner_args(struct text *t, const void *row)
{
	const struct undo_row *r = row;

	text_add_args_of(t, r->o ? r->o->tid : 0, r->o ? r->o->start_ns : 0);
}

static const struct column undo_fact_columns[NR_FACT_COLUMNS] = {
	{ .name = "UNIT", .fill = owner_unit },
	{ .name = "ARGS", .fill = owner_args },
};

static const struct column undo_columns[] = {
	{ .name = "PID", .right = true, .fill = owner_pid },
	{ .name = "TID", .right = true, .fill = owner_tid },
	{ .name = "COMMAND", .fill = owner_comm },
	{ .name = "USER", .fill = owner_user },
	{ .name = "STATE", .fill = owner_state },
	{ .name = "SEMNUM", .right = true, .fill = undo_semnum },
	{ .name = "SEMADJ", .right = true, .fill = undo_semadj },
	{ .name = "TASKS", .right = true, .fill = undo_tasks },
};

static void print_undos(FILE *out, const struct sem_set *s)
{
	struct aligned *table;

	if (!s->undos.nr)
		return;
	fputs("------ Undo Holders --------\n", out);
	table = aligned_new(out, undo_columns, NR(undo_columns));
	aligned_extend(table, undo_fact_columns, nr_fact_columns());
	for (size_t i = 0; i < s->undos.nr; i++) {
		const struct sem_undo *u = &s->undos.v[i];

		for (size_t j = 0; j < u->nr_owners; j++)
			aligned_add(table,
				    &(struct undo_row){ u, &s->owners.v[u->first_owner + j] });
		if (!u->nr_owners)
			aligned_add(table, &(struct undo_row){ u, NULL });
	}
	aligned_print(table);
	fputs("\n", out);
}

void sem_tables(const struct query *q, const struct object *o)
{
	const struct sem_set *s = sem_set_of(o);
	struct sem_blockers b;

	sem_blockers_init(&b, s);
	print_waits(q->out, s, &b);
	print_undos(q->out, s);
	sem_blockers_free(&b);
}
