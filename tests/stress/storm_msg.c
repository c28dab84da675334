// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/storms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>

#define OWN_QUEUES 8

/* A queue gone, an alarm, no room: all of it belongs to the storm. */
static void operate(struct storm *s, int id, int flags, unsigned int *seed)
{
	static const int modes[] = { 0, MSG_NOERROR, MSG_EXCEPT, MSG_COPY | IPC_NOWAIT };
	struct {
		long type;
		char text[200];
	} message = { .type = 1 + rand_r(seed) % 5 };
	long ret, type = rand_r(seed) % 11 - 5;

	if (rand_r(seed) % 2)
		ret = msgsnd(id, &message, rand_r(seed) % 200, flags);
	else
		ret = msgrcv(id, &message, rand_r(seed) % 300, type,
			     flags | modes[rand_r(seed) % 4]);
	if (ret >= 0)
		storm_count(s, STORM_OPERATED);
	else if (errno == EINTR)
		storm_count(s, STORM_BLOCKED);
	else if (errno == EIDRM)
		storm_count(s, STORM_WOKEN);
}

/* A long queue that changes at both ends and between: whoever looks at it takes a while. */
static void hammer(struct storm *s, int id, unsigned int *seed)
{
	struct {
		long type;
		char text[8];
	} message;
	int i;

	for (i = 0; i < 40; i++) {
		message.type = 1 + rand_r(seed) % 50;
		if (!msgsnd(id, &message, 1 + rand_r(seed) % 8, IPC_NOWAIT))
			storm_count(s, STORM_OPERATED);
		if (rand_r(seed) % 16)
			msgrcv(id, &message, 8, 0, IPC_NOWAIT);
	}
}

/* Waits, until it is interrupted or the queue goes. */
static void wait_a_while(struct storm *s, void *ctx, unsigned int *seed)
{
	const int *ids = ctx;
	int i, n = 1 + rand_r(seed) % 5;

	for (i = 0; i < n; i++) {
		storm_alarm(1 + rand_r(seed) % 100);
		operate(s, ids[rand_r(seed) % OWN_QUEUES], 0, seed);
	}
}

/* A queue of little room, or its limits changed under the eyes of those who wait. */
static void limit(struct storm *s, int id, unsigned int *seed)
{
	struct msqid_ds ds;

	if (msgctl(id, IPC_STAT, &ds))
		return;
	ds.msg_qbytes = rand_r(seed) % 1000;
	if (!msgctl(id, IPC_SET, &ds))
		storm_count(s, STORM_CHANGED);
}

static void remake(struct storm *s, int *id, unsigned int *seed)
{
	if (*id >= 0 && !msgctl(*id, IPC_RMID, NULL))
		storm_count(s, STORM_REMOVED);
	*id = msgget(IPC_PRIVATE, storm_mode(s));
	if (*id >= 0)
		storm_count(s, STORM_MADE);
	limit(s, *id, seed);
}

void storm_msg(struct storm *s, unsigned int seed)
{
	int busy = msgget(IPC_PRIVATE, storm_mode(s));
	int ids[OWN_QUEUES], i;

	memset(ids, 0xff, sizeof(ids));
	for (i = 0; i < OWN_QUEUES; i++)
		remake(s, &ids[i], &seed);
	while (!storm_is_over(s)) {
		i = rand_r(&seed) % OWN_QUEUES;
		switch (rand_r(&seed) % 8) {
		case 0:
		case 1:
			remake(s, &ids[i], &seed);
			break;
		case 2:
			limit(s, ids[i], &seed);
			break;
		case 3:
		case 4:
			storm_fork(s, &seed, wait_a_while, ids);
			break;
		default:
			operate(s, ids[i], IPC_NOWAIT, &seed);
			hammer(s, busy, &seed);
		}
		storm_reap(s);
	}
	for (i = 0; i < OWN_QUEUES; i++)
		msgctl(ids[i], IPC_RMID, NULL);
	msgctl(busy, IPC_RMID, NULL);
}
