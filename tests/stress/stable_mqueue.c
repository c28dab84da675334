// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/stable_check.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "puppet.h"
#include "stress/storm_read.h"

#define ROOM 3
#define SENT 4 /* bytes of the message that has no room */

/* What puppets pass to the kernel. */
struct memory {
	char name[32], text[8];
	struct mq_attr attr;
	struct sigevent event;
};
static struct memory *memory;

static uint64_t inode_of(pid_t pid, int fd)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	if (stat(path, &st))
		die("%s: %s", path, strerror(errno));
	return st.st_ino;
}

/* The owner is asked to be told of messages; there is always one, so it never is. */
static int open_full(struct puppet *p, unsigned int mark)
{
	long fd = puppet_call(p, SYS_mq_open, (long)memory->name, O_CREAT | O_EXCL | O_RDWR,
			      0600 | mark, (long)&memory->attr);
	int i;

	for (i = 0; i < ROOM; i++)
		if (fd < 0 || puppet_call(p, SYS_mq_timedsend, fd, (long)memory->text, i, i, 0))
			die("no stable queue: %ld", fd);
	if (puppet_call(p, SYS_mq_notify, fd, (long)&memory->event))
		die("mq_notify");
	return fd;
}

static void make_tasks(struct stable_mqueue *s, unsigned int mark)
{
	struct puppet *owner = puppet_make(NULL, 0), *sender;
	long fd = open_full(owner, mark);

	s->owner = owner->pid;
	s->ino = inode_of(s->owner, fd);
	sender = puppet_make(NULL, 0);
	fd = puppet_call(sender, SYS_mq_open, (long)memory->name, O_RDWR, 0, 0);
	puppet_block_call(sender, NULL, SYS_mq_timedsend, fd, (long)memory->text, SENT, 9, 0);
	s->sender = sender->tid;
}

/* Nobody has it open, only its name keeps it. */
static void make_closed(struct stable_mqueue *s, unsigned int mark)
{
	int fd = syscall(SYS_mq_open, memory->name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC,
			 0600 | mark, &memory->attr);
	int i;

	for (i = 0; i < ROOM; i++)
		if (fd < 0 || syscall(SYS_mq_timedsend, fd, memory->text, i, i, NULL))
			die("mq_open: %s", strerror(errno));
	s->ino = inode_of(getpid(), fd);
	close(fd);
}

static void open_memory(void)
{
	memory = mmap(NULL, sizeof(*memory), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (memory == MAP_FAILED)
		die("no memory: %s", strerror(errno));
	memory->attr = (struct mq_attr){ .mq_maxmsg = ROOM, .mq_msgsize = sizeof(memory->text) };
	memory->event.sigev_notify = SIGEV_NONE;
}

static void make(struct stable *w, int n, int with_tasks)
{
	int i;

	open_memory();
	for (i = 0; i < n; i++) {
		struct stable_mqueue *s = &w->mqueue[i];

		snprintf(s->name, sizeof(s->name), "stable %d", i);
		strcpy(memory->name, s->name);
		if (i >= with_tasks) {
			make_closed(s, w->mark);
			continue;
		}
		make_tasks(s, w->mark);
		s->unlinked = i % 2;
		if (s->unlinked && syscall(SYS_mq_unlink, memory->name))
			die("mq_unlink: %s", strerror(errno));
	}
	w->nr_mqueues = n;
}

static bool has_opener(const struct rows *r, int row, pid_t pid)
{
	int i = -1;

	while ((i = rows_next(r, IPCDBG_R_opener, row, i)) >= 0)
		if (ROW_NUM(r, i, opener, pid) == pid)
			return ROW_NUM(r, i, opener, fds) == 1 ||
			       stable_bad_row(r, i, "one descriptor");
	return complain("no row of opener %d", pid);
}

/* Its two processes, and nobody else. */
static bool check_openers(const struct rows *r, int row, const struct stable_mqueue *s)
{
	bool ok = true;

	CHECK("openers", s->owner ? 2 : 0, rows_count(r, IPCDBG_R_opener, row));
	return ok && (!s->owner || (has_opener(r, row, s->owner) && has_opener(r, row, s->sender)));
}

static bool check_sender(const struct rows *r, int row, const struct stable_mqueue *s)
{
	int sender = rows_next(r, IPCDBG_R_mq_sender, row, -1);
	bool ok = true;

	if (sender < 0)
		return complain("no sender");
	CHECK("sender", s->sender, ROW_NUM(r, sender, mq_sender, tid));
	CHECK("msg_prio", 9, ROW_NUM(r, sender, mq_sender, msg_prio));
	CHECK("size", SENT, ROW_NUM(r, sender, mq_sender, size));
	return ok;
}

static bool check_queue(const struct stable *w, const struct rows *r, int row,
			const struct stable_mqueue *s, enum stable_view view)
{
	bool ok = true;

	if (!escaped_is(ROW_STR(r, row, mqueue, name), s->name))
		ok = complain("name %s", ROW_STR(r, row, mqueue, name));
	CHECK("mode", 0600 | w->mark, ROW_NUM(r, row, mqueue, mode));
	CHECK("unlinked", s->unlinked, ROW_NUM(r, row, mqueue, unlinked));
	CHECK("maxmsg", ROOM, ROW_NUM(r, row, mqueue, maxmsg));
	CHECK("curmsgs", ROOM, ROW_NUM(r, row, mqueue, curmsgs));
	CHECK("receivers", 0, ROW_NUM(r, row, mqueue, receivers));
	CHECK("senders", !!s->sender, ROW_NUM(r, row, mqueue, senders));
	CHECK("notify", !!s->owner, ROW_HAS(r, row, mqueue, notify));
	if (s->owner && ok)
		STABLE_CHECK_PID(r, row, mqueue, notify_pid, s->owner);
	if (view == STABLE_LIST || !ok)
		return ok;
	CHECK("priorities", ROOM, rows_count(r, IPCDBG_R_mqprio, row));
	return ok && check_openers(r, row, s) && (!s->sender || check_sender(r, row, s));
}

static bool check(const struct stable *w, const struct rows *r, int ns, enum stable_view view)
{
	int i, row;

	for (i = 0; i < w->nr_mqueues; i++) {
		const struct stable_mqueue *s = &w->mqueue[i];

		row = ROWS_FIND(r, ns, mqueue, ino, (int64_t)s->ino);
		if (row < 0)
			return complain("stable queue %s (ino %" PRIu64 ") is missing", s->name,
					s->ino);
		if (!check_queue(w, r, row, s, view))
			return stable_bad_row(r, row, "stable queue %s", s->name);
	}
	return true;
}

/* All of what it counts stands below, or that it does not; of any queue, stable or not. */
static bool check_whole(const struct rows *r, int row, struct tally *tally)
{
	int64_t count = 0, bytes = 0;
	bool ok = true;
	int i = -1;

	if (stable_has_truncated(r, row)) {
		tally->gone++;
		return true;
	}
	while ((i = rows_next(r, IPCDBG_R_mqprio, row, i)) >= 0) {
		count += ROW_NUM(r, i, mqprio, count);
		bytes += ROW_NUM(r, i, mqprio, bytes);
	}
	CHECK("messages", ROW_NUM(r, row, mqueue, curmsgs), count);
	CHECK("bytes", ROW_NUM(r, row, mqueue, bytes), bytes);
	CHECK("receivers", ROW_NUM(r, row, mqueue, receivers),
	      rows_count(r, IPCDBG_R_mq_receiver, row));
	CHECK("senders", ROW_NUM(r, row, mqueue, senders), rows_count(r, IPCDBG_R_mq_sender, row));
	return ok || stable_bad_row(r, row, "counts and rows");
}

/* No queue comes twice: a number is not of two file systems, nor of two queues at once. */
static bool check_once(const struct rows *r, int row)
{
	int again = ROWS_FIND(r, row, mqueue, ino, ROW_NUM(r, row, mqueue, ino));

	return again < 0 || stable_bad_row(r, again, "doubled");
}

static bool check_any(const struct rows *r, enum stable_view view, struct tally *tally)
{
	bool ok = true;
	int row = -1;

	while ((row = rows_next(r, IPCDBG_R_mqueue, -1, row)) >= 0)
		ok &= check_once(r, row) && (view == STABLE_LIST || check_whole(r, row, tally));
	return ok;
}

const struct stable_kind stable_mqueue = { "mqueue", "list/mqueue", make, check, check_any };
