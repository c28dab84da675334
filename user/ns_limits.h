/* SPDX-License-Identifier: GPL-2.0 */
/* -l and -u: what an ipc namespace may have, and has. */
#ifndef NS_LIMITS_H
#define NS_LIMITS_H

#include "kind.h"

/* Prints limits or use of q's kinds, as q's view and format say. */
enum exit_code limits_print(const struct query *q);

/* "max seg size (kbytes) = 4", in the unit asked for, or else in that one; without a newline. */
void limits_size(const struct query *q, const char *what, __u64 bytes, bool in_kib);

#endif
