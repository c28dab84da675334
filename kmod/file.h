/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IPCDBG_FILE_H
#define IPCDBG_FILE_H

#include <linux/types.h>

/*
 * Reads a whole file of at most max bytes into memory of kvmalloc(), to be freed with kvfree().
 * in_sysfs: which file of sysfs it must be, by its path there, or NULL. -EXDEV: it is another one.
 */
int read_whole_file(const char *path, const char *in_sysfs, size_t max, void **data, size_t *size);

#endif
