// SPDX-License-Identifier: GPL-2.0
/*
 * Random states, of which the command prints without the module what it prints with it: blocked
 * tasks with their operations, attachments with their addresses. From the environment:
 *
 *   SEED=n     only that state of each kind
 *   SEEDS=n    this many of each (default 6, 200 at most), from SEED_FROM= (default 1)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include "common.h"
#include "generate.h"
#include "mqueue_generate.h"
#include "msg_generate.h"
#include "shell.h"
#include "shm_compare.h"
#include "shm_generate.h"

/*
 * Both documents without what only the module knows, and without what differs between two looks at
 * a world in which nothing happens. Start times are cut to a tick. Where the command could not know
 * which of several operations blocks, that is left out of both. Nothing else may be told to be
 * missing, unless there are mappings that the kernel does not count. "same", with how many rows
 * there were, how many of them unsure, and how many had a time that they are blocked; or what
 * differs.
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
	"def known: .truncated |= [.[]? | select(.what |\n"
	"	IN(\"undo\", \"msgtype\", \"message\", \"mqprio\") | not)];\n"
	"def set: .semid as $id | known | del(.holders) |\n"
	"	.sems |= map(del(.sempid_state, .sempid_comm, .otime)) |\n"
	"	.waiters |= (tasks | map(sure($id)));\n"
	"def queue: known | del(.types, .messages, .lspid_state, .lspid_comm, .lrpid_state,\n"
	"	.lrpid_comm) |\n"
	"	.receivers |= tasks | .senders |= tasks;\n"
	"def attachment: .start_ns |= tick | del(.mappings[].foreign);\n"
	"def segment: known | if .shmid | IN($other[]) then .truncated = [] else . end |\n"
	"	del(.cpid_state, .cpid_comm, .lpid_state, .lpid_comm, .hugetlb, .noreserve,\n"
	"	.page_size) | .attachments |= (map(attachment) | sort_by(.pid));\n"
	"def opener: .start_ns |= tick;\n"
	"def mqueue: known | del(.priorities, .notify_pid_state, .notify_pid_comm, .charged,\n"
	"	.charged_uid, .user_charged) | .receivers |= tasks | .senders |= tasks |\n"
	"	.openers |= (map(opener) | sort_by(.pid));\n"
	"def norm: { sets: [.sets[]? | set], queues: [.queues[]? | queue],\n"
	"	segments: [.segments[]? | segment],\n"
	"	mqueues: [.mqueues[]? | mqueue] | sort_by(.ino) };\n"
	"def times: [.. | objects | select(has(\"blocked_ns\")) | {key: \"\\(.tid)\",\n"
	"	value: .blocked_ns}] | from_entries;\n"
	"($m[0] | norm) as $a | ($f[0] | norm) as $b |\n"
	"($m[0] | times) as $s | ($f[0] | times) as $t |\n"
	"([$b | .. | objects | select(has(\"switches\") or has(\"mappings\") or\n"
	"	has(\"fds\"))] | length) as $rows |\n"
	"def leaves: [paths(scalars) as $p | {key: ($p | map(tostring) | join(\".\")),\n"
	"	value: getpath($p)}] | from_entries;\n"
	"if ($m[0].ipcdbg.module | not) or $f[0].ipcdbg.module then \"not two sources\"\n"
	"elif $a != $b then ($a | leaves) as $x | ($b | leaves) as $y |\n"
	"	[$x, $y | keys[]] | unique[] |\n"
	"	select($x[.] != $y[.]) | \"\\(.): \\($x[.]) with it, \\($y[.]) without\"\n"
	"elif any($t | to_entries[]; .value < $s[.key] - 1e9 or .value > $s[.key] + 60e9)\n"
	"then \"times\", $s, $t\n"
	"else \"same \\($rows) \\($unsure | length) \\($t | length)\" end\n";

/* What was compared. */
static struct {
	long rows, unsure, timed;
} seen;

static bool same_without_module(const char *kind)
{
	long rows, unsure, timed;

	shell("$ipcdbg -J %s >/tmp/module && { IPCDBG_ROOT=/proc/sysvipc $ipcdbg -J %s "
	      ">/tmp/fallback; test $? -eq 4 -o $? -eq 0; } && "
	      "jq -rn --slurpfile m /tmp/module --slurpfile f /tmp/fallback -f /tmp/filter",
	      kind, kind);
	if (shell_code || sscanf(shell_out, "same %ld %ld %ld", &rows, &unsure, &timed) != 3)
		return complain("with and without the module (status %d, %s):\n%s", shell_code,
				shell_err, shell_out);
	seen.rows += rows;
	seen.unsure += unsure;
	seen.timed += timed;
	return true;
}

/* Most of what is asked for was there, and decided. */
static bool enough_seen(long states)
{
	fprintf(stderr, "# %ld states: %ld rows, %ld of them unsure, %ld with a time\n", states,
		seen.rows, seen.unsure, seen.timed);
	return states < 5 || (seen.rows > states && seen.unsure * 20 < seen.rows);
}

static bool each_state(const char *kind, bool (*generate_state)(uint64_t seed), void (*clear)(void))
{
	long first = env_long("SEED_FROM", 1), n = env_long("SEEDS", 6), i;
	long only = env_long("SEED", 0);
	bool ok = true;

	if (only)
		first = only;
	n = only ? 1 : n < 200 ? n : 200;
	for (i = 0; i < n && ok; i++) {
		ok = generate_state(first + i) && same_without_module(kind);
		if (!ok)
			complain("state differs, again with SEED=%ld", first + i);
		clear();
	}
	return ok && enough_seen(i);
}

static struct model sets;
static struct msg_model queues;
static struct shm_model segments;
static struct mqueue_model mqueues;

static bool generate_sets(uint64_t seed)
{
	return generate(&sets, seed);
}

static void clear_sets(void)
{
	generate_clear(&sets);
}

static bool generate_queues(uint64_t seed)
{
	return msg_generate(&queues, seed);
}

static void clear_queues(void)
{
	msg_generate_clear(&queues);
}

static bool generate_segments(uint64_t seed)
{
	shm_generate(&segments, seed);
	return true;
}

static void clear_segments(void)
{
	shm_generate_clear(&segments);
}

static bool generate_mqueues(uint64_t seed)
{
	return mqueue_generate(&mqueues, seed);
}

static void clear_mqueues(void)
{
	mqueue_generate_clear(&mqueues);
}

FIXTURE(fallback){};

FIXTURE_SETUP(fallback)
{
	FILE *f = fopen("/tmp/filter", "w");

	ASSERT_NE(NULL, f);
	fputs(filter, f);
	ASSERT_EQ(0, fclose(f));
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	setenv("ipcdbg", cli(), 1);
}

FIXTURE_TEARDOWN(fallback)
{
}

TEST_F_TIMEOUT(fallback, sets, 3600)
{
	puppets_open();
	EXPECT_TRUE(each_state("-s", generate_sets, clear_sets));
	EXPECT_LT(0, seen.timed);
}

TEST_F_TIMEOUT(fallback, queues, 3600)
{
	msg_generate_open();
	puppets_open();
	EXPECT_TRUE(each_state("-q", generate_queues, clear_queues));
	EXPECT_LT(0, seen.timed);
}

TEST_F_TIMEOUT(fallback, segments, 3600)
{
	ASSERT_EQ(0, put_file("/proc/sys/vm/nr_hugepages", "12"));
	shm_generate_open();
	puppets_open();
	EXPECT_TRUE(each_state("-m", generate_segments, clear_segments));
	put_file("/proc/sys/vm/nr_hugepages", "0");
}

TEST_F_TIMEOUT(fallback, mqueues, 3600)
{
	mqueue_generate_open();
	puppets_open();
	EXPECT_TRUE(each_state("-Q", generate_mqueues, clear_mqueues));
	EXPECT_LT(0, seen.timed);
}

TEST_HARNESS_MAIN
