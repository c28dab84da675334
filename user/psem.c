// SPDX-License-Identifier: GPL-2.0
/* -S: named POSIX semaphores. */
#include "kinds.h"
#include "pshm.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static const struct datum data[] = {
	PSHM_DATA(psem),
	DATUM("SVAL", FIELD, psem, value, "value"),
	DATUM("SWAITERS", FIELD, psem, nwaiters, "tasks inside sem_wait, as it counts them"),
	DATUM("FORMAT", FIELD, psem, format, "of its sem_t: glibc-64, glibc-32"),
	PSHM_USER_DATA,
};

static const struct list_column columns[] = {
	PSHM_LIST_NAME,
	LIST_PERMS,
	PSHM_LIST_OWNER,
	{ .word = "value", .datum = "SVAL" },
	{ .word = "waiters", .datum = "NWAITERS" },
	{ .word = "nattch", .datum = "NATTCH" },
	{ .word = "processes", .datum = "NPROCS" },
	{ .word = "status", .datum = "STATUS" },
};

static const struct list_column pids_columns[] = {
	PSHM_LIST_NAME,
	PSHM_LIST_OWNER,
	{ .word = "pid", .datum = "PID" },
	{ .word = "state", .datum = "STATE" },
	{ .word = "command", .datum = "COMMAND", .width = 16 },
	{ .word = "mappings", .datum = "MAPPINGS" },
	{ .word = "fds", .datum = "FDS" },
};

static const struct list_column times_columns[] = {
	PSHM_LIST_NAME,
	PSHM_LIST_OWNER,
	LIST_TIME("modified", "MTIME"),
	LIST_TIME("changed", "CTIME"),
};

static const struct list_column creators_columns[] = {
	PSHM_LIST_NAME,
	LIST_PERMS,
	{ .word = "uid", .datum = "USER" },
	{ .word = "gid", .datum = "GROUP" },
};

const struct kind psem_kind = {
	.letter = 'S',
	.option = "posix-semaphores",
	.help = "named POSIX semaphores",
	.noun = "POSIX semaphore",
	.array = "psems",
	.table = "all/psem",
	.head = IPCDBG_R_psem,
	.by_proc = true,
	.name = pshm_name,
	.data = data,
	.nr_data = NR(data),
	.lists = { [VIEW_LIST] = { .title = "------ POSIX Semaphores --------\n",
				   .table = "all/list/psem",
				   .row = IPCDBG_R_psem,
				   .columns = columns,
				   .nr = NR(columns) },
		   [VIEW_PIDS] = { .title = "------ POSIX Semaphore PIDs --------\n",
				   .table = "all/psem",
				   .row = IPCDBG_R_shm_user,
				   .columns = pids_columns,
				   .nr = NR(pids_columns) },
		   [VIEW_TIMES] = { .title = "------ POSIX Semaphore Times --------\n",
				    .table = "all/list/psem",
				    .row = IPCDBG_R_psem,
				    .columns = times_columns,
				    .nr = NR(times_columns) },
		   [VIEW_CREATORS] = { .title = "------ POSIX Semaphore Owners --------\n",
				       .table = "all/list/psem",
				       .row = IPCDBG_R_psem,
				       .columns = creators_columns,
				       .nr = NR(creators_columns) } },
	.element = pshm_element,
	.size = sizeof(struct pshm),
	.clear = pshm_clear,
	.add = pshm_add,
	.free = pshm_free,
	.tables = psem_tables,
	.say = psem_say,
	.json = pshm_json,
	.graph = pshm_graph,
	.call = pshm_call,
	/* Counts; arrays say more, one of them under the same name. */
	.json_skip =
		IPCDBG_BIT(psem, users) | IPCDBG_BIT(psem, mappings) | IPCDBG_BIT(psem, waiters),
};
