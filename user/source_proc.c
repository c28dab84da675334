// SPDX-License-Identifier: GPL-2.0
/* Tables made on the spot (made.h): of the own ipc namespace, or of all that tasks are in. */
#include "made.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "header.h"
#include "made_text.h"
#include "mq_files.h"
#include "proc_attach.h"
#include "proc_ns.h"
#include "sysvipc.h"

void made_truncated(struct maker *m, unsigned int depth, const char *what, long long shown,
		    long long total)
{
	struct ipcdbg_truncated t = { .present = IPCDBG_BIT(truncated, what) };

	snprintf(t.what, sizeof(t.what), "%s", what);
	if (shown != MADE_UNKNOWN)
		IPCDBG_PUT(truncated, &t, shown, shown);
	if (total != MADE_UNKNOWN)
		IPCDBG_PUT(truncated, &t, total, total);
	text_add_record(&m->text, depth, IPCDBG_R_truncated, &t);
	m->truncated = true;
}

bool made_with_tasks(const struct maker *m)
{
	return m->details && !m->source->as_ipcs;
}

enum made_of {
	OF_OBJECTS,
	OF_MQUEUES,
	OF_LIMITS,     /* a row of the own namespace */
	OF_NAMESPACES, /* a row of each */
};

static const struct made {
	const char *name; /* without "all/" and "list/" before it */
	enum made_of of;
	const char *file; /* OF_OBJECTS: below /proc/sysvipc */
	enum ipcdbg_record_id id;
	void (*add)(struct maker *m, union ipcdbg_any *head);
} tables[] = {
	{ "sem", OF_OBJECTS, "sem", IPCDBG_R_set, made_set },
	{ "shm", OF_OBJECTS, "shm", IPCDBG_R_segment, made_segment },
	{ "msg", OF_OBJECTS, "msg", IPCDBG_R_queue, made_queue },
	{ .name = "mqueue", .of = OF_MQUEUES },
	{ .name = SOURCE_LIMITS, .of = OF_LIMITS },
	{ .name = "namespaces", .of = OF_NAMESPACES },
};

static bool is_of_objects(const struct made *table)
{
	return table->of == OF_OBJECTS || table->of == OF_MQUEUES;
}

static void add_end(struct maker *m)
{
	struct ipcdbg_end end = { 0 };

	IPCDBG_PUT(end, &end, namespaces, m->namespaces);
	IPCDBG_PUT(end, &end, objects, m->objects);
	if (m->truncated)
		IPCDBG_PUT(end, &end, truncated, 1);
	text_add_record(&m->text, 0, IPCDBG_R_end, &end);
}

/* Who is in it, beside its limits. */
static void add_members(struct ipcdbg_namespace *ns, const struct ipcdbg_namespace *row)
{
	for (unsigned int i = 0; i < IPCDBG_F_namespace_NR; i++) {
		const struct ipcdbg_field *f = &ipcdbg_records[IPCDBG_R_namespace].fields[i];

		if (row->present >> i & 1)
			memcpy((char *)ns + f->offset, (const char *)row + f->offset, f->size);
	}
	ns->present |= row->present;
}

static void add_namespace(struct maker *m, const struct ipcdbg_namespace *row)
{
	text_add_record(&m->text, 0, IPCDBG_R_namespace, row);
	m->namespaces++;
}

/* One object of a table, and whether others are wanted. */
struct taker {
	struct maker *m;
	const struct made *table;
};

static bool take_object(void *ctx, union ipcdbg_any *head)
{
	struct taker *t = ctx;
	__s32 id = sysv_of(head).id;

	if (t->m->id < 0 || t->m->id == id)
		t->table->add(t->m, head);
	return t->m->id != id;
}

/* Of the namespace that the program is in, of which row may know more. */
static void make_one(struct maker *m, const struct made *table, const struct ipcdbg_namespace *row)
{
	struct taker t = { m, table };
	struct ipcdbg_namespace ns = { 0 };
	int error = 0;

	m->inum = sysvipc_inum();
	if (is_of_objects(table)) {
		IPCDBG_PUT(namespace, &ns, inum, m->inum);
		add_namespace(m, &ns);
		if (table->of == OF_MQUEUES)
			made_mqueues(m);
		else
			error = sysvipc_read(table->file, table->id, take_object, &t);
	} else {
		error = sysvipc_namespace(&ns);
		if (row)
			add_members(&ns, row);
		add_namespace(m, &ns);
	}
	m->error = m->error ? m->error : error;
}

/* What is in no namespace that a task is in is not found. */
static void make_all(struct maker *m, const struct made *table)
{
	const struct proc_namespaces *all = proc_namespaces();
	int home = proc_ns_home();

	for (size_t i = 0; i < all->v.nr && !m->error; i++)
		if (proc_ns_enter(&all->v.v[i]))
			make_one(m, table, &all->v.v[i].row);
		else if (table->of == OF_NAMESPACES)
			add_namespace(m, &all->v.v[i].row);
	proc_ns_return(home);
	made_truncated(m, 0, "namespace", MADE_UNKNOWN, MADE_UNKNOWN);
}

static void make(struct maker *m, const char *name, const struct made *table, bool all)
{
	text_add_header(&m->text, name);
	if (all || table->of == OF_NAMESPACES)
		make_all(m, table);
	else
		make_one(m, table, NULL);
	add_end(m);
}

static bool skip(const char **name, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncmp(*name, prefix, len))
		return false;
	*name += len;
	return true;
}

/* Only tables of objects are also there of all namespaces, and as lists. */
static const struct made *find(const char *name, bool *all, bool *list)
{
	*all = skip(&name, "all/");
	*list = skip(&name, "list/");
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (!strcmp(tables[i].name, name) &&
		    (is_of_objects(&tables[i]) || (!*all && !*list)))
			return &tables[i];
	return NULL;
}

static bool has(const char *name)
{
	bool all, list;

	return find(name, &all, &list);
}

static int open_made(const struct source *s, const char *name, long long id)
{
	bool all, list;
	const struct made *table = find(name, &all, &list);
	struct maker m = { .source = s, .id = id, .details = !list };
	int fd = -1;

	if (!table) {
		errno = ENOENT;
		return -1;
	}
	make(&m, name, table, all);
	if (!m.error)
		fd = made_open(&m.text);
	text_free(&m.text);
	/* A missing file is not a missing table. */
	if (m.error)
		errno = m.error == ENOENT ? ENOSYS : m.error;
	return fd;
}

static void renew(void)
{
	proc_waits_forget();
	proc_attachers_forget();
	mq_openers_forget();
	proc_namespaces_forget();
}

struct source source_proc(const char *lacks, enum exit_code code, bool as_ipcs)
{
	return (struct source){
		.root = SOURCE_PROC,
		.live = true,
		.inum = sysvipc_inum(),
		.lacks = lacks,
		.lacks_code = code,
		.as_ipcs = as_ipcs,
		.has = has,
		.open = open_made,
		.renew = renew,
	};
}
