// SPDX-License-Identifier: GPL-2.0
/* -s: semaphore sets. */
#include "sem.h"

#include "kinds.h"
#include "task.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static const struct ipcdbg_set *set_of(const void *row)
{
	return &((const struct list_row *)row)->head->set;
}

static const struct ipcdbg_sem *sem_of(const void *row)
{
	return &((const struct list_row *)row)->row->sem;
}

static void list_nsems(struct text *t, const void *row)
{
	text_addf(t, "%d", set_of(row)->nsems);
}

static void list_waiters(struct text *t, const void *row)
{
	if (IPCDBG_HAS(set, set_of(row), waiters))
		text_addf(t, "%u", set_of(row)->waiters);
	else
		text_addf(t, "-");
}

static void list_holders(struct text *t, const void *row)
{
	if (IPCDBG_HAS(set, set_of(row), holders))
		text_addf(t, "%u", set_of(row)->holders);
	else
		text_addf(t, "-");
}

static const struct column columns[] = {
	LIST_KEY,
	LIST_ID("semid"),
	LIST_OWNER,
	LIST_PERMS,
	{ .name = "nsems", .fill = list_nsems },
	{ .name = "waiters", .fill = list_waiters },
	{ .name = "holders", .fill = list_holders },
};

static void pids_semnum(struct text *t, const void *row)
{
	text_addf(t, "%d", sem_of(row)->semnum);
}

static void pids_sempid(struct text *t, const void *row)
{
	text_add_last_pid(t, LAST_OF(sem, sem_of(row), sempid));
}

static void pids_state(struct text *t, const void *row)
{
	text_add_last_state(t, LAST_OF(sem, sem_of(row), sempid));
}

static void pids_comm(struct text *t, const void *row)
{
	text_add_last_comm(t, LAST_OF(sem, sem_of(row), sempid));
}

/* ipcs has no such list: the columns are in its style. */
static const struct column pids_columns[] = {
	LIST_ID("semid"),
	LIST_OWNER,
	{ .name = "semnum", .fill = pids_semnum },
	{ .name = "sempid", .fill = pids_sempid },
	{ .name = "state", .fill = pids_state },
	{ .name = "command", .fill = pids_comm },
};

static bool lacks_semaphores(const struct object *o)
{
	return sem_set_lacks(sem_set_of(o), "sem");
}

const struct kind sem_kind = {
	.letter = 's',
	.option = "semaphores",
	.help = "semaphore sets",
	.noun = "semaphore set",
	.array = "sets",
	.table = "all/sem",
	.head = SYSV_HEAD(set),
	.list = { .title = "------ Semaphore Arrays --------\n",
		  .table = "all/list/sem",
		  .row = IPCDBG_R_set,
		  .columns = columns,
		  .nr = NR(columns),
		  .nr_ipcs = 5 },
	.pids = { .title = "------ Semaphore Last-op PIDs --------\n",
		  .table = "all/sem",
		  .row = IPCDBG_R_sem,
		  .columns = pids_columns,
		  .nr = NR(pids_columns) },
	.size = sizeof(struct sem_set),
	.clear = sem_set_clear,
	.add = sem_set_add,
	.finish = sem_set_finish,
	.free = sem_set_free,
	.ipcs = sem_ipcs,
	.ipcs_lacks = lacks_semaphores,
	.tables = sem_tables,
	.say = sem_say,
	.json = sem_json,
	/* Counts of a listing; there arrays bear these names. */
	.json_skip = IPCDBG_BIT(set, waiters) | IPCDBG_BIT(set, holders),
};
