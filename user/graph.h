/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who waits for what, and whom that needs: a graph of blocked tasks, what they wait for, and
 * processes. It is made by the functions struct kind has for it, or by hand, and reads nothing.
 *
 *     task -- waits for --> resource -- held by, last operated by, in use by --> process
 *     process -- has --> its blocked tasks
 *
 * A process is known by its number, and by it only while nothing speaks against it: one that has
 * exited is another node than who has its number now, two start times make nothing about that
 * number certain, and each process that is not visible (pid 0) is a node of its own.
 */
#ifndef GRAPH_H
#define GRAPH_H

#include "common.h"
#include "text.h"

struct object;

/*
 * What can be waited for. A segment cannot, but is in use. That a task waits for a futex in a file
 * of /dev/shm is itself an inference.
 */
enum graph_type { GRAPH_SEM, GRAPH_RECEIVE, GRAPH_SEND, GRAPH_SEGMENT, GRAPH_FUTEX };

struct graph_resource {
	enum graph_type type;
	const struct object *o; /* NULL in graphs made by hand */
	__u32 inum;
	__u64 id;     /* semid, msqid, shmid, or inode of a POSIX queue or a file of /dev/shm */
	__u64 offset; /* of a futex in its file */
	int semnum;
	__s64 semval;
	bool known; /* every adjustment and every user of it is here */
	/* All adjustments of one sign together, each undo list once. */
	__s64 taken, raised; /* > 0; < 0 */
	/* Its tasks and edges are g->tasks.v[first_task] and g->edges.v[first_edge] and so on. */
	size_t first_task, nr_tasks;
	size_t first_edge, nr_edges;
};

/* A blocked task. */
struct graph_task {
	struct waiter waiter;
	size_t resource, process;
	const void *row; /* what the kind has of the wait; NULL by hand */
	bool zero;	 /* a semaphore: it waits for zero, not for an increase */
	bool has_lacks;
	/*
	 * A semaphore: how much its value must grow (> 0), or, of a wait for zero, shrink (< 0),
	 * for the operation that blocks to succeed. 0: nothing, it is about to run.
	 */
	__s64 lacks;
};

enum graph_edge_type {
	GRAPH_HELD, /* semadj: it holds the semaphore, or has raised it (SEM_UNDO) */
	GRAPH_LAST, /* it did the last operation that could have woken: an inference */
	GRAPH_USES, /* it has the queue open or the memory mapped, or is blocked on it */
};

struct graph_edge {
	enum graph_edge_type type;
	size_t resource, process;
	__s32 semadj;
};

/* What is known of the threads of a process that holds something. */
enum graph_threads {
	GRAPH_UNKNOWN, /* nothing */
	GRAPH_FREE,    /* one of them is not blocked on any resource of the graph */
	GRAPH_BLOCKED, /* each of them is one of its tasks here */
};

struct graph_process {
	int pid;     /* 0: not visible */
	bool exited; /* one that is no more: not who has its number now */
	/* Several had the number, or a task of it slept in two places, while all was read. */
	bool reused;
	bool has_state, has_uid;
	__u8 state; /* enum ipcdbg_pstate */
	__u32 uid;
	__u64 start_ns; /* of the process; 0 if not known */
	char comm[IPCDBG_COMM_LEN];
	enum graph_threads threads;
	/* Its tasks are g->process_tasks[first_task], its edges g->process_edges[first_edge] ... */
	size_t first_task, nr_tasks;
	size_t first_edge, nr_edges;
};

/* A process that a row names. */
struct graph_who {
	int pid, tid; /* equal: start_ns is that of the process */
	__u64 start_ns;
	bool has_state, has_uid;
	__u8 state;
	__u32 uid;
	const char *comm; /* NULL or empty: not known */
	bool any_thread;  /* pid is that of the process, or of any of its threads, as tid is */
};

struct graph {
	VEC(struct graph_resource) resources;
	VEC(struct graph_task) tasks;	       /* by resource */
	VEC(struct graph_edge) edges;	       /* by resource */
	VEC(struct graph_process) processes;   /* by pid */
	size_t *process_tasks, *process_edges; /* indices, by process; tasks then by tid */
	VEC(struct graph_mention) mentions;    /* until it is finished */
	bool several_ns;		       /* its resources are of several ipc namespaces */
};

/* Start with all zeros, add, finish. Tasks and edges belong to the newest resource. */
struct graph_resource *graph_add_resource(struct graph *g, enum graph_type type,
					  const struct object *o);
struct graph_task *graph_add_task(struct graph *g, struct waiter waiter, const void *row);
struct graph_edge *graph_add_edge(struct graph *g, enum graph_edge_type type,
				  const struct graph_who *who);
/* A thread that lives, of a process that is named elsewhere. */
void graph_add_thread(struct graph *g, const struct graph_who *who);
struct graph_who graph_who_of_task(const struct task *task);
struct graph_who graph_who_of_process(const struct process *p);
/* Joins what rows tell of the same process, and makes the indices. */
void graph_finish(struct graph *g);
void graph_free(struct graph *g);

/* The process of that number that lives, NULL if none is named. */
struct graph_process *graph_find_process(const struct graph *g, int pid);

/* The blocked task of that number, NULL if there is none. */
const struct graph_task *graph_find_task(const struct graph *g, const struct graph_process *p,
					 int tid);

static inline const struct graph_task *graph_task_of(const struct graph *g,
						     const struct graph_process *p, size_t i)
{
	return &g->tasks.v[g->process_tasks[p->first_task + i]];
}

static inline const struct graph_edge *graph_edge_of(const struct graph *g,
						     const struct graph_process *p, size_t i)
{
	return &g->edges.v[g->process_edges[p->first_edge + i]];
}

/* The adjustment has the sign that can let such a wait succeed. */
static inline bool graph_holds(const struct graph_edge *e, bool zero)
{
	return e->type == GRAPH_HELD && (zero ? e->semadj < 0 : e->semadj > 0);
}

#endif
