// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "msg_compare.h"
#include "check.h"
#include "compare.h"
#include "compare_line.h"
#include "proc.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/syscall.h>

static bool queue_msgctl(const struct msg_model *m, const struct msg_queue *q)
{
	struct msqid_ds ds;
	bool ok = true;

	if (msgctl(q->id, IPC_STAT, &ds))
		return complain("IPC_STAT %d: %s", q->id, strerror(errno));
	CHECK("model qnum", q->qnum, ds.msg_qnum);
	CHECK("model cbytes", q->cbytes, ds.__msg_cbytes);
	CHECK("model qbytes", q->qbytes, ds.msg_qbytes);
	CHECK("model lspid", cast_pid(&m->cast, q->lspid), ds.msg_lspid);
	CHECK("model lrpid", cast_pid(&m->cast, q->lrpid), ds.msg_lrpid);
	return ok;
}

bool msg_compare_msgctl(const struct msg_model *m)
{
	bool ok = true;
	int i;

	for (i = 0; i < m->nr_queues; i++)
		ok &= queue_msgctl(m, &m->queue[i]);
	return ok;
}

static bool row_msgctl(const struct rows *r, int row, int id)
{
	struct msqid_ds ds;
	bool ok = true;

	if (msgctl(id, IPC_STAT, &ds))
		return complain("IPC_STAT %d: %s", id, strerror(errno));
	CHECK("key", (uint32_t)ds.msg_perm.__key, ROW_NUM(r, row, queue, key));
	CHECK("mode", ds.msg_perm.mode, ROW_NUM(r, row, queue, mode));
	CHECK("uid", ds.msg_perm.uid, ROW_NUM(r, row, queue, uid));
	CHECK("gid", ds.msg_perm.gid, ROW_NUM(r, row, queue, gid));
	CHECK("cuid", ds.msg_perm.cuid, ROW_NUM(r, row, queue, cuid));
	CHECK("cgid", ds.msg_perm.cgid, ROW_NUM(r, row, queue, cgid));
	CHECK("cbytes", ds.__msg_cbytes, ROW_NUM(r, row, queue, cbytes));
	CHECK("qnum", ds.msg_qnum, ROW_NUM(r, row, queue, qnum));
	CHECK("qbytes", ds.msg_qbytes, ROW_NUM(r, row, queue, qbytes));
	CHECK("stime", ds.msg_stime, ROW_NUM(r, row, queue, stime));
	CHECK("rtime", ds.msg_rtime, ROW_NUM(r, row, queue, rtime));
	CHECK("ctime", ds.msg_ctime, ROW_NUM(r, row, queue, ctime));
	return ok;
}

/* The columns of /proc/sysvipc/msg as they stand there. */
enum { KEY, MSQID, PERMS, CBYTES, QNUM, LSPID, LRPID, UID, GID, CUID, CGID, STIME, RTIME, CTIME };

static bool read_proc_line(int id, long long at[CTIME + 1])
{
	char *text = slurp("/proc/sysvipc/msg", 65536, NULL);
	char *line = text;
	bool found = false;

	while (line && (line = strchr(line, '\n')) && !found) {
		line++;
		found = sscanf(line,
			       "%lld %lld %llo %lld %lld %lld %lld %lld %lld %lld %lld %lld %lld "
			       "%lld",
			       &at[KEY], &at[MSQID], &at[PERMS], &at[CBYTES], &at[QNUM], &at[LSPID],
			       &at[LRPID], &at[UID], &at[GID], &at[CUID], &at[CGID], &at[STIME],
			       &at[RTIME], &at[CTIME]) == CTIME + 1 &&
			at[MSQID] == id;
	}
	free(text);
	return found;
}

static int64_t pid_or_0(const struct rows *r, int row, const char *field)
{
	return ROW_HAS_NAMED(r, row, field) ? row_named_number(r, row, field) : 0;
}

static bool row_proc(const struct rows *r, int row, int id)
{
	long long at[CTIME + 1];
	bool ok = true;

	if (!read_proc_line(id, at))
		return complain("/proc/sysvipc/msg has no queue %d", id);
	CHECK("key", (int32_t)at[KEY], (int32_t)ROW_NUM(r, row, queue, key));
	CHECK("perms", at[PERMS], ROW_NUM(r, row, queue, mode));
	CHECK("cbytes", at[CBYTES], ROW_NUM(r, row, queue, cbytes));
	CHECK("qnum", at[QNUM], ROW_NUM(r, row, queue, qnum));
	CHECK("lspid", at[LSPID], pid_or_0(r, row, "lspid"));
	CHECK("lrpid", at[LRPID], pid_or_0(r, row, "lrpid"));
	CHECK("uid", at[UID], ROW_NUM(r, row, queue, uid));
	CHECK("gid", at[GID], ROW_NUM(r, row, queue, gid));
	CHECK("cuid", at[CUID], ROW_NUM(r, row, queue, cuid));
	CHECK("cgid", at[CGID], ROW_NUM(r, row, queue, cgid));
	CHECK("stime", at[STIME], ROW_NUM(r, row, queue, stime));
	CHECK("rtime", at[RTIME], ROW_NUM(r, row, queue, rtime));
	CHECK("ctime", at[CTIME], ROW_NUM(r, row, queue, ctime));
	return ok;
}

bool msg_compare_row(const struct rows *r, int row, int id)
{
	bool ok = row_msgctl(r, row, id);

	return row_proc(r, row, id) && ok;
}

static bool same_call(const struct rows *r, int row, const struct msg_call *call)
{
	bool ok = true;

	if (r->row[row].record == IPCDBG_R_sender) {
		CHECK("size", call->size, ROW_NUM(r, row, sender, size));
		return ok;
	}
	/* The kernel keeps a positive type: one value of them has none. */
	CHECK("msgtyp", call->type == LONG_MIN ? -LONG_MAX : call->type,
	      ROW_NUM(r, row, receiver, msgtyp));
	CHECK_STR("mode", msg_mode(call), ROW_STR(r, row, receiver, mode));
	CHECK("maxsize", call->flags & MSG_NOERROR ? INT_MAX : (long)call->size,
	      ROW_NUM(r, row, receiver, maxsize));
	return ok;
}

bool msg_compare_call(const struct rows *r, int row, int id, pid_t pid, pid_t tid)
{
	bool receives = r->row[row].record == IPCDBG_R_receiver;
	struct proc_syscall c;
	struct msg_call call;
	bool ok = true;

	if (!proc_syscall(pid, tid, &c))
		return complain("task %d does not sleep", tid);
	CHECK("system call", receives ? SYS_msgrcv : SYS_msgsnd, c.nr);
	CHECK("its msqid", id, (int)c.args[0]);
	call = (struct msg_call){ .type = c.args[3],
				  .size = c.args[2],
				  .flags = receives ? c.args[4] : c.args[3] };
	return same_call(r, row, &call) && ok;
}

static bool check_call(const struct line_check *check, int row, int task)
{
	const struct msg_model *m = check->model;
	const struct msg_call *call = &m->call[task];
	const struct puppet *p = m->cast.task[task].puppet;
	bool ok = same_call(check->rows, row, call);

	return msg_compare_call(check->rows, row, m->queue[call->queue].id, p->pid, p->tid) && ok;
}

/* The messages of one type, as the model has them. */
static bool compare_msgtype(const struct rows *r, int row, const struct msg_queue *q)
{
	long type = ROW_NUM(r, row, msgtype, type);
	int64_t count = 0, bytes = 0;
	bool ok = true;
	int i;

	for (i = 0; i < q->qnum; i++)
		if (q->message[i].type == type) {
			count++;
			bytes += q->message[i].size;
		}
	CHECK("count", count, ROW_NUM(r, row, msgtype, count));
	CHECK("bytes", bytes, ROW_NUM(r, row, msgtype, bytes));
	return ok;
}

/* Each type once, rising, and all messages in them. */
static bool compare_msgtypes(const struct rows *r, int queue, const struct msg_queue *q)
{
	int64_t last = 0, messages = 0;
	bool ok = true;
	int row = -1;

	while ((row = rows_next(r, IPCDBG_R_msgtype, queue, row)) >= 0) {
		if (ROW_NUM(r, row, msgtype, type) <= last)
			ok = complain("line %d: doubled, or out of order", row + 1);
		last = ROW_NUM(r, row, msgtype, type);
		messages += ROW_NUM(r, row, msgtype, count);
		ok &= compare_msgtype(r, row, q);
	}
	CHECK("messages in all types", q->qnum, messages);
	return ok;
}

static bool compare_messages(const struct rows *r, int queue, const struct msg_queue *q)
{
	int shown = q->qnum < IPCDBG_MESSAGES_SHOWN ? q->qnum : IPCDBG_MESSAGES_SHOWN;
	int row = -1, i;
	bool ok = true;

	CHECK("messages", shown, rows_count(r, IPCDBG_R_message, queue));
	for (i = 0; ok && i < shown; i++) {
		row = rows_next(r, IPCDBG_R_message, queue, row);
		CHECK("order", i, ROW_NUM(r, row, message, order));
		CHECK("type", q->message[i].type, ROW_NUM(r, row, message, type));
		CHECK("size", q->message[i].size, ROW_NUM(r, row, message, size));
	}
	return ok;
}

/* What a row tells of a queue, in the details and in a listing. */
static bool compare_queue(const struct msg_model *m, const struct rows *r, int row,
			  const struct msg_queue *q)
{
	const struct cast *c = &m->cast;
	bool ok = msg_compare_row(r, row, q->id);

	ok &= compare_pid(r, row, "lspid", cast_pid(c, q->lspid), cast_state(c, q->lspid));
	ok &= compare_pid(r, row, "lrpid", cast_pid(c, q->lrpid), cast_state(c, q->lrpid));
	CHECK("receivers", q->receivers.nr, ROW_NUM(r, row, queue, receivers));
	CHECK("senders", q->senders.nr, ROW_NUM(r, row, queue, senders));
	return ok;
}

static bool compare_below(const struct line_check *check, int row, const struct msg_queue *q)
{
	bool ok = compare_line(check, row, IPCDBG_R_receiver, &q->receivers, q->shuffled);

	ok &= compare_line(check, row, IPCDBG_R_sender, &q->senders, false);
	ok &= compare_msgtypes(check->rows, row, q);
	return compare_messages(check->rows, row, q) && ok;
}

/* check: NULL for a listing, where nothing stands below a queue. */
static bool compare_queues(const struct msg_model *m, const struct rows *r,
			   const struct line_check *check)
{
	bool ok = true;
	int i, row;

	CHECK("queues", m->nr_queues, rows_count(r, IPCDBG_R_queue, -1));
	CHECK("namespaces", 1, rows_count(r, IPCDBG_R_namespace, -1));
	for (i = 0; i < m->nr_queues; i++) {
		row = ROWS_FIND(r, -1, queue, msqid, m->queue[i].id);
		if (row < 0)
			return complain("queue %d is missing", m->queue[i].id);
		ok &= compare_queue(m, r, row, &m->queue[i]);
		if (check)
			ok &= compare_below(check, row, &m->queue[i]);
		else
			CHECK("rows below", 0, r->row[row + 1].depth);
	}
	return ok;
}

bool msg_compare(const struct msg_model *m, const struct rows *r, uint64_t t0, uint64_t t1)
{
	struct line_check check = {
		.cast = &m->cast, .rows = r, .t0 = t0, .t1 = t1, .call = check_call, .model = m
	};

	return compare_queues(m, r, &check);
}

bool msg_compare_list(const struct msg_model *m, const struct rows *r)
{
	return compare_queues(m, r, NULL);
}
