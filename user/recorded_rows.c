// SPDX-License-Identifier: GPL-2.0
/* Rows that are kept, or whose places are, while a recording is read through. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ns_mounts.h"
#include "reader.h"
#include "recorded.h"
#include "recording.h"

#define LINE_MOST 1024 /* as long as most are at most */

static const char *take_section(const struct ipcdbg_section *row)
{
	struct recorded_section *s;

	if (recording.sections.nr == RECORDED_SECTIONS_MAX)
		return "too many sections";
	for (size_t i = 0; i < recording.sections.nr; i++)
		if (!strcmp(recording.sections.v[i].name, row->name))
			return "a section twice";
	s = vec_add(&recording.sections);
	memcpy(s->name, row->name, sizeof(s->name));
	return NULL;
}

static const char *take_head(const struct parse_row *row)
{
	switch (row->id) {
	case IPCDBG_R_recording:
		if (recording.has_head)
			return "a second 'recording'";
		recording.has_head = true;
		recording.head = row->u.recording;
		return NULL;
	case IPCDBG_R_section:
		return take_section(&row->u.section);
	case IPCDBG_R_logind:
		recording.logind = row->u.logind;
		return NULL;
	case IPCDBG_R_mount:
		return ns_mounts_add_recorded(row->u.mount.inum) ? NULL : "too many mounts";
	default:
		return NULL;
	}
}

static const char *add_task(__s32 tid, off_t process, off_t row)
{
	if (tid <= 0)
		return "not a number of a task";
	if (recording.tasks.nr == RECORDED_TASKS_MAX)
		return "too many tasks";
	*vec_add(&recording.tasks) = (struct recorded_task){ tid, process, row };
	return NULL;
}

static const char *take_task(const struct parse_row *row, off_t at)
{
	struct recorded_task *process = &recording.newest;

	if (row->id == IPCDBG_R_proc) {
		if (row->u.proc.pid <= (__s32)process->tid)
			return "numbers of processes do not ascend";
		*process = (struct recorded_task){ row->u.proc.pid, at, at };
		return add_task(row->u.proc.pid, at, at);
	}
	/* The thread that is the process has its row. */
	if (row->id == IPCDBG_R_thread && (__u32)row->u.thread.tid != process->tid)
		return add_task(row->u.thread.tid, process->row, at);
	return NULL;
}

/* The vectors of both are of the same type. */
#define TAKE_NAME(names, id_, at)                                                         \
	((names)->nr && (names)->v[(names)->nr - 1].id >= (id_) ? "numbers do not ascend" \
	 : (names)->nr == RECORDED_NAMES_MAX                                              \
		 ? "too many names"                                                       \
		 : (*vec_add(names) = (struct recorded_name){ id_, at }, NULL))

static const char *take_name(const struct parse_row *row, off_t at)
{
	if (row->id == IPCDBG_R_user)
		return TAKE_NAME(&recording.users, row->u.user.uid, at);
	if (row->id == IPCDBG_R_group)
		return TAKE_NAME(&recording.groups, row->u.group.gid, at);
	return NULL;
}

const char *recorded_take_row(const char *section, const struct parse_row *row, off_t at)
{
	if (!strcmp(section, RECORDING_HEAD))
		return take_head(row);
	if (!strcmp(section, RECORDING_PROCESSES))
		return take_task(row, at);
	if (!strcmp(section, RECORDING_USERS))
		return take_name(row, at);
	return NULL;
}

/* The line there and how long it is; NULL: the file ends before it does, or it is too long. */
static const char *read_line(off_t at, size_t *len)
{
	static char buf[READER_LINE_MAX + 1];
	char *newline = NULL;
	size_t have = 0;

	while (!newline && have < sizeof(buf)) {
		size_t want = have ? sizeof(buf) - have : LINE_MOST;
		ssize_t n = pread(recording.fd, buf + have, want, at + have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			die(EXIT_IO, "%s: %s", recording.path, strerror(errno));
		if (!n)
			return NULL;
		newline = memchr(buf + have, '\n', n);
		have += n;
	}
	if (newline)
		*len = newline - buf;
	return newline ? buf : NULL;
}

bool recorded_read_row(off_t *at, struct parse_row *row)
{
	char message[PARSE_MESSAGE_MAX];
	enum parse_result result;
	const char *line;
	size_t len;

	do {
		line = read_line(*at, &len);
		if (!line)
			return false;
		*at += len + 1;
		result = parse_line(line, len, row, message);
	} while (result == PARSE_SKIP);
	return result == PARSE_ROW && row->id != IPCDBG_R_end;
}

void recording_close(void)
{
	if (recording.fd >= 0)
		close(recording.fd);
	vec_free(&recording.sections);
	vec_free(&recording.tasks);
	vec_free(&recording.users);
	vec_free(&recording.groups);
	ns_mounts_forget_recorded();
	recording = (struct recording){ .fd = -1 };
}
