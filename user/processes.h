/* SPDX-License-Identifier: GPL-2.0 */
/* Processes that rows of an object name, each told once. */
#ifndef PROCESSES_H
#define PROCESSES_H

#include "datum.h"

struct named_process {
	int pid; /* 0: it is not visible, and start_ns tells it from others that are not */
	__u64 start_ns;
	const char *comm; /* of a row */
};

/* Start with all zeros. */
struct processes {
	VEC(struct named_process) v;
};

void processes_add(struct processes *p, int pid, __u64 start_ns, const char *comm);

/* By pid, once each; p is empty then. */
void processes_tell(struct processes *p, process_fn fn, void *ctx);

/* Forgets them; how many there were. */
size_t processes_count(struct processes *p);

#endif
