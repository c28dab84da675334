// SPDX-License-Identifier: GPL-2.0
/* Message queues, with messages. */
#define _GNU_SOURCE
#include "record.h"

#include <err.h>
#include <sys/msg.h>

#define MESSAGE_MAX 512

struct message {
	long type;
	char text[MESSAGE_MAX];
};

static void send_one(int id, int size)
{
	const struct message m = { .type = 1 + below(9) };

	if (msgsnd(id, &m, size, IPC_NOWAIT))
		err(1, "msgsnd");
}

static void receive(int id, int size)
{
	struct message m;

	msgrcv(id, &m, size, 0, IPC_NOWAIT | MSG_NOERROR);
}

static int make_queue(int i)
{
	int id = msgget(some_key(i), IPC_CREAT | IPC_EXCL | 0600);
	struct msqid_ds ds;

	if (id < 0)
		err(1, "msgget");
	for (int n = below(6); n; n--)
		run_somewhere(send_one, id, below(MESSAGE_MAX));
	for (int n = below(3); n; n--)
		run_somewhere(receive, id, MESSAGE_MAX);
	if (msgctl(id, IPC_STAT, &ds))
		err(1, "IPC_STAT");
	change_perm(&ds.msg_perm);
	ds.msg_qbytes = below(16384);
	if (msgctl(id, IPC_SET, &ds))
		err(1, "IPC_SET");
	return id;
}

static void write_queue(FILE *f, int id, const struct msqid_ds *ds)
{
	fprintf(f, "queue msqid=%d", id);
	write_perm(f, &ds->msg_perm);
	fprintf(f, " cbytes=%lu qnum=%lu qbytes=%lu", ds->__msg_cbytes, ds->msg_qnum,
		ds->msg_qbytes);
	write_pid(f, "lspid", ds->msg_lspid);
	write_pid(f, "lrpid", ds->msg_lrpid);
	fprintf(f, " stime=%ld rtime=%ld ctime=%ld\n", (long)ds->msg_stime, (long)ds->msg_rtime,
		(long)ds->msg_ctime);
}

static int write_queues(FILE *all, FILE *list, FILE *ids)
{
	struct msginfo info;
	int slots = msgctl(0, MSG_INFO, (struct msqid_ds *)&info), nr = 0;

	for (int i = 0; i <= slots; i++) {
		struct msqid_ds ds;
		int id = msgctl(i, MSG_STAT, &ds);

		if (id < 0)
			continue;
		nr++;
		write_queue(all, id, &ds);
		write_queue(list, id, &ds);
		fprintf(ids, "%d\n", id);
	}
	return nr;
}

static void remove_queue(int id)
{
	msgctl(id, IPC_RMID, NULL);
}

const struct recorded recorded_msg = {
	.table = "msg",
	.letter = 'q',
	.make = make_queue,
	.write = write_queues,
	.remove = remove_queue,
};
