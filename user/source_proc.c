// SPDX-License-Identifier: GPL-2.0
/*
 * Tables made on the spot, of what the kernel tells without the module: objects, values of
 * semaphores, how many tasks wait. Who waits and holds is not in them, which truncated rows say;
 * who is found in /proc one day stands in their place.
 */
#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>

#include "common.h"
#include "field.h"
#include "header.h"
#include "made_text.h"
#include "record_text.h"
#include "sysvipc.h"

/* A text being made. */
struct maker {
	const struct source *source;
	struct text text;
	long long id; /* only the object with this one, if >= 0 */
	bool details;
	__u32 objects;
	bool truncated;
	int error;
	void (*add)(struct maker *m, union ipcdbg_any *head);
};

#define UNKNOWN (-1)

/* Rows that are not here: so many, none of which need be told, or UNKNOWN. */
static void add_truncated(struct maker *m, const char *what, long long total)
{
	struct ipcdbg_truncated t = { .present = IPCDBG_BIT(truncated, what) };

	if (!total)
		return;
	snprintf(t.what, sizeof(t.what), "%s", what);
	if (total != UNKNOWN) {
		IPCDBG_PUT(truncated, &t, shown, 0);
		IPCDBG_PUT(truncated, &t, total, total);
	}
	text_add_record(&m->text, 1, IPCDBG_R_truncated, &t);
	m->truncated = true;
}

/* False with errno: the semaphore may not be read, or its set has gone. */
static bool read_sem(int id, int semnum, struct ipcdbg_sem *sem)
{
	static const struct {
		int command;
		unsigned int field;
	} reads[] = {
		{ GETVAL, IPCDBG_F_sem_semval },
		{ GETNCNT, IPCDBG_F_sem_semncnt },
		{ GETZCNT, IPCDBG_F_sem_semzcnt },
		{ GETPID, IPCDBG_F_sem_sempid },
	};

	*sem = (struct ipcdbg_sem){ 0 };
	IPCDBG_PUT(sem, sem, semnum, semnum);
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		int n = semctl(id, semnum, reads[i].command);

		if (n < 0)
			return false;
		if (n || reads[i].command != GETPID)
			field_put(IPCDBG_R_sem, reads[i].field, sem, n);
	}
	return true;
}

/* A set that goes away while it is read leaves nothing. */
static void add_set(struct maker *m, union ipcdbg_any *head)
{
	size_t start = m->text.len;
	struct ipcdbg_sem sem;
	long long waiting = 0;
	bool known = true;

	text_add_record(&m->text, 0, IPCDBG_R_set, head);
	for (int i = 0; m->details && i < head->set.nsems; i++) {
		known = read_sem(head->set.semid, i, &sem);
		if (!known)
			break;
		text_add_record(&m->text, 1, IPCDBG_R_sem, &sem);
		waiting += sem.semncnt + sem.semzcnt;
	}
	if (!known && errno != EACCES) {
		m->text.len = start;
		return;
	}
	m->objects++;
	if (!m->details)
		return;
	add_truncated(m, "sem", known ? 0 : UNKNOWN);
	add_truncated(m, "wait", known ? waiting : UNKNOWN);
	add_truncated(m, "undo", UNKNOWN);
}

/* The index is the low bits of an id, of which there are more after booting with ipcmni_extend. */
static bool stat_any(int id, struct msqid_ds *ds)
{
	return msgctl(id & 0x7fff, MSG_STAT_ANY, ds) == id ||
	       msgctl(id & 0xffffff, MSG_STAT_ANY, ds) == id;
}

/* To ipcs, the limit of a queue that it may not read is 0. */
static void add_queue(struct maker *m, union ipcdbg_any *head)
{
	struct ipcdbg_queue *q = &head->queue;
	struct msqid_ds ds = { 0 };

	if (msgctl(q->msqid, IPC_STAT, &ds) && !m->source->as_ipcs)
		stat_any(q->msqid, &ds);
	IPCDBG_PUT(queue, q, qbytes, ds.msg_qbytes);
	text_add_record(&m->text, 0, IPCDBG_R_queue, q);
	m->objects++;
	if (!m->details)
		return;
	add_truncated(m, "receiver", UNKNOWN);
	add_truncated(m, "sender", UNKNOWN);
	add_truncated(m, "msgtype", q->qnum ? UNKNOWN : 0);
	add_truncated(m, "message", q->qnum);
}

static void add_segment(struct maker *m, union ipcdbg_any *head)
{
	text_add_record(&m->text, 0, IPCDBG_R_segment, head);
	m->objects++;
	if (m->details)
		add_truncated(m, "attach", head->segment.nattch ? UNKNOWN : 0);
}

/* The limits of the own namespace: which others there are is not known. */
static void add_limits(struct maker *m)
{
	struct ipcdbg_namespace ns;

	m->error = sysvipc_namespace(&ns);
	text_add_record(&m->text, 0, IPCDBG_R_namespace, &ns);
}

static const struct made {
	const char *name;
	const char *file; /* below /proc/sysvipc; NULL: the limits */
	enum ipcdbg_record_id id;
	void (*add)(struct maker *m, union ipcdbg_any *head);
	bool details;
} tables[] = {
	{ "sem", "sem", IPCDBG_R_set, add_set, true },
	{ "shm", "shm", IPCDBG_R_segment, add_segment, true },
	{ "msg", "msg", IPCDBG_R_queue, add_queue, true },
	{ "list/sem", "sem", IPCDBG_R_set, add_set, false },
	{ "list/shm", "shm", IPCDBG_R_segment, add_segment, false },
	{ "list/msg", "msg", IPCDBG_R_queue, add_queue, false },
	{ SOURCE_LIMITS, NULL, IPCDBG_R_namespace, NULL, false },
};

static void add_end(struct maker *m)
{
	struct ipcdbg_end end = { 0 };

	IPCDBG_PUT(end, &end, namespaces, 1);
	IPCDBG_PUT(end, &end, objects, m->objects);
	if (m->truncated)
		IPCDBG_PUT(end, &end, truncated, 1);
	text_add_record(&m->text, 0, IPCDBG_R_end, &end);
}

static bool take_object(void *ctx, union ipcdbg_any *head)
{
	struct maker *m = ctx;
	__s32 id = sysv_of(head).id;

	if (m->id < 0 || m->id == id)
		m->add(m, head);
	return m->id != id;
}

static void make(struct maker *m, const struct made *table)
{
	struct ipcdbg_namespace ns = { 0 };

	text_add_header(&m->text, table->name);
	if (table->file) {
		IPCDBG_PUT(namespace, &ns, inum, sysvipc_inum());
		text_add_record(&m->text, 0, IPCDBG_R_namespace, &ns);
		m->error = sysvipc_read(table->file, table->id, take_object, m);
	} else {
		add_limits(m);
	}
	add_end(m);
}

static const struct made *find(const char *name)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (!strcmp(tables[i].name, name))
			return &tables[i];
	return NULL;
}

static bool has(const char *name)
{
	return find(name);
}

static int open_made(const struct source *s, const char *name, long long id)
{
	const struct made *table = find(name);
	struct maker m = { .source = s, .id = id };
	int fd = -1;

	if (!table) {
		errno = ENOENT;
		return -1;
	}
	m.add = table->add;
	m.details = table->details;
	make(&m, table);
	if (!m.error)
		fd = made_open(&m.text);
	text_free(&m.text);
	/* A missing file is not a missing table. */
	if (m.error)
		errno = m.error == ENOENT ? ENOSYS : m.error;
	return fd;
}

struct source source_proc(const char *lacks, enum exit_code code, bool as_ipcs)
{
	return (struct source){
		.root = "/proc/sysvipc",
		.live = true,
		.inum = sysvipc_inum(),
		.lacks = lacks,
		.lacks_code = code,
		.as_ipcs = as_ipcs,
		.has = has,
		.open = open_made,
	};
}
