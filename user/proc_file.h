/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of /proc, which are short, made anew by each read, and gone with their task. Trouble with
 * them is noted, proc_task.h.
 */
#ifndef PROC_FILE_H
#define PROC_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/types.h>

/* The file up to room - 1 bytes, a NUL behind them; -1 with errno if it cannot be read. */
ssize_t proc_read(int dir, const char *name, char *buf, size_t room);

/* All of a file that may be long, in memory that the next call uses again; NULL with errno. */
const char *proc_read_whole(int dir, const char *name);

/*
 * The same, without asking for what comes behind the last character, of a file whose text the
 * kernel makes in one piece, and gives in one unless it is interrupted: stat and cgroup, which end
 * with a line, cmdline, which ends with an argument.
 */
ssize_t proc_read_once(int dir, const char *name, char *buf, size_t room, char end);

/*
 * Field number n of the text of a file stat, counted from 1 as in proc(5); only those behind the
 * command name, whose blanks and parentheses would be taken for others. NULL: there is none.
 */
const char *proc_stat_field(const char *stat, int n);

/* What it tells, proc(5). */
struct proc_stat {
	char state;
	int ppid;
	unsigned int threads;
	__u64 start_ns; /* cut to a tick */
};

/* The folder of a process or thread; -1 if there is none of that number. */
int proc_open_task(int tid);

/* The file stat below the folder of a task; false if it cannot be read. */
bool proc_stat_read(int dir, struct proc_stat *stat);

/* The number behind a word at the start of a line of a file status; false: there is none. */
bool proc_status_number(const char *status, const char *word, __u64 *n);

/*
 * The numbers of a task whose folder that is: first of the pid namespace of /proc, last of its own.
 * How many it has, though only the first of them are stored; 0: it is not told.
 */
size_t proc_numbers(int dir, int *numbers, size_t room);

/* Nanoseconds in a tick, in which /proc counts start times. */
__u64 proc_tick_ns(void);

#endif
