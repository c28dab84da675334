// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "compare.h"
#include "check.h"
#include "proc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/uio.h>
#include <unistd.h>

static pid_t pid_of(const struct model *m, int process)
{
	if (process == MODEL_TESTER)
		return getpid();
	return process == MODEL_NOBODY ? 0 : m->process[process].pid;
}

static bool semctl_sem(const struct model *m, int set, int i)
{
	const struct model_set *s = &m->set[set];
	bool ok = true;

	CHECK("model GETVAL", s->sem[i].val, semctl(s->id, i, GETVAL));
	CHECK("model GETPID", pid_of(m, s->sem[i].last), semctl(s->id, i, GETPID));
	CHECK("model GETNCNT", model_count(m, set, i, false), semctl(s->id, i, GETNCNT));
	CHECK("model GETZCNT", model_count(m, set, i, true), semctl(s->id, i, GETZCNT));
	return ok;
}

bool compare_semctl(const struct model *m)
{
	bool ok = true;
	int set, i;

	for (set = 0; set < m->nr_sets; set++)
		for (i = 0; i < m->set[set].nsems; i++)
			ok &= semctl_sem(m, set, i);
	return ok;
}

bool compare_ipc_stat(const struct rows *r, int set, int semid)
{
	struct semid_ds ds;
	bool ok = true;

	if (semctl(semid, 0, IPC_STAT, &ds))
		return complain("IPC_STAT %d: %s", semid, strerror(errno));
	CHECK("semid", semid, ROW_NUM(r, set, set, semid));
	CHECK("key", (uint32_t)ds.sem_perm.__key, ROW_NUM(r, set, set, key));
	CHECK("mode", ds.sem_perm.mode, ROW_NUM(r, set, set, mode));
	CHECK("uid", ds.sem_perm.uid, ROW_NUM(r, set, set, uid));
	CHECK("gid", ds.sem_perm.gid, ROW_NUM(r, set, set, gid));
	CHECK("cuid", ds.sem_perm.cuid, ROW_NUM(r, set, set, cuid));
	CHECK("cgid", ds.sem_perm.cgid, ROW_NUM(r, set, set, cgid));
	CHECK("nsems", ds.sem_nsems, ROW_NUM(r, set, set, nsems));
	CHECK("otime", ds.sem_otime, ROW_NUM(r, set, set, otime));
	CHECK("ctime", ds.sem_ctime, ROW_NUM(r, set, set, ctime));
	return ok;
}

static bool compare_wait(const struct model *m, const struct rows *r, int wait, int task,
			 uint64_t t0, uint64_t t1)
{
	const struct model_task *t = &m->task[task];
	int op = -1, i, order;
	bool ok = true;

	CHECK("nsops", t->nsops, ROW_NUM(r, wait, wait, nsops));
	CHECK("undo", t->undo, ROW_NUM(r, wait, wait, undo));
	CHECK("alter", t->alter, ROW_NUM(r, wait, wait, alter));
	CHECK_STR("queue", model_queue(m, task, &order), ROW_STR(r, wait, wait, queue));
	CHECK("order", order, ROW_NUM(r, wait, wait, order));
	ok &= compare_sops(r, wait, t->sops, t->nsops);
	for (i = 0; (op = rows_next(r, IPCDBG_R_op, wait, op)) >= 0; i++)
		CHECK("blocking", i == (int)t->blocking, ROW_NUM(r, op, op, blocking));
	ok &= compare_proc(r, wait, t->puppet->pid, t->puppet->tid, m->set[t->set].id);
	return compare_blocked(r, wait, t0 - t->after, t1 - t->before) && ok;
}

static int task_by_tid(const struct model *m, pid_t tid)
{
	int i;

	for (i = 0; i < m->nr_tasks; i++)
		if (m->task[i].alive && m->task[i].puppet->tid == tid)
			return i;
	return -1;
}

/* Every wait row is a waiting task of the semaphore, every one of those has one row. */
static bool compare_waits(const struct model *m, const struct rows *r, int sem, int set, int semnum,
			  uint64_t t0, uint64_t t1)
{
	bool seen[PUPPETS_MAX] = { false };
	bool ok = true;
	int wait = -1;
	int i, n = 0;

	while ((wait = rows_next(r, IPCDBG_R_wait, sem, wait)) >= 0) {
		int task = task_by_tid(m, ROW_NUM(r, wait, wait, tid));

		if (task < 0 || seen[task] || !m->task[task].waiting || m->task[task].set != set ||
		    m->task[task].sops[m->task[task].blocking].sem_num != semnum) {
			ok = complain("line %d: task %" PRId64 " does not wait here, or twice",
				      wait + 1, ROW_NUM(r, wait, wait, tid));
			continue;
		}
		seen[task] = true;
		n++;
		ok &= compare_wait(m, r, wait, task, t0, t1);
	}
	for (i = 0; i < m->nr_tasks; i++)
		n -= m->task[i].waiting && m->task[i].set == set &&
		     m->task[i].sops[m->task[i].blocking].sem_num == semnum;
	CHECK("wait rows too many", 0, n);
	return ok;
}

static const char *process_state(const struct model *m, int process)
{
	if (process == MODEL_TESTER || m->process[process].live_tasks)
		return "live";
	return m->process[process].reaped ? "exited" : "zombie";
}

static bool compare_sempid(const struct model *m, const struct rows *r, int sem, int last)
{
	const char *state = last == MODEL_NOBODY ? NULL : process_state(m, last);

	return compare_pid(r, sem, "sempid", pid_of(m, last), state);
}

static bool compare_one_sem(const struct model *m, const struct rows *r, int sem, int set,
			    int semnum, uint64_t t0, uint64_t t1)
{
	const struct model_sem *s = &m->set[set].sem[semnum];
	int id = m->set[set].id;
	bool ok = true;

	CHECK("semnum", semnum, ROW_NUM(r, sem, sem, semnum));
	CHECK("semval", semctl(id, semnum, GETVAL), ROW_NUM(r, sem, sem, semval));
	CHECK("semncnt", semctl(id, semnum, GETNCNT), ROW_NUM(r, sem, sem, semncnt));
	CHECK("semzcnt", semctl(id, semnum, GETZCNT), ROW_NUM(r, sem, sem, semzcnt));
	ok &= compare_sempid(m, r, sem, s->last);
	ok &= compare_waits(m, r, sem, set, semnum, t0, t1);
	return ok;
}

static bool compare_owner(const struct model *m, const struct rows *r, int owner, int group)
{
	int task = task_by_tid(m, ROW_NUM(r, owner, owner, tid));
	bool ok = true;

	if (task < 0 || m->task[task].group != group)
		return complain("line %d: task %" PRId64 " does not share it", owner + 1,
				ROW_NUM(r, owner, owner, tid));
	CHECK_STR("state", "live", ROW_STR(r, owner, owner, state));
	return compare_thread(r, owner, m->task[task].puppet->pid, m->task[task].puppet->tid) && ok;
}

/* The owners of an undo row are all tasks of one group. */
static bool compare_undo(const struct model *m, const struct rows *r, int undo, int set, int group)
{
	const struct model_group *g = &m->group[group];
	pid_t last = 0;
	int owner = -1;
	bool ok = true;

	CHECK("semadj", g->adj[set][ROW_NUM(r, undo, undo, semnum)],
	      ROW_NUM(r, undo, undo, semadj));
	CHECK("tasks", g->tasks, ROW_NUM(r, undo, undo, tasks));
	CHECK("owner rows", g->tasks, rows_count(r, IPCDBG_R_owner, undo));
	CHECK("exiting", 0, ROW_HAS(r, undo, undo, exiting) ? ROW_NUM(r, undo, undo, exiting) : 0);
	while ((owner = rows_next(r, IPCDBG_R_owner, undo, owner)) >= 0) {
		if (ROW_NUM(r, owner, owner, tid) == last)
			ok = complain("line %d: doubled owner", owner + 1);
		last = ROW_NUM(r, owner, owner, tid);
		ok &= compare_owner(m, r, owner, group);
	}
	return ok;
}

static int count_adjustments(const struct model *m, int set)
{
	int i, j, n = 0;

	for (i = 0; i < m->nr_groups; i++)
		for (j = 0; j < m->set[set].nsems; j++)
			n += !!m->group[i].adj[set][j];
	return n;
}

static bool compare_undos(const struct model *m, const struct rows *r, int row, int set)
{
	static bool seen[PUPPETS_MAX][MODEL_SEMS];
	int undo = -1, n = 0;
	bool ok = true;

	memset(seen, 0, sizeof(seen));
	while ((undo = rows_next(r, IPCDBG_R_undo, row, undo)) >= 0) {
		int owner = rows_next(r, IPCDBG_R_owner, undo, -1);
		int task = owner < 0 ? -1 : task_by_tid(m, ROW_NUM(r, owner, owner, tid));
		int semnum = ROW_NUM(r, undo, undo, semnum);
		int group = task < 0 ? -1 : m->task[task].group;

		n++;
		if (group < 0 || semnum >= m->set[set].nsems || seen[group][semnum]) {
			ok = complain("line %d: no such adjustment, or doubled", undo + 1);
			continue;
		}
		seen[group][semnum] = true;
		ok &= compare_undo(m, r, undo, set, group);
	}
	CHECK("undo rows", count_adjustments(m, set), n);
	return ok;
}

static bool compare_set(const struct model *m, const struct rows *r, int row, int set, uint64_t t0,
			uint64_t t1)
{
	bool ok = compare_ipc_stat(r, row, m->set[set].id);
	int64_t otime = 0;
	int i, sem = -1;

	for (i = 0; i < m->set[set].nsems; i++) {
		sem = rows_next(r, IPCDBG_R_sem, row, sem);
		if (sem < 0)
			return complain("set %d has no row of semaphore %d", m->set[set].id, i);
		if (ROW_NUM(r, sem, sem, otime) > otime)
			otime = ROW_NUM(r, sem, sem, otime);
		ok &= compare_one_sem(m, r, sem, set, i, t0, t1);
	}
	CHECK("newest otime", ROW_NUM(r, row, set, otime), otime);
	CHECK("sem rows", m->set[set].nsems, rows_count(r, IPCDBG_R_sem, row));
	return compare_undos(m, r, row, set) && ok;
}

bool compare_sem(const struct model *m, const struct rows *r, uint64_t t0, uint64_t t1)
{
	bool ok = true;
	int i, row;

	CHECK("sets", m->nr_sets, rows_count(r, IPCDBG_R_set, -1));
	CHECK("namespaces", 1, rows_count(r, IPCDBG_R_namespace, -1));
	for (i = 0; i < m->nr_sets; i++) {
		row = rows_set(r, -1, m->set[i].id);
		if (row < 0)
			ok = complain("set %d is missing", m->set[i].id);
		else
			ok &= compare_set(m, r, row, i, t0, t1);
	}
	return ok;
}

static int count_waiting(const struct model *m, int set)
{
	int i, n = 0;

	for (i = 0; i < m->nr_tasks; i++)
		n += m->task[i].waiting && m->task[i].set == set;
	return n;
}

bool compare_list(const struct model *m, const struct rows *r)
{
	bool ok = true;
	int i, row;

	CHECK("sets", m->nr_sets, rows_count(r, IPCDBG_R_set, -1));
	for (i = 0; i < m->nr_sets; i++) {
		row = rows_set(r, -1, m->set[i].id);
		if (row < 0)
			return complain("list lacks set %d", m->set[i].id);
		ok &= compare_ipc_stat(r, row, m->set[i].id);
		CHECK("waiters", count_waiting(m, i), ROW_NUM(r, row, set, waiters));
		CHECK("holders", model_holders(m, i), ROW_NUM(r, row, set, holders));
		CHECK("sem rows in a list", 0, rows_count(r, IPCDBG_R_sem, row));
	}
	return ok;
}

/* Where the line of the namespace's own row is in the masked text, and where its last line ends. */
static char *namespace_text(const struct rows *r, unsigned int inum)
{
	char *text = rows_masked(r);
	char *at = strchr(text, '\n') + 1;
	char *end, *out = NULL;

	while (at && *at) {
		end = strstr(at, "\nnamespace ");
		if (!end)
			end = strstr(at, "\nend ");
		if (!strncmp(at, "namespace inum=", 15) && strtoul(at + 15, NULL, 10) == inum)
			out = strndup(at, end - at);
		at = end ? end + 1 : NULL;
		if (at && !strncmp(at, "end ", 4))
			break;
	}
	free(text);
	return out;
}

bool compare_all(const struct rows *plain, const struct rows *all)
{
	unsigned int inum = proc_ns(getpid(), getpid(), "ipc");
	char *want = namespace_text(plain, inum);
	char *got = namespace_text(all, inum);
	bool ok;

	ok = want && got && !strcmp(want, got);
	if (!ok)
		complain("all/ differs for namespace %u: want\n%s\ngot\n%s", inum,
			 want ? want : "nothing", got ? got : "nothing");
	free(want);
	free(got);
	return ok;
}
