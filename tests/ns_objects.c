// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "ns_objects.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "common.h"
#include "random.h"

/* One in three is private. */
static key_t random_key(void)
{
	return one_in(3) ? IPC_PRIVATE : (key_t)random32();
}

static int random_mode(void)
{
	return IPC_CREAT | IPC_EXCL | 0600 | below(0200);
}

static void make_set(void)
{
	int nsems = 1 + below(9), id = semget(random_key(), nsems, random_mode());
	struct sembuf give = { .sem_num = below(nsems), .sem_op = 1 + below(5) };

	if (id < 0 || (one_in(2) && semop(id, &give, 1)))
		die("sem: %s", strerror(errno));
}

static int make_segment(void)
{
	size_t size = 1 + below(100000);
	int id = shmget(random_key(), size, random_mode());
	char *at;

	if (id < 0)
		die("shmget: %s", strerror(errno));
	if (one_in(3))
		return id;
	at = shmat(id, NULL, 0);
	if (at == (void *)-1)
		die("shmat: %s", strerror(errno));
	memset(at, 1, below(size));
	shmdt(at);
	return id;
}

static void make_queue(void)
{
	struct {
		long type;
		char text[200];
	} message = { 0 };
	int id = msgget(random_key(), random_mode()), i, n = below(5);

	for (i = 0; i < n && id >= 0; i++) {
		message.type = 1 + below(3);
		if (msgsnd(id, &message, below(sizeof(message.text)), IPC_NOWAIT))
			die("msgsnd: %s", strerror(errno));
	}
	if (id < 0 || (n && one_in(2) && msgrcv(id, &message, sizeof(message.text), 0, 0) < 0))
		die("msg: %s", strerror(errno));
}

/* Any bytes that a name may have. */
static void make_name(char name[18])
{
	char *at;

	strcpy(name, "/q");
	random_name(name + 2);
	for (at = name + 1; *at; at++)
		if (*at == '/')
			*at = '_';
}

static void make_mqueue(void)
{
	struct mq_attr attr = { .mq_maxmsg = 1 + below(9), .mq_msgsize = 1 + below(100) };
	char name[18], text[100] = "";
	mqd_t mq;
	int i;

	make_name(name);
	mq = mq_open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, random_mode() & 0777, &attr);
	/* The same name again, by chance, may have another size. */
	if (mq == (mqd_t)-1 || mq_getattr(mq, &attr))
		die("mq_open: %s", strerror(errno));
	for (i = below(attr.mq_maxmsg + 1); i; i--)
		mq_send(mq, text, below(attr.mq_msgsize + 1), below(4));
	mq_close(mq);
}

int ns_objects_make(void)
{
	int i, segment = make_segment();

	for (i = below(4); i; i--)
		make_segment();
	for (i = 1 + below(4); i; i--)
		make_set();
	for (i = 1 + below(4); i; i--)
		make_queue();
	for (i = 1 + below(4); i; i--)
		make_mqueue();
	return segment;
}

static void put_limit(const char *path, unsigned int base, unsigned int range)
{
	char text[32];
	int err;

	snprintf(text, sizeof(text), "%u", base + below(range));
	err = put_file(path, text);
	if (err)
		die("%s: %s", path, strerror(-err));
}

void ns_limits_make(void)
{
	char text[64];

	snprintf(text, sizeof(text), "%u %u %u %u", 100 + below(100), 1000 + below(100),
		 10 + below(100), 10 + below(100));
	if (put_file("/proc/sys/kernel/sem", text))
		die("cannot set the limits of semaphores");
	put_limit("/proc/sys/kernel/msgmax", 1000, 1000);
	put_limit("/proc/sys/kernel/msgmnb", 10000, 1000);
	put_limit("/proc/sys/kernel/msgmni", 10, 100);
	put_limit("/proc/sys/kernel/shmmax", 1000000, 1000);
	put_limit("/proc/sys/kernel/shmall", 10000, 1000);
	put_limit("/proc/sys/kernel/shmmni", 10, 100);
	put_limit("/proc/sys/kernel/shm_rmid_forced", 0, 2);
	put_limit("/proc/sys/fs/mqueue/queues_max", 10, 100);
	put_limit("/proc/sys/fs/mqueue/msg_max", 10, 100);
	put_limit("/proc/sys/fs/mqueue/msgsize_max", 200, 100);
}
