/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Goes through random states of one kind of object. From the environment:
 *
 *   SEED=n        only that state, with the tool
 *   SEEDS=n       this many states (default 40), from SEED_FROM= (default 1)
 *   CLI_EVERY=n   the tool in every n-th state (default 10; 0: never)
 */
#ifndef TESTS_STATES_H
#define TESTS_STATES_H

#include <stdbool.h>
#include <stdint.h>
#include "rows.h"

/* Functions that check complain and return false. */
struct states {
	const char *file; /* below ipcdbg/, list/, all/ and all/list/ */
	bool (*generate)(uint64_t seed);
	void (*clear)(void);
	/* The file and its listing, the former read between these monotonic times. */
	bool (*check_files)(const struct rows *plain, const struct rows *list, uint64_t t0,
			    uint64_t t1);
	bool (*check_cli)(void); /* NULL: there is no other tool to compare with */
	/* Counts what is in a state, and after many: whether everything has occurred. */
	void (*count)(void);
	bool (*all_seen)(void);
};

bool states_check(const struct states *states);

#endif
