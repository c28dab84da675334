// SPDX-License-Identifier: GPL-2.0
/* Which records and fields name a process, and in what state it is. */
#include <string.h>

#include "field.h"
#include "parse_rules.h"
#include "pid.h"

#define STATE "_state"

static int find_field(const struct ipcdbg_record *r, const char *name)
{
	for (unsigned int i = 0; i < r->nr_fields; i++)
		if (!strcmp(r->fields[i].name, name))
			return i;
	return -1;
}

/* Whether field i + 1 is the state of the process that field i remembers. */
static bool is_remembered(const struct ipcdbg_record *r, unsigned int i)
{
	const char *name = r->fields[i].name, *state;

	if (i + 1 >= r->nr_fields || r->fields[i + 1].type != IPCDBG_T_PSTATE)
		return false;
	state = r->fields[i + 1].name;
	return !strncmp(state, name, strlen(name)) && !strcmp(state + strlen(name), STATE);
}

static struct pid_shape make_shape(const struct ipcdbg_record *r)
{
	struct pid_shape s = {
		.pid = find_field(r, "pid"),
		.tid = find_field(r, "tid"),
		.state = find_field(r, "state"),
		.start_ns = find_field(r, "start_ns"),
		.blocked_ns = find_field(r, "blocked_ns"),
	};

	for (unsigned int i = 0; i < r->nr_fields; i++)
		if (is_remembered(r, i))
			s.remembered |= 1ULL << i;
	return s;
}

const struct pid_shape *pid_shape(enum ipcdbg_record_id id)
{
	static struct pid_shape shapes[IPCDBG_R_NR];
	static bool made[IPCDBG_R_NR];

	if (!made[id])
		shapes[id] = make_shape(&ipcdbg_records[id]);
	made[id] = true;
	return &shapes[id];
}

__u64 pid_needed(enum ipcdbg_record_id id)
{
	return parse_rules[id].need;
}

static int state_field(const struct pid_fact *f)
{
	int state =
		f->sort == PID_REMEMBERED ? (int)f->field + 1 : pid_shape(pid_row(f)->id)->state;

	return state >= 0 && field_present(pid_row(f)->id, state, &pid_row(f)->u) ? state : -1;
}

bool text_add_pid_state(struct text *t, const struct pid_fact *f)
{
	int state = state_field(f);

	if (state >= 0)
		text_add_field(t, &ipcdbg_records[pid_row(f)->id].fields[state], &pid_row(f)->u);
	return state >= 0;
}

bool pid_is_former(const struct pid_fact *f)
{
	int state = state_field(f);
	const struct ipcdbg_field *field = &ipcdbg_records[pid_row(f)->id].fields[state];

	return state >= 0 && field->type == IPCDBG_T_PSTATE &&
	       field_unsigned(field, &pid_row(f)->u) == IPCDBG_EXITED;
}
