// SPDX-License-Identifier: GPL-2.0
/* Long queues and many who wait: complete, nothing doubled, and within the bound on memory. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <sched.h>
#include <sys/msg.h>
#include "common.h"
#include "crowd.h"
#include "module.h"
#include "msg_compare.h"
#include "rows.h"

#define TYPES 20000
#define RECEIVERS 5000
#define ONE_HOLD 65536 /* messages that the module visits at once */

FIXTURE(msg_size)
{
	int id;
	struct rows r;
};

FIXTURE_SETUP(msg_size)
{
	struct msqid_ds ds;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	self->id = msgget(IPC_PRIVATE, 0600);
	ASSERT_EQ(0, msgctl(self->id, IPC_STAT, &ds));
	ds.msg_qbytes = 10000000;
	ASSERT_EQ(0, msgctl(self->id, IPC_SET, &ds));
}

FIXTURE_TEARDOWN(msg_size)
{
	rows_free(&self->r);
	msgctl(self->id, IPC_RMID, NULL);
}

/* Types in an order of their own, each with a size that it tells. */
static void send_types(int id, long n)
{
	struct {
		long type;
		char text[64];
	} message;
	long i;

	memset(&message, 'x', sizeof(message));
	for (i = 0; i < n; i++) {
		message.type = 1 + i * 7919 % n;
		if (msgsnd(id, &message, message.type % 64, IPC_NOWAIT))
			die("msgsnd: %s", strerror(errno));
	}
}

static int read_queue(struct rows *r, const char *name, int id)
{
	return rows_read(r, name) ? ROWS_FIND(r, -1, queue, msqid, id) : -1;
}

TEST_F(msg_size, types)
{
	int queue, row = -1;
	long n = 0;

	send_types(self->id, TYPES);
	queue = read_queue(&self->r, "msg", self->id);
	ASSERT_LE(0, queue);
	EXPECT_TRUE(msg_compare_row(&self->r, queue, self->id));
	while ((row = rows_next(&self->r, IPCDBG_R_msgtype, queue, row)) >= 0) {
		n++;
		ASSERT_EQ(n, ROW_NUM(&self->r, row, msgtype, type));
		ASSERT_EQ(1, ROW_NUM(&self->r, row, msgtype, count));
		ASSERT_EQ(n % 64, ROW_NUM(&self->r, row, msgtype, bytes));
	}
	EXPECT_EQ(TYPES, n);
	EXPECT_EQ(IPCDBG_MESSAGES_SHOWN, rows_count(&self->r, IPCDBG_R_message, queue));
	EXPECT_EQ(0, rows_count(&self->r, IPCDBG_R_truncated, queue));
}

/* Less memory than they need, and then their types are not all told, and that is. */
TEST_F(msg_size, types_beyond_the_memory)
{
	int queue;

	send_types(self->id, TYPES);
	ASSERT_EQ(0, module_unload());
	ASSERT_EQ(0, module_load("max_kib=256"));
	queue = read_queue(&self->r, "msg", self->id);
	ASSERT_EQ(0, module_unload());
	ASSERT_EQ(0, module_load(""));
	ASSERT_LE(0, queue);
	EXPECT_EQ(TYPES, ROW_NUM(&self->r, queue, queue, qnum));
	EXPECT_GT(TYPES, rows_count(&self->r, IPCDBG_R_msgtype, queue));
	EXPECT_EQ(1, rows_count(&self->r, IPCDBG_R_truncated, queue));
	EXPECT_STREQ("msgtype",
		     ROW_STR(&self->r, rows_next(&self->r, IPCDBG_R_truncated, queue, -1),
			     truncated, what));
}

TEST_F(msg_size, more_than_one_hold)
{
	int queue, row = -1;
	int64_t n = 0;

	send_types(self->id, ONE_HOLD);
	queue = read_queue(&self->r, "msg", self->id);
	ASSERT_LE(0, queue);
	EXPECT_EQ(0, rows_count(&self->r, IPCDBG_R_truncated, queue));
	rows_free(&self->r);
	send_types(self->id, 1);
	queue = read_queue(&self->r, "msg", self->id);
	ASSERT_LE(0, queue);
	EXPECT_EQ(1, rows_count(&self->r, IPCDBG_R_truncated, queue));
	EXPECT_EQ(ONE_HOLD + 1, ROW_NUM(&self->r, queue, queue, qnum));
	while ((row = rows_next(&self->r, IPCDBG_R_msgtype, queue, row)) >= 0)
		n += ROW_NUM(&self->r, row, msgtype, count);
	EXPECT_EQ(ONE_HOLD, n);
}

static void receive_type(void *ctx, unsigned int i)
{
	char text[64 + sizeof(long)];

	msgrcv(*(int *)ctx, text, i % 64, 1 + i, 0);
}

/* Each thread waits for a type of its own, by which it is known. */
TEST_F_TIMEOUT(msg_size, receivers, 120)
{
	pid_t pid = crowd_begin(RECEIVERS, receive_type, &self->id);
	static bool seen[RECEIVERS];
	int queue, row = -1;
	unsigned int n = 0;

	queue = read_queue(&self->r, "list/msg", self->id);
	ASSERT_LE(0, queue);
	EXPECT_EQ(RECEIVERS, ROW_NUM(&self->r, queue, queue, receivers));
	rows_free(&self->r);
	queue = read_queue(&self->r, "msg", self->id);
	ASSERT_LE(0, queue);
	while ((row = rows_next(&self->r, IPCDBG_R_receiver, queue, row)) >= 0) {
		long i = ROW_NUM(&self->r, row, receiver, msgtyp) - 1;

		ASSERT_LE(0, i);
		ASSERT_GT(RECEIVERS, i);
		ASSERT_FALSE(seen[i]);
		seen[i] = true;
		ASSERT_EQ(n, ROW_NUM(&self->r, row, receiver, order));
		ASSERT_EQ(pid, ROW_NUM(&self->r, row, receiver, pid));
		ASSERT_EQ(crowd_tid(i), ROW_NUM(&self->r, row, receiver, tid));
		ASSERT_EQ(i % 64, ROW_NUM(&self->r, row, receiver, maxsize));
		n++;
	}
	EXPECT_EQ(RECEIVERS, n);
	EXPECT_EQ(0, rows_count(&self->r, IPCDBG_R_truncated, queue));
	crowd_end(pid);
}

TEST_HARNESS_MAIN
