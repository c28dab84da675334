/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IPCDBG_CAPABLE_H
#define IPCDBG_CAPABLE_H

#include <stdbool.h>

/* Whether this process has the capability, in whatever user namespace; see capabilities(7). */
bool capable(int cap);

#endif
