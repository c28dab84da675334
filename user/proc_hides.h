/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PROC_HIDES_H
#define PROC_HIDES_H

#include <stdbool.h>

/*
 * Whether /proc may leave processes of others out of its list: hidepid= of proc(5), which neither
 * CAP_SYS_PTRACE nor a group keeps from doing so. What is not found there may be there then.
 */
bool proc_hides(void);

/*
 * Whether /proc shows all tasks there are, and all of them may be looked at: as root of the host.
 * What a security module denies nevertheless is only seen by trying.
 */
bool proc_shows_all(void);
/* What to do for that; NULL: nothing. */
const char *proc_lacks(void);

#endif
