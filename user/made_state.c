// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that objects remember. Their numbers are those of the pid namespace that the program is
 * in, as kill(2) takes them: where nobody has the number any more, that very process has exited.
 * Where somebody has, it may be another one, which is not told without the module.
 */
#include <errno.h>
#include <signal.h>

#include "field.h"
#include "made.h"
#include "pid.h"

void made_states(const struct maker *m, enum ipcdbg_record_id id, void *record)
{
	const struct ipcdbg_record *r = &ipcdbg_records[id];
	__s64 pid;

	for (unsigned int i = 0; i < r->nr_fields && !m->source->as_ipcs; i++) {
		if (!(pid_shape(id)->remembered >> i & 1) || !field_present(id, i, record))
			continue;
		pid = field_signed(&r->fields[i], record);
		if (pid > 0 && kill(pid, 0) && errno == ESRCH)
			field_put(id, i + 1, record, IPCDBG_EXITED);
	}
}
