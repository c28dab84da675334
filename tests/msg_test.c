// SPDX-License-Identifier: GPL-2.0
/* Message queues case by case: what each field says, against msgctl, /proc and own knowledge. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/msg.h>
#include <sys/syscall.h>
#include "common.h"
#include "compare.h"
#include "every_file.h"
#include "msg_compare.h"
#include "puppet.h"
#include "rows.h"
#include "stress/storm_read.h"

#define SECRET "what-only-the-receiver-may-know"

/* Shared with the puppets, which send it and receive into it. */
struct message {
	long type;
	char text[8192];
};

FIXTURE(msg)
{
	int id;
	struct message *message;
	struct rows r;
};

FIXTURE_SETUP(msg)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	self->message = mmap(NULL, sizeof(*self->message), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->message);
	puppets_open();
	self->id = msgget(0x00c0ffee, IPC_CREAT | 0640);
	ASSERT_LE(0, self->id);
}

FIXTURE_TEARDOWN(msg)
{
	rows_free(&self->r);
	puppets_clear();
}

static bool read_again(struct rows *r)
{
	rows_free(r);
	return rows_read(r, "msg");
}

static int queue_row(const struct rows *r, int id)
{
	int row = ROWS_FIND(r, -1, queue, msqid, id);

	if (row < 0)
		die("no row of queue %d", id);
	return row;
}

/* The n-th row of that record below the queue, -1 if it has fewer. */
static int row_below(const struct rows *r, int id, enum ipcdbg_record_id record, int n)
{
	int queue = queue_row(r, id), row = -1;

	do {
		row = rows_next(r, record, queue, row);
	} while (row >= 0 && n--);
	return row;
}

static int send(int id, long type, size_t size)
{
	struct message message = { .type = type, .text = SECRET };

	return msgsnd(id, &message, size, IPC_NOWAIT);
}

static void set_qbytes(int id, size_t qbytes)
{
	struct msqid_ds ds;

	if (msgctl(id, IPC_STAT, &ds))
		die("IPC_STAT: %s", strerror(errno));
	ds.msg_qbytes = qbytes;
	if (msgctl(id, IPC_SET, &ds))
		die("IPC_SET: %s", strerror(errno));
}

static struct puppet *make_receiver(struct puppet *p, int id, struct message *to, size_t size,
				    long type, int flags)
{
	puppet_block_call(p, NULL, SYS_msgrcv, id, (long)to, size, type, flags);
	return p;
}

static struct puppet *make_sender(struct puppet *p, int id, struct message *from, size_t size)
{
	from->type = 1;
	puppet_block_call(p, NULL, SYS_msgsnd, id, (long)from, size, 0);
	return p;
}

TEST_F(msg, empty_queue)
{
	int row;

	ASSERT_TRUE(read_again(&self->r));
	row = queue_row(&self->r, self->id);
	EXPECT_TRUE(msg_compare_row(&self->r, row, self->id));
	EXPECT_TRUE(compare_pid(&self->r, row, "lspid", 0, NULL));
	EXPECT_TRUE(compare_pid(&self->r, row, "lrpid", 0, NULL));
	EXPECT_EQ(0, ROW_NUM(&self->r, row, queue, receivers));
	EXPECT_EQ(0, ROW_NUM(&self->r, row, queue, senders));
	EXPECT_EQ(0, self->r.row[row + 1].depth);
}

/* Each way to ask for messages, as the call said it. */
TEST_F(msg, receivers)
{
	static const struct {
		size_t size;
		long type;
		int flags;
		const char *mode;
		long shown, maxsize;
	} asks[] = {
		{ 10, 0, 0, "any", 0, 10 },
		{ 11, 7, 0, "equal", 7, 11 },
		{ 0, 7, MSG_EXCEPT, "except", 7, 0 },
		{ 13, -9, MSG_EXCEPT, "less_equal", -9, 13 },
		{ 8192, LONG_MAX, MSG_NOERROR, "equal", LONG_MAX, INT_MAX },
		{ 15, LONG_MIN, 0, "less_equal", -LONG_MAX, 15 },
	};
	int i, row;

	for (i = 0; i < 6; i++)
		make_receiver(puppet_make(NULL, 0), self->id, self->message, asks[i].size,
			      asks[i].type, asks[i].flags);
	ASSERT_TRUE(read_again(&self->r));
	for (i = 0; i < 6; i++) {
		row = row_below(&self->r, self->id, IPCDBG_R_receiver, i);
		ASSERT_LE(0, row);
		EXPECT_STREQ(asks[i].mode, ROW_STR(&self->r, row, receiver, mode));
		EXPECT_EQ(asks[i].shown, ROW_NUM(&self->r, row, receiver, msgtyp));
		EXPECT_EQ(asks[i].maxsize, ROW_NUM(&self->r, row, receiver, maxsize));
	}
	EXPECT_EQ(6, ROW_NUM(&self->r, queue_row(&self->r, self->id), queue, receivers));
	EXPECT_EQ(6, rows_count(&self->r, IPCDBG_R_receiver, queue_row(&self->r, self->id)));
}

/* Who is first in the list is the one that the next message goes to. */
TEST_F(msg, receivers_first_come_first_served)
{
	struct puppet *p[5];
	int i, n, row;

	for (i = 0; i < 5; i++)
		p[i] = make_receiver(puppet_make(NULL, 0), self->id, self->message, 100, 0, 0);
	for (n = 0; n < 5; n++) {
		ASSERT_TRUE(read_again(&self->r));
		for (i = n; i < 5; i++) {
			row = row_below(&self->r, self->id, IPCDBG_R_receiver, i - n);
			EXPECT_EQ(i - n, ROW_NUM(&self->r, row, receiver, order));
			EXPECT_EQ(p[i]->tid, ROW_NUM(&self->r, row, receiver, tid));
			EXPECT_TRUE(
				msg_compare_call(&self->r, row, self->id, p[i]->pid, p[i]->tid));
		}
		EXPECT_EQ(-1, row_below(&self->r, self->id, IPCDBG_R_receiver, 5 - n));
		ASSERT_EQ(0, send(self->id, 1, 3));
		EXPECT_EQ(3, puppet_unblock(p[n]));
	}
}

TEST_F(msg, senders_first_come_first_served)
{
	struct puppet *p[5];
	int i, n, row, used = 60;

	set_qbytes(self->id, 100);
	ASSERT_EQ(0, send(self->id, 1, used));
	for (i = 0; i < 5; i++)
		p[i] = make_sender(puppet_make(NULL, 0), self->id, self->message, 50 + i);
	for (n = 0; n < 5; n++) {
		ASSERT_TRUE(read_again(&self->r));
		EXPECT_EQ(5 - n, ROW_NUM(&self->r, queue_row(&self->r, self->id), queue, senders));
		for (i = n; i < 5; i++) {
			row = row_below(&self->r, self->id, IPCDBG_R_sender, i - n);
			EXPECT_EQ(i - n, ROW_NUM(&self->r, row, sender, order));
			EXPECT_EQ(50 + i, ROW_NUM(&self->r, row, sender, size));
			EXPECT_TRUE(
				msg_compare_call(&self->r, row, self->id, p[i]->pid, p[i]->tid));
		}
		/* Room for the first of them, not for the next, which is longer. */
		used += 50 + n;
		set_qbytes(self->id, used);
		EXPECT_EQ(0, puppet_unblock(p[n]));
	}
}

TEST_F(msg, blocked_time_grows_with_the_clock)
{
	struct puppet *p = puppet_make(NULL, 0);
	uint64_t before, after, start;
	int row;

	puppet_block_call(p, &before, SYS_msgrcv, self->id, (long)self->message, 1, 0, 0);
	after = clock_ns(CLOCK_MONOTONIC);
	wait_until(clock_ns(CLOCK_MONOTONIC) > after + 1200000000);
	start = clock_ns(CLOCK_MONOTONIC);
	ASSERT_TRUE(read_again(&self->r));
	row = row_below(&self->r, self->id, IPCDBG_R_receiver, 0);
	EXPECT_TRUE(compare_sleeper(&self->r, row, p->pid, p->tid));
	EXPECT_TRUE(
		compare_blocked(&self->r, row, start - after, clock_ns(CLOCK_MONOTONIC) - before));
}

/* A message handed over makes the very thread the last receiver, one taken makes its process. */
TEST_F(msg, last_receiver_is_a_thread)
{
	struct puppet *p = puppet_make(NULL, 0);
	struct puppet *thread = puppet_make(p, PUPPET_THREAD);
	struct msqid_ds ds;
	int row;

	ASSERT_EQ(0, puppet_name(thread, "a thread"));
	make_receiver(thread, self->id, self->message, 10, 0, 0);
	ASSERT_EQ(0, send(self->id, 1, 4));
	ASSERT_EQ(4, puppet_unblock(thread));
	ASSERT_EQ(0, msgctl(self->id, IPC_STAT, &ds));
	ASSERT_EQ(thread->tid, ds.msg_lrpid);
	ASSERT_TRUE(read_again(&self->r));
	row = queue_row(&self->r, self->id);
	EXPECT_TRUE(compare_pid(&self->r, row, "lrpid", thread->tid, "live"));
	EXPECT_TRUE(compare_pid(&self->r, row, "lspid", getpid(), "live"));
	puppet_exit(thread);
	ASSERT_TRUE(read_again(&self->r));
	row = queue_row(&self->r, self->id);
	EXPECT_TRUE(compare_pid(&self->r, row, "lrpid", thread->tid, "exited"));
	ASSERT_EQ(0, send(self->id, 1, 4));
	ASSERT_EQ(4, puppet_call(p, SYS_msgrcv, self->id, (long)self->message, 10, 0, 0));
	ASSERT_TRUE(read_again(&self->r));
	row = queue_row(&self->r, self->id);
	EXPECT_TRUE(compare_pid(&self->r, row, "lrpid", p->pid, "live"));
}

/* The number has a new owner: that innocent one is never taken for the old one. */
TEST_F(msg, recycled_pids)
{
	struct puppet *p = puppet_make(NULL, 0), *innocent;
	pid_t pid = p->pid;
	struct msqid_ds ds;
	int row;

	self->message->type = 1;
	ASSERT_EQ(0, puppet_call(p, SYS_msgsnd, self->id, (long)self->message, 10, 0));
	ASSERT_EQ(10, puppet_call(p, SYS_msgrcv, self->id, (long)self->message, 10, 0, 0));
	puppet_exit_process(p);
	ASSERT_TRUE(read_again(&self->r));
	row = queue_row(&self->r, self->id);
	EXPECT_TRUE(compare_pid(&self->r, row, "lspid", pid, "zombie"));
	EXPECT_TRUE(compare_pid(&self->r, row, "lrpid", pid, "zombie"));
	puppet_reap(p);
	innocent = puppet_make_numbered(pid);
	ASSERT_EQ(0, puppet_name(innocent, "innocent"));
	ASSERT_EQ(0, msgctl(self->id, IPC_STAT, &ds));
	ASSERT_EQ(pid, ds.msg_lspid);
	ASSERT_TRUE(read_again(&self->r));
	row = queue_row(&self->r, self->id);
	EXPECT_TRUE(compare_pid(&self->r, row, "lspid", pid, "exited"));
	EXPECT_TRUE(compare_pid(&self->r, row, "lrpid", pid, "exited"));
}

/* Whatever was copied of it is still told, and nobody is kept from leaving. */
TEST_F(msg, removed_while_being_read)
{
	int fd = open(IPCDBG_DIR "/msg", O_RDONLY | O_CLOEXEC);
	struct puppet *p[6];
	char start[300], *rest, *text;
	struct rows r;
	size_t len;
	int i;

	set_qbytes(self->id, 10);
	for (i = 0; i < 6; i++)
		p[i] = i % 2 ? make_sender(puppet_make(NULL, 0), self->id, self->message, 11)
			     : make_receiver(puppet_make(NULL, 0), self->id, self->message, 9, 5,
					     0);
	ASSERT_EQ((ssize_t)sizeof(start), read(fd, start, sizeof(start)));
	ASSERT_EQ(0, msgctl(self->id, IPC_RMID, NULL));
	for (i = 0; i < 6; i++)
		EXPECT_EQ(-EIDRM, puppet_unblock(p[i]));
	rest = slurp_fd(fd, 100, &len);
	close(fd);
	ASSERT_NE(NULL, rest);
	text = malloc(sizeof(start) + len + 1);
	memcpy(text, start, sizeof(start));
	memcpy(text + sizeof(start), rest, len + 1);
	free(rest);
	EXPECT_TRUE(rows_parse(&r, text, sizeof(start) + len));
	rows_free(&r);
	ASSERT_TRUE(read_again(&self->r));
	EXPECT_EQ(0, rows_count(&self->r, IPCDBG_R_queue, -1));
}

/* A queue that holds messages, senders that hold more of it: only types and sizes are told. */
TEST_F(msg, no_text_of_a_message)
{
	struct msqid_ds ds;
	int i;

	for (i = 0; i < 3; i++)
		ASSERT_EQ(0, send(self->id, 1 + i, sizeof(SECRET)));
	ASSERT_EQ(0, msgctl(self->id, IPC_STAT, &ds));
	set_qbytes(self->id, ds.__msg_cbytes);
	strcpy(self->message->text, SECRET);
	make_sender(puppet_make(NULL, 0), self->id, self->message, 4000);
	EXPECT_TRUE(every_file_lacks(SECRET));
	ASSERT_TRUE(read_again(&self->r));
	EXPECT_EQ(3, rows_count(&self->r, IPCDBG_R_message, queue_row(&self->r, self->id)));
}

/* However little is read at a time. */
TEST_F(msg, sizes_of_reads)
{
	static const size_t sizes[] = { 1, 7, 4096, 1 << 20 };
	char *masked[4];
	struct rows r;
	size_t len;
	int i;

	for (i = 0; i < 40; i++)
		ASSERT_EQ(0, send(self->id, 1 + i % 7, i));
	for (i = 0; i < 5; i++)
		make_receiver(puppet_make(NULL, 0), self->id, self->message, 9, 50, 0);
	for (i = 0; i < 4; i++) {
		char *text = slurp(IPCDBG_DIR "/msg", sizes[i], &len);

		ASSERT_NE(NULL, text);
		ASSERT_TRUE(rows_parse(&r, text, len));
		masked[i] = rows_masked(&r);
		rows_free(&r);
		EXPECT_STREQ(masked[0], masked[i]);
	}
	for (i = 0; i < 4; i++)
		free(masked[i]);
}

/* One queue without those before it. */
TEST_F(msg, object_positions)
{
	unsigned int i;
	int ids[10], row;
	struct rows r;

	for (i = 0; i < 10; i++)
		ids[i] = msgget(IPC_PRIVATE, 0600);
	for (i = 0; i < 10; i++) {
		ASSERT_TRUE(storm_read_object(&r, "msg", ids[i]));
		row = rows_next(&r, IPCDBG_R_queue, -1, -1);
		EXPECT_EQ(ids[i], ROW_NUM(&r, row, queue, msqid));
		EXPECT_EQ(10 - i, rows_count(&r, IPCDBG_R_queue, -1));
		rows_free(&r);
	}
}

TEST_HARNESS_MAIN
