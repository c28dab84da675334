// SPDX-License-Identifier: GPL-2.0
/* POSIX message queues case by case: what each field says, against the queue's own file, /proc. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include "common.h"
#include "compare.h"
#include "every_file.h"
#include "mqueue_compare.h"
#include "puppet.h"
#include "rows.h"

#define SECRET "what-only-the-receiver-may-know"
#define SIZE 64 /* of a message, at most */
#define ROOM 3	/* messages in a queue */

/* What the calls of puppets point to. */
struct memory {
	char name[256];
	char text[8192];
	struct mq_attr attr;
	struct sigevent event;
};

FIXTURE(mqueue)
{
	int fd;
	struct memory *memory;
	struct rows r;
};

static int open_queue(const char *name, long maxmsg, long msgsize)
{
	struct mq_attr attr = { .mq_maxmsg = maxmsg, .mq_msgsize = msgsize };

	return syscall(SYS_mq_open, name, O_CREAT | O_EXCL | O_RDWR | O_NONBLOCK, 0666, &attr);
}

FIXTURE_SETUP(mqueue)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	umask(0);
	self->memory = mmap(NULL, sizeof(*self->memory), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->memory);
	strcpy(self->memory->name, "queue");
	puppets_open();
	self->fd = open_queue("queue", ROOM, SIZE);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(mqueue)
{
	rows_free(&self->r);
	puppets_clear();
	close(self->fd);
}

static bool read_again(struct rows *r)
{
	rows_free(r);
	return rows_read(r, "mqueue");
}

static uint64_t inode_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		die("fstat: %s", strerror(errno));
	return st.st_ino;
}

static int queue_row(const struct rows *r, int fd)
{
	int row = ROWS_FIND(r, -1, mqueue, ino, (int64_t)inode_of(fd));

	if (row < 0)
		die("no row of queue %" PRIu64, inode_of(fd));
	return row;
}

/* The n-th row of that record below the queue, -1 if it has fewer. */
static int row_below(const struct rows *r, int fd, enum ipcdbg_record_id record, int n)
{
	int queue = queue_row(r, fd), row = -1;

	do {
		row = rows_next(r, record, queue, row);
	} while (row >= 0 && n--);
	return row;
}

/* A puppet that opens the queue by its name, and blocks. */
static int puppet_open_queue(struct puppet *p, struct memory *memory)
{
	long fd = puppet_call(p, SYS_mq_open, (long)memory->name, O_RDWR, 0, 0);

	if (fd < 0)
		die("mq_open: %s", strerror(-fd));
	return fd;
}

static void block_receiving(struct puppet *p, struct memory *memory)
{
	int fd = puppet_open_queue(p, memory);

	puppet_block_call(p, NULL, SYS_mq_timedreceive, fd, (long)memory->text, SIZE, 0, 0);
}

static void block_sending(struct puppet *p, struct memory *memory, size_t size, unsigned int prio)
{
	int fd = puppet_open_queue(p, memory);

	puppet_block_call(p, NULL, SYS_mq_timedsend, fd, (long)memory->text, size, prio, 0);
}

/* The rows of a queue with nothing in it, and then with some. */
TEST_F(mqueue, messages)
{
	static const unsigned int prios[] = { 7, 0, 7 };
	struct mqueue_facts facts;
	int row, prio;

	mqueue_take_facts(self->fd, &facts);
	ASSERT_TRUE(read_again(&self->r));
	EXPECT_TRUE(mqueue_compare_facts(&self->r, queue_row(&self->r, self->fd), &facts));
	EXPECT_EQ(-1, row_below(&self->r, self->fd, IPCDBG_R_mqprio, 0));
	for (row = 0; row < 3; row++)
		ASSERT_EQ(0, syscall(SYS_mq_timedsend, self->fd, SECRET, row, prios[row], NULL));
	mqueue_take_facts(self->fd, &facts);
	ASSERT_TRUE(read_again(&self->r));
	row = queue_row(&self->r, self->fd);
	EXPECT_TRUE(mqueue_compare_facts(&self->r, row, &facts));
	EXPECT_STREQ("queue", ROW_STR(&self->r, row, mqueue, name));
	prio = row_below(&self->r, self->fd, IPCDBG_R_mqprio, 0);
	EXPECT_EQ(7, ROW_NUM(&self->r, prio, mqprio, msg_prio));
	EXPECT_EQ(2, ROW_NUM(&self->r, prio, mqprio, count));
	EXPECT_EQ(2, ROW_NUM(&self->r, prio, mqprio, bytes));
	prio = row_below(&self->r, self->fd, IPCDBG_R_mqprio, 1);
	EXPECT_EQ(0, ROW_NUM(&self->r, prio, mqprio, msg_prio));
	EXPECT_EQ(1, ROW_NUM(&self->r, prio, mqprio, count));
}

/* Who stands first in the rows is the one that is served next, whatever its priority. */
TEST_F(mqueue, receivers_in_the_order_they_are_served)
{
	static const int policies[] = { SCHED_OTHER, SCHED_FIFO, SCHED_OTHER, SCHED_RR };
	struct sched_param rt = { .sched_priority = 5 }, none = { .sched_priority = 0 };
	struct puppet *p[4];
	int i, n, row;

	for (i = 0; i < 4; i++) {
		p[i] = puppet_make(NULL, 0);
		ASSERT_EQ(0, sched_setscheduler(p[i]->tid, policies[i],
						policies[i] == SCHED_OTHER ? &none : &rt));
		block_receiving(p[i], self->memory);
	}
	for (n = 0; n < 4; n++) {
		pid_t first = 0;

		ASSERT_TRUE(read_again(&self->r));
		for (i = 0; i < 4 - n; i++) {
			row = row_below(&self->r, self->fd, IPCDBG_R_mq_receiver, i);
			EXPECT_EQ(i, ROW_NUM(&self->r, row, mq_receiver, order));
			first = i ? first : (pid_t)ROW_NUM(&self->r, row, mq_receiver, tid);
			EXPECT_TRUE(mqueue_compare_call(&self->r, row,
							ROW_NUM(&self->r, row, mq_receiver, pid),
							ROW_NUM(&self->r, row, mq_receiver, tid)));
		}
		EXPECT_EQ(-1, row_below(&self->r, self->fd, IPCDBG_R_mq_receiver, 4 - n));
		ASSERT_EQ(0, syscall(SYS_mq_timedsend, self->fd, SECRET, 5, 0, NULL));
		ASSERT_NE(NULL, puppet_by_tid(first));
		EXPECT_EQ(5, puppet_unblock(puppet_by_tid(first)));
	}
}

TEST_F(mqueue, senders)
{
	char text[SIZE];
	int i, row;

	for (i = 0; i < ROOM; i++)
		ASSERT_EQ(0, syscall(SYS_mq_timedsend, self->fd, SECRET, 1, 100, NULL));
	for (i = 0; i < 4; i++)
		block_sending(puppet_make(NULL, 0), self->memory, 20 + i, 30 - i);
	ASSERT_TRUE(read_again(&self->r));
	for (i = 0; i < 4; i++) {
		row = row_below(&self->r, self->fd, IPCDBG_R_mq_sender, i);
		EXPECT_EQ(20 + i, ROW_NUM(&self->r, row, mq_sender, size));
		EXPECT_EQ(30 - i, ROW_NUM(&self->r, row, mq_sender, msg_prio));
		EXPECT_EQ(i, ROW_NUM(&self->r, row, mq_sender, order));
	}
	/* Room for one: the first of them goes on, and it is its message that has come. */
	ASSERT_EQ(1, syscall(SYS_mq_timedreceive, self->fd, text, SIZE, NULL, NULL));
	ASSERT_TRUE(read_again(&self->r));
	row = row_below(&self->r, self->fd, IPCDBG_R_mqprio, 1);
	EXPECT_EQ(30, ROW_NUM(&self->r, row, mqprio, msg_prio));
	EXPECT_EQ(20, ROW_NUM(&self->r, row, mqprio, bytes));
	row = row_below(&self->r, self->fd, IPCDBG_R_mq_sender, 0);
	EXPECT_EQ(21, ROW_NUM(&self->r, row, mq_sender, size));
}

TEST_F(mqueue, blocked_time_grows_with_the_clock)
{
	struct puppet *p = puppet_make(NULL, 0);
	uint64_t before, after, start;
	int row;

	puppet_block_call(p, &before, SYS_mq_timedreceive, puppet_open_queue(p, self->memory),
			  (long)self->memory->text, SIZE, 0, 0);
	after = clock_ns(CLOCK_MONOTONIC);
	wait_until(clock_ns(CLOCK_MONOTONIC) > after + 1200000000);
	start = clock_ns(CLOCK_MONOTONIC);
	ASSERT_TRUE(read_again(&self->r));
	row = row_below(&self->r, self->fd, IPCDBG_R_mq_receiver, 0);
	EXPECT_TRUE(compare_sleeper(&self->r, row, p->pid, p->tid));
	EXPECT_TRUE(
		compare_blocked(&self->r, row, start - after, clock_ns(CLOCK_MONOTONIC) - before));
}

/* Who is to be told has ended, but others go on with its descriptors, so the queue knows it. */
TEST_F(mqueue, notification_of_one_who_has_exited)
{
	struct puppet *p = puppet_make(NULL, CLONE_FILES), *innocent;
	pid_t pid = p->pid;
	int row;

	self->memory->event =
		(struct sigevent){ .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGWINCH };
	ASSERT_EQ(0, puppet_call(p, SYS_mq_notify, self->fd, (long)&self->memory->event));
	ASSERT_TRUE(read_again(&self->r));
	row = queue_row(&self->r, self->fd);
	EXPECT_TRUE(compare_pid(&self->r, row, "notify_pid", pid, "live"));
	EXPECT_STREQ("signal", ROW_STR(&self->r, row, mqueue, notify));
	EXPECT_EQ(SIGWINCH, ROW_NUM(&self->r, row, mqueue, notify_signo));
	puppet_exit_process(p);
	ASSERT_TRUE(read_again(&self->r));
	row = queue_row(&self->r, self->fd);
	EXPECT_TRUE(compare_pid(&self->r, row, "notify_pid", pid, "zombie"));
	puppet_reap(p);
	innocent = puppet_make_numbered(pid);
	ASSERT_EQ(0, puppet_name(innocent, "innocent"));
	ASSERT_TRUE(read_again(&self->r));
	row = queue_row(&self->r, self->fd);
	EXPECT_TRUE(compare_pid(&self->r, row, "notify_pid", pid, "exited"));
	/* mqueue_evict_inode() forgets the reference on who is to be told; a message drops it. */
	ASSERT_EQ(0, mq_send(self->fd, "", 0, 0));
}

/* The name is free for another queue; the old one is still waited in. */
TEST_F(mqueue, two_queues_of_one_name)
{
	struct puppet *p = puppet_make(NULL, 0);
	int fd, row;

	block_receiving(p, self->memory);
	ASSERT_EQ(0, syscall(SYS_mq_unlink, "queue"));
	fd = open_queue("queue", 1, 1);
	ASSERT_LE(0, fd);
	ASSERT_TRUE(read_again(&self->r));
	EXPECT_EQ(2, rows_count(&self->r, IPCDBG_R_mqueue, -1));
	row = queue_row(&self->r, self->fd);
	EXPECT_EQ(1, ROW_NUM(&self->r, row, mqueue, unlinked));
	EXPECT_STREQ("queue", ROW_STR(&self->r, row, mqueue, name));
	EXPECT_EQ(p->tid, ROW_NUM(&self->r, row_below(&self->r, self->fd, IPCDBG_R_mq_receiver, 0),
				  mq_receiver, tid));
	row = queue_row(&self->r, fd);
	EXPECT_EQ(0, ROW_NUM(&self->r, row, mqueue, unlinked));
	EXPECT_EQ(0, ROW_NUM(&self->r, row, mqueue, receivers));
	close(fd);
}

/* Threads with tables of their own, a table that processes share, one passed on and not received.
 */
TEST_F(mqueue, openers)
{
	struct puppet *p = puppet_make(NULL, 0);
	struct puppet *thread = puppet_make(p, PUPPET_THREAD & ~CLONE_FILES);
	struct puppet *shares = puppet_make(p, CLONE_FILES);
	struct stat st;
	int i, row;

	ASSERT_EQ(0, puppet_call(thread, SYS_close, self->fd));
	for (i = 0; i < 40; i++)
		ASSERT_LE(0, puppet_call(p, SYS_dup, self->fd));
	ASSERT_EQ(0, puppet_call(p, SYS_close, self->fd));
	ASSERT_EQ(0, fstat(self->fd, &st));
	ASSERT_TRUE(read_again(&self->r));
	row = queue_row(&self->r, self->fd);
	EXPECT_TRUE(mqueue_compare_openers(&self->r, row, &st));
	EXPECT_EQ(3, rows_count(&self->r, IPCDBG_R_opener, row));
	/* The same number in another table is another descriptor. */
	ASSERT_EQ(self->fd, puppet_call(p, SYS_dup, self->fd + 1));
	ASSERT_EQ(self->fd, puppet_open_queue(thread, self->memory));
	ASSERT_TRUE(read_again(&self->r));
	row = row_below(&self->r, self->fd, IPCDBG_R_opener, 1);
	EXPECT_EQ(p->pid, ROW_NUM(&self->r, row, opener, pid));
	EXPECT_EQ(42, ROW_NUM(&self->r, row, opener, fds));
	EXPECT_EQ(self->fd, ROW_NUM(&self->r, row, opener, fd));
	row = row_below(&self->r, self->fd, IPCDBG_R_opener, 2);
	EXPECT_EQ(shares->pid, ROW_NUM(&self->r, row, opener, pid));
	EXPECT_EQ(41, ROW_NUM(&self->r, row, opener, fds));
}

/* Whether the puppet may make one more queue below this limit. */
static bool may_make(struct puppet *p, struct memory *memory, uint64_t limit)
{
	struct rlimit rlimit = { limit, RLIM_INFINITY };
	long fd;

	if (prlimit(p->pid, RLIMIT_MSGQUEUE, &rlimit, NULL))
		die("prlimit: %s", strerror(errno));
	strcpy(memory->name, "probe");
	fd = puppet_call(p, SYS_mq_open, (long)memory->name, O_CREAT | O_EXCL | O_RDWR, 0600,
			 (long)&memory->attr);
	if (fd < 0)
		return false;
	puppet_call(p, SYS_close, fd);
	puppet_call(p, SYS_mq_unlink, (long)memory->name);
	return true;
}

/* The least limit below which its user may make one more queue, a small one. */
static uint64_t least_limit(struct puppet *p, struct memory *memory)
{
	uint64_t low = 0, high = 1 << 24;

	memory->attr = (struct mq_attr){ .mq_maxmsg = 1, .mq_msgsize = 1 };
	while (low < high) {
		uint64_t middle = (low + high) / 2;

		if (may_make(p, memory, middle))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static int make_as(struct puppet *p, struct memory *memory, const char *name,
		   const struct mq_attr *attr)
{
	struct rlimit most = { RLIM_INFINITY, RLIM_INFINITY };

	if (prlimit(p->pid, RLIMIT_MSGQUEUE, &most, NULL))
		die("prlimit: %s", strerror(errno));
	strcpy(memory->name, name);
	memory->attr = *attr;
	return puppet_call(p, SYS_mq_open, (long)memory->name, O_CREAT | O_RDWR, 0666,
			   (long)&memory->attr);
}

/* How much a user's queues count: as much less there is to a limit. */
TEST_F(mqueue, what_it_counts_against_the_limit)
{
	static const struct mq_attr attrs[] = { { .mq_maxmsg = 10, .mq_msgsize = 8192 },
						{ .mq_maxmsg = 1, .mq_msgsize = 1 },
						{ .mq_maxmsg = 7, .mq_msgsize = 100 } };
	static const char *const names[] = { "one", "two", "three" };
	struct puppet *p = puppet_make(NULL, 0);
	int64_t none, before, now;
	int i, fd, row;

	ASSERT_EQ(0, puppet_setuid(p, 54321));
	none = before = least_limit(p, self->memory);
	for (i = 0; i < 3; i++) {
		ASSERT_LE(0, make_as(p, self->memory, names[i], &attrs[i]));
		now = least_limit(p, self->memory);
		ASSERT_TRUE(read_again(&self->r));
		fd = syscall(SYS_mq_open, names[i], O_RDONLY, 0, NULL);
		row = queue_row(&self->r, fd);
		close(fd);
		EXPECT_EQ(now - before, ROW_NUM(&self->r, row, mqueue, charged));
		EXPECT_EQ(now - none, ROW_NUM(&self->r, row, mqueue, user_charged));
		EXPECT_EQ(54321, ROW_NUM(&self->r, row, mqueue, charged_uid));
		before = now;
	}
}

/* Every byte a name may have, and a command name of as many. */
TEST_F(mqueue, names_of_any_byte)
{
	char name[256], comm[16];
	int c, n = 0, fd, row, i;
	struct puppet *p = NULL;

	for (c = 1; c < 256; c++)
		if (c != '/')
			name[n++] = c;
	name[n] = 0;
	fd = open_queue(name, 1, 1);
	ASSERT_LE(0, fd);
	for (c = 1; c < 256; c += 15) {
		for (i = 0; i < 15; i++)
			comm[i] = c + i;
		comm[15] = 0;
		p = puppet_make(NULL, 0);
		ASSERT_EQ(0, puppet_name(p, comm));
		block_receiving(p, self->memory);
	}
	ASSERT_TRUE(read_again(&self->r));
	row = queue_row(&self->r, fd);
	EXPECT_TRUE(escaped_is(ROW_STR(&self->r, row, mqueue, name), name));
	for (i = 0; i < 17; i++) {
		row = row_below(&self->r, self->fd, IPCDBG_R_mq_receiver, i);
		EXPECT_TRUE(compare_sleeper(&self->r, row, ROW_NUM(&self->r, row, mq_receiver, pid),
					    ROW_NUM(&self->r, row, mq_receiver, tid)));
	}
	memset(name, '\n', 255);
	name[255] = 0;
	close(open_queue(name, 1, 1));
	rows_free(&self->r);
	ASSERT_TRUE(rows_read(&self->r, "list/mqueue"));
	EXPECT_EQ(3, rows_count(&self->r, IPCDBG_R_mqueue, -1));
	close(fd);
}

TEST_F(mqueue, no_text_of_a_message)
{
	int i;

	for (i = 0; i < ROOM; i++)
		ASSERT_EQ(0, syscall(SYS_mq_timedsend, self->fd, SECRET, sizeof(SECRET), i, NULL));
	strcpy(self->memory->text, SECRET);
	block_sending(puppet_make(NULL, 0), self->memory, sizeof(SECRET), 9);
	EXPECT_TRUE(every_file_lacks(SECRET));
	ASSERT_TRUE(read_again(&self->r));
	EXPECT_EQ(3, rows_count(&self->r, IPCDBG_R_mqprio, queue_row(&self->r, self->fd)));
}

/* However little is read at a time: between two reads the module keeps nothing of a queue. */
TEST_F(mqueue, sizes_of_reads)
{
	static const size_t sizes[] = { 1 << 20, 1, 7, 4096 };
	char name[256], *masked[4];
	struct rows r;
	size_t len;
	int i, fds[40];

	for (i = 0; i < 40; i++) {
		memset(name, 'a' + i % 26, 255);
		name[100 + i] = 0;
		fds[i] = open_queue(name, 1, 1);
		ASSERT_LE(0, fds[i]);
		if (i % 3)
			ASSERT_EQ(0, syscall(SYS_mq_unlink, name));
	}
	for (i = 0; i < 4; i++) {
		char *text = slurp(IPCDBG_DIR "/mqueue", sizes[i], &len);

		ASSERT_NE(NULL, text);
		ASSERT_TRUE(rows_parse(&r, text, len));
		EXPECT_EQ(41, rows_count(&r, IPCDBG_R_mqueue, -1));
		masked[i] = rows_masked(&r);
		rows_free(&r);
		EXPECT_STREQ(masked[0], masked[i]);
	}
	for (i = 0; i < 40; i++)
		close(fds[i]);
	for (i = 0; i < 4; i++)
		free(masked[i]);
}

#define MANY 400 /* more than the module makes text of in one read */

struct many {
	char name[MANY][256];
	int fd[MANY];
};

static void make_many(struct many *m)
{
	int i;

	for (i = 0; i < MANY; i++) {
		memset(m->name[i], 'a', 255);
		m->name[i][255] = 0;
		m->name[i][snprintf(m->name[i], 16, "%d", i)] = '-';
		m->fd[i] = open_queue(m->name[i], 1, 1);
		if (m->fd[i] < 0)
			die("queue %d: %s", i, strerror(errno));
	}
}

/* Reads the start of the file, does this to all queues, and reads the rest. */
static bool read_around(struct rows *r, struct many *m, void (*act)(struct many *m, int i))
{
	int fd = open(IPCDBG_DIR "/mqueue", O_RDONLY | O_CLOEXEC), i;
	char start[300], *rest, *text;
	size_t len;

	if (read(fd, start, sizeof(start)) != (ssize_t)sizeof(start))
		die("mqueue: %s", strerror(errno));
	for (i = 0; i < MANY; i++)
		act(m, i);
	rest = slurp_fd(fd, 100, &len);
	close(fd);
	text = rest ? malloc(sizeof(start) + len + 1) : NULL;
	if (!text)
		die("mqueue: %s", strerror(errno));
	memcpy(text, start, sizeof(start));
	memcpy(text + sizeof(start), rest, len + 1);
	free(rest);
	return rows_parse(r, text, sizeof(start) + len);
}

static void unlink_it(struct many *m, int i)
{
	if (syscall(SYS_mq_unlink, m->name[i]))
		die("mq_unlink: %s", strerror(errno));
}

static void remove_it(struct many *m, int i)
{
	unlink_it(m, i);
	close(m->fd[i]);
}

/* Where the reader had got to can no more be found by its name; the queues are all still there. */
TEST_F(mqueue, unlinked_while_being_read)
{
	static struct many m;
	int i, row;

	ASSERT_EQ(0, put_file("/proc/sys/fs/mqueue/queues_max", "1000"));
	make_many(&m);
	ASSERT_TRUE(read_around(&self->r, &m, unlink_it));
	EXPECT_EQ(1 + MANY, rows_count(&self->r, IPCDBG_R_mqueue, -1));
	for (i = 0; i < MANY; i++) {
		row = queue_row(&self->r, m.fd[i]);
		EXPECT_STREQ(m.name[i], ROW_STR(&self->r, row, mqueue, name));
		close(m.fd[i]);
	}
}

/* What goes away between two reads is left out, or told as it was. */
TEST_F(mqueue, gone_while_being_read)
{
	static struct many m;

	ASSERT_EQ(0, put_file("/proc/sys/fs/mqueue/queues_max", "1000"));
	make_many(&m);
	ASSERT_TRUE(read_around(&self->r, &m, remove_it));
	EXPECT_LE(0, ROWS_FIND(&self->r, -1, mqueue, ino, (int64_t)inode_of(self->fd)));
	ASSERT_TRUE(read_again(&self->r));
	EXPECT_EQ(1, rows_count(&self->r, IPCDBG_R_mqueue, -1));
}

TEST_HARNESS_MAIN
