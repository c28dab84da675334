// SPDX-License-Identifier: GPL-2.0
/* -M: POSIX shared memory objects. ipcs does not know them: their lists are in its style. */
#include "kinds.h"
#include "pshm.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static const struct datum data[] = {
	PSHM_DATA(pshm),
	DATUM("ALLOCATED", SIZE, pshm, allocated, "of SIZE in memory, or in swap"),
	PSHM_USER_DATA,
};

static const struct list_column columns[] = {
	PSHM_LIST_NAME,
	LIST_PERMS,
	PSHM_LIST_OWNER,
	{ .word = "bytes", .human = "size", .datum = "SIZE" },
	{ .word = "nattch", .datum = "NATTCH" },
	{ .word = "processes", .datum = "NPROCS" },
	{ .word = "waiters", .datum = "NWAITERS" },
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

const struct kind pshm_kind = {
	.letter = 'M',
	.option = "posix-shmems",
	.help = "POSIX shared memory objects",
	.noun = "POSIX shared memory object",
	.array = "pshms",
	.table = "all/pshm",
	.head = IPCDBG_R_pshm,
	.by_proc = true,
	.name = pshm_name,
	.data = data,
	.nr_data = NR(data),
	.lists = { [VIEW_LIST] = { .title = "------ POSIX Shared Memory --------\n",
				   .table = "all/list/pshm",
				   .row = IPCDBG_R_pshm,
				   .columns = columns,
				   .nr = NR(columns) },
		   [VIEW_PIDS] = { .title = "------ POSIX Shared Memory PIDs --------\n",
				   .table = "all/pshm",
				   .row = IPCDBG_R_shm_user,
				   .columns = pids_columns,
				   .nr = NR(pids_columns) },
		   [VIEW_TIMES] = { .title = "------ POSIX Shared Memory Times --------\n",
				    .table = "all/list/pshm",
				    .row = IPCDBG_R_pshm,
				    .columns = times_columns,
				    .nr = NR(times_columns) },
		   [VIEW_CREATORS] = { .title = "------ POSIX Shared Memory Owners --------\n",
				       .table = "all/list/pshm",
				       .row = IPCDBG_R_pshm,
				       .columns = creators_columns,
				       .nr = NR(creators_columns) } },
	.element = pshm_element,
	.size = sizeof(struct pshm),
	.clear = pshm_clear,
	.add = pshm_add,
	.free = pshm_free,
	.tables = pshm_tables,
	.say = pshm_say,
	.json = pshm_json,
	.graph = pshm_graph,
	.call = pshm_call,
	/* Counts; arrays say more, one of them under the same name. */
	.json_skip =
		IPCDBG_BIT(pshm, users) | IPCDBG_BIT(pshm, mappings) | IPCDBG_BIT(pshm, waiters),
};
