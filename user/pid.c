// SPDX-License-Identifier: GPL-2.0
#include "pid.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>

#include "kinds.h"
#include "namespace.h"
#include "number.h"
#include "object.h"
#include "output.h"
#include "proc_facts.h"

/* A thread too, by its own number. */
static bool process_exists(const struct query *q, int pid)
{
	if (!q->source->live)
		return proc_start_ns(pid);
	return !kill(pid, 0) || errno == EPERM || proc_start_ns(pid);
}

/* Where its objects are, unless the user knows better. A zombie is in no namespace any more. */
static bool enter_namespace(const struct query *q, int pid)
{
	struct ipcdbg_proc p;

	if (q->all || q->chosen)
		return false;
	if (!q->source->enter)
		return namespace_enter(pid, 0);
	if (!proc_process(pid, &p) || !IPCDBG_HAS(proc, &p, ipc_ns))
		return false;
	q->source->enter(p.ipc_ns);
	return true;
}

static enum exit_code not_told(struct pid_search *s, const struct kind *kind)
{
	s->incomplete = true;
	return objects_incomplete(s->q, kind->noun);
}

static enum exit_code search(struct pid_search *s, const struct pid_view *view)
{
	enum exit_code code = EXIT_OK;

	s->tell = view->tell;
	s->view = view->begin(s);
	for (size_t i = 0; i < nr_kinds; i++)
		if (objects_told(s->q, kinds[i]))
			code = worse(code, pid_search(s, kinds[i]));
		else if (!kinds[i]->by_proc)
			code = worse(code, not_told(s, kinds[i]));
	view->end(s);
	if (!code && !s->found && !s->exists) {
		warn_user(s->q->source->part ? "the recording does not tell of process %d, and no "
					       "object names one"
					     : "there is no process %d, and no object names one",
			  s->pid);
		code = EXIT_ABSENT;
	}
	return worse(code, output_failed(s->q->out) ? EXIT_IO : EXIT_OK);
}

enum exit_code pid_command(const struct query *q, char **words)
{
	struct pid_search s = { .q = q };
	__u64 pid;

	if (!number_parse(words[0], 10, INT_MAX, &pid) || !pid) {
		warn_user("pid %s: not a number of a process", words[0]);
		return EXIT_USAGE;
	}
	s.pid = pid;
	s.exists = process_exists(q, s.pid);
	s.leads = s.exists && proc_is_leader(s.pid);
	s.entered = s.exists && enter_namespace(q, s.pid);
	return search(&s, q->format == FORMAT_JSON ? &pid_json : &pid_text);
}
