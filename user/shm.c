// SPDX-License-Identifier: GPL-2.0
/* -m: shared memory segments. */
#include "shm.h"

#include "ipcs.h"
#include "kinds.h"
#include "proc_columns.h"
#include "proc_facts.h"
#include "processes.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static const struct ipcdbg_segment *segment_of(const struct list_row *row)
{
	return &row->head->segment;
}

/*
 * Words, where ipcs prints two that may be blank. The lists in its style have those only; a table
 * of columns has all that lsipc has.
 */
static void add_status(struct text *t, const struct list_row *row)
{
	const struct ipcdbg_segment *s = segment_of(row);
	const struct {
		bool is;
		const char *word;
	} words[] = { { s->dest, "dest" },
		      { s->locked, "locked" },
		      { s->hugetlb, "hugetlb" },
		      { s->noreserve, "noreserve" } };
	size_t nr = row->q->columns.wanted ? NR(words) : 2;
	const char *comma = "";

	if (row->q->format == FORMAT_IPCS) {
		text_addf(t, "%-6s %-6s", s->dest ? ipcs_word("dest") : " ",
			  s->locked ? ipcs_word("locked") : " ");
		return;
	}
	for (size_t i = 0; i < nr; i++)
		if (words[i].is) {
			text_addf(t, "%s%s", comma, words[i].word);
			comma = ",";
		}
}

static void each_attached(const struct list_row *row, process_fn fn, void *ctx)
{
	const struct shm_segment *s = shm_segment_of(row->o);
	struct processes p = { 0 };

	for (size_t i = 0; i < s->attachments.nr; i++)
		if (IPCDBG_HAS(attach, &s->attachments.v[i].a, pid))
			processes_add(&p, s->attachments.v[i].a.pid, s->attachments.v[i].a.start_ns,
				      s->attachments.v[i].a.comm);
	processes_tell(&p, fn, ctx);
}

/* What /proc tells of the creator, if it is known to be that very process. */
static void add_creator(struct text *t, const struct list_row *row,
			void (*add)(struct text *t, int tid, __u64 start_ns))
{
	const struct ipcdbg_segment *s = segment_of(row);

	if (IPCDBG_HAS(segment, s, cpid_state) && s->cpid_state == IPCDBG_LIVE && s->cpid &&
	    proc_usable())
		add(t, s->cpid, proc_start_ns(s->cpid));
}

static void add_args(struct text *t, const struct list_row *row)
{
	add_creator(t, row, text_add_args_of);
}

static void add_unit(struct text *t, const struct list_row *row)
{
	add_creator(t, row, text_add_unit_of);
}

static const struct datum data[] = {
	SYSV_DATA(segment, shmid),
	DATUM("SIZE", SIZE, segment, size, "size asked for"),
	DATUM("NATTCH", FIELD, segment, nattch, "attachments: mappings, not processes"),
	{ .name = "STATUS",
	  .help = "dest (removed), locked, hugetlb, noreserve",
	  .type = DATUM_WORDS,
	  .fill = add_status },
	DATUM("ATTACH", TIME, segment, atime, "last shmat"),
	DATUM("DETACH", TIME, segment, dtime, "last shmdt"),
	DATUM_MODULE("COMMAND", FIELD, segment, cpid_comm, "creator's command name"),
	DATUM("CPID", PID, segment, cpid, "process that created it"),
	DATUM("LPID", PID, segment, lpid, "process of the last shmat or shmdt"),
	DATUM_MODULE("STATE", FIELD, segment, cpid_state, "creator's: live, zombie, exited"),
	DATUM_MODULE("LSTATE", FIELD, segment, lpid_state, "the same of LPID"),
	DATUM_MODULE("LCOMMAND", FIELD, segment, lpid_comm, "command name of LPID"),
	{ .name = "UNIT",
	  .help = "service or container of the creator, if it is live",
	  .needs = NEEDS_MODULE,
	  .type = DATUM_TEXT,
	  .fill = add_unit },
	{ .name = "ARGS",
	  .help = "command line of the creator, if it is live",
	  .needs = NEEDS_MODULE,
	  .type = DATUM_TEXT,
	  .fill = add_args },
	DATUM("RSS", SIZE, segment, rss, "of it in memory"),
	DATUM("SWAP", SIZE, segment, swap, "of it in swap"),
	DATUM_OF_ROWS("attach", "HOLDERS", each_attached, "processes that have it attached"),
	DATUM_OF_NS,
};

static const struct list_column columns[] = {
	LIST_KEY,
	LIST_ID("shmid"),
	LIST_OWNER,
	LIST_PERMS,
	{ .word = "bytes", .human = "size", .datum = "SIZE" },
	{ .word = "nattch", .datum = "NATTCH" },
	{ .word = "status", .datum = "STATUS", .width = 12 },
	{ .word = "creator", .datum = "STATE" },
	{ .word = "last-op", .datum = "LSTATE" },
};

static const struct list_column pids_columns[] = {
	LIST_ID("shmid"),
	LIST_OWNER,
	{ .word = "cpid", .datum = "CPID" },
	{ .word = "lpid", .datum = "LPID" },
	{ .word = "cstate", .datum = "STATE" },
	{ .word = "ccommand", .datum = "COMMAND", .width = 16 },
	{ .word = "lstate", .datum = "LSTATE" },
	{ .word = "lcommand", .datum = "LCOMMAND", .width = 16 },
};

static const struct list_column times_columns[] = {
	LIST_ID("shmid"),
	LIST_OWNER,
	LIST_TIME("attached", "ATTACH"),
	LIST_TIME("detached", "DETACH"),
	LIST_TIME("changed", "CTIME"),
};

static const struct list_column creators_columns[] = { LIST_CREATORS("shmid") };

const struct kind shm_kind = {
	.letter = 'm',
	.option = "shmems",
	.help = "shared memory segments",
	.noun = "shared memory segment",
	.array = "segments",
	.table = "all/shm",
	.head = SYSV_HEAD(segment),
	.data = data,
	.nr_data = NR(data),
	.lists = { [VIEW_LIST] = { .title = "------ Shared Memory Segments --------\n",
				   .table = "all/list/shm",
				   .row = IPCDBG_R_segment,
				   .columns = columns,
				   .nr = NR(columns),
				   .nr_ipcs = 7 },
		   [VIEW_PIDS] = { .title = "------ Shared Memory Creator/Last-op PIDs --------\n",
				   .table = "all/list/shm",
				   .row = IPCDBG_R_segment,
				   .columns = pids_columns,
				   .nr = NR(pids_columns),
				   .nr_ipcs = 4 },
		   [VIEW_TIMES] = { .title = "------ Shared Memory Attach/Detach/Change Times "
					     "--------\n",
				    .table = "all/list/shm",
				    .row = IPCDBG_R_segment,
				    .columns = times_columns,
				    .nr = NR(times_columns),
				    .nr_ipcs = NR(times_columns) },
		   [VIEW_CREATORS] = { .title = "------ Shared Memory Segment Creators/Owners "
						"--------\n",
				       .table = "all/list/shm",
				       .row = IPCDBG_R_segment,
				       .columns = creators_columns,
				       .nr = NR(creators_columns),
				       .nr_ipcs = NR(creators_columns) } },
	.limits = shm_limits,
	.summary = shm_summary,
	.tally = shm_tally,
	.resources = shm_resources,
	.nr_resources = NR_SHM_RESOURCES,
	.size = sizeof(struct shm_segment),
	.clear = shm_clear,
	.add = shm_add,
	.free = shm_free,
	.graph = shm_graph,
	.ipcs = shm_ipcs,
	.tables = shm_tables,
	.say = shm_say,
	.removal = &shm_removal,
	.json = shm_json,
};
