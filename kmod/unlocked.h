/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IPCDBG_UNLOCKED_H
#define IPCDBG_UNLOCKED_H

#include <linux/compiler.h>

/*
 * One load of what others may write meanwhile, under a lock that is not taken here and without
 * WRITE_ONCE(): an old value or a new one. Said to KCSAN too, which else reports it.
 */
#define READ_UNLOCKED(x) data_race(READ_ONCE(x))

#endif
