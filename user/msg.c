// SPDX-License-Identifier: GPL-2.0
/* -q: System V message queues. */
#include "msg.h"

#include "kinds.h"
#include "task.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static const struct ipcdbg_queue *queue_of(const void *row)
{
	return &((const struct list_row *)row)->head->queue;
}

static bool is_ipcs(const void *row)
{
	return ((const struct list_row *)row)->as_ipcs;
}

static struct last sender_of(const void *row)
{
	return LAST_OF(queue, queue_of(row), lspid);
}

static struct last receiver_of(const void *row)
{
	return LAST_OF(queue, queue_of(row), lrpid);
}

static void list_used(struct text *t, const void *row)
{
	text_addf(t, "%llu", queue_of(row)->cbytes);
}

static void list_messages(struct text *t, const void *row)
{
	text_addf(t, "%llu", queue_of(row)->qnum);
}

static void list_receivers(struct text *t, const void *row)
{
	if (IPCDBG_HAS(queue, queue_of(row), receivers))
		text_addf(t, "%u", queue_of(row)->receivers);
	else
		text_addf(t, "-");
}

static void list_senders(struct text *t, const void *row)
{
	if (IPCDBG_HAS(queue, queue_of(row), senders))
		text_addf(t, "%u", queue_of(row)->senders);
	else
		text_addf(t, "-");
}

static const struct column columns[] = {
	LIST_KEY,
	LIST_ID("msqid"),
	LIST_OWNER,
	LIST_PERMS,
	{ .name = "used-bytes", .width = 12, .fill = list_used },
	{ .name = "messages", .width = 12, .fill = list_messages },
	{ .name = "receivers", .fill = list_receivers },
	{ .name = "senders", .fill = list_senders },
};

/* ipcs does not put the cells of this list below their headings. */
static void pids_msqid(struct text *t, const void *row)
{
	text_addf(t, "%-*d", is_ipcs(row) ? 8 : LIST_WIDTH, queue_of(row)->msqid);
}

static void add_pid(struct text *t, const void *row, struct last last, int indent)
{
	if (is_ipcs(row)) {
		text_addf(t, "%*s%5d", indent, "", last.pid);
		return;
	}
	text_add_last_pid(t, last);
	while (t->len < LIST_WIDTH)
		text_addc(t, ' ');
}

static void pids_lspid(struct text *t, const void *row)
{
	add_pid(t, row, sender_of(row), 1);
}

static void pids_lrpid(struct text *t, const void *row)
{
	add_pid(t, row, receiver_of(row), 4);
}

static void sender_state(struct text *t, const void *row)
{
	text_add_last_state(t, sender_of(row));
}

static void sender_comm(struct text *t, const void *row)
{
	text_add_last_comm(t, sender_of(row));
}

static void receiver_state(struct text *t, const void *row)
{
	text_add_last_state(t, receiver_of(row));
}

static void receiver_comm(struct text *t, const void *row)
{
	text_add_last_comm(t, receiver_of(row));
}

static const struct column pids_columns[] = {
	{ .name = "msqid", .cell = 1, .fill = pids_msqid },
	LIST_OWNER,
	{ .name = "lspid", .cell = 1, .fill = pids_lspid },
	{ .name = "lrpid", .cell = 1, .fill = pids_lrpid },
	{ .name = "sstate", .fill = sender_state },
	{ .name = "scommand", .width = 16, .fill = sender_comm },
	{ .name = "rstate", .fill = receiver_state },
	{ .name = "rcommand", .width = 16, .fill = receiver_comm },
};

const struct kind msg_kind = {
	.letter = 'q',
	.option = "queues",
	.help = "message queues",
	.noun = "message queue",
	.array = "queues",
	.table = "all/msg",
	.head = SYSV_HEAD(queue),
	.list = { .title = "------ Message Queues --------\n",
		  .table = "all/list/msg",
		  .row = IPCDBG_R_queue,
		  .columns = columns,
		  .nr = NR(columns),
		  .nr_ipcs = 6 },
	.pids = { .title = "------ Message Queues PIDs --------\n",
		  .table = "all/list/msg",
		  .row = IPCDBG_R_queue,
		  .columns = pids_columns,
		  .nr = NR(pids_columns),
		  .nr_ipcs = 4 },
	.size = sizeof(struct msg_queue),
	.clear = msg_clear,
	.add = msg_add,
	.free = msg_free,
	.ipcs = msg_ipcs,
	.tables = msg_tables,
	.say = msg_say,
	.json = msg_json,
	/* Counts of blocked threads; arrays bear their names. */
	.json_skip = IPCDBG_BIT(queue, receivers) | IPCDBG_BIT(queue, senders),
};
