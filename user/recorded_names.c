// SPDX-License-Identifier: GPL-2.0
/* Names of users and groups, and what systemd-logind does with them, of a recording. */
#include <string.h>

#include "logind.h"
#include "recorded.h"
#include "user.h"

static bool find_row(const struct recorded_name *names, size_t nr, __u32 id, struct parse_row *row)
{
	size_t low = 0, high = nr;
	off_t at;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (names[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == nr || names[low].id != id)
		return false;
	at = names[low].row;
	return recorded_read_row(&at, row);
}

static const char *find_user(unsigned int uid)
{
	static struct parse_row row;

	return find_row(recording.users.v, recording.users.nr, uid, &row) && row.id == IPCDBG_R_user
		       ? row.u.user.name
		       : NULL;
}

static const char *find_group(unsigned int gid)
{
	static struct parse_row row;

	return find_row(recording.groups.v, recording.groups.nr, gid, &row) &&
			       row.id == IPCDBG_R_group
		       ? row.u.group.name
		       : NULL;
}

static bool find_name(const char *name, unsigned int *uid)
{
	for (size_t i = 0; i < recording.users.nr; i++) {
		const char *found = find_user(recording.users.v[i].id);

		if (found && !strcmp(found, name)) {
			*uid = recording.users.v[i].id;
			return true;
		}
	}
	return false;
}

void recorded_begin_names(void)
{
	static const struct user_source source = { find_user, find_group, find_name };

	user_begin_other(&source);
}

static void get_logind(struct logind *l)
{
	const struct ipcdbg_logind *row = &recording.logind;

	l->runs = IPCDBG_HAS(logind, row, inum);
	l->inum = row->inum;
	l->setting.removes = row->removes;
	l->setting.stated = row->stated;
	if (row->where[0])
		text_addf(&l->setting.where, "%s", row->where);
}

static bool lingers(__u32 uid)
{
	struct parse_row row;

	return find_row(recording.users.v, recording.users.nr, uid, &row) &&
	       row.id == IPCDBG_R_user && row.u.user.linger;
}

void recorded_begin_logind(void)
{
	static const struct logind_source source = { get_logind, lingers };

	logind_begin_other(&source);
}
