// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "mqueue_many.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"

int mqueue_open_new(const char *name)
{
	struct mq_attr attr = { .mq_maxmsg = 1, .mq_msgsize = 8 };
	int fd = syscall(SYS_mq_open, name, O_CREAT | O_EXCL | O_RDWR, 0600, &attr);

	if (fd < 0)
		die("mq_open %s: %s", name, strerror(errno));
	return fd;
}

int mqueue_allow_many(void)
{
	struct rlimit most = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_MSGQUEUE, &most))
		return -1;
	return put_file("/proc/sys/fs/mqueue/queues_max", "40000");
}

void mqueue_make_many(uint64_t *inodes, unsigned int from, unsigned int to)
{
	struct stat st;
	char name[16];
	int fd;

	for (; from < to; from++) {
		snprintf(name, sizeof(name), "%u", from);
		fd = mqueue_open_new(name);
		if (fstat(fd, &st))
			die("fstat: %s", strerror(errno));
		inodes[from] = st.st_ino;
		close(fd);
	}
}
