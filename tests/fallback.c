// SPDX-License-Identifier: GPL-2.0
#include "fallback.h"
#include "common.h"
#include "shell.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * Both documents without what only the module knows, and without what differs between two looks at
 * a world in which nothing happens. Start times are cut to a tick. Where the command could not know
 * which of several operations blocks, that is left out of both. Nothing else may be told to be
 * missing, unless there are mappings that the kernel does not count. Which of the processes that
 * share a memory is its owner is left out of both, and so is the rss of huge pages, which the
 * kernel tells wrongly since 6.7 (shm_compare.c). What is lost (fallback.h) is left out of what the
 * module says, and all of it is, or the queues of neither may be told as incomplete: "same", with
 * how many rows there were, how many of them unsure, and how many had a time that they are blocked;
 * or what differs.
 */
static const char filter[] =
	"def tick: . - . % 10000000;\n"
	"def task: del(.queue, .order, .blocked_ns) | .start_ns |= tick;\n"
	"def tasks: map(task) | sort_by(.tid);\n"
	"[$f[0].sets[]? | .semid as $id | .waiters[] |\n"
	"	select(any(.ops[]; has(\"blocking\") | not)) | \"\\($id) \\(.tid)\"] as $unsure |\n"
	"def sure($id): if \"\\($id) \\(.tid)\" | IN($unsure[])\n"
	"	then del(.semnum, .ops[].blocking) else . end;\n"
	"[$m[0].segments[]? | select(any(.attachments[].mappings[]; .foreign)) |\n"
	"	.shmid] as $other |\n"
	"[$m[0].segments[]? | select(.hugetlb) | .shmid] as $huge |\n"
	"def known: .truncated |= [.[]? | select(.what |\n"
	"	IN(\"undo\", \"msgtype\", \"message\", \"mqprio\") | not)];\n"
	"def set: .semid as $id | known | del(.holders) |\n"
	"	.sems |= map(del(.sempid_state, .sempid_comm, .otime)) |\n"
	"	.waiters |= (tasks | map(sure($id)));\n"
	"def queue: known | del(.types, .messages, .lspid_state, .lspid_comm, .lrpid_state,\n"
	"	.lrpid_comm) |\n"
	"	.receivers |= tasks | .senders |= tasks;\n"
	"def attachment: .start_ns |= tick | del(.mappings[].foreign);\n"
	"def memories: reduce .[] as $a ([]; ($a | del(.mappings, .shared)) as $p |\n"
	"	if $a.shared then .[-1].processes += [$p]\n"
	"	else . + [{processes: [$p], mappings: $a.mappings}] end) |\n"
	"	map(.processes |= sort_by(.pid)) | sort_by(.processes[0].pid);\n"
	"def segment: known | if .shmid | IN($other[]) then .truncated = [] else . end |\n"
	"	if .shmid | IN($huge[]) then del(.rss) else . end |\n"
	"	del(.cpid_state, .cpid_comm, .lpid_state, .lpid_comm, .hugetlb, .noreserve,\n"
	"	.page_size) | .attachments |= (map(attachment) | memories);\n"
	"def opener: .start_ns |= tick;\n"
	"def mqueue: known | del(.priorities, .notify_pid_state, .notify_pid_comm, .charged,\n"
	"	.charged_uid, .user_charged) | .receivers |= tasks | .senders |= tasks |\n"
	"	.openers |= (map(opener) | sort_by(.pid));\n"
	"def blocked: .ino as $i | .receivers[], .senders[] | {ino: $i, tid};\n"
	"def at($where): . as $b | any($w[]; .tid == $b.tid and .[$where] == $b.ino);\n"
	"[$f[0].mqueues[]? | blocked | select(at(\"other\")) | .tid] as $astray |\n"
	"any($w[]; .tid | IN($astray[]) | not) as $told |\n"
	"def without($where): .ino as $i |\n"
	"	(.receivers, .senders) |= map(select({ino: $i, tid} | at($where) | not));\n"
	"def untold: if $told then .truncated += ([\"mq_receiver\", \"mq_sender\"] |\n"
	"	map({what: .})) else . end;\n"
	"def by(f): sort_by(.namespace, f);\n"
	"def norm: { sets: [.sets[]? | set] | by(.semid), queues: [.queues[]? | queue] | "
	"by(.msqid),\n"
	"	segments: [.segments[]? | segment] | by(.shmid),\n"
	"	mqueues: [.mqueues[]? | mqueue] | by(.ino), namespaces: [.namespaces[]? |\n"
	"	del(.pid, .comm, .start_ns, .held, .mqueues, .cgroup)] | sort_by(.inum) };\n"
	"def times: [.. | objects | select(has(\"blocked_ns\")) | {key: \"\\(.tid)\",\n"
	"	value: .blocked_ns}] | from_entries;\n"
	"($m[0] | norm | .mqueues |= map(select(.ino | IN($q[]) | not) |\n"
	"	without(\"ino\") | untold)) as $a |\n"
	"($f[0] | norm | .mqueues |= map(without(\"other\"))) as $b |\n"
	"($m[0] | times) as $s | ($f[0] | times) as $t |\n"
	"([$b | .. | objects | select(has(\"switches\") or has(\"mappings\") or\n"
	"	has(\"fds\") or has(\"semmni\"))] | length) as $rows |\n"
	"def leaves: [paths(scalars) as $p | {key: ($p | map(tostring) | join(\".\")),\n"
	"	value: getpath($p)}] | from_entries;\n"
	"if ($m[0].ipcdbg.module | not) or $f[0].ipcdbg.module then \"not two sources\"\n"
	"elif $a != $b then ($a | leaves) as $x | ($b | leaves) as $y |\n"
	"	[$x, $y | keys[]] | unique[] |\n"
	"	select($x[.] != $y[.]) | \"\\(.): \\($x[.]) with it, \\($y[.]) without\"\n"
	"elif any($t | to_entries[]; .value < $s[.key] - 1e9 or .value > $s[.key] + 60e9)\n"
	"then \"times\", $s, $t\n"
	"elif ([$m[0].mqueues[]? | blocked | select(at(\"ino\"))] | length) !=\n"
	"	($w | length) then \"not lost\", $w\n"
	"elif $told and $f[0].complete then \"complete\"\n"
	"else \"same \\($rows) \\($unsure | length) \\($t | length)\" end\n";

struct fallback_seen fallback_seen;

void fallback_begin(void)
{
	FILE *f = fopen("/tmp/filter", "w");

	if (!f || fputs(filter, f) < 0 || fclose(f))
		die("/tmp/filter");
	setenv("ipcdbg", cli(), 1);
}

bool same_but_lost(const char *arguments)
{
	long rows, unsure, timed;

	shell("$ipcdbg -J %s >/tmp/module && { IPCDBG_ROOT=/proc/sysvipc $ipcdbg -J %s "
	      ">/tmp/fallback; test $? -eq 4 -o $? -eq 0; } && "
	      "jq -rn --slurpfile w " FALLBACK_WAITS " --slurpfile q " FALLBACK_QUEUES
	      " --slurpfile m /tmp/module --slurpfile f /tmp/fallback -f /tmp/filter",
	      arguments, arguments);
	if (shell_code || sscanf(shell_out, "same %ld %ld %ld", &rows, &unsure, &timed) != 3)
		return complain("with and without the module (status %d, %s):\n%s", shell_code,
				shell_err, shell_out);
	fallback_seen.rows += rows;
	fallback_seen.unsure += unsure;
	fallback_seen.timed += timed;
	return true;
}

static void make_empty(const char *name)
{
	FILE *f = fopen(name, "w");

	if (!f || fclose(f))
		die("%s", name);
}

bool same_without_module(const char *arguments)
{
	make_empty(FALLBACK_WAITS);
	make_empty(FALLBACK_QUEUES);
	return same_but_lost(arguments);
}
