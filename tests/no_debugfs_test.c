// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel booted with debugfs=off or debugfs=no-mount: the module says in one line that it cannot
 * be of use, and does not load; the command tells what is missing and never mounts anything. (That
 * debugfs is merely not mounted is tested by cli_test.) Skipped where debugfs is there.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <string.h>
#include <sys/sem.h>
#include <unistd.h>
#include "common.h"
#include "module.h"
#include "shell.h"

FIXTURE(no_debugfs)
{
	int log;
	bool off, no_mount;
};

FIXTURE_SETUP(no_debugfs)
{
	struct sembuf add = { .sem_op = 1 };
	char *cmdline = slurp("/proc/cmdline", 4096, NULL);
	int id;

	self->off = strstr(cmdline, "debugfs=off");
	self->no_mount = strstr(cmdline, "debugfs=no-mount");
	free(cmdline);
	self->log = module_log_open();
	/* Who operates on a set may have an undo, of which only the module knows. */
	id = shell_begin();
	ASSERT_LE(0, id);
	ASSERT_EQ(0, semop(id, &add, 1));
}

FIXTURE_TEARDOWN(no_debugfs)
{
	if (module_is_loaded())
		EXPECT_EQ(0, module_unload());
	close(self->log);
}

/* Each asks for the module's files, or would like to. */
static bool command_explains(const char *why)
{
	/* Lists show what the kernel tells everyone. */
	static const struct {
		const char *words;
		int code;
	} ways[] = {
		{ "-s", 0 },   { "-m", 0 }, { "-q", 0 },     { "-Q", 0 },
		{ "-s 0", 4 }, { "-A", 4 }, { "pid $$", 4 }, { "-s --json", 4 },
	};
	char *before = slurp("/proc/self/mounts", 65536, NULL), *after;
	unsigned int i;
	bool ok = true;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		shell("$ipcdbg %s", ways[i].words);
		ok &= shell_ended(ways[i].code, why) ||
		      complain("that was ipcdbg %s", ways[i].words);
	}
	shell("$ipcdbg doctor");
	ok &= shell_ended(4, "");
	ok &= shell_lines("debugfs     BAD  not in this kernel: it needs CONFIG_DEBUG_FS") == 1 ||
	      complain("doctor: %s", shell_out);
	after = slurp("/proc/self/mounts", 65536, NULL);
	ok &= !strcmp(before, after) || complain("mounts now: %s", after);
	free(before);
	free(after);
	return ok;
}

static void is_of_no_use(struct __test_metadata *_metadata, int log, int error)
{
	char said[2048], want[64];

	snprintf(want, sizeof(want), "cannot make the files in debugfs: -%d\n", error);
	EXPECT_EQ(error, module_load(""));
	EXPECT_EQ(1, module_log(log, said, sizeof(said)));
	EXPECT_STREQ(want, said);
	EXPECT_FALSE(module_is_loaded());
	EXPECT_TRUE(command_explains("the kernel module is not loaded"));
}

TEST_F(no_debugfs, off)
{
	if (!self->off)
		SKIP(return, "not booted with debugfs=off");
	is_of_no_use(_metadata, self->log, EPERM);
}

/* debugfs_init() does not come to register it then. */
TEST_F(no_debugfs, no_mount)
{
	if (!self->no_mount)
		SKIP(return, "not booted with debugfs=no-mount");
	is_of_no_use(_metadata, self->log, ENOENT);
}

TEST_HARNESS_MAIN
