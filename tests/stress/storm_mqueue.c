// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/storms.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define OWN_QUEUES 10
#define SIZE 100
#define MOUNT "/tmp"

struct own {
	unsigned int nr; /* of the stormer; 0 in a namespace that is not for long */
	int fd[OWN_QUEUES];
};

static void name_of(const struct own *o, int i, char name[32])
{
	if (o->nr)
		snprintf(name, 32, "storm\n%u-%d", o->nr, i);
	else
		storm_ns_name(name, i);
}

static void count_result(struct storm *s, long ret)
{
	if (ret >= 0)
		storm_count(s, STORM_OPERATED);
	else if (errno == ETIMEDOUT)
		storm_count(s, STORM_BLOCKED);
}

/* A queue gone, a signal, no room in time: all of it belongs to the storm. */
static void operate(struct storm *s, int fd, unsigned int *seed)
{
	struct sigevent event = { .sigev_notify = rand_r(seed) % 2, .sigev_signo = SIGWINCH };
	struct timespec until;
	char text[SIZE];

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += rand_r(seed) % 4000000;
	if (until.tv_nsec >= 1000000000)
		until.tv_nsec = 999999999;
	memset(text, 'x', sizeof(text));
	switch (rand_r(seed) % 8) {
	case 0:
		syscall(SYS_mq_notify, fd, rand_r(seed) % 2 ? &event : NULL);
		break;
	case 1:
	case 2:
	case 3:
		count_result(s, syscall(SYS_mq_timedreceive, fd, text, SIZE, NULL, &until));
		break;
	default:
		count_result(s, syscall(SYS_mq_timedsend, fd, text, rand_r(seed) % SIZE,
					rand_r(seed) % 4, &until));
	}
}

static int open_queue(struct storm *s, const char *name, unsigned int *seed)
{
	struct mq_attr attr = { .mq_maxmsg = 1 + rand_r(seed) % 4, .mq_msgsize = SIZE };
	int fd = syscall(SYS_mq_open, name, O_CREAT | O_RDWR | O_CLOEXEC, storm_mode(s), &attr);

	if (fd >= 0)
		storm_count(s, STORM_MADE);
	return fd;
}

/* Closed before its name goes, or after, or left open. */
static void remake(struct storm *s, struct own *o, int i, unsigned int *seed)
{
	char name[32];

	name_of(o, i, name);
	if (rand_r(seed) % 2)
		close(o->fd[i]);
	if (!syscall(SYS_mq_unlink, name))
		storm_count(s, STORM_REMOVED);
	close(o->fd[i]);
	o->fd[i] = open_queue(s, name, seed);
}

static void some_operations(struct storm *s, void *ctx, unsigned int *seed)
{
	const struct own *o = ctx;
	int i, n = 1 + rand_r(seed) % 6;

	for (i = 0; i < n; i++)
		operate(s, o->fd[rand_r(seed) % OWN_QUEUES], seed);
}

/* A namespace that dies with its queues: in use, unlinked, mounted or not any more. */
static void live_apart(struct storm *s, void *ctx, unsigned int *seed)
{
	struct own own = { .nr = 0 };
	char name[32];
	int i;

	(void)ctx;
	if (unshare(CLONE_NEWIPC | CLONE_NEWNS))
		return;
	storm_apart(s);
	if (rand_r(seed) % 2)
		mount("mqueue", MOUNT, "mqueue", 0, NULL);
	for (i = 0; i < OWN_QUEUES; i++) {
		name_of(&own, i, name);
		own.fd[i] = open_queue(s, name, seed);
		if (rand_r(seed) % 3 == 0)
			syscall(SYS_mq_unlink, name);
	}
	storm_fork(s, seed, some_operations, &own);
	some_operations(s, &own, seed);
	if (rand_r(seed) % 2)
		umount2(MOUNT, MNT_DETACH);
}

void storm_mqueue(struct storm *s, unsigned int seed)
{
	struct own own = { .nr = getpid() };
	int i;

	memset(own.fd, 0xff, sizeof(own.fd));
	for (i = 0; i < OWN_QUEUES; i++)
		remake(s, &own, i, &seed);
	while (!storm_is_over(s)) {
		switch (rand_r(&seed) % 16) {
		case 0:
			storm_fork(s, &seed, live_apart, NULL);
			break;
		case 1:
		case 2:
			storm_fork(s, &seed, some_operations, &own);
			break;
		case 3:
			operate(s, own.fd[rand_r(&seed) % OWN_QUEUES], &seed);
			break;
		default:
			remake(s, &own, rand_r(&seed) % OWN_QUEUES, &seed);
		}
		storm_reap(s);
	}
	for (i = 0; i < OWN_QUEUES; i++)
		remake(s, &own, i, &seed);
}
