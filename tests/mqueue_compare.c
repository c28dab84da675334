// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "mqueue_compare.h"
#include "check.h"
#include "compare.h"
#include "compare_line.h"
#include "mqueue_open.h"
#include "proc.h"

#include <errno.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct mqueue_facts facts_of[MQUEUES];

void mqueue_take_facts(int fd, struct mqueue_facts *facts)
{
	ssize_t n = pread(fd, facts->file, sizeof(facts->file) - 1, 0);

	if (n < 0 || mq_getattr(fd, &facts->attr) || fstat(fd, &facts->st))
		die("a queue's facts: %s", strerror(errno));
	facts->file[n] = 0;
}

/*
 * Closing any descriptor ends a notification: only where the test has none, it opens one. Where
 * nobody has any there is no way to the queue.
 */
static bool take_facts(const struct mqueue *q, struct mqueue_facts *facts)
{
	const struct mqueue_fds *own = &q->fds[MQUEUE_TESTER];
	int fd = own->nr ? own->fd[0] : mqueue_reach(q->unlinked ? NULL : q->name, q->ino);

	if (fd < 0 && mqueue_reachable(q))
		die("no way to queue %" PRIu64 ": %s", q->ino, strerror(errno));
	if (fd < 0)
		return false;
	mqueue_take_facts(fd, facts);
	if (!own->nr)
		close(fd);
	return true;
}

bool mqueue_compare_model(const struct mqueue_model *m)
{
	bool ok = true;
	int i;

	for (i = 0; i < m->nr_queues; i++) {
		const struct mqueue *q = &m->queue[i];

		if (q->gone || !take_facts(q, &facts_of[i]))
			continue;
		CHECK("model ino", q->ino, facts_of[i].st.st_ino);
		CHECK("model maxmsg", q->maxmsg, facts_of[i].attr.mq_maxmsg);
		CHECK("model msgsize", q->msgsize, facts_of[i].attr.mq_msgsize);
		CHECK("model curmsgs", q->nr, facts_of[i].attr.mq_curmsgs);
	}
	return ok;
}

static bool row_getattr(const struct rows *r, int row, const struct mq_attr *attr)
{
	bool ok = true;

	CHECK("maxmsg", attr->mq_maxmsg, ROW_NUM(r, row, mqueue, maxmsg));
	CHECK("msgsize", attr->mq_msgsize, ROW_NUM(r, row, mqueue, msgsize));
	CHECK("curmsgs", attr->mq_curmsgs, ROW_NUM(r, row, mqueue, curmsgs));
	return ok;
}

static bool row_stat(const struct rows *r, int row, const struct stat *st)
{
	bool ok = true;

	CHECK("ino", st->st_ino, ROW_NUM(r, row, mqueue, ino));
	CHECK("mode", st->st_mode & 07777, ROW_NUM(r, row, mqueue, mode));
	CHECK("uid", st->st_uid, ROW_NUM(r, row, mqueue, uid));
	CHECK("gid", st->st_gid, ROW_NUM(r, row, mqueue, gid));
	CHECK("time", st->st_mtime, ROW_NUM(r, row, mqueue, time));
	CHECK("unlinked", !st->st_nlink, ROW_NUM(r, row, mqueue, unlinked));
	return ok;
}

/* What is read from the queue as a file, in the mqueue file system or by a descriptor. */
static bool row_file(const struct rows *r, int row, const char *text)
{
	static const char *const how[] = { "signal", "none", "thread" };
	long long size, notify, signo, pid;
	bool ok = true;

	if (sscanf(text, "QSIZE:%lld NOTIFY:%lld SIGNO:%lld NOTIFY_PID:%lld", &size, &notify,
		   &signo, &pid) != 4)
		return complain("cannot understand '%s'", text);
	CHECK("QSIZE", size, ROW_NUM(r, row, mqueue, bytes));
	CHECK("has NOTIFY", !!pid, ROW_HAS(r, row, mqueue, notify));
	CHECK("has NOTIFY_PID", !!pid, ROW_HAS(r, row, mqueue, notify_pid));
	CHECK("has SIGNO", pid && notify == SIGEV_SIGNAL, ROW_HAS(r, row, mqueue, notify_signo));
	if (!pid || !ok)
		return ok;
	CHECK_STR("NOTIFY", how[notify], ROW_STR(r, row, mqueue, notify));
	CHECK("NOTIFY_PID", pid, ROW_NUM(r, row, mqueue, notify_pid));
	if (notify == SIGEV_SIGNAL)
		CHECK("SIGNO", signo, ROW_NUM(r, row, mqueue, notify_signo));
	return ok;
}

bool mqueue_compare_facts(const struct rows *r, int row, const struct mqueue_facts *facts)
{
	bool ok = row_getattr(r, row, &facts->attr);

	ok &= row_stat(r, row, &facts->st);
	return row_file(r, row, facts->file) && ok;
}

bool mqueue_compare_openers(const struct rows *r, int row, const struct stat *st)
{
	struct mqueue_opener openers[MQUEUE_OPENERS_MAX];
	int i, opener = -1, n = mqueue_openers(st, openers);
	bool ok = true;

	CHECK("opener rows", n, rows_count(r, IPCDBG_R_opener, row));
	for (i = 0; ok && i < n; i++) {
		opener = rows_next(r, IPCDBG_R_opener, row, opener);
		CHECK("pid of opener", openers[i].pid, ROW_NUM(r, opener, opener, pid));
		CHECK("fds", openers[i].fds, ROW_NUM(r, opener, opener, fds));
		CHECK("fd", openers[i].lowest, ROW_NUM(r, opener, opener, fd));
		CHECK_STR("state", "live", ROW_STR(r, opener, opener, state));
		ok &= compare_process(r, opener, openers[i].pid, openers[i].pid);
	}
	return ok;
}

bool mqueue_compare_call(const struct rows *r, int row, pid_t pid, pid_t tid)
{
	bool receives = r->row[row].record == IPCDBG_R_mq_receiver;
	struct proc_syscall c;
	struct proc_task t;
	bool ok = true;

	if (!proc_syscall(pid, tid, &c) || !proc_task(pid, tid, &t))
		return complain("task %d does not sleep", tid);
	CHECK("system call", receives ? SYS_mq_timedreceive : SYS_mq_timedsend, c.nr);
	CHECK("priority", t.priority, row_named_number(r, row, "priority"));
	if (receives)
		return ok;
	CHECK("size", c.args[2], ROW_NUM(r, row, mq_sender, size));
	CHECK("msg_prio", c.args[3], ROW_NUM(r, row, mq_sender, msg_prio));
	return ok;
}

static bool check_call(const struct line_check *check, int row, int task)
{
	const struct mqueue_model *m = check->model;
	const struct puppet *p = m->cast.task[task].puppet;
	const struct rows *r = check->rows;
	bool ok = mqueue_compare_call(r, row, p->pid, p->tid);

	CHECK("priority it began with", m->priority[task], row_named_number(r, row, "priority"));
	if (r->row[row].record == IPCDBG_R_mq_receiver)
		return ok;
	CHECK("size", m->call[task].size, ROW_NUM(r, row, mq_sender, size));
	CHECK("msg_prio", m->call[task].prio, ROW_NUM(r, row, mq_sender, msg_prio));
	return ok;
}

/* Priorities once each, falling, and the messages of each. */
static bool compare_prios(const struct rows *r, int queue, const struct mqueue *q)
{
	int row = -1, i = 0;
	bool ok = true;

	while ((row = rows_next(r, IPCDBG_R_mqprio, queue, row)) >= 0) {
		int64_t prio = ROW_NUM(r, row, mqprio, msg_prio), count = 0, bytes = 0;

		for (; i < q->nr && q->message[i].prio == prio; i++) {
			count++;
			bytes += q->message[i].size;
		}
		CHECK("count", count, ROW_NUM(r, row, mqprio, count));
		CHECK("bytes", bytes, ROW_NUM(r, row, mqprio, bytes));
		CHECK("empty priority", false, !count);
	}
	CHECK("messages in all priorities", q->nr, i);
	return ok;
}

static bool compare_notify(const struct mqueue_model *m, const struct rows *r, int row,
			   const struct mqueue *q)
{
	static const char *const how[] = { "signal", "none", "thread" };
	int who = q->notify_who == MQUEUE_TESTER ? CAST_TESTER : q->notify_who;
	bool ok = true;

	if (q->notify == MQUEUE_NO_NOTIFY) {
		CHECK("has notify", false, ROW_HAS(r, row, mqueue, notify));
		return compare_pid(r, row, "notify_pid", 0, NULL) && ok;
	}
	CHECK_STR("notify", how[q->notify], ROW_STR(r, row, mqueue, notify));
	if (q->notify == SIGEV_SIGNAL)
		CHECK("signo", q->signo, ROW_NUM(r, row, mqueue, notify_signo));
	return compare_pid(r, row, "notify_pid", cast_pid(&m->cast, who),
			   cast_state(&m->cast, who)) &&
	       ok;
}

static bool compare_charge(const struct mqueue_model *m, const struct rows *r, int row,
			   const struct mqueue *q)
{
	uint64_t all = 0;
	bool ok = true;
	int i;

	for (i = 0; i < m->nr_queues; i++)
		if (!m->queue[i].gone && m->queue[i].uid == q->uid)
			all += mqueue_charge(&m->queue[i]);
	CHECK("charged_uid", q->uid, ROW_NUM(r, row, mqueue, charged_uid));
	CHECK("charged", mqueue_charge(q), ROW_NUM(r, row, mqueue, charged));
	CHECK("user_charged", all, ROW_NUM(r, row, mqueue, user_charged));
	return ok;
}

/* Who the model says has it open: the test itself too. */
static bool model_openers(const struct mqueue_model *m, const struct rows *r, int row,
			  const struct mqueue *q)
{
	int i, n = 0, opener = -1;
	bool ok = true;

	while ((opener = rows_next(r, IPCDBG_R_opener, row, opener)) >= 0)
		for (i = 0; i <= MQUEUE_TESTER; i++)
			if (q->fds[i].nr &&
			    ROW_NUM(r, opener, opener, pid) ==
				    (i == MQUEUE_TESTER ? getpid() : m->cast.process[i].pid))
				CHECK("model fds", q->fds[i].nr, ROW_NUM(r, opener, opener, fds));
	for (i = 0; i <= MQUEUE_TESTER; i++)
		n += !!q->fds[i].nr;
	CHECK("model openers", n, rows_count(r, IPCDBG_R_opener, row));
	return ok;
}

/* What a row tells of a queue, in the details and in a listing. */
static bool compare_queue(const struct mqueue_model *m, const struct rows *r, int row,
			  const struct mqueue *q)
{
	bool ok = !mqueue_reachable(q) || mqueue_compare_facts(r, row, &facts_of[q - m->queue]);

	if (!escaped_is(ROW_STR(r, row, mqueue, name), q->name))
		ok = complain("name %s", ROW_STR(r, row, mqueue, name));
	ok &= compare_notify(m, r, row, q);
	ok &= compare_charge(m, r, row, q);
	CHECK("receivers", q->receivers.nr, ROW_NUM(r, row, mqueue, receivers));
	CHECK("senders", q->senders.nr, ROW_NUM(r, row, mqueue, senders));
	return ok;
}

static bool compare_below(const struct line_check *check, int row, const struct mqueue *q)
{
	bool ok = compare_line(check, row, IPCDBG_R_mq_receiver, &q->receivers, false);
	const struct mqueue_model *m = check->model;

	ok &= compare_line(check, row, IPCDBG_R_mq_sender, &q->senders, false);
	ok &= compare_prios(check->rows, row, q);
	ok &= model_openers(m, check->rows, row, q);
	if (mqueue_reachable(q))
		ok &= mqueue_compare_openers(check->rows, row, &facts_of[q - m->queue].st);
	return ok;
}

/* check: NULL for a listing, where nothing stands below a queue. */
static bool compare_queues(const struct mqueue_model *m, const struct rows *r,
			   const struct line_check *check)
{
	int i, row, n = 0;
	bool ok = true;

	for (i = 0; i < m->nr_queues; i++) {
		if (m->queue[i].gone)
			continue;
		n++;
		row = ROWS_FIND(r, -1, mqueue, ino, m->queue[i].ino);
		if (row < 0)
			return complain("queue %" PRIu64 " is missing", m->queue[i].ino);
		ok &= compare_queue(m, r, row, &m->queue[i]);
		if (check)
			ok &= compare_below(check, row, &m->queue[i]);
		else
			CHECK("rows below", 0, r->row[row + 1].depth);
	}
	CHECK("queues", n, rows_count(r, IPCDBG_R_mqueue, -1));
	CHECK("namespaces", 1, rows_count(r, IPCDBG_R_namespace, -1));
	return ok;
}

bool mqueue_compare(const struct mqueue_model *m, const struct rows *r, uint64_t t0, uint64_t t1)
{
	struct line_check check = {
		.cast = &m->cast, .rows = r, .t0 = t0, .t1 = t1, .call = check_call, .model = m
	};

	return compare_queues(m, r, &check);
}

bool mqueue_compare_list(const struct mqueue_model *m, const struct rows *r)
{
	return compare_queues(m, r, NULL);
}
