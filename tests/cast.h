/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tasks that play in a random state: threads, processes, some in pid namespaces of their own,
 * some of which end. Who waits in which line is known here, for what is the kind's.
 */
#ifndef TESTS_CAST_H
#define TESTS_CAST_H

#include <stdbool.h>
#include <stdint.h>
#include "puppet.h"

/* Who did something: a process by its number, or one of these. */
#define CAST_NOBODY -1
#define CAST_TESTER -2
#define CAST_THREAD 1000 /* plus the number of a task: that thread, though it leads no process */

struct cast_process {
	pid_t pid;
	int live_tasks;
	bool reaped;
};

struct cast_task {
	struct puppet *puppet;
	int process;
	bool alive, waiting;
	uint64_t before, after; /* monotonic times between which it fell asleep */
};

struct cast {
	int nr_tasks, nr_processes;
	struct cast_process process[PUPPETS_MAX];
	struct cast_task task[PUPPETS_MAX];
};

/* Tasks in the order in which the kernel keeps them. */
struct line {
	uint8_t nr;
	uint8_t task[PUPPETS_MAX];
};

void line_add(struct line *l, int task);
void line_remove(struct line *l, int task);

/* One more, that parent (-1: the test) has made with these clone flags. Returns its number. */
int cast_add(struct cast *c, int parent, unsigned long flags);

/* Makes up to n random tasks; no line may have any yet. */
void cast_make(struct cast *c, int n);

/* A random task that lives and waits in no call, -1 if there is none. */
int cast_idle(const struct cast *c);

/* Ends up to n tasks or processes that wait in no call; two tasks at least stay. */
void cast_exits(struct cast *c, int n);

/* Kills a task's process; half of them stay zombies. */
void cast_kill(struct cast *c, int task);

/* Begins a call that blocks; returns when the task sleeps in it. */
#define cast_block(c, task, ...) cast_block_call(c, task, (const long[7]){ __VA_ARGS__ })
void cast_block_call(struct cast *c, int task, const long call[7]);

/* It has come back: the result of its call. */
long cast_back(struct cast *c, int task);

/* Something woke it since the time before, but it went on waiting. */
void cast_waits_again(struct cast *c, int task, uint64_t before);

/* The task as a process, or as a thread, that did something. */
int cast_who(const struct cast *c, int task);
int cast_thread(const struct cast *c, int task);

/* The number and the state, NULL for nobody, of who did something. */
pid_t cast_pid(const struct cast *c, int who);
const char *cast_state(const struct cast *c, int who);

/* The living task with that number, -1 if there is none. */
int cast_by_tid(const struct cast *c, pid_t tid);

#endif
