/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options of ipcs in every combination, and a comparison of both commands with the same ones.
 * The user, the language and the time zone are the environment's.
 */
#ifndef TESTS_IPCS_PAIR_H
#define TESTS_IPCS_PAIR_H

#include <stdbool.h>
#include <stddef.h>

#define IPCS_WORDS 64

/* Lists: kinds, format and unit; i is below ipcs_lists(). */
unsigned int ipcs_lists(void);
void ipcs_list(char words[IPCS_WORDS], unsigned int i);

/* One object, by -i: its kind's letter, and what a format or unit changes; i likewise. */
unsigned int ipcs_objects(void);
void ipcs_object(char words[IPCS_WORDS], int letter, unsigned int i, int id);

/*
 * Whether ipcs and "PROGRAM --ipcs", run by command as, an array with NULL behind it that may be
 * empty, print the same bytes, both say something on stderr or both nothing, and both end well, or
 * neither. Complains.
 */
bool ipcs_same(const char *const as[], const char *program, const char *words);

#endif
