// SPDX-License-Identifier: GPL-2.0
/* Many POSIX message queues and many who wait: complete, nothing doubled, memory bounded. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <sys/syscall.h>
#include "common.h"
#include "crowd.h"
#include "module.h"
#include "mqueue_many.h"
#include "rows.h"

#define QUEUES 32000
#define RECEIVERS 5000

FIXTURE(mqueue_size)
{
	struct rows r;
};

FIXTURE_SETUP(mqueue_size)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	ASSERT_EQ(0, mqueue_allow_many());
}

FIXTURE_TEARDOWN(mqueue_size)
{
	rows_free(&self->r);
}

/* Each of them stands there once, as the queue it is. */
static unsigned int count_queues(const struct rows *r, const uint64_t *inodes)
{
	static bool seen[QUEUES];
	unsigned int n = 0;
	int row = -1;

	memset(seen, 0, sizeof(seen));
	while ((row = rows_next(r, IPCDBG_R_mqueue, -1, row)) >= 0) {
		unsigned long i = strtoul(ROW_STR(r, row, mqueue, name), NULL, 10);

		if (i >= QUEUES || seen[i] || inodes[i] != (uint64_t)ROW_NUM(r, row, mqueue, ino))
			complain("line %d: doubled, or another queue", row + 1);
		else
			n++;
		seen[i < QUEUES ? i : 0] = true;
	}
	return n;
}

static bool read_sized(struct rows *r, const char *name, size_t block)
{
	char path[64], *text;
	size_t len;

	rows_free(r);
	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	text = slurp(path, block, &len);
	if (!text)
		die("%s: %s", path, strerror(errno));
	return rows_parse(r, text, len);
}

/* Then once more with less memory than noting all of them takes: cut, and that is told. */
TEST_F_TIMEOUT(mqueue_size, queues, 120)
{
	static uint64_t inodes[QUEUES];
	unsigned int n;

	mqueue_make_many(inodes, 0, QUEUES);
	ASSERT_TRUE(read_sized(&self->r, "list/mqueue", 65536));
	EXPECT_EQ(QUEUES, count_queues(&self->r, inodes));
	EXPECT_EQ(0, rows_count(&self->r, IPCDBG_R_truncated, -1));
	ASSERT_TRUE(read_sized(&self->r, "mqueue", 4096));
	EXPECT_EQ(QUEUES, count_queues(&self->r, inodes));
	ASSERT_EQ(0, module_unload());
	ASSERT_EQ(0, module_load("max_kib=256"));
	ASSERT_TRUE(read_sized(&self->r, "list/mqueue", 65536));
	ASSERT_EQ(0, module_unload());
	ASSERT_EQ(0, module_load(""));
	n = count_queues(&self->r, inodes);
	EXPECT_LT(1000, n);
	EXPECT_GT(QUEUES, n);
	EXPECT_LT(0, rows_count(&self->r, IPCDBG_R_truncated, -1));
}

static void receive(void *ctx, unsigned int i)
{
	static char text[8];

	(void)i;
	syscall(SYS_mq_timedreceive, *(int *)ctx, text, sizeof(text), NULL, NULL);
}

TEST_F_TIMEOUT(mqueue_size, receivers, 120)
{
	int fd = mqueue_open_new("queue"), queue, row = -1;
	pid_t pid = crowd_begin(RECEIVERS, receive, &fd);
	unsigned int n = 0;

	ASSERT_TRUE(read_sized(&self->r, "mqueue", 65536));
	queue = rows_next(&self->r, IPCDBG_R_mqueue, -1, -1);
	ASSERT_LE(0, queue);
	EXPECT_EQ(RECEIVERS, ROW_NUM(&self->r, queue, mqueue, receivers));
	while ((row = rows_next(&self->r, IPCDBG_R_mq_receiver, queue, row)) >= 0) {
		ASSERT_GT(RECEIVERS, n);
		ASSERT_EQ(n, ROW_NUM(&self->r, row, mq_receiver, order));
		ASSERT_EQ(pid, ROW_NUM(&self->r, row, mq_receiver, pid));
		ASSERT_TRUE(crowd_has(ROW_NUM(&self->r, row, mq_receiver, tid)));
		n++;
	}
	EXPECT_EQ(RECEIVERS, n);
	EXPECT_EQ(0, rows_count(&self->r, IPCDBG_R_truncated, queue));
	crowd_end(pid);
	close(fd);
}

TEST_HARNESS_MAIN
