// SPDX-License-Identifier: GPL-2.0
/* What the command-line tool tells of System V message queues, held against what puppets did. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sys/msg.h>
#include <sys/syscall.h>
#include "common.h"
#include "puppet.h"
#include "shell.h"

#define KEY 0x5678

struct message {
	long type;
	char text[1024];
};

FIXTURE(msg)
{
	int id;
	struct message *message; /* in the memory of puppets too */
	struct puppet *writer, *reader;
};

FIXTURE_SETUP(msg)
{
	ASSERT_EQ(0, shell_begin());
	self->message = mmap(NULL, sizeof(*self->message), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->message);
	self->message->type = 3;
	self->writer = puppet_make(NULL, 0);
	self->reader = puppet_make(NULL, 0);
	ASSERT_EQ(0, puppet_name(self->writer, "the writer"));
	ASSERT_EQ(0, puppet_name(self->reader, "the\033reader"));
	self->id = msgget(KEY, IPC_CREAT | 0640);
	ASSERT_LE(0, self->id);
}

FIXTURE_TEARDOWN(msg)
{
	puppets_clear();
	msgctl(self->id, IPC_RMID, NULL);
}

static int set_limit(int id, unsigned long qbytes)
{
	struct msqid_ds ds;

	if (msgctl(id, IPC_STAT, &ds))
		return -1;
	ds.msg_qbytes = qbytes;
	return msgctl(id, IPC_SET, &ds);
}

static long send_by(struct puppet *p, int id, struct message *m, long size)
{
	return puppet_call(p, SYS_msgsnd, id, (long)m, size, IPC_NOWAIT);
}

static long receive_by(struct puppet *p, int id, struct message *m)
{
	return puppet_call(p, SYS_msgrcv, id, (long)m, sizeof(m->text), 0, IPC_NOWAIT);
}

static void end(struct puppet *p)
{
	puppet_exit(p);
	puppet_reap(p);
}

/* A sender blocked at a limit of 100 bytes by one message of 60. */
TEST_F(msg, full)
{
	struct puppet *large = puppet_make(NULL, 0);

	ASSERT_EQ(0, set_limit(self->id, 100));
	ASSERT_EQ(0, send_by(self->reader, self->id, self->message, 60));
	puppet_block_call(self->writer, NULL, SYS_msgsnd, self->id, (long)self->message, 51, 0);
	puppet_block_call(large, NULL, SYS_msgsnd, self->id, (long)self->message, 101, 0);
	shell("$ipcdbg -q");
	EXPECT_TRUE(shell_has_row("0x%08x %d root 640 60 1 0 2", KEY, self->id));
	shell("$ipcdbg -q 0x%x", KEY);
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_TRUE(shell_has_row("%d the\\033reader live last msgsnd", self->reader->pid));
	EXPECT_TRUE(
		shell_has_row("%d %d the\\040writer root S", self->writer->pid, self->writer->tid));
	EXPECT_NE(NULL, strstr(shell_out, " 0   51 11 bytes"));
	EXPECT_NE(NULL, strstr(shell_out, " 1  101 a larger queue"));
	EXPECT_EQ(1,
		  shell_lines("  the queue is full, with 60 of at most 100 bytes, in 1 message;"));
	EXPECT_EQ(1, shell_lines("  no process has received yet"));
}

/* As many messages as the limit has bytes: one without any does not fit either. */
TEST_F(msg, too_many_messages)
{
	ASSERT_EQ(0, set_limit(self->id, 2));
	ASSERT_EQ(0, send_by(self->reader, self->id, self->message, 0));
	ASSERT_EQ(0, send_by(self->reader, self->id, self->message, 0));
	puppet_block_call(self->writer, NULL, SYS_msgsnd, self->id, (long)self->message, 0, 0);
	shell("$ipcdbg -q %d", self->id);
	EXPECT_NE(NULL, strstr(shell_out, " sends 0 bytes: 1 message must be received first\n"));
}

/* A guess is made only when the receiver is gone, and after a while. */
TEST_F(msg, nobody_reads)
{
	ASSERT_EQ(0, send_by(self->writer, self->id, self->message, 10));
	ASSERT_EQ(0, send_by(self->writer, self->id, self->message, 10));
	ASSERT_EQ(10, receive_by(self->reader, self->id, self->message));
	sleep(2);
	shell("$ipcdbg -q %d --suspect-after 0", self->id);
	EXPECT_EQ(1, shell_lines("1 message waits to be received, for which no task is blocked;"));
	EXPECT_NE(NULL, strstr(shell_out, " (the\\033reader), which is alive\n"));
	EXPECT_EQ(NULL, strstr(shell_out, "inferred"));
	end(self->reader);
	shell("$ipcdbg -q %d --suspect-after 0", self->id);
	EXPECT_TRUE(shell_has_row("%d - exited last msgrcv", self->reader->pid));
	EXPECT_NE(NULL, strstr(shell_out, "inferred"));
	shell("$ipcdbg -q %d --suspect-after 1000", self->id);
	EXPECT_EQ(NULL, strstr(shell_out, "inferred"));
}

TEST_F(msg, types_that_are_not_there)
{
	struct puppet *lower = puppet_make(NULL, 0), *other = puppet_make(NULL, 0);
	long text = (long)self->message;

	ASSERT_EQ(0, send_by(self->writer, self->id, self->message, 10));
	puppet_block_call(self->reader, NULL, SYS_msgrcv, self->id, text, 64, 7, MSG_NOERROR);
	puppet_block_call(lower, NULL, SYS_msgrcv, self->id, text, 64, -2, 0);
	puppet_block_call(other, NULL, SYS_msgrcv, self->id, text, 64, 3, MSG_EXCEPT);
	shell("$ipcdbg -q %d", self->id);
	EXPECT_NE(NULL, strstr(shell_out, " 0      7 equal          any"));
	EXPECT_NE(NULL, strstr(shell_out, " 1     -2 less_equal      64"));
	EXPECT_NE(NULL, strstr(shell_out, " 2      3 except          64"));
	EXPECT_NE(NULL, strstr(shell_out, " of type 7; the message there is of type 3\n"));
	EXPECT_NE(NULL, strstr(shell_out, " of a type up to 2; the message there is of type 3\n"));
	EXPECT_NE(NULL,
		  strstr(shell_out, " of another type than 3; the message there is of type 3\n"));
}

TEST_F(msg, more_messages_than_shown)
{
	int i;

	for (i = 0; i < 300; i++) {
		self->message->type = i < 200 ? 1 : 2;
		ASSERT_EQ(0, send_by(self->writer, self->id, self->message, 1));
	}
	shell("$ipcdbg -q %d", self->id);
	EXPECT_TRUE(shell_has_row("1 200 200"));
	EXPECT_TRUE(shell_has_row("2 100 100"));
	EXPECT_TRUE(shell_has_row("0-199 1 1"));
	EXPECT_TRUE(shell_has_row("200-255 2 1"));
	EXPECT_EQ(1, shell_lines("and 44 more"));
}

TEST_F(msg, same_as_ipcs)
{
	ASSERT_EQ(0, send_by(self->writer, self->id, self->message, 10));
	ASSERT_EQ(10, receive_by(self->reader, self->id, self->message));
	shell("$ipcdbg --ipcs -q >/tmp/our; ipcs -q | cmp - /tmp/our");
	EXPECT_TRUE(shell_ended(0, ""));
	shell("$ipcdbg --ipcs -q -p >/tmp/our; ipcs -q -p | cmp - /tmp/our");
	EXPECT_TRUE(shell_ended(0, ""));
	shell("$ipcdbg -q %d >/tmp/our; ipcs -q -i %d >/tmp/their; "
	      "head -c $(wc -c </tmp/their) /tmp/our | cmp - /tmp/their",
	      self->id, self->id);
	EXPECT_TRUE(shell_ended(0, ""));
	shell("$ipcdbg -q -p");
	EXPECT_TRUE(shell_has_row("%d root %d %d live the\\040writer live the\\033reader", self->id,
				  self->writer->pid, self->reader->pid));
}

/* What ipcdbg(8) says of JSON. */
static const char *const schema[][2] = {
	{ ".", "complete:boolean ipcdbg:object queues:array" },
	{ ".queues[0]",
	  "cbytes:number cgid:number ctime:number cuid:number gid:number key:number lspid:number "
	  "lspid_comm:string lspid_state:string messages:array mode:number msqid:number "
	  "namespace:number qbytes:number qnum:number receivers:array rtime:number senders:array "
	  "stime:number truncated:array types:array uid:number" },
	{ ".queues[0].receivers[0]",
	  "blocked_ns:number comm:string maxsize:number mode:string msgtyp:number order:number "
	  "pid:number start_ns:number state:string switches:number tid:number uid:number" },
	{ ".queues[0].senders[0]",
	  "blocked_ns:number comm:string order:number pid:number size:number start_ns:number "
	  "state:string switches:number tid:number uid:number" },
	{ ".queues[0].types[0]", "bytes:number count:number type:number" },
	{ ".queues[0].messages[0]", "order:number size:number type:number" },
};

TEST_F(msg, json)
{
	unsigned int i;

	ASSERT_EQ(0, set_limit(self->id, 100));
	ASSERT_EQ(0, send_by(self->writer, self->id, self->message, 60));
	puppet_block_call(self->writer, NULL, SYS_msgsnd, self->id, (long)self->message, 50, 0);
	puppet_block_call(self->reader, NULL, SYS_msgrcv, self->id, (long)self->message, 64, 7, 0);
	ASSERT_EQ(0, shell("$ipcdbg -q -J %d >/tmp/json", self->id));
	for (i = 0; i < ARRAY_SIZE(schema); i++)
		EXPECT_TRUE(shell_json_has(schema[i][0], schema[i][1]));
	shell("jq -e '.complete and (.queues[0] | .cbytes == 60 and .senders[0].pid == %d and "
	      ".senders[0].size == 50 and .receivers[0].tid == %d and "
	      ".receivers[0].mode == \"equal\")' /tmp/json",
	      self->writer->pid, self->reader->tid);
	EXPECT_EQ(0, shell_code);
}

TEST_HARNESS_MAIN
