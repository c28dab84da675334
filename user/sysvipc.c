// SPDX-License-Identifier: GPL-2.0
/* /proc/sysvipc, whose formats stand in ipc/sem.c, shm.c and msg.c of the kernel. */
#include "sysvipc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "field.h"
#include "proc_task.h"
#include "retry.h"

#define COLUMNS_MAX 24

/* The columns of a file, as fields of a record; -1: one that the record does not have. */
struct columns {
	enum ipcdbg_record_id id;
	int fields[COLUMNS_MAX];
	size_t nr;
};

static int find_field(enum ipcdbg_record_id id, const char *word)
{
	const struct ipcdbg_record *rec = &ipcdbg_records[id];

	if (!strcmp(word, "perms"))
		word = "mode";
	for (unsigned int i = 0; i < rec->nr_fields; i++)
		if (!strcmp(rec->fields[i].name, word))
			return i;
	return -1;
}

static void read_heading(struct columns *c, char *line)
{
	char *save;

	c->nr = 0;
	for (char *w = strtok_r(line, " \n", &save); w; w = strtok_r(NULL, " \n", &save))
		if (c->nr < COLUMNS_MAX)
			c->fields[c->nr++] = find_field(c->id, w);
}

/* Numbers are decimal, with a sign where they are negative; permissions octal. */
static bool read_line(const struct columns *c, char *line, union ipcdbg_any *head)
{
	char *at = line, *end;

	memset(head, 0, sizeof(*head));
	for (size_t i = 0; i < c->nr; i++) {
		const struct ipcdbg_field *f =
			c->fields[i] < 0 ? NULL : &ipcdbg_records[c->id].fields[c->fields[i]];
		bool octal = f && f->type == IPCDBG_T_OCT;
		unsigned long long n;

		errno = 0;
		at += strspn(at, " ");
		n = *at == '-' ? (unsigned long long)strtoll(at, &end, 10)
			       : strtoull(at, &end, octal ? 8 : 10);
		if (end == at || errno)
			return false;
		if (f)
			field_put(c->id, c->fields[i], head, n);
		at = end;
	}
	return true;
}

/*
 * What the kernel says with a number of its own is said as the module does. 0 is the process of
 * another pid namespace, or nobody: the times tell whether there was one.
 */
static void tidy(enum ipcdbg_record_id id, union ipcdbg_any *head)
{
	if (id == IPCDBG_R_segment) {
		struct ipcdbg_segment *s = &head->segment;

		IPCDBG_PUT(segment, s, dest, !!(s->mode & 01000));
		IPCDBG_PUT(segment, s, locked, !!(s->mode & 02000));
		if (!s->lpid && !s->atime && !s->dtime)
			s->present &= ~IPCDBG_BIT(segment, lpid);
	} else if (id == IPCDBG_R_queue) {
		struct ipcdbg_queue *q = &head->queue;

		if (!q->lspid && !q->stime)
			q->present &= ~IPCDBG_BIT(queue, lspid);
		if (!q->lrpid && !q->rtime)
			q->present &= ~IPCDBG_BIT(queue, lrpid);
	}
}

static int read_rows(FILE *f, enum ipcdbg_record_id id, sysvipc_fn fn, void *ctx)
{
	struct columns c = { .id = id };
	union ipcdbg_any head;
	char *line = NULL;
	size_t size = 0;
	bool more = true;
	int error = 0;

	errno = 0;
	if (getline(&line, &size, f) > 0)
		read_heading(&c, line);
	while (more && !error && getline(&line, &size, f) > 0) {
		if (read_line(&c, line, &head)) {
			tidy(id, &head);
			more = fn(ctx, &head);
		} else {
			error = EPROTO;
		}
		errno = 0;
	}
	if (ferror(f))
		error = errno ? errno : EIO;
	free(line);
	return error;
}

int sysvipc_read(const char *file, enum ipcdbg_record_id id, sysvipc_fn fn, void *ctx)
{
	char path[64];
	int error;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/sysvipc/%s", file);
	f = retry_fopen(AT_FDCWD, path);
	if (!f)
		return errno;
	error = read_rows(f, id, fn, ctx);
	fclose(f);
	return error;
}

__u32 sysvipc_inum(void)
{
	struct stat st;

	if (!stat("/proc/self/ns/ipc", &st))
		return st.st_ino;
	proc_note_trouble();
	return 0;
}
