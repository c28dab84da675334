// SPDX-License-Identifier: GPL-2.0
/* The tables of the text ABI, once in the module. */
#include "pure.h"
#include <ipcdbg/records.h>
