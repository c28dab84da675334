/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 'ipcdbg why PID': what a process waits for, who has that, what that one waits for, and so on to
 * who could let it all go on, or to a deadlock, one that has exited, or nobody. The tree is made
 * first, from a look at everything and from /proc, and printed then.
 */
#ifndef WHY_H
#define WHY_H

#include "doing.h"
#include "look.h"

enum why_sort {
	WHY_PROCESS, /* the one asked for, or one that what is above waits for */
	WHY_WAITS,   /* a task of the process above waits for what the rest of its part has */
	WHY_DOES,    /* a task of it does something else */
	WHY_NOBODY,  /* nobody is known that it waits for, or not whether there is somebody */
	WHY_MORE,    /* more of them are left out */
};

/* How a process came to be below another one. */
enum why_link {
	WHY_ASKED,
	WHY_EDGE,
	WHY_LOCK,
	WHY_TAKEN,
	WHY_PIPE,
	WHY_FUTEX,
	WHY_CHILD,
	WHY_SHARED
};

/* Nodes stand in the order in which they are printed: what belongs to one follows, and is deeper.
 */
struct why_node {
	enum why_sort sort;
	unsigned int depth;
	/* WHY_PROCESS; WHY_DOES: tid of the process above. */
	int pid, tid;
	char comm[IPCDBG_COMM_LEN];
	const struct graph_process *process; /* NULL: the look does not have it */
	enum why_link link;
	const struct graph_edge *edge; /* WHY_EDGE */
	bool seen;		       /* it stands above already, with all below it */
	__u8 state; /* enum ipcdbg_pstate; IPCDBG_LIVE: or nothing else is known */
	bool ended; /* it has exited, or is a zombie */
	bool leaf;  /* nothing of what it waits for is known: all ends here */
	/* WHY_WAITS, WHY_NOBODY; WHY_PROCESS with an edge: the wait that it was found for */
	const struct graph_task *task;
	size_t deadlock; /* its number, or 0 */
	struct doing doing;
	size_t more;
};

struct why {
	const struct query *q;
	const struct look *look;
	VEC(struct why_node) nodes;
	VEC(int) seen; /* pids */
	bool cut;      /* the tree is larger than what is told */
};

/* Makes the tree of a process or, if tid is another number than pid, of that thread of it. */
void why_make(struct why *w, int pid, int tid);
void why_free(struct why *w);

void why_print_text(const struct why *w);
void why_print_json(const struct why *w);

/* "waits for semaphore 0 of set 7 ...": what the line of a node says. */
void text_add_why(struct text *t, const struct why *w, const struct why_node *n);

enum exit_code why_command(const struct query *q, char **words);

#endif
