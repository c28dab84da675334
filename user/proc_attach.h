/* SPDX-License-Identifier: GPL-2.0 */
/* The System V segments that processes map, as one look at every /proc/PID/maps finds them. */
#ifndef PROC_ATTACH_H
#define PROC_ATTACH_H

#include "common.h"
#include "text.h"

/* A mapping of the segment with that id and key. */
struct proc_mapping {
	__s32 shmid;
	__u32 key;
	struct ipcdbg_mapping m;
};

/*
 * A process that maps some. The id does not tell of which namespace they are: it is taken for one
 * that the process has a thread in, and stands once for each of these.
 */
struct proc_attacher {
	struct process process;
	int tid; /* of a thread that has the memory: a leader that has exited has none */
	__u32 inum;
	size_t first, nr; /* of proc_attachers()->mappings */
	int owner;	  /* pid of the process in whose memory it runs (CLONE_VM), or its own */
};

struct proc_attachers {
	VEC(struct proc_attacher) v; /* by namespace and owner, that one first, and by pid */
	VEC(struct proc_mapping) mappings;
};

/* Looks at all processes when it is called first, or first after it was to forget them. */
const struct proc_attachers *proc_attachers(void);
void proc_attachers_forget(void);

#endif
