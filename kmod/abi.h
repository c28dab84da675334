/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IPCDBG_KMOD_ABI_H
#define IPCDBG_KMOD_ABI_H

#include "emit.h"

/* Once, after layout_init(). */
void abi_init(const char *btf, bool untested, unsigned int max_kib);
/* Line i of the abi file; false past the last. */
bool abi_line(struct emit *e, unsigned int i);

#endif
