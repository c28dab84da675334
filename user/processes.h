/* SPDX-License-Identifier: GPL-2.0 */
/* Processes that rows of an object name, each told once. */
#ifndef PROCESSES_H
#define PROCESSES_H

#include "datum.h"

struct named_process {
	int pid;
	const char *comm; /* of a row */
};

/* Start with all zeros. */
struct processes {
	VEC(struct named_process) v;
};

void processes_add(struct processes *p, int pid, const char *comm);

/* By pid; p is empty then. */
void processes_tell(struct processes *p, process_fn fn, void *ctx);

/* Forgets them; how many there were. */
size_t processes_count(struct processes *p);

#endif
