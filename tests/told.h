/* SPDX-License-Identifier: GPL-2.0 */
/* What a run of the command told, and whether that is honest beside an undisturbed one's. */
#ifndef TESTS_TOLD_H
#define TESTS_TOLD_H

#include <stdbool.h>

struct told {
	int code, pid;
	char *out, *err;
	char path[520]; /* of the file whose calls were disturbed; empty: none */
	int error;	/* that these ended with, 0 if with none */
};

void told_free(struct told *t);

/*
 * If it is a recording: what its threads do, and whether they run, is what this program and its
 * parents did just then.
 */
void told_drop_threads(struct told *t);

/* What is wrong with the disturbed run, NULL if nothing is: inject.h. */
const char *told_judge(const struct told *as, const struct told *r, bool may_fail);

/* The same of one with few descriptors: why it says less is told, and that root would not help. */
const char *told_judge_few(const struct told *as, const struct told *r, int descriptors);

#endif
