// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "generate.h"
#include "common.h"
#include "random.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void make_set(struct model *m)
{
	static const int sizes[] = { 1, 1, 2, 3, 4, 5, 6, 8, 33, 64, 65, 255, 256, 257 };
	int nsems = sizes[below(m->nr_sets ? 8 : 14)];
	key_t key = one_in(3) ? IPC_PRIVATE : (key_t)(random32() | 1);
	int id = semget(key, nsems, IPC_CREAT | IPC_EXCL | 0666 | below(01000));

	if (id < 0)
		die("semget: %s", strerror(errno));
	model_add_set(m, id, nsems);
}

/* Semaphores that more often than not are the same few, so that tasks meet. */
static int pick_sem(const struct model *m, int set)
{
	int nsems = m->set[set].nsems;

	if (nsems > 4 && !one_in(6))
		return one_in(2) ? (int)below(3) : nsems - 1 - (int)below(3);
	return below(nsems);
}

static void set_values(struct model *m, int set)
{
	int i, n = below(5);

	for (i = 0; i < n; i++) {
		int semnum = pick_sem(m, set);
		int val = one_in(8) ? (int)below(32768) : (int)below(4);

		if (semctl(m->set[set].id, semnum, SETVAL, val))
			die("SETVAL: %s", strerror(errno));
		if (!model_setval(m, set, semnum, val))
			die("nobody waits yet");
	}
}

static void name_task(struct puppet *p)
{
	char name[16];

	random_name(name);
	if (puppet_name(p, name))
		die("cannot name a task");
}

static int make_task(struct model *m, int parent, unsigned long flags)
{
	struct puppet *from = parent < 0 ? NULL : m->task[parent].puppet;
	struct puppet *p = puppet_make(from, flags);

	if (!p)
		die("clone %lx: %s", flags, strerror(errno));
	if (one_in(3))
		name_task(p);
	if (one_in(6))
		puppet_setuid(p, 1 + below(70000)); /* not if its maker is no longer root */
	return model_add_task(m, p, parent, flags);
}

/* Whether processes of its pid namespace could not be the test's children. */
static bool is_init(const struct model *m, int task)
{
	return m->task[task].puppet->inner_pid != m->task[task].puppet->pid;
}

static void make_tasks(struct model *m)
{
	int i, n = 2 + below(12);

	for (i = 0; i < n; i++) {
		int parent = m->nr_tasks && !one_in(3) ? (int)below(m->nr_tasks) : -1;
		unsigned long flags = 0;

		if (parent >= 0 && (one_in(2) || is_init(m, parent)))
			flags = one_in(4) ? PUPPET_THREAD & ~CLONE_SYSVSEM : PUPPET_THREAD;
		else if (parent >= 0)
			flags = CLONE_SYSVSEM;
		else if (one_in(5))
			flags = CLONE_NEWPID;
		make_task(m, parent, flags);
	}
}

static unsigned int make_sops(const struct model *m, int set, struct sembuf *sops, bool simple)
{
	unsigned int i, n = simple ? 1 : one_in(20) ? 65 + below(10) : 1 + below(4);

	for (i = 0; i < n; i++) {
		sops[i].sem_num = pick_sem(m, set);
		sops[i].sem_op = one_in(4)    ? 0
				 : one_in(30) ? (int)below(65536) - 32768
					      : (int)below(7) - 3;
		sops[i].sem_flg = (one_in(2) ? SEM_UNDO : 0) | (one_in(8) ? IPC_NOWAIT : 0);
	}
	return n;
}

static int pick_task(const struct model *m)
{
	int i, task = -1, n = 0;

	for (i = 0; i < m->nr_tasks; i++)
		if (m->task[i].alive && !m->task[i].waiting && one_in(++n))
			task = i;
	return task;
}

/* Operations that return at once, whatever they return. */
static bool operate(struct model *m)
{
	struct sembuf sops[MODEL_OPS];
	int i, want, got, n = below(16);

	for (i = 0; i < n; i++) {
		int task = pick_task(m), set = below(m->nr_sets);
		unsigned int nsops = make_sops(m, set, sops, one_in(2)), j;

		for (j = 0; j < nsops; j++)
			sops[j].sem_flg |= IPC_NOWAIT;
		m->task[task].puppet->timed = one_in(2);
		want = model_semop(m, task, set, sops, nsops, true);
		got = puppet_semop(m->task[task].puppet, m->set[set].id, sops, nsops);
		if (want != got)
			return complain("semop returned %d instead of %d", got, want);
		if (!want && !model_update(m, set, sops, nsops))
			die("nobody waits yet");
	}
	return true;
}

static int live_tasks(const struct model *m)
{
	int i, n = 0;

	for (i = 0; i < m->nr_tasks; i++)
		n += m->task[i].alive;
	return n;
}

static void end_process(struct model *m, int task)
{
	int process = m->task[task].process;

	puppet_exit_process(m->task[task].puppet);
	model_exit_process(m, process);
	if (one_in(2)) {
		puppet_reap(m->task[task].puppet);
		m->process[process].reaped = true;
	}
}

static void end_task(struct model *m, int task)
{
	bool last = m->process[m->task[task].process].live_tasks == 1;

	if (last) {
		end_process(m, task);
		return;
	}
	puppet_exit(m->task[task].puppet);
	model_exit(m, task);
}

static void exits(struct model *m)
{
	int i, n = below(4);

	for (i = 0; i < n && live_tasks(m) > 2; i++) {
		if (one_in(3))
			end_process(m, pick_task(m));
		else
			end_task(m, pick_task(m));
	}
}

/* Everybody who finds an operation to block in does so. */
static void waits(struct model *m)
{
	struct sembuf sops[MODEL_OPS];
	bool simple = one_in(3);
	int task, set, tries;
	unsigned int nsops;

	for (tries = 0; tries < 200 && (task = pick_task(m)) >= 0; tries++) {
		struct model_task *t = &m->task[task];

		set = below(m->nr_sets);
		nsops = make_sops(m, set, sops, simple || one_in(2));
		if (model_semop(m, task, set, sops, nsops, false) != 1 || one_in(8))
			continue;
		t->puppet->timed = one_in(2);
		model_semop(m, task, set, sops, nsops, true);
		puppet_block(t->puppet, m->set[set].id, sops, nsops, &t->before);
		t->after = clock_ns(CLOCK_MONOTONIC);
	}
}

static int changing_semop(struct model *next, int set)
{
	struct sembuf sops[MODEL_OPS];
	unsigned int i, nsops = make_sops(next, set, sops, one_in(2));

	for (i = 0; i < nsops; i++)
		sops[i].sem_flg = IPC_NOWAIT;
	if (model_semop(next, MODEL_TESTER, set, sops, nsops, true) ||
	    !model_update(next, set, sops, nsops))
		return -1;
	return semop(next->set[set].id, sops, nsops);
}

static int changing_setval(struct model *next, int set)
{
	int semnum = pick_sem(next, set), val = below(4);

	if (!model_setval(next, set, semnum, val))
		return -1;
	return semctl(next->set[set].id, semnum, SETVAL, val);
}

/* How many undo lists would the death of this process let act? */
static int last_owners(const struct model *m, int process)
{
	int g, i, mine, n = 0;

	for (g = 0; g < m->nr_groups; g++) {
		for (i = mine = 0; i < m->nr_tasks; i++)
			mine += m->task[i].alive && m->task[i].process == process &&
				m->task[i].group == g;
		n += mine && mine == m->group[g].tasks;
	}
	return n;
}

static int killing(struct model *next, int task)
{
	int process = next->task[task].process;

	if (!next->task[task].alive || last_owners(next, process) > 1 ||
	    !model_exit_process(next, process))
		return -1;
	puppet_exit_process(next->task[task].puppet);
	return 0;
}

/* Changes under the eyes of those who wait that wake nobody, but may move what blocks them. */
static void changes(struct model *m)
{
	static struct model next;
	int i, ret, n = below(6);

	for (i = 0; i < n; i++) {
		int set = below(m->nr_sets), task = below(m->nr_tasks);

		next = *m;
		switch (below(3)) {
		case 0:
			ret = changing_semop(&next, set);
			break;
		case 1:
			ret = changing_setval(&next, set);
			break;
		default:
			ret = killing(&next, task);
		}
		if (!ret)
			*m = next;
	}
}

bool generate(struct model *m, uint64_t seed)
{
	int i, n;

	random_seed(seed);
	m->nr_sets = m->nr_tasks = m->nr_processes = m->nr_groups = 0;
	n = 1 + below(MODEL_SETS);
	for (i = 0; i < n; i++)
		make_set(m);
	for (i = 0; i < n; i++)
		set_values(m, i);
	make_tasks(m);
	if (!operate(m))
		return false;
	exits(m);
	waits(m);
	changes(m);
	return true;
}

void generate_clear(struct model *m)
{
	int i;

	puppets_clear();
	for (i = 0; i < m->nr_sets; i++)
		semctl(m->set[i].id, 0, IPC_RMID);
	m->nr_sets = 0;
}
