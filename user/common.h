/* SPDX-License-Identifier: GPL-2.0 */
/* What records of several kinds have in common, made of the very lines of fields.h. */
#ifndef COMMON_H
#define COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <ipcdbg/abi.h>

#define IPCDBG_FIELD(record, type, name, flags, unit, help) IPCDBG_C_##type(name);

/* The head of a System V kind begins with these. */
struct sysv {
	__u64 present;
	__s32 id;
	IPCDBG_PERM(sysv)
};

/* The record of a blocked thread begins with these. */
struct task {
	__u64 present;
	IPCDBG_TASK(task)
};

/* The record of a process that has something begins with these. */
struct process {
	__u64 present;
	IPCDBG_PROCESS(process)
};

#undef IPCDBG_FIELD
#define IPCDBG_FIELD(record, type, name, flags, unit, help) IPCDBG_F_##record##_##name,

enum { IPCDBG_F_sysv_id, IPCDBG_PERM(sysv) };
enum { IPCDBG_TASK(task) };
enum { IPCDBG_PROCESS(process) };

#undef IPCDBG_FIELD

/* 0, if a record's struct begins with the common one, whose last field is named. */
#define BEGINS_WITH(record, common, last)                                                        \
	(0 * sizeof(struct {                                                                     \
		 int unused;                                                                     \
		 _Static_assert((int)IPCDBG_F_##record##_##last ==                               \
						(int)IPCDBG_F_##common##_##last &&               \
					offsetof(struct ipcdbg_##record, last) ==                \
						offsetof(struct common, last) &&                 \
					sizeof(struct ipcdbg_##record) >= sizeof(struct common), \
				#record " does not begin with " #common);                        \
	 }))

static inline struct sysv sysv_of(const void *head)
{
	struct sysv s;

	memcpy(&s, head, sizeof(s));
	return s;
}

/* A blocked thread, and how long it sleeps, if that is known. */
struct waiter {
	struct task task;
	bool timed;
	__u64 blocked_ns;
};

static inline struct waiter waiter_of(const void *record, bool timed, __u64 blocked_ns)
{
	struct waiter w = { .timed = timed, .blocked_ns = blocked_ns };

	memcpy(&w.task, record, sizeof(w.task));
	return w;
}

#define WAITER_OF(record, r)                                                                    \
	waiter_of((r) + BEGINS_WITH(record, task, switches), IPCDBG_HAS(record, r, blocked_ns), \
		  (r)->blocked_ns)

static inline struct process process_of(const void *record)
{
	struct process p;

	memcpy(&p, record, sizeof(p));
	return p;
}

#define PROCESS_OF(record, r) process_of((r) + BEGINS_WITH(record, process, start_ns))

/* A process that an object remembers. */
struct last {
	bool known; /* there was one; pid is 0 if it is not visible */
	bool has_state;
	__u8 state; /* enum ipcdbg_pstate */
	__s32 pid;
	const char *comm; /* of the record; empty if it has exited, or is not known */
};

#define LAST_OF(record, r, name)                                          \
	((struct last){ .known = IPCDBG_HAS(record, r, name),             \
			.has_state = IPCDBG_HAS(record, r, name##_state), \
			.state = (r)->name##_state,                       \
			.pid = (r)->name,                                 \
			.comm = (r)->name##_comm })

#endif
