// SPDX-License-Identifier: GPL-2.0
/* The tables of every record and field, for the whole program. */
#include <stddef.h>

#include <ipcdbg/records.h>
