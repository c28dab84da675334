// SPDX-License-Identifier: GPL-2.0
/*
 * Objects of the own namespace by /proc/sysvipc, without the module: who waits, holds or has
 * attached is not told there. The columns are those of sysvipc_*_proc_show() in the kernel's ipc/.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sem.h>

#include "explain.h"
#include "kinds.h"
#include "object.h"
#include "retry.h"

/* Semaphores whose last process is asked for; each takes a system call. */
#define SEMPIDS_MAX 1024

struct row {
	const struct kind *kind;
	union ipcdbg_any head;
	__s64 times[3];
	struct {
		int pid;
		const char *role;
	} pids[2];
};

static bool parse_msg(const char *line, struct row *r)
{
	struct ipcdbg_queue *q = &r->head.queue;
	int key;

	r->pids[0].role = "lspid";
	r->pids[1].role = "lrpid";
	if (sscanf(line, "%d %d %o %*u %*u %d %d %u %u %u %u %lld %lld %lld", &key, &q->msqid,
		   &q->mode, &r->pids[0].pid, &r->pids[1].pid, &q->uid, &q->gid, &q->cuid, &q->cgid,
		   &r->times[0], &r->times[1], &r->times[2]) != 12)
		return false;
	q->key = key;
	return true;
}

static bool parse_shm(const char *line, struct row *r)
{
	struct ipcdbg_segment *s = &r->head.segment;
	int key;

	r->pids[0].role = "cpid";
	r->pids[1].role = "lpid";
	if (sscanf(line, "%d %d %o %llu %d %d %*u %u %u %u %u %lld %lld %lld", &key, &s->shmid,
		   &s->mode, &s->size, &r->pids[0].pid, &r->pids[1].pid, &s->uid, &s->gid, &s->cuid,
		   &s->cgid, &r->times[0], &r->times[1], &r->times[2]) != 13)
		return false;
	s->key = key;
	return true;
}

static bool parse_sem(const char *line, struct row *r)
{
	struct ipcdbg_set *s = &r->head.set;
	int key;

	if (sscanf(line, "%d %d %o %d %u %u %u %u %lld %lld", &key, &s->semid, &s->mode, &s->nsems,
		   &s->uid, &s->gid, &s->cuid, &s->cgid, &r->times[0], &r->times[1]) != 10)
		return false;
	s->key = key;
	return true;
}

static const struct file {
	const struct kind *kind;
	const char *path;
	bool (*parse)(const char *line, struct row *r);
} files[] = {
	{ &msg_kind, "/proc/sysvipc/msg", parse_msg },
	{ &shm_kind, "/proc/sysvipc/shm", parse_shm },
	{ &sem_kind, "/proc/sysvipc/sem", parse_sem },
};

static void add_pid(struct explanation *e, int pid, const char *role)
{
	struct key_process p = { .pid = pid, .tid = pid, .role = role };

	explanation_add_process(e, &p);
}

/* Needs the right to read the set; without it nobody is remembered. */
static void add_sempids(struct explanation *e)
{
	for (__u64 i = 0; i < e->facts.size && i < SEMPIDS_MAX; i++) {
		int pid = semctl(e->facts.id, i, GETPID);

		if (pid < 0)
			return;
		add_pid(e, pid, "sempid");
	}
}

static struct explanation *explain_row(const struct row *r)
{
	struct explanation *e = explanation_new();

	e->kind = r->kind;
	e->facts = key_facts_of(r->kind, &r->head);
	for (size_t i = 0; i < 3; i++)
		if (r->times[i] > e->changed)
			e->changed = r->times[i];
	for (size_t i = 0; i < 2; i++)
		if (r->pids[i].role)
			add_pid(e, r->pids[i].pid, r->pids[i].role);
	if (r->kind == &sem_kind)
		add_sempids(e);
	return e;
}

static enum exit_code read_error(const char *path)
{
	warn_user("%s: %s", path, strerror(errno));
	return errno == EACCES || errno == EPERM ? EXIT_PERM : EXIT_IO;
}

static enum exit_code read_file(const struct file *file, const struct operand *op,
				explain_found found, void *ctx)
{
	FILE *f = retry_fopen(AT_FDCWD, file->path);
	enum exit_code code = EXIT_OK;
	char line[512];

	if (!f)
		return read_error(file->path);
	/* The first line has the headings. */
	while (fgets(line, sizeof(line), f)) {
		struct row r = { .kind = file->kind };

		if (file->parse(line, &r) && object_is(file->kind, &r.head, op))
			found(ctx, explain_row(&r));
	}
	if (ferror(f))
		code = read_error(file->path);
	fclose(f);
	return code;
}

enum exit_code explain_find_sysvipc(const struct operand *op, explain_found found, void *ctx)
{
	enum exit_code code = EXIT_OK;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		code = worse(code, read_file(&files[i], op, found, ctx));
	return code;
}
