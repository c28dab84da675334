/* SPDX-License-Identifier: GPL-2.0 */
/* Processes and threads of /proc as the records of a recording. */
#ifndef PROC_TASKS_H
#define PROC_TASKS_H

#include "proc_facts.h"

/* proc_process() and proc_threads() of this machine. */
bool proc_tasks_process(int pid, struct ipcdbg_proc *process);
bool proc_tasks_thread(int pid, int tid, struct ipcdbg_thread *thread);
void proc_tasks_threads(int pid, proc_thread_fn fn, void *ctx);

/* Whether system calls have their usual numbers there; a program of 32 bits has others. */
bool proc_tasks_is_native(int dir);

#endif
