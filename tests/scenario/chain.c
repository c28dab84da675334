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
 * in. What is below stands behind ">", several in brackets; "end" is where nothing more is known,
 * and "holder unknown" where somebody may hold what is waited for.
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
	"nobody: (if .text | test(\"^who holds it is not known\") then \"holder unknown\" "
	"else \"nobody\" end),"
	"more: \"\\(.more) more\""
	"}[.sort] + if .root then \" end\" else \"\" end;"
	"def chain($d): said($d) + (.below | map(chain($d)) | if length > 1"
	" then \" > (\" + join(\", \") + \")\" else map(\" > \" + .) | add // \"\" end);"
	".deadlocks as $d | .why[0] | chain($d)";

static void add(char *chains, const char *fmt, va_list args)
{
	size_t n = strlen(chains);

	vsnprintf(chains + n, STAGE_CHAINS - n, fmt, args);
	if (strlen(chains) + 1 >= STAGE_CHAINS)
		die("too long a chain is expected");
}

void expect_chain(char *chains, const char *fmt, ...)
{
	va_list args;

	if (chains[0])
		strcat(chains, "\n");
	va_start(args, fmt);
	add(chains, fmt, args);
	va_end(args);
}

void expect_link(char *chains, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(chains, fmt, args);
	va_end(args);
}

/* Ended as it must with what the input lacks. */
static bool ended(const struct look *look)
{
	return shell_ended(look->lacks[0] ? 4 : 0, look->lacks);
}

static bool compare(const struct look *look, const char *chain, size_t len, const char *of)
{
	char want[STAGE_CHAINS];

	snprintf(want, sizeof(want), "%.*s\n", (int)len, chain);
	shell("$ipcdbg %s why -J %d >/tmp/why.json; status=$?; "
	      "jq -r -f /tmp/chain.jq /tmp/why.json && exit $status",
	      look->input, atoi(chain));
	if (ended(look) && !strcmp(shell_out, want))
		return true;
	return complain("%s %s: expected, found:\n%s%s", of, look->input, want, shell_out);
}

/* Where a task waits, a chain is expected. */
static bool is_any_expected(const struct look *look, const char *of)
{
	shell("$ipcdbg %s waiters -J >/tmp/waiters.json; status=$?; "
	      "jq '[.waiters[] | select(.ns == %u)] | length' /tmp/waiters.json && exit $status",
	      look->input, proc_ns(getpid(), getpid(), "ipc"));
	return (ended(look) && (atoi(shell_out) > 0) == !!look->chains[0]) ||
	       complain("%s %s: %s tasks wait, %s%s", of, look->input, shell_out,
			look->chains[0] ? "and chains are expected" : "and no chain is expected",
			shell_err);
}

bool chains_compare(const struct look *look, const char *of)
{
	bool ok = is_any_expected(look, of);
	const char *at = look->chains;

	stage_write("/tmp/chain.jq", pick);
	while (*at) {
		size_t len = strcspn(at, "\n");

		ok &= compare(look, at, len, of);
		at += len + (at[len] == '\n');
	}
	return ok;
}
