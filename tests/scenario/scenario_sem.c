// SPDX-License-Identifier: GPL-2.0
/* Tasks that wait for each other on semaphores, and those that only look so. */
#define _GNU_SOURCE
#include "scenario.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

#define CRITICAL "deadlock critical certain"
#define PROBABLE "probable-deadlock warning inferred"

static void expect_brackets_without(struct stage *s, int n)
{
	for (int i = 0; i < n; i++)
		expect_link(s->chains_without, ")");
}

/* Without the module the same, of who operated last. */
static void expect_ring_without(struct stage *s, const int *sets, int n, struct puppet *const *p)
{
	char line[4096] = PROBABLE;
	size_t len = strlen(line);

	expect_chain(s->chains_without, "%d", p[0]->pid);
	for (int i = 0; i < n; i++) {
		const int *next = &sets[2 * ((i + 1) % n)];

		len += snprintf(line + len, sizeof(line) - len,
				" | wait semid=%d semnum=%d tid=%d | last semid=%d semnum=%d "
				"pid=%d",
				next[0], next[1], p[i]->tid, sets[2 * i], sets[2 * i + 1],
				p[i]->pid);
		expect_link(s->chains_without, " > %d waits sem %d/%d deadlock (inferred)" OR_LAST,
			    p[i]->tid, next[0], next[1], p[(i + 1) % n]->pid);
	}
	expect_link(s->chains_without, " again");
	expect_brackets_without(s, n);
	expect_without(s, "%s", line);
}

/* n processes, each of which has the semaphore of its number and waits for the next one's. */
static void make_ring(struct stage *s, const int *sets, int n, unsigned long flags)
{
	struct puppet *p[PUPPETS_MAX];
	char line[4096] = CRITICAL;
	size_t len = strlen(line);

	for (int i = 0; i < n; i++) {
		p[i] = stage_process("ring", flags);
		stage_do(p[i], sets[2 * i], sets[2 * i + 1], -1, true);
	}
	for (int i = 0; i < n; i++) {
		const int *next = &sets[2 * ((i + 1) % n)];

		stage_wait(p[i], next[0], next[1], -1, true);
		len += snprintf(line + len, sizeof(line) - len,
				" | wait semid=%d semnum=%d tid=%d | undo semid=%d semnum=%d "
				"semadj=1 pid=%d",
				next[0], next[1], p[i]->tid, sets[2 * i], sets[2 * i + 1],
				p[i]->pid);
	}
	expect(s, "%s", line);
	expect_chain(s->chains, "%d", p[0]->pid);
	for (int i = 0; i < n; i++) {
		const int *next = &sets[2 * ((i + 1) % n)];

		expect_link(s->chains, " > %d waits sem %d/%d deadlock (certain) > %d holds 1",
			    p[i]->tid, next[0], next[1], p[(i + 1) % n]->pid);
	}
	expect_link(s->chains, " again");
	expect_ring_without(s, sets, n, p);
}

/* a waits for semaphore 1, which b operated last, and b for semaphore 0 of a. */
static void expect_without_undo(struct stage *s, int set, int tid_of_a, struct puppet *a,
				struct puppet *b)
{
	expect_without(s,
		       PROBABLE " | wait semid=%d semnum=1 tid=%d | last semid=%d semnum=1 pid=%d"
				" | wait semid=%d semnum=0 tid=%d | last semid=%d semnum=0 pid=%d",
		       set, tid_of_a, set, b->pid, set, b->tid, set, a->pid);
	expect_chain(s->chains_without,
		     "%d > %d waits sem %d/1 deadlock (inferred)" OR_LAST
		     " > %d waits sem %d/0 deadlock (inferred)" OR_LAST " again))",
		     a->pid, tid_of_a, set, b->pid, b->tid, set, a->pid);
}

static void two_in_one_set(struct stage *s)
{
	int set = stage_set(2, 1);

	make_ring(s, (int[]){ set, 0, set, 1 }, 2, 0);
}

static void two_in_two_sets(struct stage *s)
{
	int a = stage_set(1, 1), b = stage_set(1, 1);

	make_ring(s, (int[]){ a, 0, b, 0 }, 2, 0);
}

static void three_in_three_sets(struct stage *s)
{
	int a = stage_set(1, 1), b = stage_set(2, 1), c = stage_set(1, 1);

	make_ring(s, (int[]){ a, 0, b, 1, c, 0 }, 3, 0);
}

static void across_pid_namespaces(struct stage *s)
{
	int set = stage_set(2, 1);

	make_ring(s, (int[]){ set, 0, set, 1 }, 2, CLONE_NEWPID);
}

static void ring_of_20(struct stage *s)
{
	int set = stage_set(20, 1), places[40];

	for (int i = 0; i < 20; i++) {
		places[2 * i] = set;
		places[2 * i + 1] = i;
	}
	make_ring(s, places, 20, 0);
}

/* Each call takes something that is there first. */
static void complex_operations(struct stage *s)
{
	int set = stage_set(4, 1);
	struct puppet *a = stage_process("a", 0), *b = stage_process("b", 0);
	struct sembuf wait_a[] = { { 2, -1, SEM_UNDO }, { 1, -1, SEM_UNDO } };
	struct sembuf wait_b[] = { { 3, -1, SEM_UNDO }, { 0, -1, SEM_UNDO } };

	stage_do(a, set, 0, -1, true);
	stage_do(b, set, 1, -1, true);
	puppet_block(a, set, wait_a, 2, NULL);
	puppet_block(b, set, wait_b, 2, NULL);
	expect(s,
	       CRITICAL " | wait semid=%d semnum=1 tid=%d | undo semid=%d semnum=1 semadj=1 pid=%d"
			" | wait semid=%d semnum=0 tid=%d | undo semid=%d semnum=0 semadj=1 pid=%d",
	       set, a->tid, set, b->pid, set, b->tid, set, a->pid);
	expect_chain(s->chains,
		     "%d > %d waits sem %d/1 deadlock (certain) > %d holds 1 > %d waits sem %d/0 "
		     "deadlock (certain) > %d holds 1 again",
		     a->pid, a->tid, set, b->pid, b->tid, set, a->pid);
	expect_without_undo(s, set, a->tid, a, b);
}

/* The leader waits too, but for nothing that is held: what makes the circle is its thread. */
static void through_a_thread(struct stage *s)
{
	int set = stage_set(2, 1);
	struct puppet *a = stage_process("a", 0), *b = stage_process("b", 0);
	struct puppet *thread = puppet_make(a, PUPPET_THREAD);

	stage_do(thread, set, 0, -1, true);
	stage_do(b, set, 1, -1, true);
	stage_wait(thread, set, 1, -1, true);
	puppet_exit(a);
	stage_wait(b, set, 0, -1, true);
	expect(s,
	       CRITICAL " | wait semid=%d semnum=1 tid=%d | undo semid=%d semnum=1 semadj=1 pid=%d"
			" | wait semid=%d semnum=0 tid=%d | undo semid=%d semnum=0 semadj=1 pid=%d",
	       set, thread->tid, set, b->pid, set, b->tid, set, a->pid);
	expect_chain(s->chains,
		     "%d > %d waits sem %d/1 deadlock (certain) > %d holds 1 > %d waits sem %d/0 "
		     "deadlock (certain) > %d holds 1 again",
		     a->pid, thread->tid, set, b->pid, b->tid, set, a->pid);
	expect_without_undo(s, set, thread->tid, a, b);
}

static void for_zero(struct stage *s)
{
	int set = stage_set(2, 0);
	struct puppet *a = stage_process("a", 0), *b = stage_process("b", 0);

	stage_do(a, set, 0, 1, true);
	stage_do(b, set, 1, 1, true);
	stage_wait(a, set, 1, 0, false);
	stage_wait(b, set, 0, 0, false);
	expect(s,
	       CRITICAL
	       " | wait semid=%d semnum=1 tid=%d | undo semid=%d semnum=1 semadj=-1 pid=%d"
	       " | wait semid=%d semnum=0 tid=%d | undo semid=%d semnum=0 semadj=-1 pid=%d",
	       set, a->tid, set, b->pid, set, b->tid, set, a->pid);
	expect_chain(s->chains,
		     "%d > %d waits sem %d/1 deadlock (certain) > %d holds -1 > %d waits sem %d/0 "
		     "deadlock (certain) > %d holds -1 again",
		     a->pid, a->tid, set, b->pid, b->tid, set, a->pid);
	expect_without_undo(s, set, a->tid, a, b);
}

/* One that takes twice what there is once. Who posts without holding looks the same. */
static void for_itself(struct stage *s)
{
	int set = stage_set(1, 1);
	struct puppet *a = stage_process("a", 0);

	stage_do(a, set, 0, -1, true);
	stage_wait(a, set, 0, -1, true);
	expect(s,
	       PROBABLE " | wait semid=%d semnum=0 tid=%d | undo semid=%d semnum=0 semadj=1 pid=%d",
	       set, a->tid, set, a->pid);
	expect_chain(s->chains, "%d > %d waits sem %d/0 deadlock (inferred) > %d holds 1 again",
		     a->pid, a->tid, set, a->pid);
	expect_chain(s->chains_without, "%d > %d waits sem %d/0 > holder unknown end", a->pid,
		     a->tid, set);
}

/* What was taken without SEM_UNDO is held by nobody that the kernel knows of. */
static void without_undo(struct stage *s)
{
	int set = stage_set(2, 1);
	struct puppet *a = stage_process("a", 0), *b = stage_process("b", 0);

	stage_do(a, set, 0, -1, false);
	stage_do(b, set, 1, -1, false);
	stage_wait(a, set, 1, -1, false);
	stage_wait(b, set, 0, -1, false);
	expect(s,
	       PROBABLE " | wait semid=%d semnum=1 tid=%d | last semid=%d semnum=1 pid=%d"
			" | wait semid=%d semnum=0 tid=%d | last semid=%d semnum=0 pid=%d",
	       set, a->tid, set, b->pid, set, b->tid, set, a->pid);
	expect_chain(s->chains,
		     "%d > %d waits sem %d/1 deadlock (inferred) > %d last (inferred) > %d waits "
		     "sem %d/0 "
		     "deadlock (inferred) > %d last (inferred) again",
		     a->pid, a->tid, set, b->pid, b->tid, set, a->pid);
	expect_without_undo(s, set, a->tid, a, b);
}

/* Two are blocked in a circle; a third process has one of the semaphores too, and is free. */
static void another_holder(struct stage *s)
{
	int set = stage_set(2, 2);
	struct puppet *a = stage_process("a", 0), *b = stage_process("b", 0);
	struct puppet *third = stage_process("third", 0);

	stage_do(a, set, 0, -1, true);
	stage_do(third, set, 0, -1, true);
	stage_do(b, set, 1, -2, true);
	stage_wait(a, set, 1, -1, true);
	stage_wait(b, set, 0, -1, true);
	expect_chain(s->chains,
		     "%d > %d waits sem %d/1 > %d holds 2 > %d waits sem %d/0 > (%d holds 1 > %d "
		     "does S end, %d holds 1 again)",
		     a->pid, a->tid, set, b->pid, b->tid, set, third->pid, third->tid, a->pid);
	expect_chain(s->chains_without,
		     "%d > %d waits sem %d/1" OR_LAST " > %d waits sem %d/0" OR_LAST
		     " > %d does S end))",
		     a->pid, a->tid, set, b->pid, b->tid, set, third->pid, third->tid);
}

/* The same by a thread of one of the two that is not blocked. */
static void another_thread(struct stage *s)
{
	int set = stage_set(2, 1);
	struct puppet *a = stage_process("a", 0), *b = stage_process("b", 0);

	struct puppet *thread = puppet_make(a, PUPPET_THREAD);

	stage_do(a, set, 0, -1, true);
	stage_do(b, set, 1, -1, true);
	stage_wait(a, set, 1, -1, true);
	stage_wait(b, set, 0, -1, true);
	expect_chain(s->chains,
		     "%d > (%d waits sem %d/1 > %d holds 1 > %d waits sem %d/0 > %d holds 1 again, "
		     "%d does S end)",
		     a->pid, a->tid, set, b->pid, b->tid, set, a->pid, thread->tid);
	expect_chain(s->chains_without,
		     "%d > (%d waits sem %d/1" OR_LAST " > %d waits sem %d/0" OR_LAST
		     " again)), %d does S end)",
		     a->pid, a->tid, set, b->pid, b->tid, set, a->pid, thread->tid);
}

/* A chain whose last process has what the others wait for, and runs. */
static void chain_of_20(struct stage *s)
{
	int set = stage_set(20, 1);
	struct puppet *p[20];

	for (int i = 0; i < 20; i++) {
		p[i] = stage_process("chain", 0);
		stage_do(p[i], set, i, -1, true);
	}
	expect_chain(s->chains, "%d", p[0]->pid);
	expect_chain(s->chains_without, "%d", p[0]->pid);
	for (int i = 0; i < 19; i++) {
		stage_wait(p[i], set, i + 1, -1, true);
		expect_link(s->chains, " > %d waits sem %d/%d > %d holds 1", p[i]->tid, set, i + 1,
			    p[i + 1]->pid);
		expect_link(s->chains_without, " > %d waits sem %d/%d" OR_LAST, p[i]->tid, set,
			    i + 1, p[i + 1]->pid);
	}
	expect_link(s->chains, " > %d does S end", p[19]->tid);
	expect_link(s->chains_without, " > %d does S end", p[19]->tid);
	expect_brackets_without(s, 19);
}

/* The holder's leader has exited, but not the thread that could release. */
static void exited_leader(struct stage *s)
{
	int set = stage_set(1, 1);
	struct puppet *a = stage_process("a", 0), *b = stage_process("b", 0);
	struct puppet *thread = puppet_make(a, PUPPET_THREAD);

	stage_do(thread, set, 0, -1, true);
	puppet_exit(a);
	stage_wait(b, set, 0, -1, true);
	expect_chain(s->chains, "%d > %d waits sem %d/0 > %d holds 1 > %d does S end", b->pid,
		     b->tid, set, a->pid, thread->tid);
	expect_chain(s->chains_without, "%d > %d waits sem %d/0" OR_LAST " > %d does S end)",
		     b->pid, b->tid, set, a->pid, thread->tid);
}

const struct scenario sem_scenarios[] = {
	{ "two processes, one set", two_in_one_set, .longer_than = 60 },
	{ "two processes, two sets", two_in_two_sets, .longer_than = 60 },
	{ "three processes, three sets", three_in_three_sets, .longer_than = 60 },
	{ "across pid namespaces", across_pid_namespaces, .longer_than = 60 },
	{ "ring of 20", ring_of_20, .longer_than = 60 },
	{ "complex operations", complex_operations, .longer_than = 60 },
	{ "a thread of a process whose leader exited", through_a_thread, .longer_than = 60 },
	{ "wait for zero", for_zero, .longer_than = 60 },
	{ "for itself", for_itself, .longer_than = 0 },
	{ "without SEM_UNDO", without_undo, .longer_than = 0 },
	{ "no deadlock: another holder is free", another_holder, .longer_than = 0 },
	{ "no deadlock: another thread is free", another_thread, .longer_than = 0 },
	{ "no deadlock: chain of 20", chain_of_20, .longer_than = 0 },
	{ "no deadlock: the leader exited, not the holder", exited_leader, .longer_than = 0 },
	{ 0 },
};
