// SPDX-License-Identifier: GPL-2.0
/* Who has the other end of a pipe: the descriptors of all processes are looked through. */
#include "doing.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proc_file.h"
#include "retry.h"

#define LINK_LEN 64

/* The mode of an open file, of O_ACCMODE; -1 if it is not told. */
static int mode_of(int pid, const char *fd)
{
	char path[64], text[512], *flags;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%.16s", pid, fd);
	if (proc_read(AT_FDCWD, path, text, sizeof(text)) <= 0)
		return -1;
	flags = strstr(text, "flags:");
	return flags ? (int)(strtol(flags + strlen("flags:"), NULL, 8) & O_ACCMODE) : -1;
}

/* Whether the process has a descriptor of that pipe that can be used in one of the modes. */
static bool has_end(int pid, const char *pipe, int mode)
{
	char path[32], link[LINK_LEN];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = retry_opendir(AT_FDCWD, path);
	while (dir && !found && (entry = readdir(dir))) {
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, link, sizeof(link) - 1);
		int has;

		if (len <= 0)
			continue;
		link[len] = '\0';
		if (strcmp(link, pipe))
			continue;
		has = mode_of(pid, entry->d_name);
		found = has == mode || has == O_RDWR;
	}
	if (dir)
		closedir(dir);
	return found;
}

void doing_follow_pipe(int pid, int fd, bool reads,
		       void (*fn)(void *ctx, enum doing_link link, int pid), void *ctx)
{
	char path[64], pipe[LINK_LEN];
	struct dirent *entry;
	ssize_t len;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	len = readlink(path, pipe, sizeof(pipe) - 1);
	if (len <= 0)
		return;
	pipe[len] = '\0';
	/* A fifo has a path, which others may have opened by another name. */
	if (strncmp(pipe, "pipe:", strlen("pipe:")))
		return;
	dir = retry_opendir(AT_FDCWD, "/proc");
	while (dir && (entry = readdir(dir))) {
		int other = atoi(entry->d_name);

		if (other > 0 && other != pid && has_end(other, pipe, reads ? O_WRONLY : O_RDONLY))
			fn(ctx, DOING_PIPE, other);
	}
	if (dir)
		closedir(dir);
}
