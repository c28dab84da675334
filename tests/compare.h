/* SPDX-License-Identifier: GPL-2.0 */
/* Holds the module's text against the model, semctl and /proc. Every function complains. */
#ifndef TESTS_COMPARE_H
#define TESTS_COMPARE_H

#include "model.h"
#include "rows.h"

/* The model against semctl GETVAL, GETPID, GETNCNT and GETZCNT: is the test itself right? */
bool compare_semctl(const struct model *m);

/*
 * The file sem, read between the monotonic times t0 and t1 with every puppet at rest: everything
 * it says, and nothing more than the model has.
 */
bool compare_sem(const struct model *m, const struct rows *r, uint64_t t0, uint64_t t1);

/* A set row against IPC_STAT. */
bool compare_ipc_stat(const struct rows *r, int set, int semid);

/*
 * pid of a process, comm, uid and start of one thread of it (its leader has the number pid), in a
 * row of any record with these fields. compare_thread: tid too.
 */
bool compare_process(const struct rows *r, int row, pid_t pid, pid_t tid);
bool compare_thread(const struct rows *r, int row, pid_t pid, pid_t tid);

/* The same of one that is blocked; its state and context switches too. */
bool compare_sleeper(const struct rows *r, int row, pid_t pid, pid_t tid);

/* It has been blocked no shorter and no longer than it can have been. */
bool compare_blocked(const struct rows *r, int row, int64_t least, int64_t most);

/*
 * A field that names a process the object remembers, with that process's state and comm. state
 * NULL: there is none.
 */
bool compare_pid(const struct rows *r, int row, const char *field, pid_t pid, const char *state);

/* The op rows of a wait row. */
bool compare_sops(const struct rows *r, int wait, const struct sembuf *sops, int nsops);

/* A wait row against /proc and what the task itself passed to semop. */
bool compare_proc(const struct rows *r, int wait, pid_t pid, pid_t tid, int semid);

bool compare_list(const struct model *m, const struct rows *r);

/* The namespace of this process in an all file says what the plain file says. */
bool compare_all(const struct rows *plain, const struct rows *all);

#endif
