// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "every_kind.h"
#include "busy.h"
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

static void make_one_of_each(unsigned int i)
{
	struct mq_attr attr = { .mq_maxmsg = 1, .mq_msgsize = 8 };
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "every-kind-%u", i);
	fd = syscall(SYS_mq_open, name, O_CREAT | O_EXCL | O_RDWR, 0600, &attr);
	if (fd < 0 || semget(IPC_PRIVATE, 3, 0600) < 0 || shmget(IPC_PRIVATE, 1, 0600) < 0 ||
	    msgget(IPC_PRIVATE, 0600) < 0)
		die("object %u: %s", i, strerror(errno));
	close(fd);
}

void every_kind_make(unsigned int n)
{
	struct busy busy;
	unsigned int i;

	if (unshare(CLONE_NEWIPC))
		die("unshare: %s", strerror(errno));
	puppets_open();
	busy_make(&busy, "every kind");
	for (i = 0; i < n; i++)
		make_one_of_each(i);
}

void every_kind_clear(void)
{
	puppets_clear();
}
