/* SPDX-License-Identifier: GPL-2.0 */
/* What a thread does now, and whom that waits for, as far as /proc tells. */
#ifndef DOING_H
#define DOING_H

#include <stdbool.h>
#include <sys/types.h>

#include <ipcdbg/abi.h>

#include "text.h"

#define DOING_STACK 8

struct doing {
	char state;	/* as in /proc/PID/stat */
	char wchan[64]; /* where in the kernel it sleeps; empty if it does not, or is not told */
	bool in_call;	/* a system call, whose number and arguments are known */
	bool foreign;	/* its number may be that of another architecture */
	long call;
	__u64 args[6];
	/* A futex in a file of /dev/shm, as sem_wait(3) and others sleep on; ino 0: none. */
	struct {
		dev_t dev;
		__u64 ino;
		char path[256]; /* as the process has mapped it, cut if it is longer */
	} shared;
	char stack[DOING_STACK][48]; /* functions, the innermost first; root may read them */
	size_t nr_stack;
};

/* False: there is no such thread, or /proc does not tell. */
bool doing_read(struct doing *d, int pid, int tid);

/* The same by a recording, which has no stack and no file of a futex. */
bool doing_recorded(struct doing *d, int pid, int tid);

/* "runs (R)", "sleeps (S) in read(3), at pipe_read" */
void text_add_doing(struct text *t, const struct doing *d);

enum doing_link {
	DOING_LOCK,   /* a file lock that the process has */
	DOING_TAKEN,  /* a file lock that it took: it need not be that one, or may be passed on */
	DOING_PIPE,   /* the other end of a pipe, which it has open */
	DOING_FUTEX,  /* a futex with priority inheritance: its owner stands in it */
	DOING_CHILD,  /* it waits until that child exits */
	DOING_SHARED, /* it maps the file of such a futex, and could wake: an inference */
};
#define DOING_LINKS (DOING_SHARED + 1)

/* A word for each. */
extern const char *const doing_links[DOING_LINKS];

/*
 * Calls fn for each process that the thread waits for in that call; the number is that of a thread
 * for DOING_FUTEX. Whoever shares the memory of an ordinary futex may wake: that is told where the
 * memory is a file of /dev/shm.
 */
void doing_follow(const struct doing *d, int pid, int tid,
		  void (*fn)(void *ctx, enum doing_link link, int pid), void *ctx);

/* The same by a recording. */
void doing_follow_recorded(int pid, int tid, void (*fn)(void *ctx, enum doing_link link, int pid),
			   void *ctx);

/* Where a futex of a process is, if that is a file of /dev/shm; and the processes that map it. */
void doing_find_shared(struct doing *d, int pid, __u64 address);
void doing_follow_shared(const struct doing *d, int pid,
			 void (*fn)(void *ctx, enum doing_link link, int pid), void *ctx);

/*
 * The processes that have the lock which the thread waits for with its descriptor fd: of fcntl(2)
 * or flock(2), or of an open file description.
 */
void doing_follow_lock(int pid, int tid, int fd, bool ofd,
		       void (*fn)(void *ctx, enum doing_link link, int pid), void *ctx);

/* The child that has that number for pid itself, in whatever pid namespace; 0: all of them. */
void doing_follow_children(int pid, int child, void (*fn)(void *ctx, enum doing_link link, int pid),
			   void *ctx);

/* The processes that have the other end of the pipe fd of pid, which reads from it, or writes. */
void doing_follow_pipe(int pid, int fd, bool reads,
		       void (*fn)(void *ctx, enum doing_link link, int pid), void *ctx);

#endif
