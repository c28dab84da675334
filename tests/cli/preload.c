// SPDX-License-Identifier: GPL-2.0
/*
 * To be preloaded, what file systems and old libraries may do: with $SHORT_WRITES, write(2) takes
 * at most 7 bytes; with $NO_TMPFILE, open(2) knows no files without a name; with $SWAP, somebody
 * else renames $SWAP_BY to it as soon as it has been looked at; with $SLOW, the clock is that many
 * seconds slow; with $FREE_ERRNO, free(3) changes errno.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *t)
{
	static int (*real)(clockid_t clock, struct timespec * t);
	const char *slow = getenv("SLOW");
	int result;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	result = real(clock, t);
	if (slow && clock == CLOCK_REALTIME)
		t->tv_sec -= atoi(slow);
	return result;
}

ssize_t write(int fd, const void *buf, size_t size)
{
	static ssize_t (*real)(int fd, const void *buf, size_t size);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "write");
	return real(fd, buf, getenv("SHORT_WRITES") && size > 7 ? 7 : size);
}

void __libc_free(void *p);

void free(void *p)
{
	__libc_free(p);
	if (getenv("FREE_ERRNO"))
		errno = ENOEXEC;
}

static void swap(const char *path)
{
	static bool done;
	const char *name = getenv("SWAP");
	int error = errno;

	if (name && !done && !strcmp(path, name))
		done = !rename(getenv("SWAP_BY"), name);
	errno = error;
}

int stat64(const char *path, struct stat64 *st)
{
	static int (*real)(const char *path, struct stat64 *st);
	int result;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "stat64");
	result = real(path, st);
	swap(path);
	return result;
}

/* As it is called by what is built for large files. */
int open64(const char *path, int flags, ...)
{
	static int (*real)(const char *path, int flags, ...);
	mode_t mode = 0;
	va_list ap;
	int fd;

	va_start(ap, flags);
	if (flags & (O_CREAT | O_TMPFILE))
		mode = va_arg(ap, mode_t);
	va_end(ap);
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "open64");
	if ((flags & O_TMPFILE) == O_TMPFILE && getenv("NO_TMPFILE")) {
		errno = EOPNOTSUPP;
		return -1;
	}
	fd = real(path, flags, mode);
	swap(path);
	return fd;
}
