// SPDX-License-Identifier: GPL-2.0
/* What rows say of processes becomes nodes: who is the same, and who must not be. */
#include <stdlib.h>
#include <string.h>

#include <kselftest_harness.h>

#include "graph.h"

#define SECOND 1000000000ULL

FIXTURE(graph)
{
	struct graph g;
};

FIXTURE_SETUP(graph)
{
	graph_add_resource(&self->g, GRAPH_SEM, NULL);
}

FIXTURE_TEARDOWN(graph)
{
	graph_free(&self->g);
}

static struct graph_task *wait_for(struct graph *g, int pid, int tid, __u64 start_ns)
{
	struct waiter w = { 0 };

	IPCDBG_PUT(task, &w.task, pid, pid);
	IPCDBG_PUT(task, &w.task, tid, tid);
	IPCDBG_PUT(task, &w.task, start_ns, start_ns);
	strcpy(w.task.comm, "waiter");
	return graph_add_task(g, w, NULL);
}

static void hold(struct graph *g, int pid, int tid, __u64 start_ns, int semadj)
{
	struct graph_who who = { .pid = pid, .tid = tid, .start_ns = start_ns, .comm = "holder" };

	graph_add_edge(g, GRAPH_HELD, &who)->semadj = semadj;
}

static void remember(struct graph *g, int pid, int state)
{
	struct graph_who who = { .pid = pid, .tid = pid, .has_state = true, .state = state };

	graph_add_edge(g, GRAPH_LAST, &who);
}

/* A thread's wait, the leader's adjustment and a remembered number are of one process. */
TEST_F(graph, rows_of_one_process)
{
	struct graph *g = &self->g;
	struct graph_process *p;

	wait_for(g, 7, 9, 5 * SECOND);
	hold(g, 7, 7, 3 * SECOND, 1);
	remember(g, 7, IPCDBG_LIVE);
	wait_for(g, 8, 8, 4 * SECOND);
	graph_finish(g);
	ASSERT_EQ(2, g->processes.nr);
	p = graph_find_process(g, 7);
	ASSERT_NE(NULL, p);
	EXPECT_EQ(3 * SECOND, p->start_ns);
	EXPECT_EQ(1, p->nr_tasks);
	EXPECT_EQ(2, p->nr_edges);
	EXPECT_FALSE(p->reused);
	EXPECT_EQ(IPCDBG_LIVE, p->state);
	EXPECT_STREQ("holder", p->comm);
	EXPECT_EQ(9, graph_task_of(g, p, 0)->waiter.task.tid);
	EXPECT_EQ(GRAPH_UNKNOWN, p->threads);
	EXPECT_EQ(NULL, graph_find_process(g, 9));
	EXPECT_EQ(graph_task_of(g, p, 0), graph_find_task(g, p, 9));
	EXPECT_EQ(NULL, graph_find_task(g, p, 7));
}

/* The number of a receiver may be that of a thread, of which other rows tell. */
TEST_F(graph, number_of_any_thread)
{
	struct graph *g = &self->g;
	struct graph_who who = { .pid = 9, .tid = 9, .has_state = true, .comm = "thread" };
	struct graph_process *p;

	for (int i = 0; i < 3; i++) {
		who.any_thread = i > 0;
		who.state = i == 2 ? IPCDBG_EXITED : IPCDBG_LIVE;
		graph_add_edge(g, GRAPH_LAST, &who);
	}
	wait_for(g, 7, 9, 5 * SECOND);
	hold(g, 7, 7, 3 * SECOND, 1);
	graph_finish(g);
	/* 7; a process 9; and one or the thread of one that has exited. */
	ASSERT_EQ(3, g->processes.nr);
	p = graph_find_process(g, 7);
	ASSERT_NE(NULL, p);
	EXPECT_EQ(2, p->nr_edges);
	EXPECT_STREQ("holder", p->comm);
	EXPECT_EQ(p, &g->processes.v[g->edges.v[1].process]);
	EXPECT_FALSE(p->reused);
	p = graph_find_process(g, 9);
	ASSERT_NE(NULL, p);
	EXPECT_EQ(p, &g->processes.v[g->edges.v[0].process]);
	EXPECT_TRUE(g->processes.v[g->edges.v[2].process].exited);
}

/* Who exited is not who has its number now. */
TEST_F(graph, exited)
{
	struct graph *g = &self->g;

	remember(g, 7, IPCDBG_EXITED);
	hold(g, 7, 7, SECOND, 1);
	remember(g, 8, IPCDBG_EXITED);
	graph_finish(g);
	ASSERT_EQ(3, g->processes.nr);
	ASSERT_NE(NULL, graph_find_process(g, 7));
	EXPECT_FALSE(graph_find_process(g, 7)->exited);
	EXPECT_EQ(1, graph_find_process(g, 7)->nr_edges);
	EXPECT_EQ(NULL, graph_find_process(g, 8));
}

TEST_F(graph, invisible)
{
	struct graph *g = &self->g;

	wait_for(g, 0, 0, SECOND);
	hold(g, 0, 0, SECOND, 1);
	hold(g, 0, 0, SECOND, 1);
	graph_finish(g);
	EXPECT_EQ(3, g->processes.nr);
	EXPECT_EQ(NULL, graph_find_process(g, 0));
}

static bool is_reused(struct graph *g)
{
	graph_finish(g);
	return g->processes.nr == 1 && g->processes.v[0].reused;
}

TEST_F(graph, leader_of_two_times)
{
	wait_for(&self->g, 7, 7, SECOND);
	hold(&self->g, 7, 7, 2 * SECOND, 1);
	EXPECT_TRUE(is_reused(&self->g));
}

TEST_F(graph, thread_of_two_times)
{
	wait_for(&self->g, 7, 9, SECOND);
	hold(&self->g, 7, 9, 2 * SECOND, 1);
	EXPECT_TRUE(is_reused(&self->g));
}

TEST_F(graph, task_in_two_places)
{
	wait_for(&self->g, 7, 9, SECOND);
	graph_add_resource(&self->g, GRAPH_RECEIVE, NULL);
	wait_for(&self->g, 7, 9, SECOND);
	EXPECT_TRUE(is_reused(&self->g));
}

TEST_F(graph, two_threads_are_fine)
{
	wait_for(&self->g, 7, 9, SECOND);
	wait_for(&self->g, 7, 10, 2 * SECOND);
	hold(&self->g, 7, 7, SECOND / 2, 1);
	EXPECT_FALSE(is_reused(&self->g));
	EXPECT_EQ(2, self->g.processes.v[0].nr_tasks);
}

/* A thread that lives and is not blocked: whatever else is known, the process can go on. */
TEST_F(graph, another_thread)
{
	struct graph *g = &self->g;
	struct graph_who who = { .pid = 7, .tid = 8 };

	wait_for(g, 7, 7, SECOND);
	hold(g, 7, 7, SECOND, 1);
	graph_add_thread(g, &(struct graph_who){ .pid = 7, .tid = 7, .start_ns = SECOND });
	graph_finish(g);
	EXPECT_EQ(GRAPH_UNKNOWN, g->processes.v[0].threads);
	graph_free(g);
	memset(g, 0, sizeof(*g));
	graph_add_resource(g, GRAPH_SEM, NULL);
	wait_for(g, 7, 7, SECOND);
	hold(g, 7, 7, SECOND, 1);
	graph_add_thread(g, &who);
	graph_finish(g);
	EXPECT_EQ(GRAPH_FREE, g->processes.v[0].threads);
}

TEST_F(graph, no_blocked_task)
{
	hold(&self->g, 7, 7, SECOND, 1);
	graph_finish(&self->g);
	EXPECT_EQ(GRAPH_FREE, self->g.processes.v[0].threads);
}

/* Tasks of many threads are found by number, in whatever order they were told. */
TEST_F(graph, find_tasks)
{
	struct graph *g = &self->g;
	struct graph_process *p;

	for (int i = 0; i < 1000; i++)
		wait_for(g, 1 + i % 3, 10 + i * 7919 % 1000, SECOND);
	graph_finish(g);
	ASSERT_EQ(3, g->processes.nr);
	for (int i = 0; i < 1000; i++) {
		const struct graph_task *t;

		p = graph_find_process(g, 1 + i % 3);
		t = graph_find_task(g, p, 10 + i * 7919 % 1000);
		ASSERT_EQ(&g->tasks.v[i], t);
		ASSERT_EQ(p, &g->processes.v[t->process]);
	}
}

TEST_HARNESS_MAIN
