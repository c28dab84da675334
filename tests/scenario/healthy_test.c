// SPDX-License-Identifier: GPL-2.0
/*
 * 'ipcdbg check' every second under healthy load finds no deadlock, nothing that is certain, and no
 * semaphore that somebody took and died with, but that of a consumer that has been idle for longer
 * than a minute, since its last producer exited, which looks the same. Then it finds the one
 * deadlock that is made, at once. (stress-ng makes hundreds of queues and uses none of them for a
 * minute: it may be told of a leak.)
 *
 * The load may leave no time for every look: one for each four seconds is demanded.
 *
 *   MINUTES=n or SECONDS=n   how long, with each load (default two minutes)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "healthy.h"
#include "proc.h"
#include "puppet.h"
#include "scenario.h"
#include "shell.h"
#include "stress/pgbench.h"
#include "stress/stress_ng.h"

#define STRESS_NG "/t/stress-ng"
/* More than anybody waits. */
#define SECONDS 10000
#define NSEC 1000000000ull
/* There has to be a look for so many seconds, on average. */
#define SECONDS_A_LOOK 4

/*
 * What is certain, each deadlock, and each abandoned semaphore but that of the idle consumers,
 * which is known by its set, once it is old.
 */
#define WRONG                                                                                      \
	"[.findings[] | select(.certainty == \"certain\" or (.finding | test(\"deadlock\")) or "   \
	"(.finding == \"abandoned\" and (.namespace != %u or .subject != \"semaphore set %d\" or " \
	"any(.evidence[]; .record == \"wait\" and .blocked_ns < 6e10))))]"

FIXTURE(healthy)
{
	struct healthy load;
	unsigned int inum;
	long seconds;
};

FIXTURE_SETUP(healthy)
{
	self->seconds = env_long("SECONDS", 60 * env_long("MINUTES", 0));
	if (!self->seconds)
		self->seconds = 120;
	ASSERT_EQ(0, unshare(CLONE_NEWIPC | CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	ASSERT_EQ(0, setenv("ipcdbg", cli(), 1));
	self->inum = proc_ns(getpid(), getpid(), "ipc");
	puppets_open();
	healthy_begin(&self->load);
}

FIXTURE_TEARDOWN(healthy)
{
	puppets_clear();
}

#define FOUND "/tmp/healthy.found"

/* Reads what each look found, and writes what of that is wrong, a line each. */
static FILE *begin_judge(const struct healthy *load, unsigned int inum)
{
	char command[1024];
	FILE *judge;

	snprintf(command, sizeof(command), "exec jq -c '" WRONG "' >" FOUND, inum, load->posts);
	judge = popen(command, "w");
	if (!judge)
		die("jq: %s", strerror(errno));
	return judge;
}

/* It has read so many looks, and nothing was wrong in any. */
static bool end_judge(FILE *judge, unsigned int looks)
{
	int status = pclose(judge);

	if (status)
		return complain("jq: wait status %d", status);
	shell("grep -vxF '[]' " FOUND);
	if (shell_len)
		return complain("found: %s", shell_out);
	shell("wc -l <" FOUND);
	return strtoul(shell_out, NULL, 10) == looks ||
	       complain("%u looks, and judged were %s", looks, shell_out);
}

static bool look(FILE *judge)
{
	shell("$ipcdbg check -J >&%d", fileno(judge));
	return ((shell_code == 0 || shell_code == 8) && !shell_err[0]) ||
	       complain("check: exit status %d, %s", shell_code, shell_err);
}

/* The load runs by now; it would leave no time for whoever looks. */
static void go_first(void)
{
	struct sched_param first = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_RR, &first))
		die("sched_setscheduler: %s", strerror(errno));
}

/* Until the next whole second after begin. */
static void wait_for_second(uint64_t begin)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC), next = now + NSEC - (now - begin) % NSEC;
	struct timespec at = { .tv_sec = next / NSEC, .tv_nsec = next % NSEC };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
}

static bool stays_quiet(const struct healthy *load, unsigned int inum, long seconds)
{
	FILE *judge = begin_judge(load, inum);
	unsigned int looks = 0, late = 0;
	uint64_t begin, last, now;
	bool ok = true;

	go_first();
	begin = last = clock_ns(CLOCK_MONOTONIC);
	for (now = begin; ok && now < begin + seconds * NSEC; now = clock_ns(CLOCK_MONOTONIC)) {
		late += now - last > NSEC * 3 / 2;
		last = now;
		ok = look(judge);
		looks++;
		wait_for_second(begin);
	}
	fprintf(stderr, "# %u looks in %ju s, %u of them a second late or more\n", looks,
		(uintmax_t)((now - begin) / NSEC), late);
	if (looks * SECONDS_A_LOOK < seconds)
		ok = complain("only %u looks in %ld s", looks, seconds);
	return end_judge(judge, looks) && ok && looks;
}

/* Else the quiet would prove nothing. */
static bool finds_a_deadlock(void)
{
	struct puppet *a = stage_process("a", 0), *b = stage_process("b", 0);
	int set = stage_set(2, 1);

	stage_do(a, set, 0, -1, true);
	stage_do(b, set, 1, -1, true);
	stage_wait(a, set, 1, -1, true);
	stage_wait(b, set, 0, -1, true);
	shell("$ipcdbg check -J deadlock | jq -c '[.findings[] | [.finding, .certainty, "
	      ".evidence[].pid]]'");
	return (shell_len > 4 && strstr(shell_out, "[[\"deadlock\",\"certain\",") &&
		!strstr(shell_out, "],[")) ||
	       complain("a deadlock was made, and found: %s", shell_out);
}

static bool have_programs(void)
{
	return !access(STRESS_NG, X_OK) && !access(PGBENCH_FOLDER, X_OK);
}

TEST_F_TIMEOUT(healthy, pool_producers_and_requests, SECONDS)
{
	if (have_programs())
		SKIP(return, "they run beside stress-ng and PostgreSQL");
	EXPECT_TRUE(stays_quiet(&self->load, self->inum, self->seconds));
	EXPECT_TRUE(finds_a_deadlock());
	EXPECT_TRUE(healthy_end(&self->load));
}

/* Beside the others. PostgreSQL begins first, for it takes long where others load the machine. */
TEST_F_TIMEOUT(healthy, stress_ng_and_postgresql, SECONDS)
{
	if (!have_programs())
		SKIP(return, "no " STRESS_NG " or no " PGBENCH_FOLDER);
	pgbench_begin();
	stress_ng_begin(1);
	EXPECT_TRUE(stays_quiet(&self->load, self->inum, self->seconds));
	EXPECT_TRUE(finds_a_deadlock());
	EXPECT_TRUE(stress_ng_end());
	EXPECT_TRUE(pgbench_end());
	EXPECT_TRUE(healthy_end(&self->load));
}

TEST_HARNESS_MAIN
