/* SPDX-License-Identifier: GPL-2.0 */
/* stress-ng, of the same folder as the test, in an ipc namespace of its own. */
#ifndef TESTS_STRESS_STRESS_NG_H
#define TESTS_STRESS_STRESS_NG_H

#include <stdbool.h>

/* Starts it; it dies with the caller. Returns the number of its namespace. */
unsigned int stress_ng_begin(unsigned int seed);

/* Ends it; false (complained) if one of its stressors has done nothing. */
bool stress_ng_end(void);

#endif
