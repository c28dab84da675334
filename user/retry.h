/* SPDX-License-Identifier: GPL-2.0 */
/* Files, opened and read on though signals interrupt calls, or a read gives less than there is. */
#ifndef RETRY_H
#define RETRY_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * As openat(2), opendir(3), and fopen(3) for reading; closed when a program is executed. Errors go
 * to proc_note_trouble().
 */
int retry_open(int dir, const char *name, int flags);
DIR *retry_opendir(int dir, const char *name);
FILE *retry_fopen(int dir, const char *name);

/* Size bytes, or fewer where the file ends; -1 with errno. */
ssize_t retry_pread(int fd, void *buf, size_t size, off_t offset);

#endif
