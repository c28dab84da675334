// SPDX-License-Identifier: GPL-2.0
/* The columns of 'ipcdbg ns'. */
#include "field.h"
#include "ns.h"
#include "ns_mounts.h"
#include "proc_columns.h"
#include "proc_facts.h"
#include "task.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static const struct ipcdbg_namespace *namespace_of(const struct list_row *row)
{
	return row->row;
}

/* Nothing, if it is not known. */
static void add_words(struct text *t, const struct ipcdbg_namespace *ns)
{
	const struct ipcdbg_field *f =
		&ipcdbg_records[IPCDBG_R_namespace].fields[IPCDBG_F_namespace_held];
	struct ipcdbg_namespace found = *ns;
	size_t start = t->len;

	if (ns_mounts_has(ns->inum))
		found.held &= ~IPCDBG_HELD_FILE;
	text_add_field(t, f, &found);
	if (ns_mounts_has(ns->inum))
		text_addf(t, "%smount", t->len > start ? "," : "");
}

void text_add_held(struct text *t, const struct ipcdbg_namespace *ns)
{
	size_t start = t->len;

	add_words(t, ns);
	if (t->len == start)
		text_addc(t, '-');
}

static void add_held(struct text *t, const struct list_row *row)
{
	add_words(t, namespace_of(row));
}

static void add_pid(struct text *t, const struct list_row *row)
{
	if (IPCDBG_HAS(namespace, namespace_of(row), pid))
		text_add_pid(t, namespace_of(row)->pid);
}

static void add_comm(struct text *t, const struct list_row *row)
{
	text_add_name(t, namespace_of(row)->comm);
}

static void add_unit(struct text *t, const struct list_row *row)
{
	const struct proc_facts *f =
		proc_look_up(namespace_of(row)->pid, namespace_of(row)->start_ns);

	if (f && f->cgroup)
		text_add_unit(t, f->cgroup);
}

/* A number that is a field of the record, under the name that lsipc(1) has, if it has one. */
#define FIELDS(X)                                                                \
	X(USERNS, user_ns, "user namespace that owns it")                        \
	X(PROCESSES, processes, "processes in it")                               \
	X(THREADS, threads, "threads in it")                                     \
	X(QUEUES, queues, "System V message queues")                             \
	X(SEGMENTS, segments, "segments")                                        \
	X(SETS, sets, "semaphore sets")                                          \
	X(MQUEUES, mqueues, "POSIX message queues")                              \
	X(MSGMNI, msgmni, "limit of QUEUES")                                     \
	X(MSGMAX, msgmax, "limit: bytes of a message")                           \
	X(MSGMNB, msgmnb, "limit: bytes of a queue, unless it is given another") \
	X(SHMMNI, shmmni, "limit of SEGMENTS")                                   \
	X(SHMALL, shmall, "limit: pages of all segments together")               \
	X(SHMMAX, shmmax, "limit: bytes of a segment")                           \
	X(SEMMNI, semmni, "limit of SETS")                                       \
	X(SEMMNS, semmns, "limit: semaphores")                                   \
	X(SEMMSL, semmsl, "limit: semaphores of a set")                          \
	X(SEMOPM, semopm, "limit: operations of a call")                         \
	X(QUEUES_MAX, queues_max, "limit of MQUEUES")                            \
	X(MSG_MAX, msg_max, "limit: messages of a POSIX queue")                  \
	X(MSGSIZE_MAX, msgsize_max, "limit: bytes of a message there")

static void add_field(struct text *t, const struct list_row *row, unsigned int field)
{
	if (field_present(IPCDBG_R_namespace, field, row->row))
		text_add_field(t, &ipcdbg_records[IPCDBG_R_namespace].fields[field], row->row);
}

#define FILL(word, field, help_)                                            \
	static void add_##field(struct text *t, const struct list_row *row) \
	{                                                                   \
		add_field(t, row, IPCDBG_F_namespace_##field);              \
	}

FIELDS(FILL)

#define FIELD(word, field, help_) DATUM_OF_NUMBER(#word, add_##field, help_),

static const struct datum data[] = {
	DATUM_OF_NS,
	DATUM_OF_NUMBER("PID", add_pid, "a process in it, or one that has a thread in it"),
	DATUM_OF_TEXT("COMMAND", add_comm, "its command name"),
	DATUM_OF_TEXT("UNIT", add_unit, "its service or container"),
	{ .name = "HELD",
	  .help = "by what it was found: task, file, attach, tree, mount",
	  .type = DATUM_WORDS,
	  .fill = add_held },
	FIELDS(FIELD)
};

/* Counts in the order in which the kinds are listed. */
static const struct list_column columns[] = {
	{ .datum = "NS" },   { .datum = "USERNS" },  { .datum = "PROCESSES" },
	{ .datum = "PID" },  { .datum = "COMMAND" }, { .datum = "UNIT" },
	{ .datum = "HELD" }, { .datum = "QUEUES" },  { .datum = "SEGMENTS" },
	{ .datum = "SETS" }, { .datum = "MQUEUES" },
};

static const struct list_column columns_without_facts[] = {
	{ .datum = "NS" },	{ .datum = "USERNS" },	 { .datum = "PROCESSES" },
	{ .datum = "PID" },	{ .datum = "COMMAND" },	 { .datum = "HELD" },
	{ .datum = "QUEUES" },	{ .datum = "SEGMENTS" }, { .datum = "SETS" },
	{ .datum = "MQUEUES" },
};

const struct kind ns_kind = {
	.help = "ipc namespaces",
	.array = "namespaces",
	.data = data,
	.nr_data = NR(data),
	.lists = { [VIEW_LIST] = { .columns = columns, .nr = NR(columns) },
		   [VIEW_PIDS] = { .columns = columns_without_facts,
				   .nr = NR(columns_without_facts) } },
};
