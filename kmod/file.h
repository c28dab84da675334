/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IPCDBG_FILE_H
#define IPCDBG_FILE_H

#include <linux/types.h>

/*
 * Reads a whole file of at most max bytes into memory of kvmalloc(), to be freed with kvfree().
 * magic: s_magic its file system must have, or 0. -EXDEV: it has another one.
 */
int read_whole_file(const char *path, unsigned long magic, size_t max, void **data, size_t *size);

#endif
