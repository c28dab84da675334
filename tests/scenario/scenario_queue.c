// SPDX-License-Identifier: GPL-2.0
/* Message queues of both kinds. */
#define _GNU_SOURCE
#include "scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/syscall.h>

#include "common.h"

#define MESSAGE 1000
#define NAME "scenario"

static int make_queue(void)
{
	int id = msgget(IPC_PRIVATE, 0600);

	if (id < 0)
		die("msgget: %s", strerror(errno));
	return id;
}

static void send(struct stage *s, struct puppet *p, int queue, long type)
{
	s->memory->message.type = type;
	if (puppet_call(p, SYS_msgsnd, queue, (long)&s->memory->message, MESSAGE, 0))
		die("msgsnd");
}

/* As many messages as fit; how many there are. */
static int fill(struct stage *s, struct puppet *p, int queue)
{
	struct msqid_ds ds;

	if (msgctl(queue, IPC_STAT, &ds))
		die("msgctl: %s", strerror(errno));
	for (unsigned long i = 0; i < ds.msg_qbytes / MESSAGE; i++)
		send(s, p, queue, 1);
	return ds.msg_qbytes / MESSAGE;
}

static void receive(struct stage *s, struct puppet *p, int queue)
{
	if (puppet_call(p, SYS_msgrcv, queue, (long)&s->memory->message, MESSAGE, 0, 0) != MESSAGE)
		die("msgrcv");
}

static void wait_to_send(struct stage *s, struct puppet *p, int queue)
{
	puppet_block_call(p, NULL, SYS_msgsnd, queue, (long)&s->memory->message, MESSAGE, 0);
}

static void wait_to_receive(struct stage *s, struct puppet *p, int queue, long type)
{
	puppet_block_call(p, NULL, SYS_msgrcv, queue, (long)&s->memory->message, MESSAGE, type, 0);
}

static void die_off(struct puppet *p)
{
	puppet_exit_process(p);
	puppet_reap(p);
}

static void full_and_reader_died(struct stage *s)
{
	int queue = make_queue();
	struct puppet *reader = stage_process("reader", 0), *writer = stage_process("writer", 0);
	int nr;

	send(s, writer, queue, 1);
	receive(s, reader, queue);
	die_off(reader);
	nr = fill(s, writer, queue);
	wait_to_send(s, writer, queue);
	expect(s,
	       "no-reader warning inferred | queue msqid=%d qnum=%d lrpid=%d lrpid_state=exited"
	       " | sender tid=%d size=%d",
	       queue, nr, reader->pid, writer->tid, MESSAGE);
	expect_chain(s->chains, "%d > %d waits send %d > %d last (inferred) exited end",
		     writer->pid, writer->tid, queue, reader->pid);
}

static void full_and_never_read(struct stage *s)
{
	int queue = make_queue();
	struct puppet *writer = stage_process("writer", 0);
	int nr = fill(s, writer, queue);

	wait_to_send(s, writer, queue);
	expect(s, "no-reader warning inferred | queue msqid=%d qnum=%d | sender tid=%d size=%d",
	       queue, nr, writer->tid, MESSAGE);
	expect_chain(s->chains, "%d > %d waits send %d > nobody end", writer->pid, writer->tid,
		     queue);
}

static void full_and_reader_lives(struct stage *s)
{
	int queue = make_queue();
	struct puppet *reader = stage_process("reader", 0), *writer = stage_process("writer", 0);

	send(s, writer, queue, 1);
	receive(s, reader, queue);
	fill(s, writer, queue);
	wait_to_send(s, writer, queue);
	expect_chain(s->chains, "%d > %d waits send %d > %d last (inferred) > %d does S end",
		     writer->pid, writer->tid, queue, reader->pid, reader->tid);
}

static void wrong_type(struct stage *s)
{
	int queue = make_queue();
	struct puppet *reader = stage_process("reader", 0), *writer = stage_process("writer", 0);

	for (int i = 0; i < 3; i++)
		send(s, writer, queue, i ? 5 : 3);
	wait_to_receive(s, reader, queue, 7);
	expect(s,
	       "wrong-type warning certain | queue msqid=%d qnum=3 | receiver tid=%d msgtyp=7"
	       " | msgtype type=3 count=1 | msgtype type=5 count=2",
	       queue, reader->tid);
	expect_chain(s->chains, "%d > %d waits receive %d > %d last (inferred) > %d does S end",
		     reader->pid, reader->tid, queue, writer->pid, writer->tid);
}

static void too_large(struct stage *s)
{
	int queue = make_queue();
	struct puppet *writer = stage_process("writer", 0);
	struct msqid_ds ds;

	if (msgctl(queue, IPC_STAT, &ds))
		die("msgctl");
	ds.msg_qbytes = 100;
	if (msgctl(queue, IPC_SET, &ds))
		die("msgctl");
	wait_to_send(s, writer, queue);
	expect(s, "impossible critical certain | queue msqid=%d qnum=0 | sender tid=%d size=%d",
	       queue, writer->tid, MESSAGE);
	expect_chain(s->chains, "%d > %d waits send %d > nobody end", writer->pid, writer->tid,
		     queue);
}

/* A holder is blocked on a full queue; who read it last waits for the semaphore. */
static void crossing_kinds(struct stage *s)
{
	int queue = make_queue(), set = stage_set(1, 1);
	struct puppet *reader = stage_process("reader", 0), *holder = stage_process("holder", 0);

	send(s, holder, queue, 1);
	receive(s, reader, queue);
	fill(s, holder, queue);
	stage_do(holder, set, 0, -1, true);
	wait_to_send(s, holder, queue);
	stage_wait(reader, set, 0, -1, true);
	expect(s,
	       "probable-deadlock warning inferred | send msqid=%d tid=%d | last msqid=%d pid=%d"
	       " | wait semid=%d semnum=0 tid=%d | undo semid=%d semnum=0 semadj=1 pid=%d",
	       queue, holder->tid, queue, reader->pid, set, reader->tid, set, holder->pid);
	expect_chain(s->chains,
		     "%d > %d waits send %d deadlock (inferred) > %d last (inferred) > %d waits "
		     "sem %d/0 deadlock (inferred) > %d holds 1 again",
		     holder->pid, holder->tid, queue, reader->pid, reader->tid, set, holder->pid);
}

const struct scenario queue_scenarios[] = {
	{ "full queue, the reader died", full_and_reader_died, .longer_than = 1, .age = 2 },
	{ "full queue, never read", full_and_never_read, .longer_than = 1, .age = 2 },
	{ "full queue, the reader lives", full_and_reader_lives, .longer_than = 1, .age = 2 },
	{ "wrong type", wrong_type, .longer_than = 1, .age = 2 },
	{ "more than the queue may hold", too_large, .longer_than = 60 },
	{ "crossing kinds", crossing_kinds, .longer_than = 1, .age = 2 },
	{ 0 },
};

static long open_mqueue(struct stage *s, struct puppet *p)
{
	long fd;

	strcpy(s->memory->name, NAME);
	s->memory->attr[1] = 2; /* mq_maxmsg */
	s->memory->attr[2] = 8; /* mq_msgsize */
	fd = puppet_call(p, SYS_mq_open, (long)s->memory->name, O_CREAT | O_RDWR, 0600,
			 (long)s->memory->attr);
	if (fd < 0)
		die("mq_open: %s", strerror(-fd));
	return fd;
}

static void fill_mqueue(struct stage *s, struct puppet *p, long fd)
{
	for (int i = 0; i < 2; i++)
		if (puppet_call(p, SYS_mq_timedsend, fd, (long)s->memory->message.text, 8, 0, 0))
			die("mq_send");
}

static void wait_to_mq_send(struct stage *s, struct puppet *p, long fd)
{
	puppet_block_call(p, NULL, SYS_mq_timedsend, fd, (long)s->memory->message.text, 8, 0, 0);
}

static void full_mqueue(struct stage *s)
{
	struct puppet *writer = stage_process("writer", 0);
	long fd = open_mqueue(s, writer);

	fill_mqueue(s, writer, fd);
	wait_to_mq_send(s, writer, fd);
	expect(s,
	       "no-reader warning inferred | mqueue name=" NAME " curmsgs=2 | mq_sender tid=%d"
	       " | opener pid=%d",
	       writer->tid, writer->pid);
	expect_chain(s->chains, "%d > %d waits send " NAME " > nobody end", writer->pid,
		     writer->tid);
}

static void full_mqueue_of_two(struct stage *s)
{
	struct puppet *writer = stage_process("writer", 0), *reader = stage_process("reader", 0);
	long fd = open_mqueue(s, writer);

	open_mqueue(s, reader);
	fill_mqueue(s, writer, fd);
	wait_to_mq_send(s, writer, fd);
	expect_chain(s->chains, "%d > %d waits send " NAME " > %d uses (inferred) > %d does S end",
		     writer->pid, writer->tid, reader->pid, reader->tid);
}

static void unlinked_mqueue(struct stage *s)
{
	struct puppet *reader = stage_process("reader", 0);
	long fd = open_mqueue(s, reader);

	if (puppet_call(reader, SYS_mq_unlink, (long)s->memory->name))
		die("mq_unlink");
	puppet_block_call(reader, NULL, SYS_mq_timedreceive, fd, (long)s->memory->message.text, 8,
			  0, 0);
	expect(s,
	       "no-writer warning inferred | mqueue name=" NAME " curmsgs=0 | mq_receiver tid=%d"
	       " | opener pid=%d",
	       reader->tid, reader->pid);
	expect_chain(s->chains, "%d > %d waits receive " NAME " > nobody end", reader->pid,
		     reader->tid);
}

/* With a name, anybody may open it yet. */
static void idle_mqueue(struct stage *s)
{
	struct puppet *reader = stage_process("reader", 0);
	long fd = open_mqueue(s, reader);

	puppet_block_call(reader, NULL, SYS_mq_timedreceive, fd, (long)s->memory->message.text, 8,
			  0, 0);
	expect_chain(s->chains, "%d > %d waits receive " NAME " > nobody end", reader->pid,
		     reader->tid);
}

const struct scenario mqueue_scenarios[] = {
	{ "full POSIX queue, nobody else", full_mqueue, .longer_than = 1, .age = 2 },
	{ "full POSIX queue, somebody else", full_mqueue_of_two, .longer_than = 1, .age = 2 },
	{ "unlinked POSIX queue", unlinked_mqueue, .longer_than = 1, .age = 2 },
	{ "idle POSIX queue", idle_mqueue, .longer_than = 1, .age = 2 },
	{ 0 },
};
