// SPDX-License-Identifier: GPL-2.0
/*
 * Random wait graphs, each drawn from its number: GRAPHS of them (5000) from FIRST_GRAPH (1) on.
 * What is deadlocked in them is what trying every set of blocked threads finds. Valid sets stay
 * valid together, so all of them together are the largest one.
 */
#include <stdlib.h>
#include <string.h>

#include <kselftest_harness.h>

#include "deadlock.h"

#define PROCESSES 6
#define THREADS 3
#define SEMS 5
#define LISTS 8
#define BLOCKED_MAX 10

/* The world as the oracle sees it: nothing here is of the graph's code. */
struct blocked {
	int process, thread, sem, op; /* op: < 0, or 0 for a wait for zero */
	bool op_known;
};

struct drawn {
	struct {
		int threads;
		bool threads_known, visible;
	} processes[PROCESSES];
	struct {
		int value;
		bool known;
	} sems[SEMS];
	/* Undo lists: an adjustment of one semaphore, shared by one or two processes. */
	struct {
		int sem, adjustment, owners[2], nr;
	} lists[LISTS];
	struct blocked blocked[BLOCKED_MAX];
	int nr_processes, nr_sems, nr_lists, nr_blocked;
};

static unsigned long long state;

static unsigned int draw(unsigned int limit)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (state >> 33) % limit;
}

static void draw_lists(struct drawn *w)
{
	w->nr_lists = 1 + draw(LISTS);
	for (int i = 0; i < w->nr_lists; i++) {
		w->lists[i].sem = draw(w->nr_sems);
		w->lists[i].adjustment = draw(6) ? 1 + !draw(3) : -1 - (int)draw(2);
		w->lists[i].nr = draw(8) ? 1 : 2;
		w->lists[i].owners[0] = draw(w->nr_processes);
		w->lists[i].owners[1] = draw(w->nr_processes);
	}
}

static void draw_blocked(struct drawn *w)
{
	for (int p = 0; p < w->nr_processes; p++)
		for (int t = 0; t < w->processes[p].threads; t++) {
			struct blocked *b = &w->blocked[w->nr_blocked];

			if (w->nr_blocked == BLOCKED_MAX || !draw(16))
				continue;
			w->nr_blocked++;
			*b = (struct blocked){ p, t, draw(w->nr_sems), -(int)draw(3),
					       draw(30) != 0 };
			if (b->op == 0 && draw(2))
				b->op = -1;
		}
}

static void draw_world(struct drawn *w, unsigned long long seed)
{
	memset(w, 0, sizeof(*w));
	state = seed * 0x9e3779b97f4a7c15ULL;
	draw(2);
	w->nr_processes = 2 + draw(PROCESSES - 1);
	w->nr_sems = 1 + draw(SEMS);
	for (int p = 0; p < w->nr_processes; p++) {
		w->processes[p].threads = draw(5) ? 1 : 1 + (int)draw(THREADS);
		w->processes[p].threads_known = draw(24);
		w->processes[p].visible = draw(24);
	}
	for (int s = 0; s < w->nr_sems; s++) {
		w->sems[s].value = draw(4) ? 0 : draw(3);
		w->sems[s].known = draw(30);
	}
	draw_lists(w);
	draw_blocked(w);
}

/* Whether a set of blocked threads has all those of a process. */
static bool has_all_threads(const struct drawn *w, unsigned int set, int process)
{
	int nr = 0;

	for (int i = 0; i < w->nr_blocked; i++)
		nr += w->blocked[i].process == process && set >> i & 1;
	return w->processes[process].visible && w->processes[process].threads_known &&
	       nr == w->processes[process].threads;
}

static bool waits_at(const struct drawn *w, int process, int sem)
{
	for (int i = 0; i < w->nr_blocked; i++)
		if (w->blocked[i].process == process && w->blocked[i].sem == sem)
			return w->processes[process].visible;
	return false;
}

/* Whether nobody outside the set can let that thread go on, by what it holds. */
static bool is_stuck(const struct drawn *w, unsigned int set, const struct blocked *b,
		     enum deadlock_sort sort)
{
	int value = w->sems[b->sem].value, holders = 0;

	if (!w->sems[b->sem].known || !b->op_known)
		return false;
	if (b->op ? value + b->op >= 0 : value == 0)
		return false;
	for (int i = 0; i < w->nr_lists; i++) {
		int adjustment = w->lists[i].adjustment;

		if (w->lists[i].sem != b->sem || (b->op ? adjustment < 0 : adjustment > 0))
			continue;
		value += adjustment;
		for (int j = 0; j < w->lists[i].nr; j++) {
			int owner = w->lists[i].owners[j];

			if (!has_all_threads(w, set, owner))
				return false;
			holders += sort == DEADLOCK_SELF || !waits_at(w, owner, b->sem);
		}
	}
	return holders && (b->op ? value + b->op >= 0 : value <= 0);
}

static unsigned int try_every_set(const struct drawn *w, enum deadlock_sort sort)
{
	unsigned int all = 0;

	for (unsigned int set = 1; set < 1u << w->nr_blocked; set++) {
		bool valid = true;

		if ((set | all) == all)
			continue;
		for (int i = 0; valid && i < w->nr_blocked; i++)
			valid = !(set >> i & 1) || is_stuck(w, set, &w->blocked[i], sort);
		if (valid)
			all |= set;
	}
	return all;
}

static int pid_of(const struct drawn *w, int process)
{
	return w->processes[process].visible ? 100 * (process + 1) : 0;
}

static void add_waits(const struct drawn *w, struct graph *g, int sem, int *number)
{
	for (int i = 0; i < w->nr_blocked; i++) {
		const struct blocked *b = &w->blocked[i];
		int pid = pid_of(w, b->process);
		struct waiter waiter = { 0 };
		struct graph_task *t;

		if (b->sem != sem)
			continue;
		IPCDBG_PUT(task, &waiter.task, pid, pid);
		IPCDBG_PUT(task, &waiter.task, tid, pid ? pid + b->thread : 0);
		IPCDBG_PUT(task, &waiter.task, start_ns, 1 + b->thread);
		number[g->tasks.nr] = i;
		t = graph_add_task(g, waiter, NULL);
		t->zero = b->op == 0;
		t->has_lacks = b->op_known;
		t->lacks = -w->sems[sem].value - b->op;
		if (b->op && t->lacks < 0)
			t->lacks = 0;
	}
}

static void add_lists(const struct drawn *w, struct graph *g, int sem)
{
	for (int i = 0; i < w->nr_lists; i++) {
		struct graph_resource *r = &g->resources.v[g->resources.nr - 1];

		if (w->lists[i].sem != sem)
			continue;
		if (w->lists[i].adjustment > 0)
			r->taken += w->lists[i].adjustment;
		else
			r->raised += w->lists[i].adjustment;
		for (int j = 0; j < w->lists[i].nr; j++) {
			int pid = pid_of(w, w->lists[i].owners[j]);
			struct graph_who who = { .pid = pid, .tid = pid, .start_ns = 1 };

			graph_add_edge(g, GRAPH_HELD, &who)->semadj = w->lists[i].adjustment;
		}
	}
}

static void make_graph(const struct drawn *w, struct graph *g, int *number)
{
	for (int s = 0; s < w->nr_sems; s++) {
		struct graph_resource *r = graph_add_resource(g, GRAPH_SEM, NULL);

		r->id = s;
		r->semval = w->sems[s].value;
		r->known = w->sems[s].known;
		add_waits(w, g, s, number);
		add_lists(w, g, s);
	}
	graph_finish(g);
	for (int p = 0; p < w->nr_processes; p++) {
		struct graph_process *of = graph_find_process(g, pid_of(w, p));

		if (of && w->processes[p].threads_known)
			of->threads = (size_t)w->processes[p].threads == of->nr_tasks
					      ? GRAPH_BLOCKED
					      : GRAPH_FREE;
	}
}

static unsigned int find(const struct graph *g, const int *number, enum deadlock_sort sort)
{
	__u8 *counts = deadlock_edges(g, sort);
	bool in[BLOCKED_MAX];
	unsigned int set = 0;

	memset(in, true, sizeof(in));
	deadlock_shrink(g, counts, sort, in);
	for (size_t i = 0; i < g->tasks.nr; i++)
		set |= (unsigned int)in[i] << number[i];
	free(counts);
	return set;
}

/* Whether the process holds what the task waits for, as it was drawn. */
static bool holds_for(const struct drawn *w, int process, const struct blocked *b)
{
	for (int i = 0; i < w->nr_lists; i++)
		for (int j = 0; j < w->lists[i].nr; j++)
			if (w->lists[i].sem == b->sem && w->lists[i].owners[j] == process &&
			    (b->op ? w->lists[i].adjustment > 0 : w->lists[i].adjustment < 0))
				return true;
	return false;
}

/* Each link waits for the process of the next, no process twice, all in the part. */
static bool is_chain(const struct drawn *w, const struct deadlocks *d, size_t part,
		     const int *number)
{
	const struct deadlock *of = &d->v.v[part];
	unsigned int seen = 0;

	for (size_t i = 0; i < of->nr_links; i++) {
		size_t task = d->chain.v[of->first_link + i];
		size_t next = d->chain.v[of->first_link + (i + 1) % of->nr_links];
		const struct blocked *b = &w->blocked[number[task]];

		if (d->of_task[task] != part + 1 || seen >> b->process & 1 ||
		    !holds_for(w, w->blocked[number[next]].process, b))
			return false;
		seen |= 1u << b->process;
	}
	return of->nr_links > 0;
}

/* The parts are S, each once, and of two that wait for each other both are in one. */
static bool are_parts(const struct drawn *w, const struct deadlocks *d, const int *number,
		      enum deadlock_sort sort, unsigned int want)
{
	unsigned int set = 0;

	for (size_t i = 0; i < d->v.nr; i++) {
		const struct deadlock *of = &d->v.v[i];

		if (of->sort != sort)
			continue;
		if (!is_chain(w, d, i, number))
			return false;
		for (size_t j = 0; j < of->nr_tasks; j++) {
			unsigned int bit = 1u << number[d->tasks.v[of->first_task + j]];

			if (set & bit)
				return false;
			set |= bit;
		}
	}
	for (size_t i = 0; i < d->g->tasks.nr; i++)
		for (size_t j = 0; j < d->g->tasks.nr; j++)
			if (want >> number[i] & 1 && want >> number[j] & 1 &&
			    holds_for(w, w->blocked[number[j]].process, &w->blocked[number[i]]) &&
			    d->of_task[i] != d->of_task[j])
				return false;
	return set == want;
}

static bool compare(unsigned long long seed, unsigned int found[DEADLOCK_SORTS])
{
	struct drawn w;
	struct graph g = { 0 };
	struct deadlocks d;
	int number[BLOCKED_MAX];
	bool ok = true;

	draw_world(&w, seed);
	make_graph(&w, &g, number);
	for (enum deadlock_sort sort = DEADLOCK_HELD; sort <= DEADLOCK_SELF; sort++) {
		unsigned int set = find(&g, number, sort), want = try_every_set(&w, sort);

		if (set != want)
			printf("# graph %llu, sort %d: %#x, not %#x\n", seed, sort, set, want);
		ok &= set == want;
		found[sort] += want != 0;
	}
	deadlocks_find(&d, &g, NULL);
	if (ok && !are_parts(&w, &d, number, DEADLOCK_HELD, find(&g, number, DEADLOCK_HELD))) {
		printf("# graph %llu: wrong parts\n", seed);
		ok = false;
	}
	deadlocks_free(&d);
	graph_free(&g);
	return ok;
}

static unsigned long long number_of(const char *name, unsigned long long otherwise)
{
	return getenv(name) ? strtoull(getenv(name), NULL, 10) : otherwise;
}

FIXTURE(random){};

FIXTURE_SETUP(random)
{
	(void)self;
}

FIXTURE_TEARDOWN(random)
{
	(void)self;
}

TEST_F_TIMEOUT(random, graphs, 1200)
{
	unsigned long long first = number_of("FIRST_GRAPH", 1), nr = number_of("GRAPHS", 5000);
	unsigned int found[DEADLOCK_SORTS] = { 0 }, wrong = 0;

	for (unsigned long long i = 0; i < nr && wrong < 10; i++)
		wrong += !compare(first + i, found);
	EXPECT_EQ(0, wrong);
	TH_LOG("%llu graphs, %u with a deadlock, %u more with one of a process and itself", nr,
	       found[DEADLOCK_HELD], found[DEADLOCK_SELF] - found[DEADLOCK_HELD]);
	/* Neither of them may be so rare that nothing is compared. */
	EXPECT_LT(nr / 50, found[DEADLOCK_HELD]);
	EXPECT_LT(nr / 50, found[DEADLOCK_SELF] - found[DEADLOCK_HELD]);
}

TEST_HARNESS_MAIN
