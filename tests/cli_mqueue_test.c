// SPDX-License-Identifier: GPL-2.0
/* What the command-line tool tells of POSIX message queues, held against what puppets did. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include "common.h"
#include "puppet.h"
#include "shell.h"

#define SIZE 64

/* A name that a terminal would obey, and as it is printed. */
#define NAME "a\033[2J b\\="
#define PRINTED "a\\033[2J\\040b\\134\\075"

/* What the calls of puppets point to. */
struct memory {
	char name[256];
	char text[SIZE];
	struct mq_attr attr;
	struct sigevent event;
};

FIXTURE(mqueue)
{
	struct memory *memory;
	struct puppet *writer, *reader; /* both have the queue open, the reader twice */
	int writer_fd, reader_fd;
};

static long open_by(struct puppet *p, struct memory *m)
{
	return puppet_call(p, SYS_mq_open, (long)m->name, O_CREAT | O_RDWR, 0640, (long)&m->attr);
}

FIXTURE_SETUP(mqueue)
{
	ASSERT_EQ(0, shell_begin());
	self->memory = mmap(NULL, sizeof(*self->memory), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->memory);
	strcpy(self->memory->name, NAME);
	self->memory->attr = (struct mq_attr){ .mq_maxmsg = 1, .mq_msgsize = SIZE };
	self->writer = puppet_make(NULL, 0);
	self->reader = puppet_make(NULL, 0);
	ASSERT_EQ(0, puppet_name(self->writer, "the writer"));
	ASSERT_EQ(0, puppet_name(self->reader, "the\033reader"));
	self->writer_fd = open_by(self->writer, self->memory);
	self->reader_fd = open_by(self->reader, self->memory);
	ASSERT_LE(0, self->writer_fd);
	ASSERT_LE(0, self->reader_fd);
	ASSERT_LT(self->reader_fd, puppet_call(self->reader, SYS_dup, self->reader_fd));
}

FIXTURE_TEARDOWN(mqueue)
{
	puppets_clear();
}

static void end(struct puppet *p)
{
	puppet_exit(p);
	puppet_reap(p);
}

static long fill(FIXTURE_DATA(mqueue) * self)
{
	return puppet_call(self->writer, SYS_mq_timedsend, self->writer_fd,
			   (long)self->memory->text, 10, 5, 0);
}

static void block_sender(FIXTURE_DATA(mqueue) * self)
{
	puppet_block_call(self->writer, NULL, SYS_mq_timedsend, self->writer_fd,
			  (long)self->memory->text, 33, 7, 0);
}

static void block_receiver(FIXTURE_DATA(mqueue) * self)
{
	puppet_block_call(self->reader, NULL, SYS_mq_timedreceive, self->reader_fd,
			  (long)self->memory->text, SIZE, 0, 0);
}

TEST_F(mqueue, full)
{
	ASSERT_EQ(0, fill(self));
	block_sender(self);
	shell("$ipcdbg -Q");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_TRUE(shell_has_row("/" PRINTED " 640 root 1 1 10 %d 1 0 - -", SIZE));
	shell("$ipcdbg -Q '" PRINTED "'");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(1, shell_lines("POSIX Message Queue /" PRINTED));
	EXPECT_TRUE(
		shell_has_row("%d %d the\\040writer root S", self->writer->pid, self->writer->tid));
	EXPECT_NE(NULL, strstr(shell_out, " 0       20        7   33"));
	EXPECT_TRUE(shell_has_row("5 1 10"));
	EXPECT_TRUE(shell_has_row("%d the\\033reader root live 2 %d", self->reader->pid,
				  self->reader_fd));
	EXPECT_TRUE(shell_has_row("other processes that have it open: pid %d (the\\033reader)",
				  self->reader->pid));
	end(self->reader);
	shell("$ipcdbg -Q '/" PRINTED "'");
	EXPECT_EQ(1, shell_lines("  no other process was found that has it open"));
}

/*
 * The name as it is, and as it is printed, with its slash and without. What the user's other queues
 * are charged may change meanwhile: those of the test before go when the kernel gets round to it.
 */
TEST_F(mqueue, names)
{
	shell("tell() { $ipcdbg -Q \"$1\" >/tmp/told && "
	      "sed 's/, [0-9]* with that user.*//' /tmp/told; }; "
	      "tell '" NAME "' >/tmp/one && [ -s /tmp/one ] && "
	      "for name in '/" NAME "' '" PRINTED "'; do "
	      "tell \"$name\" >/tmp/other && diff /tmp/one /tmp/other || exit; done");
	EXPECT_TRUE(shell_ended(0, "") || complain("%s", shell_out));
	shell("$ipcdbg -Q a");
	EXPECT_TRUE(shell_ended(2, "there is no POSIX message queue with the name a"));
	EXPECT_EQ(0, shell_len);
}

TEST_F(mqueue, unlinked)
{
	block_receiver(self);
	ASSERT_EQ(0, syscall(SYS_mq_unlink, NAME));
	shell("$ipcdbg -Q");
	EXPECT_TRUE(shell_has_row("/" PRINTED " 640 root 0 1 0 %d 0 1 - unlinked", SIZE));
	shell("$ipcdbg -Q '" PRINTED "'");
	EXPECT_EQ(1, shell_lines("unlinked: it has no name any more"));
	EXPECT_TRUE(
		shell_has_row("%d %d the\\033reader root S", self->reader->pid, self->reader->tid));
	end(self->writer);
	puppets_clear();
	shell("$ipcdbg -Q '" PRINTED "'");
	EXPECT_EQ(2, shell_code);
}

/* A registration outlives its process where another one shares the descriptors. */
TEST_F(mqueue, notify)
{
	self->memory->event.sigev_notify = SIGEV_SIGNAL;
	self->memory->event.sigev_signo = SIGUSR2;
	ASSERT_EQ(0, puppet_call(self->reader, SYS_mq_notify, self->reader_fd,
				 (long)&self->memory->event));
	shell("$ipcdbg -Q -p");
	EXPECT_TRUE(shell_has_row("/" PRINTED " root signal %d live the\\033reader",
				  self->reader->pid));
	shell("$ipcdbg -Q '" PRINTED "'");
	EXPECT_TRUE(shell_has_row("%d the\\033reader live mq_notify: signal %d", self->reader->pid,
				  SIGUSR2));
	ASSERT_NE(NULL, puppet_make(self->reader, CLONE_FILES));
	end(self->reader);
	shell("$ipcdbg -Q '" PRINTED "'");
	EXPECT_EQ(1, shell_lines("  nobody is told of messages, and nobody else can ask for it"));
}

TEST_F(mqueue, nobody_has_it_open)
{
	ASSERT_EQ(0, fill(self));
	end(self->writer);
	shell("$ipcdbg -Q '" PRINTED "'");
	EXPECT_EQ(0, shell_lines("  no process was found that has it open"));
	end(self->reader);
	shell("$ipcdbg -Q '" PRINTED "'");
	EXPECT_EQ(1,
		  shell_lines("no task is blocked on this queue; the queue is full, with 1 of 1"));
	EXPECT_EQ(1, shell_lines("  no process was found that has it open"));
}

/* What ipcdbg(8) says of JSON. */
static const char *const schema[][2] = {
	{ ".", "complete:boolean ipcdbg:object mqueues:array" },
	{ ".mqueues[0] | del(.charged_uid, .charged, .user_charged)",
	  "bytes:number curmsgs:number gid:number ino:number maxmsg:number mode:number "
	  "msgsize:number name:string namespace:number openers:array priorities:array "
	  "receivers:array senders:array time:number truncated:array uid:number "
	  "unlinked:boolean" },
	{ ".mqueues[0].senders[0]",
	  "blocked_ns:number comm:string msg_prio:number order:number pid:number priority:number "
	  "size:number start_ns:number state:string switches:number tid:number uid:number" },
	{ ".mqueues[0].priorities[0]", "bytes:number count:number msg_prio:number" },
	{ ".mqueues[0].openers[0]",
	  "comm:string fd:number fds:number pid:number start_ns:number state:string uid:number" },
};

TEST_F(mqueue, json)
{
	unsigned int i;

	ASSERT_EQ(0, fill(self));
	block_sender(self);
	ASSERT_EQ(0, shell("$ipcdbg -Q -J '" PRINTED "' >/tmp/json"));
	for (i = 0; i < ARRAY_SIZE(schema); i++)
		EXPECT_TRUE(shell_json_has(schema[i][0], schema[i][1]));
	shell("jq -e '.complete and (.mqueues[0] | .curmsgs == 1 and .senders[0].pid == %d and "
	      "([.openers[].pid] | sort) == ([%d, %d] | sort))' /tmp/json",
	      self->writer->pid, self->writer->pid, self->reader->pid);
	EXPECT_EQ(0, shell_code);
}

TEST_HARNESS_MAIN
