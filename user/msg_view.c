// SPDX-License-Identifier: GPL-2.0
/* 'ipcdbg -q ID': the tables of remembered processes, blocked threads and messages. */
#include <limits.h>

#include "field.h"
#include "msg.h"
#include "task.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* Rows of the tables of blocked threads. */
struct receiver_row {
	struct waiter waiter;
	const struct ipcdbg_receiver *r;
};

struct sender_row {
	struct waiter waiter;
	const struct ipcdbg_queue *q;
	const struct ipcdbg_sender *s;
};

static const struct ipcdbg_receiver *receiver_of(const void *row)
{
	return ((const struct receiver_row *)row)->r;
}

static const struct ipcdbg_sender *sender_of(const void *row)
{
	return ((const struct sender_row *)row)->s;
}

static void receiver_order(struct text *t, const void *row)
{
	if (IPCDBG_HAS(receiver, receiver_of(row), order))
		text_addf(t, "%u", receiver_of(row)->order);
	else
		text_addf(t, "-");
}

static void receiver_msgtyp(struct text *t, const void *row)
{
	text_addf(t, "%lld", receiver_of(row)->msgtyp);
}

static void receiver_mode(struct text *t, const void *row)
{
	const struct ipcdbg_record *record = &ipcdbg_records[IPCDBG_R_receiver];
	const struct ipcdbg_receiver *r = receiver_of(row);

	if (IPCDBG_HAS(receiver, r, mode))
		text_add_field(t, &record->fields[IPCDBG_F_receiver_mode], r);
	else
		text_addf(t, "-");
}

/* do_msgrcv() makes INT_MAX of the size if MSG_NOERROR allows to cut what is longer. */
static void receiver_maxsize(struct text *t, const void *row)
{
	const struct ipcdbg_receiver *r = receiver_of(row);

	if (!IPCDBG_HAS(receiver, r, maxsize))
		text_addf(t, "-");
	else if (r->maxsize >= INT_MAX)
		text_addf(t, "any");
	else
		text_addf(t, "%lld", r->maxsize);
}

static const struct column receiver_columns[] = {
	{ .name = "ORDER", .right = true, .fill = receiver_order },
	{ .name = "MSGTYP", .right = true, .fill = receiver_msgtyp },
	{ .name = "MODE", .fill = receiver_mode },
	{ .name = "MAXSIZE", .right = true, .fill = receiver_maxsize },
};

static void print_receivers(FILE *out, const struct msg_queue *m)
{
	struct aligned *table;

	if (!m->receivers.nr)
		return;
	table = waiters_new(out, "Blocked Receivers", receiver_columns, NR(receiver_columns));
	for (size_t i = 0; i < m->receivers.nr; i++) {
		const struct ipcdbg_receiver *r = &m->receivers.v[i];

		aligned_add(table, &(struct receiver_row){ WAITER_OF(receiver, r), r });
	}
	aligned_print(table);
	fputs("\n", out);
}

static void sender_order(struct text *t, const void *row)
{
	if (IPCDBG_HAS(sender, sender_of(row), order))
		text_addf(t, "%u", sender_of(row)->order);
	else
		text_addf(t, "-");
}

static void sender_size(struct text *t, const void *row)
{
	if (IPCDBG_HAS(sender, sender_of(row), size))
		text_addf(t, "%llu", sender_of(row)->size);
	else
		text_addf(t, "-");
}

static void sender_needs(struct text *t, const void *row)
{
	const struct sender_row *r = row;
	struct msg_need need = msg_need_of(r->q, r->s->size);
	size_t before = t->len;

	if (!IPCDBG_HAS(sender, r->s, size))
		text_addf(t, "?");
	else if (need.never)
		text_addf(t, "a larger queue");
	else
		text_add_need(t, need);
	if (t->len == before)
		text_addf(t, "-");
}

static const struct column sender_columns[] = {
	{ .name = "ORDER", .right = true, .fill = sender_order },
	{ .name = "SIZE", .right = true, .fill = sender_size },
	{ .name = "NEEDS", .fill = sender_needs },
};

static void print_senders(FILE *out, const struct msg_queue *m)
{
	struct aligned *table;

	if (!m->senders.nr)
		return;
	table = waiters_new(out, "Blocked Senders", sender_columns, NR(sender_columns));
	for (size_t i = 0; i < m->senders.nr; i++) {
		const struct ipcdbg_sender *s = &m->senders.v[i];

		aligned_add(table,
			    &(struct sender_row){ WAITER_OF(sender, s), &m->o.head.queue, s });
	}
	aligned_print(table);
	fputs("\n", out);
}

static void type_type(struct text *t, const void *row)
{
	text_addf(t, "%lld", ((const struct ipcdbg_msgtype *)row)->type);
}

static void type_count(struct text *t, const void *row)
{
	text_addf(t, "%u", ((const struct ipcdbg_msgtype *)row)->count);
}

static void type_bytes(struct text *t, const void *row)
{
	text_addf(t, "%llu", ((const struct ipcdbg_msgtype *)row)->bytes);
}

static const struct column type_columns[] = {
	{ .name = "TYPE", .right = true, .fill = type_type },
	{ .name = "MESSAGES", .right = true, .fill = type_count },
	{ .name = "BYTES", .right = true, .fill = type_bytes },
};

static void print_types(FILE *out, const struct msg_queue *m)
{
	struct aligned *table;

	if (!m->types.nr)
		return;
	fputs("------ Messages by Type --------\n", out);
	table = aligned_new(out, type_columns, NR(type_columns));
	for (size_t i = 0; i < m->types.nr; i++)
		aligned_add(table, &m->types.v[i]);
	aligned_print(table);
	fputs("\n", out);
}

/* Messages in a row that are alike. */
struct run {
	const struct ipcdbg_message *first;
	size_t nr;
};

static const struct ipcdbg_message *message_of(const void *row)
{
	return ((const struct run *)row)->first;
}

static void run_order(struct text *t, const void *row)
{
	const struct run *r = row;

	text_addf(t, "%u", r->first->order);
	if (r->nr > 1)
		text_addf(t, "-%u", r->first[r->nr - 1].order);
}

static void run_type(struct text *t, const void *row)
{
	text_addf(t, "%lld", message_of(row)->type);
}

static void run_size(struct text *t, const void *row)
{
	text_addf(t, "%llu", message_of(row)->size);
}

static const struct column run_columns[] = {
	{ .name = "ORDER", .fill = run_order },
	{ .name = "TYPE", .right = true, .fill = run_type },
	{ .name = "SIZE", .right = true, .fill = run_size },
};

static struct run run_at(const struct msg_queue *m, size_t i)
{
	struct run r = { &m->messages.v[i], 1 };

	while (i + r.nr < m->messages.nr && r.first[r.nr].type == r.first->type &&
	       r.first[r.nr].size == r.first->size)
		r.nr++;
	return r;
}

static void print_messages(FILE *out, const struct msg_queue *m)
{
	__u64 qnum = m->o.head.queue.qnum;
	struct aligned *table;
	struct run r;

	if (!m->messages.nr)
		return;
	fputs("------ First Messages --------\n", out);
	table = aligned_new(out, run_columns, NR(run_columns));
	for (size_t i = 0; i < m->messages.nr; i += r.nr) {
		r = run_at(m, i);
		aligned_add(table, &r);
	}
	aligned_print(table);
	if (qnum > m->messages.nr)
		fprintf(out, "and %llu more\n", qnum - m->messages.nr);
	fputs("\n", out);
}

void msg_tables(const struct query *q, const struct object *o)
{
	const struct ipcdbg_queue *queue = &o->head.queue;
	const struct msg_queue *m = msg_queue_of(o);
	const struct last_row pids[] = {
		{ "last msgsnd", LAST_OF(queue, queue, lspid) },
		{ "last msgrcv (process or thread)", LAST_OF(queue, queue, lrpid) },
	};

	print_last(q->out, pids, NR(pids));
	print_receivers(q->out, m);
	print_senders(q->out, m);
	print_types(q->out, m);
	print_messages(q->out, m);
}
