// SPDX-License-Identifier: GPL-2.0
/* The sections of processes and of users. */
#include <stdio.h>
#include <string.h>

#include "logind.h"
#include "proc_facts.h"
#include "record.h"
#include "recording.h"
#include "user.h"

/* The records of texts look alike. */
_Static_assert(sizeof(struct ipcdbg_arg) == sizeof(struct ipcdbg_exe) &&
		       sizeof(struct ipcdbg_arg) == sizeof(struct ipcdbg_cgroup),
	       "texts");

/* As many rows as the text needs. */
static void write_text(struct record *r, enum ipcdbg_record_id id, const char *text)
{
	struct ipcdbg_arg row;
	size_t len;

	do {
		row = (struct ipcdbg_arg){ .present = IPCDBG_BIT(arg, text) };
		len = strlen(text);
		if (len >= sizeof(row.text)) {
			len = sizeof(row.text) - 1;
			IPCDBG_PUT(arg, &row, more, 1);
		}
		memcpy(row.text, text, len);
		text += len;
		record_row(r, 1, id, &row);
	} while (row.more);
}

static void write_facts(struct record *r, const struct proc_facts *f)
{
	if (f->cgroup)
		write_text(r, IPCDBG_R_cgroup, f->cgroup);
	if (f->exe)
		write_text(r, IPCDBG_R_exe, f->exe);
	for (size_t i = 0; f->args && i < f->len; i += strlen(f->args + i) + 1)
		write_text(r, IPCDBG_R_arg, f->args + i);
}

static void write_thread(void *ctx, const struct ipcdbg_thread *thread)
{
	record_row(ctx, 1, IPCDBG_R_thread, thread);
	record_links(ctx, thread->tid);
}

static void write_process(struct record *r, int pid)
{
	const struct proc_facts *facts;
	struct ipcdbg_proc p;

	if (!proc_process(pid, &p))
		return;
	record_row(r, 0, IPCDBG_R_proc, &p);
	number_set_add(&r->uids, p.uid);
	facts = proc_look_up_whole(pid, p.start_ns);
	if (facts)
		write_facts(r, facts);
	proc_threads(pid, write_thread, r);
}

/* A row may name a thread: the whole process is told. */
void record_processes(struct record *r)
{
	struct number_set leaders = { 0 };

	number_set_sort(&r->pids);
	for (size_t i = 0; i < r->pids.v.nr; i++) {
		int leader = proc_leader(r->pids.v.v[i]);

		if (leader > 0)
			number_set_add(&leaders, leader);
	}
	record_follow(r, &leaders);
	record_begin(r, RECORDING_PROCESSES);
	for (size_t i = 0; i < leaders.v.nr; i++)
		write_process(r, leaders.v.v[i]);
	record_end(r, 0);
	number_set_free(&leaders);
}

static void write_user(struct record *r, __u32 uid)
{
	struct ipcdbg_user row = { .present = IPCDBG_BIT(user, name) };
	const char *name = user_name(uid);

	IPCDBG_PUT(user, &row, uid, uid);
	if (!name || strlen(name) >= sizeof(row.name))
		return;
	strcpy(row.name, name);
	if (logind_get()->runs && logind_lingers(uid))
		IPCDBG_PUT(user, &row, linger, 1);
	record_row(r, 0, IPCDBG_R_user, &row);
}

static void write_group(struct record *r, __u32 gid)
{
	struct ipcdbg_group row = { .present = IPCDBG_BIT(group, name) };
	const char *name = group_name(gid);

	IPCDBG_PUT(group, &row, gid, gid);
	if (!name || strlen(name) >= sizeof(row.name))
		return;
	strcpy(row.name, name);
	record_row(r, 0, IPCDBG_R_group, &row);
}

void record_users(struct record *r)
{
	number_set_sort(&r->uids);
	number_set_sort(&r->gids);
	record_begin(r, RECORDING_USERS);
	for (size_t i = 0; i < r->uids.v.nr; i++)
		write_user(r, r->uids.v.v[i]);
	for (size_t i = 0; i < r->gids.v.nr; i++)
		write_group(r, r->gids.v.v[i]);
	record_end(r, 0);
}
