// SPDX-License-Identifier: GPL-2.0
/*
 * A semaphore set with the tasks that are blocked on it.
 *
 * All values are taken at one moment, by GETALL, between two looks at each of the tasks
 * (proc_syscall.h). What has slept all the while waits in the kernel's list, and has been tried
 * with these very values: do_smart_update() tries each operation that changes a value again
 * whenever any value changes. So the first of its operations that does not hold is the one that
 * blocks. A call that only waits for zero is tried again when a value becomes 0 only, so where
 * several of its values are not 0, any of these may be the one that the kernel has noted.
 *
 * The operations are read from the task's memory, which another thread may have changed since the
 * call. The kernel counts how many wait for each semaphore: a task that its count does not allow is
 * left out. What the kernel counts and is not found is told by a truncated row.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "field.h"
#include "made.h"

union semun {
	unsigned short *array;
};

/* A wait, and where it belongs. */
struct placed {
	const struct proc_wait *w;
	int semnum;
	__s64 blocking; /* which of its operations; -1: not known */
};

/* A set being read. */
struct reading {
	int id, nsems;
	unsigned short *values;
	VEC(struct ipcdbg_sem) sems;
	int *sums; /* what operations tried so far add to the values; 0 between tries */
	const struct sembuf *ops;
	VEC(struct placed) placed;
};

/* False with errno: the semaphores may not be read, or their set has gone. */
static bool read_sem(struct reading *r, int semnum)
{
	static const struct {
		int command;
		unsigned int field;
	} reads[] = {
		{ GETNCNT, IPCDBG_F_sem_semncnt },
		{ GETZCNT, IPCDBG_F_sem_semzcnt },
		{ GETPID, IPCDBG_F_sem_sempid },
	};
	struct ipcdbg_sem *sem = vec_add(&r->sems);

	IPCDBG_PUT(sem, sem, semnum, semnum);
	IPCDBG_PUT(sem, sem, semval, r->values[semnum]);
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		int n = semctl(r->id, semnum, reads[i].command);

		if (n < 0)
			return false;
		if (n || reads[i].command != GETPID)
			field_put(IPCDBG_R_sem, reads[i].field, sem, n);
	}
	return true;
}

static bool read_sems(struct reading *r)
{
	if (semctl(r->id, 0, GETALL, (union semun){ .array = r->values }) < 0)
		return false;
	for (int i = 0; i < r->nsems; i++)
		if (!read_sem(r, i))
			return false;
	return true;
}

static bool is_counted(const struct reading *r, const struct sembuf *op)
{
	const struct ipcdbg_sem *sem = &r->sems.v[op->sem_num];

	return op->sem_op ? sem->semncnt : sem->semzcnt;
}

/* The first operation that does not hold, as perform_atomic_semop() of ipc/sem.c; nr: all do. */
static size_t first_blocking(struct reading *r, const struct sembuf *ops, size_t nr)
{
	size_t i, tried;

	for (i = 0; i < nr; i++) {
		int *sum = &r->sums[ops[i].sem_num];
		int value = r->values[ops[i].sem_num] + *sum;

		if (ops[i].sem_op ? value + ops[i].sem_op < 0 : value)
			break;
		*sum += ops[i].sem_op;
	}
	for (tried = 0; tried < i; tried++)
		r->sums[ops[tried].sem_num] = 0;
	return i;
}

/* Of a call that only waits for zero: whether one semaphore alone can be what blocks it. */
static bool is_only_one(const struct reading *r, const struct sembuf *ops, size_t nr, size_t *which)
{
	size_t found = nr;

	for (size_t i = 0; i < nr; i++) {
		if (!r->values[ops[i].sem_num] || !is_counted(r, &ops[i]))
			continue;
		if (found < nr && ops[found].sem_num != ops[i].sem_num) {
			*which = found;
			return false;
		}
		if (found == nr)
			found = i;
	}
	*which = found;
	return true;
}

static bool changes_values(const struct sembuf *ops, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (ops[i].sem_op)
			return true;
	return false;
}

static bool fits(const struct reading *r, const struct sembuf *ops, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (ops[i].sem_num >= r->nsems)
			return false;
	return true;
}

static void place(struct reading *r, const struct proc_wait *w)
{
	const struct sembuf *ops = r->ops + w->first_op;
	size_t nr = w->call.size, which;
	bool sure = true;

	if (!w->ops_known || !fits(r, ops, nr))
		return;
	if (changes_values(ops, nr))
		which = first_blocking(r, ops, nr);
	else
		sure = is_only_one(r, ops, nr, &which);
	if (which == nr || !is_counted(r, &ops[which]) || !proc_syscall_lasts(&w->call))
		return;
	*vec_add(&r->placed) = (struct placed){ w, ops[which].sem_num, sure ? (__s64)which : -1 };
}

static int semnum_order(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->semnum != y->semnum)
		return x->semnum < y->semnum ? -1 : 1;
	return x->w < y->w ? -1 : x->w > y->w;
}

static void place_all(struct reading *r, __u32 inum)
{
	size_t nr;
	const struct proc_wait *w = proc_waits_on(inum, SYSCALL_SEMOP, r->id, &nr);

	if (!nr)
		return;
	r->ops = proc_waits()->ops.v;
	r->sums = calloc(r->nsems, sizeof(*r->sums));
	if (!r->sums)
		die(EXIT_IO, "out of memory");
	for (size_t i = 0; i < nr; i++)
		place(r, &w[i]);
	if (r->placed.nr)
		qsort(r->placed.v, r->placed.nr, sizeof(*r->placed.v), semnum_order);
}

static void add_op(struct maker *m, const struct sembuf *op, const struct placed *p, __s64 i)
{
	struct ipcdbg_op row = { 0 };

	IPCDBG_PUT(op, &row, sem_num, op->sem_num);
	IPCDBG_PUT(op, &row, sem_op, op->sem_op);
	IPCDBG_PUT(op, &row, sem_flg, (unsigned short)op->sem_flg);
	if (p->blocking >= 0)
		IPCDBG_PUT(op, &row, blocking, i == p->blocking);
	text_add_record(&m->text, 3, IPCDBG_R_op, &row);
}

static void add_wait(struct maker *m, const struct reading *r, const struct placed *p)
{
	const struct sembuf *ops = r->ops + p->w->first_op;
	__s64 nr = p->w->call.size;
	struct ipcdbg_wait row = { 0 };
	bool undo = false;

	for (__s64 i = 0; i < nr; i++)
		undo |= !!(ops[i].sem_flg & SEM_UNDO);
	MADE_TASK(wait, &row, &p->w->call);
	IPCDBG_PUT(wait, &row, nsops, nr);
	IPCDBG_PUT(wait, &row, undo, undo);
	IPCDBG_PUT(wait, &row, alter, changes_values(ops, nr));
	text_add_record(&m->text, 2, IPCDBG_R_wait, &row);
	for (__s64 i = 0; i < nr; i++)
		add_op(m, &ops[i], p, i);
}

/* Returns how many tasks wait, by the kernel's count. */
static long long add_sems(struct maker *m, struct reading *r)
{
	long long waiting = 0;
	size_t next = 0;

	for (size_t i = 0; i < r->sems.nr; i++) {
		struct ipcdbg_sem *sem = &r->sems.v[i];

		made_states(m, IPCDBG_R_sem, sem);
		text_add_record(&m->text, 1, IPCDBG_R_sem, sem);
		waiting += sem->semncnt + sem->semzcnt;
		while (next < r->placed.nr && r->placed.v[next].semnum == sem->semnum)
			add_wait(m, r, &r->placed.v[next++]);
	}
	return waiting;
}

/* A set without any semop has no adjustments. */
static void add_details(struct maker *m, const struct ipcdbg_set *set, bool known,
			struct reading *r)
{
	if (known) {
		long long waiting = add_sems(m, r);

		if (waiting > (long long)r->placed.nr)
			made_truncated(m, 1, "wait", r->placed.nr, waiting);
	} else {
		made_truncated(m, 1, "sem", MADE_UNKNOWN, MADE_UNKNOWN);
		made_truncated(m, 1, "wait", MADE_UNKNOWN, MADE_UNKNOWN);
	}
	if (set->otime)
		made_truncated(m, 1, "undo", MADE_UNKNOWN, MADE_UNKNOWN);
}

static void free_reading(struct reading *r)
{
	free(r->values);
	free(r->sums);
	vec_free(&r->sems);
	vec_free(&r->placed);
}

/* A set that goes away while it is read leaves nothing. */
void made_set(struct maker *m, union ipcdbg_any *head)
{
	struct reading r = { .id = head->set.semid, .nsems = head->set.nsems };
	bool known = true;

	if (m->details) {
		/* The first look at the tasks comes before the values. */
		if (made_with_tasks(m))
			proc_waits();
		r.values = calloc(r.nsems > 0 ? r.nsems : 1, sizeof(*r.values));
		if (!r.values)
			die(EXIT_IO, "out of memory");
		known = read_sems(&r);
	}
	if (known || errno == EACCES) {
		m->objects++;
		text_add_record(&m->text, 0, IPCDBG_R_set, head);
		if (known && made_with_tasks(m))
			place_all(&r, m->inum);
		if (m->details)
			add_details(m, &head->set, known, &r);
	}
	free_reading(&r);
}
