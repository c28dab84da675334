// SPDX-License-Identifier: GPL-2.0
/*
 * Every scenario: 'ipcdbg check' finds what is expected of it, no more and no less.
 *
 *   SCENARIO=text   only those whose name has that text in it
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"
#include "scenario.h"

/* Of a table. */
#define SECONDS 900

FIXTURE(scenarios){};

FIXTURE_SETUP(scenarios)
{
}

FIXTURE_TEARDOWN(scenarios)
{
}

/* In a child: namespaces, puppets and memory are its own. */
static bool plays(const struct scenario *scenario, bool without)
{
	const char *only = getenv("SCENARIO");
	int status;
	pid_t pid;

	if (only && !strstr(scenario->name, only))
		return true;
	fflush(NULL);
	pid = fork();
	if (!pid)
		_exit(!scenario_check(scenario, without));
	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status))
		return true;
	return complain("scenario '%s'", scenario->name);
}

static bool all_play(const struct scenario *table, bool without)
{
	bool ok = true;

	for (; table->name; table++)
		ok &= plays(table, without);
	return ok;
}

TEST_F_TIMEOUT(scenarios, waiting_for_each_other, SECONDS)
{
	EXPECT_TRUE(all_play(sem_scenarios, true));
}

TEST_F_TIMEOUT(scenarios, nobody_left_to_post, SECONDS)
{
	EXPECT_TRUE(all_play(dead_scenarios, true));
}

TEST_F_TIMEOUT(scenarios, queues, SECONDS)
{
	EXPECT_TRUE(all_play(queue_scenarios, false));
}

TEST_F_TIMEOUT(scenarios, posix_queues, SECONDS)
{
	EXPECT_TRUE(all_play(mqueue_scenarios, false));
}

TEST_F_TIMEOUT(scenarios, left_behind, SECONDS)
{
	EXPECT_TRUE(all_play(left_scenarios, false));
}

TEST_HARNESS_MAIN
