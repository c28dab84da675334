// SPDX-License-Identifier: GPL-2.0
/* Which processes and users rows name: read off the tables of records.h, for any kind. */
#include <string.h>

#include "field.h"
#include "pid.h"
#include "record.h"

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len >= end_len && !strcmp(name + len - end_len, end);
}

static void note_pid(struct record *r, const struct parse_row *row, int field)
{
	__s64 pid;

	if (field < 0 || !field_present(row->id, field, &row->u))
		return;
	pid = field_signed(&ipcdbg_records[row->id].fields[field], &row->u);
	if (pid > 0)
		number_set_add(&r->pids, pid);
}

/* The fields that are numbers of users end in uid, of groups in gid. */
static void note_owner(struct record *r, const struct parse_row *row, unsigned int field)
{
	const struct ipcdbg_field *f = &ipcdbg_records[row->id].fields[field];

	if (f->type != IPCDBG_T_U32 || !field_present(row->id, field, &row->u))
		return;
	if (ends_with(f->name, "uid"))
		number_set_add(&r->uids, field_unsigned(f, &row->u));
	else if (ends_with(f->name, "gid"))
		number_set_add(&r->gids, field_unsigned(f, &row->u));
}

void record_note(struct record *r, const struct parse_row *row)
{
	const struct pid_shape *shape = pid_shape(row->id);

	note_pid(r, row, shape->pid);
	note_pid(r, row, shape->tid);
	for (unsigned int i = 0; i < ipcdbg_records[row->id].nr_fields; i++) {
		if (shape->remembered >> i & 1)
			note_pid(r, row, i);
		note_owner(r, row, i);
	}
}
