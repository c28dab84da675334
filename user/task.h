/* SPDX-License-Identifier: GPL-2.0 */
/* Threads and processes, in columns and in words, whichever kind of object they have to do with. */
#ifndef TASK_H
#define TASK_H

#include "column.h"
#include "common.h"
#include "ipcdbg.h"

/* PID TID COMMAND USER STATE WAIT, of rows that begin with a struct waiter. */
#define NR_WAITER_COLUMNS 6
extern const struct column waiter_columns[NR_WAITER_COLUMNS];

/* A table with that heading: these columns, more at their right, then what /proc tells. */
struct aligned *waiters_new(FILE *out, const char *title, const struct column *more, size_t nr);

/* PID COMMAND USER STATE, of rows that begin with a struct process. */
#define NR_PROCESS_COLUMNS 4
extern const struct column process_columns[NR_PROCESS_COLUMNS];

/* The same with these. */
struct aligned *processes_new(FILE *out, const char *title, const struct column *more, size_t nr);

/* Cells: the number, '?' if not visible; the name, '-' if empty; live, zombie or exited. */
void text_add_pid(struct text *t, int pid);
void text_add_comm(struct text *t, const char *comm);
void text_add_state(struct text *t, __u8 state);

/* Cells of a remembered process: '-' if there was none, or it is not known. */
void text_add_last_pid(struct text *t, struct last last);
void text_add_last_state(struct text *t, struct last last);
void text_add_last_comm(struct text *t, struct last last);

/* Prints a table of remembered processes: PID COMMAND STATE ROLE. */
struct last_row {
	const char *role;
	struct last last;
};
void print_last(FILE *out, const struct last_row *rows, size_t nr);

/*
 * "pid 811 (aplay)", "thread 93 (worker) of pid 89". The name is that of the thread; a thread other
 * than the main one is told.
 */
void say_process(struct text *t, int pid, int tid, const char *comm);

/* Threads that wait for one thing, and how long the one does that waits longest. */
struct waits {
	size_t nr;
	bool timed;
	__u64 longest_ns;
};

void waits_add(struct waits *w, bool timed, __u64 blocked_ns);

/* "blocked 4.0 s: at least 3 tasks wait"; at least, if some may be missing. */
void say_waits(struct text *t, const struct waits *w, bool missing);

/* Whether that process is known to be one no more. */
bool last_has_ended(struct last last);

/* "pid 811 (aplay), which is alive" */
void say_last(struct text *t, struct last last);

/* "since Mon Nov 23 12:35:37 2026 (3 h 5 min)"; read_ns is that of struct object. */
void say_since(struct text *t, __s64 seconds, __u64 read_ns);

/* Whether a time of the kernel is longer past than guesses need. */
bool is_long_ago(const struct query *q, __s64 seconds, __u64 read_ns);

/* "is alive" */
const char *state_words(__u8 state);

#endif
