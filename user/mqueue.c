// SPDX-License-Identifier: GPL-2.0
/* -Q: POSIX message queues. ipcs does not know them: their lists are in its style. */
#include "mqueue.h"

#include "field.h"
#include "kinds.h"
#include "task.h"
#include "user.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

void mqueue_add_name(struct text *t, const struct ipcdbg_mqueue *m)
{
	text_addc(t, '/');
	text_add_name(t, m->name);
}

void mqueue_add_notify(struct text *t, const struct ipcdbg_mqueue *m)
{
	const struct ipcdbg_record *record = &ipcdbg_records[IPCDBG_R_mqueue];

	if (IPCDBG_HAS(mqueue, m, notify))
		text_add_field(t, &record->fields[IPCDBG_F_mqueue_notify], m);
	else
		text_addf(t, "-");
}

static const char *name_of(const union ipcdbg_any *head)
{
	return head->mqueue.name;
}

static const struct ipcdbg_mqueue *queue_of(const void *row)
{
	return &((const struct list_row *)row)->head->mqueue;
}

static struct last notify_of(const void *row)
{
	return LAST_OF(mqueue, queue_of(row), notify_pid);
}

static void list_name(struct text *t, const void *row)
{
	mqueue_add_name(t, queue_of(row));
}

static void list_mode(struct text *t, const void *row)
{
	text_addf(t, "%o", queue_of(row)->mode & 0777);
}

static void list_user(struct text *t, const void *row)
{
	text_add_user(t, queue_of(row)->uid, false);
}

static void list_curmsgs(struct text *t, const void *row)
{
	text_addf(t, "%lld", queue_of(row)->curmsgs);
}

static void list_maxmsg(struct text *t, const void *row)
{
	text_addf(t, "%lld", queue_of(row)->maxmsg);
}

static void list_bytes(struct text *t, const void *row)
{
	text_addf(t, "%llu", queue_of(row)->bytes);
}

static void list_msgsize(struct text *t, const void *row)
{
	text_addf(t, "%lld", queue_of(row)->msgsize);
}

static void list_senders(struct text *t, const void *row)
{
	if (IPCDBG_HAS(mqueue, queue_of(row), senders))
		text_addf(t, "%u", queue_of(row)->senders);
	else
		text_addf(t, "-");
}

static void list_receivers(struct text *t, const void *row)
{
	if (IPCDBG_HAS(mqueue, queue_of(row), receivers))
		text_addf(t, "%u", queue_of(row)->receivers);
	else
		text_addf(t, "-");
}

static void list_notify(struct text *t, const void *row)
{
	mqueue_add_notify(t, queue_of(row));
}

static void list_unlinked(struct text *t, const void *row)
{
	text_addf(t, "%s", queue_of(row)->unlinked ? "unlinked" : "-");
}

#define LIST_NAME                                              \
	{                                                      \
		.name = "name", .width = 20, .fill = list_name \
	}
#define LIST_USER                                  \
	{                                          \
		.name = "owner", .fill = list_user \
	}

static const struct column columns[] = {
	LIST_NAME,
	{ .name = "perms", .fill = list_mode },
	LIST_USER,
	{ .name = "messages", .fill = list_curmsgs },
	{ .name = "maxmsg", .fill = list_maxmsg },
	{ .name = "bytes", .fill = list_bytes },
	{ .name = "msgsize", .fill = list_msgsize },
	{ .name = "senders", .fill = list_senders },
	{ .name = "receivers", .fill = list_receivers },
	{ .name = "notify", .fill = list_notify },
	{ .name = "status", .fill = list_unlinked },
};

static void pids_pid(struct text *t, const void *row)
{
	text_add_last_pid(t, notify_of(row));
}

static void pids_state(struct text *t, const void *row)
{
	text_add_last_state(t, notify_of(row));
}

static void pids_comm(struct text *t, const void *row)
{
	text_add_last_comm(t, notify_of(row));
}

static const struct column pids_columns[] = {
	LIST_NAME,
	LIST_USER,
	{ .name = "notify", .fill = list_notify },
	{ .name = "pid", .fill = pids_pid },
	{ .name = "state", .fill = pids_state },
	{ .name = "command", .fill = pids_comm },
};

const struct kind mqueue_kind = {
	.letter = 'Q',
	.option = "posix-mqueues",
	.help = "POSIX message queues",
	.noun = "POSIX message queue",
	.array = "mqueues",
	.table = "all/mqueue",
	.head = IPCDBG_R_mqueue,
	.name = name_of,
	.list = { .title = "------ POSIX Message Queues --------\n",
		  .table = "all/list/mqueue",
		  .row = IPCDBG_R_mqueue,
		  .columns = columns,
		  .nr = NR(columns) },
	.pids = { .title = "------ POSIX Message Queue Notification PIDs --------\n",
		  .table = "all/list/mqueue",
		  .row = IPCDBG_R_mqueue,
		  .columns = pids_columns,
		  .nr = NR(pids_columns) },
	.size = sizeof(struct mqueue),
	.clear = mqueue_clear,
	.add = mqueue_add,
	.free = mqueue_free,
	.tables = mqueue_tables,
	.say = mqueue_say,
	.json = mqueue_json,
	/* Counts of blocked threads; arrays bear their names. */
	.json_skip = IPCDBG_BIT(mqueue, receivers) | IPCDBG_BIT(mqueue, senders),
};
