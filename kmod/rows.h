/* SPDX-License-Identifier: GPL-2.0 */
/* Fields that several records have in common (fields.h), from what was copied of the kernel. */
#ifndef IPCDBG_ROWS_H
#define IPCDBG_ROWS_H

#include <linux/string.h>

#include "task.h"

/* IPCDBG_PERM: with perm->lock held. */
#define PUT_PERM(record, r, perm, user_ns)                                                         \
	do {                                                                                       \
		IPCDBG_PUT(record, r, key, (perm)->key);                                           \
		IPCDBG_PUT(record, r, mode, (perm)->mode);                                         \
		IPCDBG_PUT(record, r, uid, from_kuid_munged(user_ns, (perm)->uid));                \
		IPCDBG_PUT(record, r, gid, from_kgid_munged(user_ns, (perm)->gid));                \
		IPCDBG_PUT(record, r, cuid, from_kuid_munged(user_ns, (perm)->cuid));              \
		IPCDBG_PUT(record, r, cgid, from_kgid_munged(user_ns, (perm)->cgid));              \
	} while (0)

#define PUT_COMM(record, r, field, name)                                                           \
	do {                                                                                       \
		memcpy((r)->field, name, sizeof((r)->field));                                      \
		(r)->present |= IPCDBG_BIT(record, field);                                         \
	} while (0)

/* IPCDBG_PID: of a settled struct pid_copy. */
#define PUT_PID(record, r, field, copy)                                                            \
	do {                                                                                       \
		if (!(copy)->has_pid)                                                              \
			break;                                                                     \
		IPCDBG_PUT(record, r, field, (copy)->facts.pid);                                   \
		IPCDBG_PUT(record, r, field##_state, (copy)->facts.pstate);                        \
		if ((copy)->facts.pstate != IPCDBG_EXITED)                                         \
			PUT_COMM(record, r, field##_comm, (copy)->facts.comm);                     \
	} while (0)

/* IPCDBG_TASK and IPCDBG_BLOCKED: of struct task_facts. */
#define PUT_TASK(record, r, f)                                                                     \
	do {                                                                                       \
		IPCDBG_PUT(record, r, pid, (f)->pid);                                              \
		IPCDBG_PUT(record, r, tid, (f)->tid);                                              \
		PUT_COMM(record, r, comm, (f)->comm);                                              \
		IPCDBG_PUT(record, r, uid, (f)->uid);                                              \
		IPCDBG_PUT(record, r, state, (f)->state);                                          \
		IPCDBG_PUT(record, r, start_ns, (f)->start_ns);                                    \
		IPCDBG_PUT(record, r, switches, (f)->switches);                                    \
		if ((f)->blocked_ns)                                                               \
			IPCDBG_PUT(record, r, blocked_ns, (f)->blocked_ns);                        \
	} while (0)

/* IPCDBG_PROCESS: of struct pid_facts. */
#define PUT_PROCESS(record, r, f)                                                                  \
	do {                                                                                       \
		IPCDBG_PUT(record, r, pid, (f)->pid);                                              \
		IPCDBG_PUT(record, r, state, (f)->pstate);                                         \
		if ((f)->pstate == IPCDBG_EXITED)                                                  \
			break;                                                                     \
		PUT_COMM(record, r, comm, (f)->comm);                                              \
		IPCDBG_PUT(record, r, uid, (f)->uid);                                              \
		IPCDBG_PUT(record, r, start_ns, (f)->start_ns);                                    \
	} while (0)

#endif
