// SPDX-License-Identifier: GPL-2.0
#include "why.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>

#include "number.h"
#include "output.h"
#include "proc_facts.h"
#include "proc_task.h"

/* The process of a thread's number: as the graph has it, or /proc. 0: there is none. */
static int find_process(const struct look *l, int tid)
{
	int leader = proc_leader(tid);

	if (leader || graph_find_process(&l->graph, tid))
		return leader ? leader : tid;
	for (size_t i = 0; i < l->graph.tasks.nr; i++)
		if (l->graph.tasks.v[i].waiter.task.tid == tid)
			return l->graph.tasks.v[i].waiter.task.pid;
	return 0;
}

/* Without /proc, whether there is one is not known either. */
static bool is_process(const struct query *q, int pid)
{
	return q->source->live && !proc_usable() && (!kill(pid, 0) || errno == EPERM);
}

static enum exit_code tell(const struct query *q, const struct look *l, int number)
{
	struct why w = { .q = q, .look = l };
	int pid = find_process(l, number);

	if (!pid && !is_process(q, number)) {
		warn_user("there is no process %d%s", number,
			  q->source->live ? "" : " in what is recorded that waits or holds");
		return EXIT_ABSENT;
	}
	why_make(&w, pid ? pid : number, number);
	if (q->format == FORMAT_JSON)
		why_print_json(&w);
	else
		why_print_text(&w);
	why_free(&w);
	/* What processes do that are no part of the module's tables may be missing. */
	return proc_trouble() ? EXIT_IO : EXIT_OK;
}

enum exit_code why_command(const struct query *q, char **words)
{
	enum exit_code code;
	struct look l;
	__u64 number;

	if (!number_parse(words[0], 10, INT_MAX, &number) || !number) {
		warn_user("why %s: not a number of a process", words[0]);
		return EXIT_USAGE;
	}
	code = look_at_all(&l, q);
	if (!code) {
		code = tell(q, &l, number);
		code = worse(code, world_tell_missing(&l.world, q));
	}
	look_free(&l);
	return worse(code, output_failed(q->out) ? EXIT_IO : EXIT_OK);
}
