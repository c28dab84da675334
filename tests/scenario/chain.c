// SPDX-License-Identifier: GPL-2.0
/* What 'ipcdbg why' tells of the tasks of a scenario. */
#define _GNU_SOURCE
#include "scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "proc.h"
#include "shell.h"

/*
 * A tree as one line. A process is its number, how it was found, what has become of it, and "again"
 * if it stands there already; a wait is the thread, what it waits for, and the deadlock that it is
 * in. What is below stands behind ">", several in brackets; "end" is where nothing more is known.
 */
static const char pick[] =
	"def link: if .by == \"asked\" then \"\""
	" elif .by != \"edge\" then \" \\(.by)\""
	" else \" \" + {held: \"holds \\(.edge.semadj)\", last: \"last\", uses: \"uses\"}"
	"[.edge.type] + if .edge.inferred then \" (inferred)\" else \"\" end end;"
	"def resource: \"\\(.type) \\(.id // .name)\""
	" + if .semnum != null then \"/\\(.semnum)\" else \"\" end;"
	"def said($d): {"
	"process: \"\\(.pid)\\(link)\\(if .state and .state != \"live\" then \" \\(.state)\" "
	"else \"\" end)\\(if .seen then \" again\" else \"\" end)\","
	"waits: (if .task then .task | \"\\(.tid) waits \\(.waits_for | resource)\" + if .deadlock "
	"then \" deadlock (\" + if $d[.deadlock - 1].certain then \"certain)\" else \"inferred)\" "
	"end else \"\" end else \"\" end),"
	"does: \"\\(.tid) does \\(.state)\","
	"nobody: \"nobody\","
	"more: \"\\(.more) more\""
	"}[.sort] + if .root then \" end\" else \"\" end;"
	"def chain($d): said($d) + (.below | map(chain($d)) | if length > 1"
	" then \" > (\" + join(\", \") + \")\" else map(\" > \" + .) | add // \"\" end);"
	".deadlocks as $d | .why[0] | chain($d)";

static void add(struct stage *s, const char *fmt, va_list args)
{
	size_t n = strlen(s->chains);

	vsnprintf(s->chains + n, sizeof(s->chains) - n, fmt, args);
	if (strlen(s->chains) + 1 >= sizeof(s->chains))
		die("too long a chain is expected");
}

void expect_chain(struct stage *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (s->chains[0])
		strcat(s->chains, "\n");
	add(s, fmt, args);
	va_end(args);
}

void expect_link(struct stage *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(s, fmt, args);
	va_end(args);
}

static bool compare(const char *chain, size_t len, const char *input, const char *of)
{
	shell("$ipcdbg %s why -J %d >/tmp/why.json && jq -r -f /tmp/chain.jq /tmp/why.json", input,
	      atoi(chain));
	if (shell_ended(0, "") && shell_len == len + 1 && !memcmp(shell_out, chain, len))
		return true;
	return complain("%s %s: expected, found:\n%.*s\n%s", of, input, (int)len, chain, shell_out);
}

/* Where a task waits, a chain is expected. */
static bool is_any_expected(const struct stage *s, const char *input, const char *of)
{
	shell("$ipcdbg %s waiters -J | jq '[.waiters[] | select(.ns == %u)] | length'", input,
	      proc_ns(getpid(), getpid(), "ipc"));
	return (!shell_err[0] && (atoi(shell_out) > 0) == !!s->chains[0]) ||
	       complain("%s %s: %s tasks wait, %s%s", of, input, shell_out,
			s->chains[0] ? "and chains are expected" : "and no chain is expected",
			shell_err);
}

bool chains_compare(const struct stage *s, const char *input, const char *of)
{
	bool ok = is_any_expected(s, input, of);
	const char *at = s->chains;

	stage_write("/tmp/chain.jq", pick);
	while (*at) {
		size_t len = strcspn(at, "\n");

		ok &= compare(at, len, input, of);
		at += len + (at[len] == '\n');
	}
	return ok;
}
