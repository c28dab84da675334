// SPDX-License-Identifier: GPL-2.0
/* 'ipcdbg -Q NAME': a block in the style of ipcs, and the tables below it. */
#include "ipcs.h"
#include "mqueue.h"
#include "task.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* Rows of the tables of blocked threads and of openers. */
struct receiver_row {
	struct waiter waiter;
	const struct ipcdbg_mq_receiver *r;
};

struct sender_row {
	struct waiter waiter;
	const struct ipcdbg_mq_sender *s;
};

struct opener_row {
	struct process process;
	const struct ipcdbg_opener *o;
};

static void print_head(FILE *out, const struct ipcdbg_mqueue *m)
{
	struct text t = { 0 };

	mqueue_add_name(&t, m);
	fprintf(out, "\nPOSIX Message Queue %s\n", t.s);
	text_free(&t);
	fprintf(out, "uid=%u\tgid=%u\tmode=%#o\tino=%llu\n", m->uid, m->gid, m->mode, m->ino);
	fprintf(out, "maxmsg=%lld\tmsgsize=%lld\tcurmsgs=%lld\tbytes=%llu\n", m->maxmsg, m->msgsize,
		m->curmsgs, m->bytes);
	if (IPCDBG_HAS(mqueue, m, time))
		fprintf(out, "time=%.24s\n", ipcs_time(m->time));
	fputs("\n", out);
}

/* Whom mq_notify tells, and by what. */
static void print_notify(FILE *out, const struct ipcdbg_mqueue *m)
{
	struct last_row row = { .last = LAST_OF(mqueue, m, notify_pid) };
	struct text role = { 0 };

	if (!row.last.known)
		return;
	text_addf(&role, "mq_notify: ");
	mqueue_add_notify(&role, m);
	if (IPCDBG_HAS(mqueue, m, notify_signo))
		text_addf(&role, " %d", m->notify_signo);
	row.role = role.s;
	print_last(out, &row, 1);
	text_free(&role);
}

static const struct ipcdbg_mq_receiver *receiver_of(const void *row)
{
	return ((const struct receiver_row *)row)->r;
}

static void receiver_order(struct text *t, const void *row)
{
	if (IPCDBG_HAS(mq_receiver, receiver_of(row), order))
		text_addf(t, "%u", receiver_of(row)->order);
	else
		text_addf(t, "-");
}

static void receiver_priority(struct text *t, const void *row)
{
	text_addf(t, "%d", receiver_of(row)->priority);
}

static const struct column receiver_columns[] = {
	{ .name = "ORDER", .right = true, .fill = receiver_order },
	{ .name = "PRIORITY", .right = true, .fill = receiver_priority },
};

static void print_receivers(FILE *out, const struct mqueue *m)
{
	struct aligned *table;

	if (!m->receivers.nr)
		return;
	table = waiters_new(out, "Blocked Receivers", receiver_columns, NR(receiver_columns));
	for (size_t i = 0; i < m->receivers.nr; i++) {
		const struct ipcdbg_mq_receiver *r = &m->receivers.v[i];

		aligned_add(table, &(struct receiver_row){ WAITER_OF(mq_receiver, r), r });
	}
	aligned_print(table);
	fputs("\n", out);
}

static const struct ipcdbg_mq_sender *sender_of(const void *row)
{
	return ((const struct sender_row *)row)->s;
}

static void sender_order(struct text *t, const void *row)
{
	if (IPCDBG_HAS(mq_sender, sender_of(row), order))
		text_addf(t, "%u", sender_of(row)->order);
	else
		text_addf(t, "-");
}

static void sender_priority(struct text *t, const void *row)
{
	text_addf(t, "%d", sender_of(row)->priority);
}

static void sender_msg_prio(struct text *t, const void *row)
{
	text_addf(t, "%u", sender_of(row)->msg_prio);
}

static void sender_size(struct text *t, const void *row)
{
	text_addf(t, "%llu", sender_of(row)->size);
}

static const struct column sender_columns[] = {
	{ .name = "ORDER", .right = true, .fill = sender_order },
	{ .name = "PRIORITY", .right = true, .fill = sender_priority },
	{ .name = "MSG-PRIO", .right = true, .fill = sender_msg_prio },
	{ .name = "SIZE", .right = true, .fill = sender_size },
};

static void print_senders(FILE *out, const struct mqueue *m)
{
	struct aligned *table;

	if (!m->senders.nr)
		return;
	table = waiters_new(out, "Blocked Senders", sender_columns, NR(sender_columns));
	for (size_t i = 0; i < m->senders.nr; i++) {
		const struct ipcdbg_mq_sender *s = &m->senders.v[i];

		aligned_add(table, &(struct sender_row){ WAITER_OF(mq_sender, s), s });
	}
	aligned_print(table);
	fputs("\n", out);
}

static void prio_prio(struct text *t, const void *row)
{
	text_addf(t, "%u", ((const struct ipcdbg_mqprio *)row)->msg_prio);
}

static void prio_count(struct text *t, const void *row)
{
	text_addf(t, "%u", ((const struct ipcdbg_mqprio *)row)->count);
}

static void prio_bytes(struct text *t, const void *row)
{
	text_addf(t, "%llu", ((const struct ipcdbg_mqprio *)row)->bytes);
}

static const struct column prio_columns[] = {
	{ .name = "MSG-PRIO", .right = true, .fill = prio_prio },
	{ .name = "MESSAGES", .right = true, .fill = prio_count },
	{ .name = "BYTES", .right = true, .fill = prio_bytes },
};

static void print_prios(FILE *out, const struct mqueue *m)
{
	struct aligned *table;

	if (!m->prios.nr)
		return;
	fputs("------ Messages by Priority --------\n", out);
	table = aligned_new(out, prio_columns, NR(prio_columns));
	for (size_t i = 0; i < m->prios.nr; i++)
		aligned_add(table, &m->prios.v[i]);
	aligned_print(table);
	fputs("\n", out);
}

static const struct ipcdbg_opener *opener_of(const void *row)
{
	return ((const struct opener_row *)row)->o;
}

static void opener_fds(struct text *t, const void *row)
{
	text_addf(t, "%u", opener_of(row)->fds);
}

static void opener_fd(struct text *t, const void *row)
{
	text_addf(t, "%d", opener_of(row)->fd);
}

static const struct column opener_columns[] = {
	{ .name = "FDS", .right = true, .fill = opener_fds },
	{ .name = "FD", .right = true, .fill = opener_fd },
};

static void print_openers(FILE *out, const struct mqueue *m)
{
	struct aligned *table;

	if (!m->openers.nr)
		return;
	table = processes_new(out, "Open By", opener_columns, NR(opener_columns));
	for (size_t i = 0; i < m->openers.nr; i++) {
		const struct ipcdbg_opener *o = &m->openers.v[i];

		aligned_add(table, &(struct opener_row){ PROCESS_OF(opener, o), o });
	}
	aligned_print(table);
	fputs("\n", out);
}

void mqueue_tables(const struct query *q, const struct object *o)
{
	const struct mqueue *m = mqueue_of(o);

	print_head(q->out, &o->head.mqueue);
	print_notify(q->out, &o->head.mqueue);
	print_receivers(q->out, m);
	print_senders(q->out, m);
	print_prios(q->out, m);
	print_openers(q->out, m);
}
