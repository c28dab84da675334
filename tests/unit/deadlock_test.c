// SPDX-License-Identifier: GPL-2.0
/* Deadlocks of graphs made by hand, looked at twice, and of a large one. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <kselftest_harness.h>

#include "deadlock.h"

/* A graph being made, of processes with one thread unless a test says otherwise. */
struct scene {
	struct graph g;
	struct deadlocks d;
};

static void sem(struct scene *s, int id, int semval)
{
	struct graph_resource *r = graph_add_resource(&s->g, GRAPH_SEM, NULL);

	r->id = id;
	r->semval = semval;
	r->known = true;
}

static struct graph_resource *newest(struct scene *s)
{
	return &s->g.resources.v[s->g.resources.nr - 1];
}

static struct waiter waiter(int pid, int tid, int switches)
{
	struct waiter w = { 0 };

	IPCDBG_PUT(task, &w.task, pid, pid);
	IPCDBG_PUT(task, &w.task, tid, tid);
	IPCDBG_PUT(task, &w.task, state, 'S');
	IPCDBG_PUT(task, &w.task, start_ns, tid * 1000ULL);
	IPCDBG_PUT(task, &w.task, switches, switches);
	return w;
}

/* op: -1 for a decrement by one, 0 for a wait for zero. */
static struct graph_task *waits(struct scene *s, int pid, int tid, int op)
{
	struct graph_task *t = graph_add_task(&s->g, waiter(pid, tid, 5), NULL);

	t->zero = !op;
	t->has_lacks = true;
	t->lacks = -newest(s)->semval - op;
	return t;
}

static void held(struct scene *s, int pid, int semadj)
{
	struct graph_who who = { .pid = pid, .tid = pid, .start_ns = pid * 1000ULL };
	struct graph_resource *r = newest(s);

	if (semadj > 0)
		r->taken += semadj;
	else
		r->raised += semadj;
	graph_add_edge(&s->g, GRAPH_HELD, &who)->semadj = semadj;
}

static void used(struct scene *s, int pid, enum graph_edge_type type)
{
	struct graph_who who = { .pid = pid,
				 .tid = pid,
				 .start_ns = pid * 1000ULL,
				 .has_state = true,
				 .state = IPCDBG_LIVE };

	graph_add_edge(&s->g, type, &who);
}

/* All threads that are not told of are blocked. */
static void finish(struct scene *s, const struct scene *before)
{
	struct deadlock_before then = { before ? &before->d : NULL, &s->g };
	struct deadlock_second second = { deadlock_was_in, &then };

	graph_finish(&s->g);
	for (size_t i = 0; i < s->g.processes.nr; i++)
		if (s->g.processes.v[i].threads == GRAPH_UNKNOWN)
			s->g.processes.v[i].threads = GRAPH_BLOCKED;
	deadlocks_find(&s->d, &s->g, before ? &second : NULL);
}

static void clear(struct scene *s)
{
	deadlocks_free(&s->d);
	graph_free(&s->g);
	memset(s, 0, sizeof(*s));
}

FIXTURE(deadlock)
{
	struct scene s, after;
};

FIXTURE_SETUP(deadlock)
{
	(void)self;
}

FIXTURE_TEARDOWN(deadlock)
{
	clear(&self->s);
	clear(&self->after);
}

/* 1 has semaphore 0 and waits for 1, 2 the other way round. */
static void two(struct scene *s)
{
	sem(s, 0, 0);
	waits(s, 2, 2, -1);
	held(s, 1, 1);
	sem(s, 1, 0);
	waits(s, 1, 1, -1);
	held(s, 2, 1);
}

/* Whether the chain visits these processes, in that order from some one on. */
static bool chain_is(const struct scene *s, size_t nr, const int *pids, size_t nr_pids)
{
	const struct deadlock *d = &s->d.v.v[nr];

	for (size_t from = 0; from < d->nr_links; from++) {
		bool same = d->nr_links == nr_pids;

		for (size_t i = 0; same && i < nr_pids; i++) {
			size_t link = d->first_link + (from + i) % d->nr_links;

			same = s->g.tasks.v[s->d.chain.v[link]].waiter.task.pid == pids[i];
		}
		if (same)
			return true;
	}
	return false;
}

#define CHAIN_IS(s, nr, ...)                          \
	chain_is(s, nr, (const int[]){ __VA_ARGS__ }, \
		 sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))

TEST_F(deadlock, of_two)
{
	struct scene *s = &self->s;

	two(s);
	finish(s, NULL);
	ASSERT_EQ(1, s->d.v.nr);
	EXPECT_EQ(DEADLOCK_HELD, s->d.v.v[0].sort);
	EXPECT_EQ(2, s->d.v.v[0].nr_tasks);
	EXPECT_TRUE(CHAIN_IS(s, 0, 1, 2));
	EXPECT_FALSE(deadlock_is_certain(&s->d, &s->d.v.v[0]));
}

TEST_F(deadlock, needs_every_holder)
{
	struct scene *s = &self->s;

	two(s);
	held(s, 3, 1);
	finish(s, NULL);
	EXPECT_EQ(0, s->d.v.nr);
}

TEST_F(deadlock, needs_every_thread)
{
	struct scene *s = &self->s;

	two(s);
	graph_finish(&s->g);
	graph_find_process(&s->g, 1)->threads = GRAPH_FREE;
	graph_find_process(&s->g, 2)->threads = GRAPH_BLOCKED;
	deadlocks_find(&s->d, &s->g, NULL);
	EXPECT_EQ(0, s->d.v.nr);
}

/* Nothing is certain of one whose threads are not known, that is not visible, or two of a number.
 */
TEST_F(deadlock, needs_to_know)
{
	struct scene *s = &self->s;

	two(s);
	graph_finish(&s->g);
	deadlocks_find(&s->d, &s->g, NULL);
	ASSERT_EQ(1, s->d.v.nr);
	EXPECT_EQ(DEADLOCK_INFERRED, s->d.v.v[0].sort);
	clear(s);
	two(s);
	newest(s)->known = false;
	finish(s, NULL);
	ASSERT_EQ(1, s->d.v.nr);
	EXPECT_EQ(DEADLOCK_INFERRED, s->d.v.v[0].sort);
	clear(s);
	two(s);
	graph_finish(&s->g);
	graph_find_process(&s->g, 1)->reused = true;
	graph_find_process(&s->g, 1)->threads = GRAPH_BLOCKED;
	graph_find_process(&s->g, 2)->threads = GRAPH_BLOCKED;
	deadlocks_find(&s->d, &s->g, NULL);
	EXPECT_EQ(0, s->d.v.nr);
}

/* Another thread of 1 waits for what 3 has, and 3 for nothing. */
TEST_F(deadlock, another_thread_waits_elsewhere)
{
	struct scene *s = &self->s;

	two(s);
	sem(s, 2, 0);
	waits(s, 1, 11, -1);
	held(s, 3, 1);
	finish(s, NULL);
	EXPECT_EQ(0, s->d.v.nr);
}

/* All three of them together can never have what they lack. */
TEST_F(deadlock, semaphores_count)
{
	struct scene *s = &self->s;

	two(s);
	s->g.tasks.v[0].lacks = 2;
	finish(s, NULL);
	EXPECT_EQ(0, s->d.v.nr);
	clear(s);
	two(s);
	s->g.tasks.v[0].lacks = 0;
	finish(s, NULL);
	EXPECT_EQ(0, s->d.v.nr);
}

TEST_F(deadlock, wait_for_zero)
{
	struct scene *s = &self->s;

	sem(s, 0, 2);
	waits(s, 2, 2, 0);
	held(s, 1, -2);
	held(s, 4, 1); /* the wrong sign: as good as not there */
	sem(s, 1, 0);
	waits(s, 1, 1, -1);
	held(s, 2, 1);
	finish(s, NULL);
	ASSERT_EQ(1, s->d.v.nr);
	EXPECT_TRUE(CHAIN_IS(s, 0, 1, 2));
	clear(s);
	sem(s, 0, 3);
	waits(s, 2, 2, 0);
	held(s, 1, -2);
	sem(s, 1, 0);
	waits(s, 1, 1, -1);
	held(s, 2, 1);
	finish(s, NULL);
	EXPECT_EQ(0, s->d.v.nr);
}

/* Two rings, and who waits for one of them; the chain leaves out the longer way round. */
TEST_F(deadlock, parts)
{
	struct scene *s = &self->s;

	two(s);
	waits(s, 5, 5, -1); /* for semaphore 1 */
	for (int i = 0; i < 3; i++) {
		sem(s, 10 + i, 0);
		waits(s, 10 + i, 10 + i, -1);
		held(s, 10 + (i + 1) % 3, 1);
	}
	finish(s, NULL);
	ASSERT_EQ(2, s->d.v.nr);
	EXPECT_EQ(3, s->d.v.v[0].nr_tasks);
	EXPECT_EQ(3, s->d.v.v[1].nr_tasks);
	EXPECT_TRUE(CHAIN_IS(s, 0, 1, 2));
	EXPECT_TRUE(CHAIN_IS(s, 1, 10, 11, 12));
	EXPECT_EQ(1, deadlock_of(&s->d, &s->g.tasks.v[2]));
	EXPECT_EQ(2, deadlock_of(&s->d, &s->g.tasks.v[3]));
}

/* Who takes with SEM_UNDO what others post without it holds ever more, and waits for more. */
TEST_F(deadlock, itself)
{
	struct scene *s = &self->s;

	sem(s, 0, 0);
	waits(s, 1, 1, -1);
	waits(s, 2, 2, -1);
	held(s, 1, 7);
	held(s, 2, 5);
	sem(s, 1, 0);
	waits(s, 3, 3, -1);
	held(s, 1, 1);
	finish(s, NULL);
	ASSERT_EQ(1, s->d.v.nr);
	EXPECT_EQ(DEADLOCK_SELF, s->d.v.v[0].sort);
	EXPECT_EQ(3, s->d.v.v[0].nr_tasks);
}

TEST_F(deadlock, nobody)
{
	struct scene *s = &self->s;

	sem(s, 0, 0);
	waits(s, 1, 1, -1);
	finish(s, NULL);
	EXPECT_EQ(0, s->d.v.nr);
}

/* 1 has a semaphore and sends into a full queue, whose reader waits for that semaphore. */
TEST_F(deadlock, through_a_queue)
{
	struct scene *s = &self->s;

	sem(s, 0, 0);
	waits(s, 2, 2, -1);
	held(s, 1, 1);
	graph_add_resource(&s->g, GRAPH_SEND, NULL)->id = 9;
	graph_add_task(&s->g, waiter(1, 1, 5), NULL);
	used(s, 2, GRAPH_LAST);
	finish(s, NULL);
	ASSERT_EQ(1, s->d.v.nr);
	EXPECT_EQ(DEADLOCK_INFERRED, s->d.v.v[0].sort);
	EXPECT_TRUE(CHAIN_IS(s, 0, 1, 2));
}

/* Receivers without work wait for each other, if anything for whoever sends. */
TEST_F(deadlock, idle_receivers)
{
	struct scene *s = &self->s;

	graph_add_resource(&s->g, GRAPH_RECEIVE, NULL)->id = 9;
	for (int pid = 1; pid < 4; pid++)
		graph_add_task(&s->g, waiter(pid, pid, 5), NULL);
	for (int pid = 1; pid < 4; pid++)
		used(s, pid, GRAPH_USES);
	finish(s, NULL);
	EXPECT_EQ(0, s->d.v.nr);
}

/* Each waits in memory of both, for the other one: who else may map it is not known. */
TEST_F(deadlock, in_shared_memory)
{
	struct scene *s = &self->s;

	for (int pid = 1; pid < 3; pid++) {
		struct graph_resource *r = graph_add_resource(&s->g, GRAPH_FUTEX, NULL);

		r->id = 9;
		r->offset = 8 * pid;
		graph_add_task(&s->g, waiter(pid, pid, 5), NULL);
		used(s, 1, GRAPH_USES);
		used(s, 2, GRAPH_USES);
	}
	finish(s, NULL);
	ASSERT_EQ(1, s->d.v.nr);
	EXPECT_EQ(DEADLOCK_INFERRED, s->d.v.v[0].sort);
	EXPECT_TRUE(deadlock_is_guess(&s->d.v.v[0]));
}

/* One of two has another thread, which waits in shared memory: that may be woken, and release. */
TEST_F(deadlock, but_for_a_futex)
{
	struct scene *s = &self->s;

	two(s);
	graph_add_resource(&s->g, GRAPH_FUTEX, NULL)->id = 9;
	graph_add_task(&s->g, waiter(1, 10, 5), NULL);
	used(s, 3, GRAPH_USES);
	finish(s, NULL);
	EXPECT_EQ(0, s->d.v.nr);
}

TEST_F(deadlock, second_look)
{
	struct scene *s = &self->s, *after = &self->after;

	two(s);
	finish(s, NULL);
	two(after);
	finish(after, s);
	ASSERT_EQ(1, after->d.v.nr);
	EXPECT_TRUE(deadlock_is_certain(&after->d, &after->d.v.v[0]));
}

/* Each takes tokens of two semaphores with SEM_UNDO, which others post, and is idle at one. */
TEST_F(deadlock, tokens)
{
	for (int more = 0; more < 4; more++) {
		struct scene s = { 0 }, after = { 0 };

		for (struct scene *t = &s; t; t = t == &s ? &after : NULL) {
			sem(t, 0, 0);
			waits(t, 1, 1, -3);
			held(t, 2, more & 1 ? 4 : 3);
			sem(t, 1, 5);
			waits(t, 2, 2, 0);
			held(t, 1, more & 2 ? -6 : -5);
			finish(t, t == &s ? NULL : &s);
		}
		ASSERT_EQ(1, after.d.v.nr);
		EXPECT_EQ(DEADLOCK_HELD, after.d.v.v[0].sort);
		EXPECT_EQ(more > 0, deadlock_is_guess(&after.d.v.v[0]));
		EXPECT_EQ(!more, deadlock_is_certain(&after.d, &after.d.v.v[0]));
		clear(&after);
		clear(&s);
	}
}

/* One has slept anew since, or another waits, or elsewhere: nothing proves it. */
TEST_F(deadlock, not_the_same_sleep)
{
	struct scene *s = &self->s, *after = &self->after;

	two(s);
	finish(s, NULL);
	two(after);
	after->g.tasks.v[0].waiter.task.switches++;
	finish(after, s);
	EXPECT_EQ(0, after->d.v.nr);
	clear(after);
	two(after);
	after->g.tasks.v[0].waiter.task.present &= ~IPCDBG_BIT(task, switches);
	finish(after, s);
	EXPECT_EQ(0, after->d.v.nr);
	clear(after);
	two(after);
	after->g.tasks.v[0].waiter.task.start_ns++;
	finish(after, s);
	EXPECT_EQ(0, after->d.v.nr);
	clear(after);
	two(after);
	after->g.resources.v[0].id = 7;
	finish(after, s);
	EXPECT_EQ(0, after->d.v.nr);
}

/* What came in between is left for the look that comes after. */
TEST_F(deadlock, came_later)
{
	struct scene *s = &self->s, *after = &self->after;

	two(s);
	finish(s, NULL);
	two(after);
	waits(after, 6, 6, -1);
	finish(after, s);
	ASSERT_EQ(1, after->d.v.nr);
	EXPECT_EQ(2, after->d.v.v[0].nr_tasks);
}

/* Half of them in rings of ten, two waiting in each of nr sets; the others behind them. */
static void crowd(struct scene *s, int nr)
{
	for (int i = 0; i < nr; i++) {
		int ring = i / 10 * 10;

		sem(s, i, 0);
		waits(s, 1 + i, 1 + i, -1);
		waits(s, 1 + nr + i, 1 + nr + i, -1);
		held(s, 1 + ring + (i + 1 - ring) % 10, 1);
	}
	finish(s, NULL);
}

#ifndef __SANITIZE_ADDRESS__
static size_t memory_of(int nr)
{
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd, after;
	struct scene s = { 0 };

	crowd(&s, nr);
	after = mallinfo2().uordblks + mallinfo2().hblkhd;
	clear(&s);
	return after - before;
}
#endif

TEST_F(deadlock, twenty_thousand)
{
	struct scene *s = &self->s;
	struct timespec begin, end;
	double seconds;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	crowd(s, 10000);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	seconds = end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) / 1e9;
	TH_LOG("20000 waiters over 10000 sets: %.3f s", seconds);
#ifndef __SANITIZE_ADDRESS__
	EXPECT_GT(1.0, seconds);
	/* Arrays double, so the memory of four times as much may be up to eight times as much. */
	EXPECT_GE(8 * memory_of(2500), memory_of(10000));
	TH_LOG("%zu bytes", memory_of(10000));
#endif
	ASSERT_EQ(1000, s->d.v.nr);
	for (size_t i = 0; i < s->d.v.nr; i++) {
		ASSERT_EQ(20, s->d.v.v[i].nr_tasks);
		ASSERT_EQ(10, s->d.v.v[i].nr_links);
	}
}

/* One ring of all of them, and one semaphore that all wait for: no step costs what the rest does.
 */
TEST_F(deadlock, one_long_ring_and_a_star)
{
	struct scene *s = &self->s;
	const int nr = 20000;

	for (int i = 0; i < nr; i++) {
		sem(s, i, 0);
		waits(s, 1 + i, 1 + i, -1);
		held(s, 1 + (i + 1) % nr, 1);
	}
	finish(s, NULL);
	ASSERT_EQ(1, s->d.v.nr);
	EXPECT_EQ(nr, s->d.v.v[0].nr_links);
	clear(s);
	sem(s, 0, 0);
	for (int i = 0; i < nr; i++)
		waits(s, 1 + i, 1 + i, -1);
	for (int i = 0; i < nr; i++)
		held(s, 1 + i, 1);
	finish(s, NULL);
	ASSERT_EQ(1, s->d.v.nr);
	EXPECT_EQ(DEADLOCK_SELF, s->d.v.v[0].sort);
	EXPECT_EQ(1, s->d.v.v[0].nr_links);
}

TEST_HARNESS_MAIN
