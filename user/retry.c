// SPDX-License-Identifier: GPL-2.0
#include "retry.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "proc_task.h"

int retry_open(int dir, const char *name, int flags)
{
	int fd = TEMP_FAILURE_RETRY(openat(dir, name, flags | O_CLOEXEC));

	if (fd < 0)
		proc_note_trouble();
	return fd;
}

/* After a stream could not be made of it. */
static void give_up(int fd)
{
	int error = errno;

	proc_note_trouble();
	close(fd);
	errno = error;
}

DIR *retry_opendir(int at, const char *name)
{
	int fd = retry_open(at, name, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !dir)
		give_up(fd);
	return dir;
}

static ssize_t read_on(void *fd, char *buf, size_t size)
{
	return TEMP_FAILURE_RETRY(read((intptr_t)fd, buf, size));
}

static int end(void *fd)
{
	return close((intptr_t)fd);
}

FILE *retry_fopen(int dir, const char *name)
{
	int fd = retry_open(dir, name, O_RDONLY);
	FILE *f = fd < 0 ? NULL
			 : fopencookie((void *)(intptr_t)fd, "r",
				       (cookie_io_functions_t){ .read = read_on, .close = end });

	if (fd >= 0 && !f)
		give_up(fd);
	return f;
}

ssize_t retry_pread(int fd, void *buf, size_t size, off_t offset)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n =
			TEMP_FAILURE_RETRY(pread(fd, (char *)buf + len, size - len, offset + len));

		if (n < 0)
			return -1;
		if (!n)
			break;
		len += n;
	}
	return len;
}
