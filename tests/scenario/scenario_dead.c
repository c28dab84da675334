// SPDX-License-Identifier: GPL-2.0
/* Semaphores that somebody took before dying, and waits that nothing ends. */
#define _GNU_SOURCE
#include "scenario.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"
#include "crowd.h"

#define STAR 500

/* Somebody who takes the semaphore and dies; then somebody waits for it. Returns who died. */
static pid_t take_and_die(int set, bool undo, bool reap)
{
	struct puppet *p = stage_process("taker", 0);

	stage_do(p, set, 0, -1, undo);
	puppet_exit_process(p);
	if (reap)
		puppet_reap(p);
	return p->pid;
}

static void abandon(struct stage *s, bool reap)
{
	int set = stage_set(1, 1);
	pid_t dead = take_and_die(set, false, reap);
	struct puppet *w = stage_process("waiter", 0);

	stage_wait(w, set, 0, -1, true);
	expect(s,
	       "abandoned warning inferred | sem semnum=0 semval=0 semncnt=1 semzcnt=0 sempid=%d "
	       "sempid_state=%s | wait tid=%d",
	       dead, reap ? "exited" : "zombie", w->tid);
	expect_chain(s->chains, "%d > %d waits sem %d/0 > %d last (inferred) %s end", w->pid,
		     w->tid, set, dead, reap ? "exited" : "zombie");
	expect_chain(s->chains_without, "%d > %d waits sem %d/0" OR_LAST " %s end)", w->pid, w->tid,
		     set, dead, reap ? "exited" : "zombie");
}

static void died(struct stage *s)
{
	abandon(s, true);
}

static void died_lately(struct stage *s)
{
	abandon(s, true);
	s->expected[0] = 0;
}

static void zombie(struct stage *s)
{
	abandon(s, false);
}

/* The kernel gave it back. */
static void died_with_undo(struct stage *s)
{
	int set = stage_set(1, 1);
	struct puppet *w = stage_process("waiter", 0);

	(void)s;
	take_and_die(set, true, true);
	stage_do(w, set, 0, -1, true);
}

/* An innocent process has the number of who died. */
static void recycled(struct stage *s)
{
	int set = stage_set(1, 1);
	pid_t dead = take_and_die(set, false, true);
	struct puppet *innocent = puppet_make_numbered(dead);

	puppet_name(innocent, "innocent");
	stage_wait(innocent, set, 0, -1, true);
	expect(s,
	       "abandoned warning inferred | sem semnum=0 semval=0 semncnt=1 semzcnt=0 sempid=%d "
	       "sempid_state=exited | wait tid=%d",
	       dead, dead);
	expect_chain(s->chains, "%d > %d waits sem %d/0 > %d last (inferred) exited end",
		     innocent->pid, innocent->tid, set, dead);
	/* It operated last, as far as its number tells, and cannot wait for itself. */
	expect_chain(s->chains_without, "%d > %d waits sem %d/0 > holder unknown end",
		     innocent->pid, innocent->tid, set);
}

static void died_before_zero(struct stage *s)
{
	int set = stage_set(1, 0);
	struct puppet *p = stage_process("raiser", 0), *w = stage_process("waiter", 0);

	stage_do(p, set, 0, 2, false);
	puppet_exit_process(p);
	puppet_reap(p);
	stage_wait(w, set, 0, 0, false);
	expect(s,
	       "abandoned warning inferred | sem semnum=0 semval=2 semncnt=0 semzcnt=1 sempid=%d "
	       "sempid_state=exited | wait tid=%d",
	       p->pid, w->tid);
	expect_chain(s->chains, "%d > %d waits sem %d/0 > %d last (inferred) exited end", w->pid,
		     w->tid, set, p->pid);
	expect_chain(s->chains_without, "%d > %d waits sem %d/0" OR_LAST " exited end)", w->pid,
		     w->tid, set, p->pid);
}

/* No semop has succeeded: there are no adjustments that could be missing. */
static void expect_the_same_without(struct stage *s)
{
	strcpy(s->without, s->expected);
	strcpy(s->chains_without, s->chains);
}

/* Nobody has ever taken it: there is nothing to give back. */
static void never_taken(struct stage *s)
{
	int set = stage_set(1, 0);
	struct puppet *p = stage_process("maker", 0), *w = stage_process("waiter", 0);

	if (puppet_call(p, SYS_semctl, set, 0, SETVAL, 0))
		die("SETVAL");
	puppet_exit_process(p);
	puppet_reap(p);
	stage_wait(w, set, 0, -1, false);
	expect_chain(s->chains, "%d > %d waits sem %d/0 > %d last (inferred) exited end", w->pid,
		     w->tid, set, p->pid);
	expect_the_same_without(s);
}

/* A consumer of what short-lived producers post: not told before it is old. */
static void idle_consumer(struct stage *s)
{
	int set = stage_set(1, 0);
	struct puppet *p = stage_process("producer", 0), *w = stage_process("consumer", 0);

	stage_do(p, set, 0, 1, false);
	puppet_exit_process(p);
	puppet_reap(p);
	stage_do(w, set, 0, -1, false);
	stage_wait(w, set, 0, -1, false);
	expect_chain(s->chains, "%d > %d waits sem %d/0 > nobody end", w->pid, w->tid, set);
	expect_chain(s->chains_without, "%d > %d waits sem %d/0 > holder unknown end", w->pid,
		     w->tid, set);
}

static pid_t star;

static void sleep_in_star(void *ctx, unsigned int i)
{
	struct sembuf sop = { 0, -1, 0 };

	(void)i;
	semop(*(int *)ctx, &sop, 1);
}

static void make_star(struct stage *s)
{
	static int set;
	struct puppet *first = stage_process("first", 0);
	pid_t dead;

	set = stage_set(1, 1);
	dead = take_and_die(set, false, true);
	stage_wait(first, set, 0, -1, false);
	usleep(200000);
	star = crowd_begin(STAR - 1, sleep_in_star, &set);
	expect(s,
	       "abandoned warning inferred | sem semnum=0 semval=0 semncnt=%d semzcnt=0 sempid=%d "
	       "sempid_state=exited | wait tid=%d",
	       STAR, dead, first->tid);
	expect_chain(s->chains, "%d > %d waits sem %d/0 > %d last (inferred) exited end",
		     first->pid, first->tid, set, dead);
	expect_chain(s->chains_without, "%d > %d waits sem %d/0" OR_LAST " exited end)", first->pid,
		     first->tid, set, dead);
}

static void end_star(struct stage *s)
{
	(void)s;
	crowd_end(star);
}

/* A set of one semaphore, whose value is that process's work. */
static int set_by(struct puppet *maker)
{
	int set = stage_set(1, 0);

	if (puppet_call(maker, SYS_semctl, set, 0, SETVAL, 1))
		die("SETVAL");
	return set;
}

/* Zero, and then one less. */
static void impossible(struct stage *s)
{
	struct puppet *maker = stage_process("maker", 0), *p = stage_process("waiter", 0);
	struct puppet *q = stage_process("greedy", 0);
	int set = set_by(maker);
	struct sembuf sops[] = { { 0, 0, 0 }, { 0, -1, 0 } };

	puppet_block(p, set, sops, 2, NULL);
	stage_wait(q, set, 0, -32768, false);
	expect(s,
	       "impossible critical certain | wait tid=%d | op sem_num=0 sem_op=0 | op sem_num=0 "
	       "sem_op=-1",
	       p->tid);
	expect(s, "impossible critical certain | wait tid=%d | op sem_num=0 sem_op=-32768", q->tid);
	expect_chain(s->chains, "%d > %d waits sem %d/0 > %d last (inferred) > %d does S end",
		     p->pid, p->tid, set, maker->pid, maker->tid);
	expect_the_same_without(s);
}

/* At no value it succeeds, but at zero it ends. */
static void fails_at_zero(struct stage *s)
{
	struct puppet *maker = stage_process("maker", 0), *p = stage_process("waiter", 0);
	int set = set_by(maker);
	struct sembuf sops[] = { { 0, 0, 0 }, { 0, -1, IPC_NOWAIT } };

	puppet_block(p, set, sops, 2, NULL);
	expect_chain(s->chains, "%d > %d waits sem %d/0 > %d last (inferred) > %d does S end",
		     p->pid, p->tid, set, maker->pid, maker->tid);
	expect_the_same_without(s);
}

const struct scenario dead_scenarios[] = {
	{ "decremented and died", died, .longer_than = 1, .age = 2 },
	{ "decremented and died, lately", died_lately, .longer_than = 60 },
	{ "decremented with SEM_UNDO and died", died_with_undo, .longer_than = 0 },
	{ "zombie holder", zombie, .longer_than = 1, .age = 2 },
	{ "recycled pid of the dead", recycled, .longer_than = 1, .age = 2 },
	{ "died before zero", died_before_zero, .longer_than = 1, .age = 2 },
	{ "never decremented", never_taken, .longer_than = 0 },
	{ "idle consumer", idle_consumer, .longer_than = 60, .age = 2 },
	{ "star of 500", make_star, .clear = end_star, .longer_than = 1, .age = 2 },
	{ "impossible operations", impossible, .longer_than = 60 },
	{ "an operation that fails", fails_at_zero, .longer_than = 60 },
	{ 0 },
};
