// SPDX-License-Identifier: GPL-2.0
/* 'ipcdbg -M NAME' and -S: a block in the style of ipcs, and the tables below it. */
#include "ipcs.h"
#include "pshm.h"
#include "task.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* A row of the table of processes; the mapping is NULL if there is none. */
struct user_row {
	struct process process;
	const struct ipcdbg_shm_user *u;
	const struct ipcdbg_shm_map *map;
};

struct wait_row {
	struct waiter waiter;
	const struct ipcdbg_shm_wait *w;
};

static void print_name(FILE *out, const char *name)
{
	struct text t = { 0 };

	text_clear(&t);
	text_add_name(&t, name);
	fputs(t.s, out);
	text_free(&t);
}

static void print_title(FILE *out, const char *title, const struct ipcdbg_pshm *h)
{
	fprintf(out, "\n%s /", title);
	print_name(out, h->name);
	fputs("\n", out);
}

/* What cannot be looked at is left out. */
static void print_file(FILE *out, const struct ipcdbg_pshm *h)
{
	if (IPCDBG_HAS(pshm, h, mode))
		fprintf(out, "uid=%u\tgid=%u\tmode=%#o\n", h->uid, h->gid, h->mode);
	fputs("dev=", out);
	print_name(out, h->dev);
	fprintf(out, "\tino=%llu", h->ino);
	if (IPCDBG_HAS(pshm, h, mnt_ns))
		fprintf(out, "\tmnt_ns=%u", h->mnt_ns);
	fputs("\n", out);
	if (IPCDBG_HAS(pshm, h, size))
		fprintf(out, "size=%llu\tallocated=%llu\n", h->size, h->allocated);
	if (IPCDBG_HAS(pshm, h, mtime))
		fprintf(out, "mtime=%.24s\n", ipcs_time(h->mtime));
	if (IPCDBG_HAS(pshm, h, ctime))
		fprintf(out, "ctime=%.24s\n", ipcs_time(h->ctime));
}

static const struct user_row *user_row_of(const void *row)
{
	return row;
}

static void user_mappings(struct text *t, const void *row)
{
	text_addf(t, "%u", user_row_of(row)->u->mappings);
}

static void user_fds(struct text *t, const void *row)
{
	text_addf(t, "%u", user_row_of(row)->u->fds);
}

static void user_fd(struct text *t, const void *row)
{
	const struct ipcdbg_shm_user *u = user_row_of(row)->u;

	if (IPCDBG_HAS(shm_user, u, fd))
		text_addf(t, "%d", u->fd);
	else
		text_addc(t, '-');
}

static void user_address(struct text *t, const void *row)
{
	const struct ipcdbg_shm_map *m = user_row_of(row)->map;

	if (m)
		text_addf(t, "%llx-%llx", m->start, m->end);
	else
		text_addc(t, '-');
}

static void user_offset(struct text *t, const void *row)
{
	const struct ipcdbg_shm_map *m = user_row_of(row)->map;

	if (m && IPCDBG_HAS(shm_map, m, offset))
		text_addf(t, "%llu", m->offset);
	else
		text_addc(t, '-');
}

static void user_prot(struct text *t, const void *row)
{
	const struct ipcdbg_shm_map *m = user_row_of(row)->map;

	text_add_comm(t, m ? m->prot : "");
}

static const struct column user_columns[] = {
	{ .name = "MAPPINGS", .right = true, .fill = user_mappings },
	{ .name = "FDS", .right = true, .fill = user_fds },
	{ .name = "FD", .right = true, .fill = user_fd },
	{ .name = "ADDRESS", .fill = user_address },
	{ .name = "OFFSET", .right = true, .fill = user_offset },
	{ .name = "PROT", .fill = user_prot },
};

static void add_user(struct aligned *table, const struct pshm *p, const struct pshm_user *u)
{
	struct user_row row = { .process = PROCESS_OF(shm_user, &u->u), .u = &u->u };

	for (size_t i = 0; i < u->nr_maps; i++) {
		row.map = &p->maps.v[u->first_map + i];
		aligned_add(table, &row);
	}
	if (!u->nr_maps)
		aligned_add(table, &row);
}

static void print_users(FILE *out, const struct pshm *p)
{
	struct aligned *table;

	if (!p->users.nr)
		return;
	table = processes_new(out, "Mapped or Open By", user_columns, NR(user_columns));
	for (size_t i = 0; i < p->users.nr; i++)
		add_user(table, p, &p->users.v[i]);
	aligned_print(table);
	fputs("\n", out);
}

static const struct ipcdbg_shm_wait *wait_of(const void *row)
{
	return ((const struct wait_row *)row)->w;
}

static void wait_offset(struct text *t, const void *row)
{
	if (IPCDBG_HAS(shm_wait, wait_of(row), offset))
		text_addf(t, "%llu", wait_of(row)->offset);
	else
		text_addc(t, '-');
}

static void wait_call(struct text *t, const void *row)
{
	text_add_comm(t, wait_of(row)->call);
}

static const struct column wait_columns[] = {
	{ .name = "OFFSET", .right = true, .fill = wait_offset },
	{ .name = "CALL", .fill = wait_call },
};

static void print_waits(FILE *out, const struct pshm *p)
{
	struct aligned *table;

	if (!p->waits.nr)
		return;
	table = waiters_new(out, "Waiting Tasks (inferred)", wait_columns, NR(wait_columns));
	for (size_t i = 0; i < p->waits.nr; i++) {
		const struct ipcdbg_shm_wait *w = &p->waits.v[i];

		aligned_add(table, &(struct wait_row){ WAITER_OF(shm_wait, w), w });
	}
	aligned_print(table);
	fputs("\n", out);
}

static void print_tables(FILE *out, const struct pshm *p)
{
	fputs("\n", out);
	print_waits(out, p);
	print_users(out, p);
}

void pshm_tables(const struct query *q, const struct object *o)
{
	print_title(q->out, "POSIX Shared Memory", &o->head.pshm);
	print_file(q->out, &o->head.pshm);
	print_tables(q->out, pshm_of(o));
}

void psem_tables(const struct query *q, const struct object *o)
{
	const struct ipcdbg_psem *s = &o->head.psem;

	print_title(q->out, "POSIX Semaphore", pshm_head(&o->head));
	print_file(q->out, pshm_head(&o->head));
	if (IPCDBG_HAS(psem, s, format)) {
		fputs("format=", q->out);
		print_name(q->out, s->format);
		fprintf(q->out, "\tvalue=%u\tnwaiters=%u\n", s->value, s->nwaiters);
	}
	print_tables(q->out, pshm_of(o));
}
