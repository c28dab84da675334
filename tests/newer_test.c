// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel series newer than every tested one is refused unless untested=1. The module at NEWER was
 * built as if that were so of this kernel (tests/vm/newer.sh).
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include "common.h"
#include "module.h"
#include "rows.h"

#define NEWER "/t/newer.ko"
#define TAINT_USER (1 << 6)

static char *own;

FIXTURE(newer)
{
	int kmsg;
};

FIXTURE_SETUP(newer)
{
	own = strdup(getenv("IPCDBG_KO"));
	if (module_is_loaded())
		ASSERT_EQ(0, module_unload());
	ASSERT_EQ(0, access(NEWER, R_OK));
	setenv("IPCDBG_KO", NEWER, 1);
	self->kmsg = module_log_open();
}

FIXTURE_TEARDOWN(newer)
{
	close(self->kmsg);
	setenv("IPCDBG_KO", own, 1);
	free(own);
	if (module_is_loaded())
		EXPECT_EQ(0, module_unload());
	EXPECT_EQ(0, module_load(""));
}

static bool tainted(void)
{
	char *text = slurp("/proc/sys/kernel/tainted", 64, NULL);
	bool user = strtoul(text, NULL, 10) & TAINT_USER;

	free(text);
	return user;
}

/* The value of untested in the file abi. */
static int abi_untested(void)
{
	struct rows r;
	int i, untested;

	if (!rows_read(&r, "abi"))
		return -1;
	i = rows_next(&r, IPCDBG_R_abi, -1, -1);
	untested = i < 0 ? -1 : (int)ROW_NUM(&r, i, abi, untested);
	rows_free(&r);
	return untested;
}

TEST_F(newer, is_refused)
{
	bool before = tainted();
	char said[2048];

	EXPECT_EQ(EOPNOTSUPP, module_load(""));
	EXPECT_EQ(1, module_log(self->kmsg, said, sizeof(said)));
	EXPECT_STREQ("not tested on this kernel series; untested=1 loads it all the same\n", said);
	EXPECT_FALSE(module_is_loaded());
	EXPECT_EQ(-1, access(IPCDBG_DIR, F_OK));
	EXPECT_EQ(before, tainted());
	EXPECT_EQ(EOPNOTSUPP, module_load("untested=0"));
}

TEST_F(newer, is_taken_when_asked_for)
{
	char said[2048];

	ASSERT_EQ(0, module_load("untested=1"));
	EXPECT_EQ(1, module_log(self->kmsg, said, sizeof(said)));
	EXPECT_STREQ("loaded on a kernel series that it was not tested on (untested=1)\n", said);
	EXPECT_EQ(1, abi_untested());
	EXPECT_TRUE(tainted());
	EXPECT_EQ(0, module_unload());
	setenv("IPCDBG_KO", own, 1);
	ASSERT_EQ(0, module_load("untested=1"));
	EXPECT_EQ(0, abi_untested());
}

TEST_HARNESS_MAIN
