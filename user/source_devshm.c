// SPDX-License-Identifier: GPL-2.0
#include "source_devshm.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "devshm_files.h"
#include "header.h"
#include "made_text.h"
#include "record_text.h"
#include "sysvipc.h"

static const struct made {
	const char *name;
	enum ipcdbg_record_id id;
	bool all, details;
} tables[] = {
	{ "pshm", IPCDBG_R_pshm, false, true },
	{ "psem", IPCDBG_R_psem, false, true },
	{ "list/pshm", IPCDBG_R_pshm, false, false },
	{ "list/psem", IPCDBG_R_psem, false, false },
	{ "all/pshm", IPCDBG_R_pshm, true, true },
	{ "all/psem", IPCDBG_R_psem, true, true },
	{ "all/list/pshm", IPCDBG_R_pshm, true, false },
	{ "all/list/psem", IPCDBG_R_psem, true, false },
};

/* A text being made. */
struct maker {
	const struct made *table;
	const struct devshm_files *files;
	struct text text;
	struct ipcdbg_end end;
};

static const struct made *find(const char *name)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (!strcmp(tables[i].name, name))
			return &tables[i];
	return NULL;
}

bool source_devshm_has(const char *name)
{
	return find(name);
}

static void add_namespace(struct maker *m, __u32 inum)
{
	struct ipcdbg_namespace ns = { 0 };

	IPCDBG_PUT(namespace, &ns, inum, inum);
	text_add_record(&m->text, 0, IPCDBG_R_namespace, &ns);
	IPCDBG_PUT(end, &m->end, namespaces, m->end.namespaces + 1);
}

static void add_truncated(struct maker *m, unsigned int depth, enum ipcdbg_record_id what)
{
	struct ipcdbg_truncated t = { .present = IPCDBG_BIT(truncated, what) };

	snprintf(t.what, sizeof(t.what), "%s", ipcdbg_records[what].word);
	text_add_record(&m->text, depth, IPCDBG_R_truncated, &t);
	IPCDBG_PUT(end, &m->end, truncated, 1);
}

static void add_users(struct maker *m, const struct devshm_file *file)
{
	for (size_t i = 0; i < file->users.nr; i++) {
		const struct devshm_user *user = &file->users.v[i];

		text_add_record(&m->text, 1, IPCDBG_R_shm_user, &user->u);
		for (size_t j = 0; j < user->maps.nr; j++)
			text_add_record(&m->text, 2, IPCDBG_R_shm_map, &user->maps.v[j]);
	}
	for (size_t i = 0; i < file->waits.nr; i++)
		text_add_record(&m->text, 1, IPCDBG_R_shm_wait, &file->waits.v[i]);
}

static void add_file(struct maker *m, const struct devshm_file *file)
{
	struct ipcdbg_psem head = file->head;
	bool users_missed = m->files->users_missed;
	__u32 mappings = 0;

	for (size_t i = 0; i < file->users.nr; i++)
		mappings += file->users.v[i].u.mappings;
	/* Counts that may be too small are not told. */
	if (!users_missed) {
		IPCDBG_PUT(psem, &head, mappings, mappings);
		IPCDBG_PUT(psem, &head, users, file->users.nr);
	}
	if (!users_missed && !file->waits_missed)
		IPCDBG_PUT(psem, &head, waiters, file->waits.nr);
	text_add_record(&m->text, 0, m->table->id, &head);
	IPCDBG_PUT(end, &m->end, objects, m->end.objects + 1);
	if (m->table->details)
		add_users(m, file);
	if (users_missed)
		add_truncated(m, 1, IPCDBG_R_shm_user);
	if (users_missed || file->waits_missed)
		add_truncated(m, 1, IPCDBG_R_shm_wait);
}

static void add_mount(struct maker *m, size_t mount)
{
	const struct devshm_files *f = m->files;

	add_namespace(m, f->mounts.v.v[mount].ipc_ns);
	for (size_t i = 0; i < f->v.nr; i++)
		if (f->v.v[i].mount == mount &&
		    f->v.v[i].semaphore == (m->table->id == IPCDBG_R_psem))
			add_file(m, &f->v.v[i]);
	/* Those without a name are known by their users only. */
	if (f->users_missed)
		add_truncated(m, 0, m->table->id);
}

static void make(struct maker *m)
{
	const struct devshm_mounts *mounts = &m->files->mounts;

	IPCDBG_PUT(end, &m->end, namespaces, 0);
	IPCDBG_PUT(end, &m->end, objects, 0);
	text_add_header(&m->text, m->table->name);
	for (size_t i = 0; i < mounts->v.nr; i++)
		add_mount(m, i);
	if (!mounts->v.nr)
		add_namespace(m, sysvipc_inum());
	if (mounts->missed)
		add_truncated(m, 0, IPCDBG_R_namespace);
	text_add_record(&m->text, 0, IPCDBG_R_end, &m->end);
}

int source_devshm_open(const char *name)
{
	const struct made *table = find(name);
	struct devshm_files files = { 0 };
	struct maker m = { .table = table, .files = &files };
	int fd = -1, error;

	if (!table) {
		errno = ENOENT;
		return -1;
	}
	error = devshm_files_find(&files, table->all);
	if (!error) {
		make(&m);
		fd = made_open(&m.text);
		error = errno;
	}
	text_free(&m.text);
	devshm_files_free(&files);
	errno = error;
	return fd;
}
