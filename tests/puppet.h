/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Puppets: processes and threads that do exactly what the test tells them, one step at a time, so
 * that the test knows who holds what and who waits for what. They die with the test.
 *
 * A puppet is made by the test or by another puppet, with any clone flags. All wait for their next
 * step in a shared page. The numbers pid and tid are those that the test's pid namespace sees.
 */
#ifndef TESTS_PUPPET_H
#define TESTS_PUPPET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/sem.h>
#include <sys/types.h>

#define PUPPETS_MAX 96
#define PUPPET_OPS_MAX 500

/* Flags of a thread that shares the undo list, as a POSIX thread does. */
#define PUPPET_THREAD \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

enum puppet_state {
	PUPPET_NONE,
	PUPPET_READY,	/* waits for a step */
	PUPPET_BLOCKED, /* in a system call */
	PUPPET_ENDED,	/* the task has exited */
};

struct puppet {
	uint32_t step;	/* futex: enum step, 0 when done */
	int64_t result; /* of the step: 0 or more, or -errno */
	/* arguments of a step */
	int32_t semid;
	uint32_t nsops;
	uint32_t number;
	unsigned long clone_flags;
	bool timed; /* semtimedop instead of semop */
	char name[16];
	struct sembuf sops[PUPPET_OPS_MAX];
	long call, args[6]; /* any other system call */
	/* known to the test only */
	enum puppet_state state;
	pid_t pid, tid;
	int inner_pid; /* as the puppet's own namespace numbers it */
	bool reaped;
};

/* Shared memory for puppets; dies if there is none. One troupe a process. */
void puppets_open(void);

/* Kills and reaps all; the slots are free again. */
void puppets_clear(void);

/*
 * A task made by parent (NULL: the test) with these clone flags; SIGCHLD and CLONE_PARENT are added
 * where needed. Returns NULL with errno set if clone failed. With CLONE_VFORK, which a parent must
 * be there for, that one is blocked until the new task ends.
 */
struct puppet *puppet_make(struct puppet *parent, unsigned long flags);

/*
 * As puppet_make(), with this number, which must be free; dies if others are always faster. The
 * second is a process of the test.
 */
struct puppet *puppet_make_with_number(struct puppet *parent, unsigned long flags, pid_t tid);
struct puppet *puppet_make_numbered(pid_t pid);

/* semop that does not block. Returns 0 or -errno. */
int puppet_semop(struct puppet *p, int semid, const struct sembuf *sops, unsigned int nsops);

/*
 * semop that blocks: returns once the kernel shows the task asleep in it; before it, *before (may
 * be NULL) is the monotonic time at which it had not yet been called.
 */
void puppet_block(struct puppet *p, int semid, const struct sembuf *sops, unsigned int nsops,
		  uint64_t *before);

/* Any system call that does not block, with up to six arguments. Returns its result or -errno. */
#define puppet_call(p, ...) puppet_syscall(p, (const long[7]){ __VA_ARGS__ })
long puppet_syscall(struct puppet *p, const long call[7]);

/* One that blocks, as puppet_block(). Its arguments stay as they are until it has come back. */
#define puppet_block_call(p, before, ...) \
	puppet_block_syscall(p, before, (const long[7]){ __VA_ARGS__ })
void puppet_block_syscall(struct puppet *p, uint64_t *before, const long call[7]);

/* Waits until a blocked puppet has come back; returns the call's result or -errno. */
long puppet_unblock(struct puppet *p);

int puppet_name(struct puppet *p, const char *name);
int puppet_setuid(struct puppet *p, unsigned int uid);

/* Ends the one task, or its whole process; returns when it is a zombie or gone. */
void puppet_exit(struct puppet *p);
void puppet_exit_process(struct puppet *p);

/* Collects the zombie of p's process. */
void puppet_reap(struct puppet *p);

/* Address of the sembufs a blocked puppet has passed to semop, as its address space has it. */
unsigned long puppet_sops(const struct puppet *p);

/* Makes the slot of the newest puppet, which must have been reaped, free again. */
void puppet_forget(struct puppet *p);

struct puppet *puppet_by_tid(pid_t tid);

#endif
