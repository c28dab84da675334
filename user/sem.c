// SPDX-License-Identifier: GPL-2.0
/* -s: semaphore sets. */
#include "sem.h"

#include "kinds.h"
#include "processes.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static void each_waiter(const struct list_row *row, process_fn fn, void *ctx)
{
	const struct sem_set *s = sem_set_of(row->o);
	struct processes p = { 0 };

	for (size_t i = 0; i < s->waits.nr; i++)
		processes_add(&p, s->waits.v[i].w.pid, s->waits.v[i].w.start_ns,
			      s->waits.v[i].w.comm);
	processes_tell(&p, fn, ctx);
}

static void add_owners(struct processes *p, const struct sem_set *s, const struct sem_undo *u)
{
	for (size_t i = 0; i < u->nr_owners; i++) {
		const struct ipcdbg_owner *o = &s->owners.v[u->first_owner + i];

		processes_add(p, o->pid, o->start_ns, o->comm);
	}
}

static void each_holder(const struct list_row *row, process_fn fn, void *ctx)
{
	const struct sem_set *s = sem_set_of(row->o);
	struct processes p = { 0 };

	for (size_t i = 0; i < s->undos.nr; i++)
		add_owners(&p, s, &s->undos.v[i]);
	processes_tell(&p, fn, ctx);
}

/* The waits that stand in a row for one semaphore, and for one sign, are blocked by the same. */
static void each_blocker(const struct list_row *row, process_fn fn, void *ctx)
{
	const struct sem_set *s = sem_set_of(row->o);
	struct processes p = { 0 };
	struct sem_blockers b;
	int semnum = -1;
	bool zero = false;

	sem_blockers_init(&b, s);
	for (size_t i = 0; i < s->waits.nr; i++) {
		const struct sem_wait *w = &s->waits.v[i];
		const struct sem_undo *const *u;
		size_t nr;

		if (w->semnum == semnum && sem_wait_is_zero(s, w) == zero)
			continue;
		semnum = w->semnum;
		zero = sem_wait_is_zero(s, w);
		u = sem_blockers_find(&b, semnum, zero, &nr);
		for (size_t j = 0; j < nr; j++)
			add_owners(&p, s, u[j]);
	}
	sem_blockers_free(&b);
	processes_tell(&p, fn, ctx);
}

static const struct datum data[] = {
	SYSV_DATA(set, semid),
	DATUM("NSEMS", FIELD, set, nsems, "semaphores in the set"),
	DATUM("OTIME", TIME, set, otime, "last semop"),
	DATUM_MODULE("NWAITERS", FIELD, set, waiters, "how many tasks are blocked on it"),
	DATUM_MODULE("NHOLDERS", FIELD, set, holders, "undo lists with an adjustment of it"),
	DATUM_OF_ROWS("sem wait", "WAITERS", each_waiter, "processes that are blocked on it"),
	DATUM_OF_ROWS("sem undo owner", "HOLDERS", each_holder, "processes with an undo of it"),
	DATUM_OF_ROWS("sem wait undo owner", "BLOCKER", each_blocker,
		      "those whose undo can block a waiter"),
	DATUM_OF_NS,
	DATUM("SEMNUM", FIELD, sem, semnum, "a semaphore of it, in a row of its own"),
	DATUM("VALUE", FIELD, sem, semval, "that one's value"),
	DATUM("NCOUNT", FIELD, sem, semncnt, "tasks that wait for its increase"),
	DATUM("ZCOUNT", FIELD, sem, semzcnt, "tasks that wait until it is 0"),
	DATUM("PID", PID, sem, sempid, "process of the last operation on it"),
	DATUM_MODULE("STATE", FIELD, sem, sempid_state, "that one's: live, zombie, exited"),
	DATUM_MODULE("COMMAND", FIELD, sem, sempid_comm, "that one's command name"),
};

static const struct list_column columns[] = {
	LIST_KEY,
	LIST_ID("semid"),
	LIST_OWNER,
	LIST_PERMS,
	{ .word = "nsems", .datum = "NSEMS" },
	{ .word = "waiters", .datum = "NWAITERS" },
	{ .word = "holders", .datum = "NHOLDERS" },
};

/* ipcs has no such list: the columns are in its style. */
static const struct list_column pids_columns[] = {
	LIST_ID("semid"),
	LIST_OWNER,
	{ .word = "semnum", .datum = "SEMNUM" },
	{ .word = "sempid", .datum = "PID" },
	{ .word = "state", .datum = "STATE" },
	{ .word = "command", .datum = "COMMAND" },
};

static const struct list_column times_columns[] = {
	{ .word = "semid", .datum = "ID", .width = 8 },
	LIST_OWNER,
	{ .word = "last-op",
	  .datum = "OTIME",
	  .width = 26,
	  .cut = 24,
	  .cut_heading = true,
	  .times = TIME_IPCS_FULL,
	  .ipcs = { .width = 26, .lead = 1 } },
	{ .word = "last-changed",
	  .datum = "CTIME",
	  .width = 26,
	  .cut = 24,
	  .cut_heading = true,
	  .times = TIME_IPCS_FULL },
};

static const struct list_column creators_columns[] = { LIST_CREATORS("semid") };

static const void *element(const struct object *o, size_t i)
{
	const struct sem_set *s = sem_set_of(o);

	return i < s->sems.nr ? &s->sems.v[i] : NULL;
}

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
	.ipcs_table = "counts/sem",
	.head = SYSV_HEAD(set),
	.data = data,
	.nr_data = NR(data),
	.lists = { [VIEW_LIST] = { .title = "------ Semaphore Arrays --------\n",
				   .table = "all/list/sem",
				   .row = IPCDBG_R_set,
				   .columns = columns,
				   .nr = NR(columns),
				   .nr_ipcs = 5 },
		   [VIEW_PIDS] = { .title = "------ Semaphore Last-op PIDs --------\n",
				   .table = "all/sem",
				   .row = IPCDBG_R_sem,
				   .columns = pids_columns,
				   .nr = NR(pids_columns) },
		   [VIEW_TIMES] = { .title = "------ Semaphore Operation/Change Times --------\n",
				    .table = "all/list/sem",
				    .row = IPCDBG_R_set,
				    .columns = times_columns,
				    .nr = NR(times_columns),
				    .nr_ipcs = NR(times_columns) },
		   [VIEW_CREATORS] = { .title =
					       "------ Semaphore Arrays Creators/Owners --------\n",
				       .table = "all/list/sem",
				       .row = IPCDBG_R_set,
				       .columns = creators_columns,
				       .nr = NR(creators_columns),
				       .nr_ipcs = NR(creators_columns) } },
	.element = element,
	.limits = sem_limits,
	.summary = sem_summary,
	.resources = sem_resources,
	.nr_resources = NR_SEM_RESOURCES,
	.size = sizeof(struct sem_set),
	.clear = sem_set_clear,
	.add = sem_set_add,
	.finish = sem_set_finish,
	.free = sem_set_free,
	.graph = sem_graph,
	.call = sem_call,
	.ipcs = sem_ipcs,
	.ipcs_lacks = lacks_semaphores,
	.tables = sem_tables,
	.say = sem_say,
	.removal = &sem_removal,
	.json = sem_json,
	/* Counts of a listing; there arrays bear these names. */
	.json_skip = IPCDBG_BIT(set, waiters) | IPCDBG_BIT(set, holders),
};
