// SPDX-License-Identifier: GPL-2.0
/* -Q: POSIX message queues. ipcs does not know them: their lists are in its style. */
#include "mqueue.h"

#include "field.h"
#include "kinds.h"
#include "processes.h"

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

static void fill_name(struct text *t, const struct list_row *row)
{
	mqueue_add_name(t, &row->head->mqueue);
}

static void fill_status(struct text *t, const struct list_row *row)
{
	if (row->head->mqueue.unlinked)
		text_addf(t, "unlinked");
}

static void add_receivers(struct processes *p, const struct mqueue *m)
{
	for (size_t i = 0; i < m->receivers.nr; i++)
		processes_add(p, m->receivers.v[i].pid, m->receivers.v[i].start_ns,
			      m->receivers.v[i].comm);
}

static void add_senders(struct processes *p, const struct mqueue *m)
{
	for (size_t i = 0; i < m->senders.nr; i++)
		processes_add(p, m->senders.v[i].pid, m->senders.v[i].start_ns,
			      m->senders.v[i].comm);
}

static void each_receiver(const struct list_row *row, process_fn fn, void *ctx)
{
	struct processes p = { 0 };

	add_receivers(&p, mqueue_of(row->o));
	processes_tell(&p, fn, ctx);
}

static void each_sender(const struct list_row *row, process_fn fn, void *ctx)
{
	struct processes p = { 0 };

	add_senders(&p, mqueue_of(row->o));
	processes_tell(&p, fn, ctx);
}

static void each_waiter(const struct list_row *row, process_fn fn, void *ctx)
{
	struct processes p = { 0 };

	add_receivers(&p, mqueue_of(row->o));
	add_senders(&p, mqueue_of(row->o));
	processes_tell(&p, fn, ctx);
}

static void each_opener(const struct list_row *row, process_fn fn, void *ctx)
{
	const struct mqueue *m = mqueue_of(row->o);
	struct processes p = { 0 };

	for (size_t i = 0; i < m->openers.nr; i++)
		processes_add(&p, m->openers.v[i].pid, m->openers.v[i].start_ns,
			      m->openers.v[i].comm);
	processes_tell(&p, fn, ctx);
}

/* lsipc takes the owner of a queue for its creator, as there is only one of both. */
static const struct datum data[] = {
	{ .name = "NAME", .help = "name, with its slash", .type = DATUM_TEXT, .fill = fill_name },
	DATUM("OWNER", USER, mqueue, uid, "owner: the name, or the number"),
	DATUM("PERMS", PERMS, mqueue, mode, "permissions"),
	DATUM("CUID", FIELD, mqueue, uid, "owner's user number"),
	DATUM("CUSER", USER, mqueue, uid, "owner's user name"),
	DATUM("CGID", FIELD, mqueue, gid, "owner's group number"),
	DATUM("CGROUP", GROUP, mqueue, gid, "owner's group name"),
	DATUM("UID", FIELD, mqueue, uid, "owner's user number"),
	DATUM("USER", USER, mqueue, uid, "owner's user name"),
	DATUM("GID", FIELD, mqueue, gid, "owner's group number"),
	DATUM("GROUP", GROUP, mqueue, gid, "owner's group name"),
	DATUM("MTIME", TIME, mqueue, time, "last send or receive, or creation"),
	DATUM("USEDBYTES", SIZE, mqueue, bytes, "bytes in its messages"),
	DATUM("MSGS", FIELD, mqueue, curmsgs, "messages"),
	DATUM("MAXMSG", FIELD, mqueue, maxmsg, "limit of MSGS"),
	DATUM("MSGSIZE", SIZE, mqueue, msgsize, "limit of the size of a message"),
	DATUM_MODULE("NSENDERS", FIELD, mqueue, senders, "tasks blocked in mq_send"),
	DATUM_MODULE("NRECEIVERS", FIELD, mqueue, receivers, "tasks blocked in mq_receive"),
	DATUM("NOTIFY", FIELD, mqueue, notify, "how mq_notify asked to be told"),
	DATUM("PID", PID, mqueue, notify_pid, "process to be told"),
	DATUM_MODULE("STATE", FIELD, mqueue, notify_pid_state, "that one's: live, zombie, exited"),
	DATUM_MODULE("COMMAND", FIELD, mqueue, notify_pid_comm, "that one's command name"),
	{ .name = "STATUS",
	  .help = "unlinked: its name is gone",
	  .type = DATUM_WORDS,
	  .fill = fill_status },
	DATUM_MODULE("CHARGED", SIZE, mqueue, charged, "what counts against RLIMIT_MSGQUEUE"),
	DATUM_MODULE("CHARGEDUSER", USER, mqueue, charged_uid, "of which user"),
	DATUM_OF_ROWS("mq_sender", "SENDERS", each_sender, "processes blocked in mq_send"),
	DATUM_OF_ROWS("mq_receiver", "RECEIVERS", each_receiver, "processes blocked in mq_receive"),
	DATUM_OF_ROWS("mq_receiver mq_sender", "WAITERS", each_waiter,
		      "processes blocked in either"),
	DATUM_OF_ROWS("opener", "HOLDERS", each_opener, "processes that have it open"),
	DATUM_OF_PURPOSE,
	DATUM_OF_NS,
};

#define LIST_NAME                                            \
	{                                                    \
		.word = "name", .datum = "NAME", .width = 20 \
	}
#define LIST_USER                                 \
	{                                         \
		.word = "owner", .datum = "OWNER" \
	}

static const struct list_column columns[] = {
	LIST_NAME,
	LIST_PERMS,
	LIST_USER,
	{ .word = "messages", .datum = "MSGS" },
	{ .word = "maxmsg", .datum = "MAXMSG" },
	{ .word = "bytes", .human = "size", .datum = "USEDBYTES" },
	{ .word = "msgsize", .datum = "MSGSIZE" },
	{ .word = "senders", .datum = "NSENDERS" },
	{ .word = "receivers", .datum = "NRECEIVERS" },
	{ .word = "notify", .datum = "NOTIFY" },
	{ .word = "status", .datum = "STATUS" },
};

static const struct list_column pids_columns[] = {
	LIST_NAME,
	LIST_USER,
	{ .word = "notify", .datum = "NOTIFY" },
	{ .word = "pid", .datum = "PID" },
	{ .word = "state", .datum = "STATE" },
	{ .word = "command", .datum = "COMMAND" },
};

static const struct list_column times_columns[] = {
	LIST_NAME,
	LIST_USER,
	LIST_TIME("last-op", "MTIME"),
};

static const struct list_column creators_columns[] = {
	LIST_NAME,
	LIST_PERMS,
	{ .word = "uid", .datum = "USER" },
	{ .word = "gid", .datum = "GROUP" },
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
	.data = data,
	.nr_data = NR(data),
	.lists = { [VIEW_LIST] = { .title = "------ POSIX Message Queues --------\n",
				   .table = "all/list/mqueue",
				   .row = IPCDBG_R_mqueue,
				   .columns = columns,
				   .nr = NR(columns) },
		   [VIEW_PIDS] = { .title = "------ POSIX Message Queue Notification PIDs "
					    "--------\n",
				   .table = "all/list/mqueue",
				   .row = IPCDBG_R_mqueue,
				   .columns = pids_columns,
				   .nr = NR(pids_columns) },
		   [VIEW_TIMES] = { .title = "------ POSIX Message Queue Times --------\n",
				    .table = "all/list/mqueue",
				    .row = IPCDBG_R_mqueue,
				    .columns = times_columns,
				    .nr = NR(times_columns) },
		   [VIEW_CREATORS] = { .title = "------ POSIX Message Queue Owners --------\n",
				       .table = "all/list/mqueue",
				       .row = IPCDBG_R_mqueue,
				       .columns = creators_columns,
				       .nr = NR(creators_columns) } },
	.limits = mqueue_limits,
	.summary = mqueue_summary,
	.tally = mqueue_tally,
	.resources = mqueue_resources,
	.nr_resources = NR_MQUEUE_RESOURCES,
	.size = sizeof(struct mqueue),
	.clear = mqueue_clear,
	.add = mqueue_add,
	.free = mqueue_free,
	.graph = mqueue_graph,
	.call = mqueue_call,
	.tables = mqueue_tables,
	.say = mqueue_say,
	.removal = &mqueue_removal,
	.json = mqueue_json,
	/* Counts of blocked threads; arrays bear their names. */
	.json_skip = IPCDBG_BIT(mqueue, receivers) | IPCDBG_BIT(mqueue, senders),
};
