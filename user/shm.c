// SPDX-License-Identifier: GPL-2.0
/* -m: shared memory segments. */
#include "shm.h"

#include "ipcs.h"
#include "kinds.h"
#include "task.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static const struct ipcdbg_segment *segment_of(const void *row)
{
	return &((const struct list_row *)row)->head->segment;
}

static bool is_ipcs(const void *row)
{
	return ((const struct list_row *)row)->as_ipcs;
}

static struct last creator_of(const void *row)
{
	return LAST_OF(segment, segment_of(row), cpid);
}

static struct last last_of(const void *row)
{
	return LAST_OF(segment, segment_of(row), lpid);
}

static void list_bytes(struct text *t, const void *row)
{
	text_addf(t, "%llu", segment_of(row)->size);
}

static void list_nattch(struct text *t, const void *row)
{
	text_addf(t, "%llu", segment_of(row)->nattch);
}

/* One word each, where ipcs prints two that may be blank. */
static void list_status(struct text *t, const void *row)
{
	const struct ipcdbg_segment *s = segment_of(row);

	if (is_ipcs(row))
		text_addf(t, "%-6s %-6s", s->dest ? ipcs_word("dest") : " ",
			  s->locked ? ipcs_word("locked") : " ");
	else if (s->dest)
		text_addf(t, s->locked ? "dest,locked" : "dest");
	else
		text_addf(t, s->locked ? "locked" : "-");
}

static void creator_state(struct text *t, const void *row)
{
	text_add_last_state(t, creator_of(row));
}

static void last_state(struct text *t, const void *row)
{
	text_add_last_state(t, last_of(row));
}

static const struct column columns[] = {
	LIST_KEY,
	LIST_ID("shmid"),
	LIST_OWNER,
	LIST_PERMS,
	{ .name = "bytes", .fill = list_bytes },
	{ .name = "nattch", .fill = list_nattch },
	{ .name = "status", .width = 12, .fill = list_status },
	{ .name = "creator", .fill = creator_state },
	{ .name = "last-op", .fill = last_state },
};

static void pids_cpid(struct text *t, const void *row)
{
	list_last_pid(t, row, creator_of(row));
}

static void pids_lpid(struct text *t, const void *row)
{
	list_last_pid(t, row, last_of(row));
}

static void creator_comm(struct text *t, const void *row)
{
	text_add_last_comm(t, creator_of(row));
}

static void last_comm(struct text *t, const void *row)
{
	text_add_last_comm(t, last_of(row));
}

static const struct column pids_columns[] = {
	LIST_ID("shmid"),
	LIST_OWNER,
	{ .name = "cpid", .fill = pids_cpid },
	{ .name = "lpid", .fill = pids_lpid },
	{ .name = "cstate", .fill = creator_state },
	{ .name = "ccommand", .width = 16, .fill = creator_comm },
	{ .name = "lstate", .fill = last_state },
	{ .name = "lcommand", .width = 16, .fill = last_comm },
};

const struct kind shm_kind = {
	.letter = 'm',
	.option = "shmems",
	.help = "shared memory segments",
	.noun = "shared memory segment",
	.array = "segments",
	.table = "all/shm",
	.head = SYSV_HEAD(segment),
	.list = { .title = "------ Shared Memory Segments --------\n",
		  .table = "all/list/shm",
		  .row = IPCDBG_R_segment,
		  .columns = columns,
		  .nr = NR(columns),
		  .nr_ipcs = 7 },
	.pids = { .title = "------ Shared Memory Creator/Last-op PIDs --------\n",
		  .table = "all/list/shm",
		  .row = IPCDBG_R_segment,
		  .columns = pids_columns,
		  .nr = NR(pids_columns),
		  .nr_ipcs = 4 },
	.size = sizeof(struct shm_segment),
	.clear = shm_clear,
	.add = shm_add,
	.free = shm_free,
	.ipcs = shm_ipcs,
	.tables = shm_tables,
	.say = shm_say,
	.json = shm_json,
};
