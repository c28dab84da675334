// SPDX-License-Identifier: GPL-2.0
/* -q: System V message queues. */
#include "msg.h"

#include "kinds.h"
#include "processes.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static void add_receivers(struct processes *p, const struct msg_queue *m)
{
	for (size_t i = 0; i < m->receivers.nr; i++)
		processes_add(p, m->receivers.v[i].pid, m->receivers.v[i].start_ns,
			      m->receivers.v[i].comm);
}

static void add_senders(struct processes *p, const struct msg_queue *m)
{
	for (size_t i = 0; i < m->senders.nr; i++)
		processes_add(p, m->senders.v[i].pid, m->senders.v[i].start_ns,
			      m->senders.v[i].comm);
}

static void each_receiver(const struct list_row *row, process_fn fn, void *ctx)
{
	struct processes p = { 0 };

	add_receivers(&p, msg_queue_of(row->o));
	processes_tell(&p, fn, ctx);
}

static void each_sender(const struct list_row *row, process_fn fn, void *ctx)
{
	struct processes p = { 0 };

	add_senders(&p, msg_queue_of(row->o));
	processes_tell(&p, fn, ctx);
}

static void each_waiter(const struct list_row *row, process_fn fn, void *ctx)
{
	struct processes p = { 0 };

	add_receivers(&p, msg_queue_of(row->o));
	add_senders(&p, msg_queue_of(row->o));
	processes_tell(&p, fn, ctx);
}

static const struct datum data[] = {
	SYSV_DATA(queue, msqid),
	DATUM("USEDBYTES", SIZE, queue, cbytes, "bytes in its messages"),
	DATUM("MSGS", FIELD, queue, qnum, "messages"),
	DATUM("QBYTES", SIZE, queue, qbytes, "limit of USEDBYTES"),
	DATUM("SEND", TIME, queue, stime, "last msgsnd"),
	DATUM("RECV", TIME, queue, rtime, "last msgrcv"),
	DATUM("LSPID", PID, queue, lspid, "process of the last msgsnd"),
	DATUM("LRPID", PID, queue, lrpid, "process, or thread, of the last msgrcv"),
	DATUM_MODULE("LSSTATE", FIELD, queue, lspid_state, "of LSPID: live, zombie, exited"),
	DATUM_MODULE("LSCOMMAND", FIELD, queue, lspid_comm, "command name of LSPID"),
	DATUM_MODULE("LRSTATE", FIELD, queue, lrpid_state, "of LRPID: live, zombie, exited"),
	DATUM_MODULE("LRCOMMAND", FIELD, queue, lrpid_comm, "command name of LRPID"),
	DATUM_MODULE("NRECEIVERS", FIELD, queue, receivers, "tasks blocked in msgrcv"),
	DATUM_MODULE("NSENDERS", FIELD, queue, senders, "tasks blocked in msgsnd"),
	DATUM_OF_ROWS("receiver", "RECEIVERS", each_receiver, "processes blocked in msgrcv"),
	DATUM_OF_ROWS("sender", "SENDERS", each_sender, "processes blocked in msgsnd"),
	DATUM_OF_ROWS("receiver sender", "WAITERS", each_waiter, "processes blocked in either"),
	DATUM_OF_NS,
};

static const struct list_column columns[] = {
	LIST_KEY,
	LIST_ID("msqid"),
	LIST_OWNER,
	LIST_PERMS,
	{ .word = "used-bytes", .human = "size", .datum = "USEDBYTES", .width = 12 },
	{ .word = "messages", .datum = "MSGS", .width = 12 },
	{ .word = "receivers", .datum = "NRECEIVERS" },
	{ .word = "senders", .datum = "NSENDERS" },
};

static const struct list_column pids_columns[] = {
	{ .word = "msqid", .datum = "ID", .ipcs = { .width = 8 } },
	LIST_OWNER,
	{ .word = "lspid", .datum = "LSPID", .ipcs = { .width = 5, .lead = 1, .right = true } },
	{ .word = "lrpid", .datum = "LRPID", .ipcs = { .width = 5, .lead = 4, .right = true } },
	{ .word = "sstate", .datum = "LSSTATE" },
	{ .word = "scommand", .datum = "LSCOMMAND", .width = 16 },
	{ .word = "rstate", .datum = "LRSTATE" },
	{ .word = "rcommand", .datum = "LRCOMMAND", .width = 16 },
};

static const struct list_column times_columns[] = {
	{ .word = "msqid", .datum = "ID", .width = 8 },
	LIST_OWNER,
	LIST_TIME("send", "SEND"),
	LIST_TIME("recv", "RECV"),
	LIST_TIME("change", "CTIME"),
};

static const struct list_column creators_columns[] = { LIST_CREATORS("msqid") };

const struct kind msg_kind = {
	.letter = 'q',
	.option = "queues",
	.help = "message queues",
	.noun = "message queue",
	.array = "queues",
	.table = "all/msg",
	.head = SYSV_HEAD(queue),
	.data = data,
	.nr_data = NR(data),
	.lists = { [VIEW_LIST] = { .title = "------ Message Queues --------\n",
				   .table = "all/list/msg",
				   .row = IPCDBG_R_queue,
				   .columns = columns,
				   .nr = NR(columns),
				   .nr_ipcs = 6 },
		   [VIEW_PIDS] = { .title = "------ Message Queues PIDs --------\n",
				   .table = "all/list/msg",
				   .row = IPCDBG_R_queue,
				   .columns = pids_columns,
				   .nr = NR(pids_columns),
				   .nr_ipcs = 4 },
		   [VIEW_TIMES] = { .title = "------ Message Queues Send/Recv/Change Times "
					     "--------\n",
				    .table = "all/list/msg",
				    .row = IPCDBG_R_queue,
				    .columns = times_columns,
				    .nr = NR(times_columns),
				    .nr_ipcs = NR(times_columns) },
		   [VIEW_CREATORS] = { .title = "------ Message Queues Creators/Owners --------\n",
				       .table = "all/list/msg",
				       .row = IPCDBG_R_queue,
				       .columns = creators_columns,
				       .nr = NR(creators_columns),
				       .nr_ipcs = NR(creators_columns) } },
	.limits = msg_limits,
	.summary = msg_summary,
	.tally = msg_tally,
	.resources = msg_resources,
	.nr_resources = NR_MSG_RESOURCES,
	.size = sizeof(struct msg_queue),
	.clear = msg_clear,
	.add = msg_add,
	.free = msg_free,
	.graph = msg_graph,
	.call = msg_call,
	.ipcs = msg_ipcs,
	.tables = msg_tables,
	.say = msg_say,
	.removal = &msg_removal,
	.json = msg_json,
	/* Counts of blocked threads; arrays bear their names. */
	.json_skip = IPCDBG_BIT(queue, receivers) | IPCDBG_BIT(queue, senders),
};
