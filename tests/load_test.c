// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading: silent, refused while a file is open, without a trace however often.
 *
 *   LOADS=n   how often (default 5, 200 in a long run, which sets MINUTES=)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include "common.h"
#include "memory.h"
#include "module.h"
#include "rows.h"

static const char *const files[] = { "sem",	     "list/sem",   "counts/sem", "all/sem",
				     "all/list/sem", "namespaces", "abi" };

FIXTURE(load){};

FIXTURE_SETUP(load)
{
	if (module_is_loaded())
		ASSERT_EQ(0, module_unload());
}

FIXTURE_TEARDOWN(load)
{
	if (!module_is_loaded())
		EXPECT_EQ(0, module_load(""));
}

TEST_F(load, an_open_file_keeps_it_loaded)
{
	unsigned int i;
	char byte;
	int fd;

	ASSERT_EQ(0, module_load(""));
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		char path[64];

		snprintf(path, sizeof(path), IPCDBG_DIR "/%s", files[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		ASSERT_LE(0, fd);
		EXPECT_EQ(EWOULDBLOCK, module_unload());
		EXPECT_EQ(1, read(fd, &byte, 1));
		EXPECT_EQ(EWOULDBLOCK, module_unload());
		close(fd);
	}
	EXPECT_EQ(0, module_unload());
	EXPECT_EQ(-1, access(IPCDBG_DIR, F_OK));
	EXPECT_EQ(ENOENT, errno);
}

TEST_F(load, loads_in_silence)
{
	int log = module_log_open();
	char said[2048];

	ASSERT_EQ(0, module_load(""));
	EXPECT_EQ(EEXIST, module_load(""));
	ASSERT_EQ(0, module_unload());
	EXPECT_EQ(0, module_log(log, said, sizeof(said)));
	close(log);
}

/* A longer file in its place is left out, and not cut. */
TEST_F(load, a_boot_id_that_is_too_long)
{
	struct rows r;

	ASSERT_EQ(0, unshare(CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	ASSERT_EQ(0,
		  mount("/proc/cpuinfo", "/proc/sys/kernel/random/boot_id", NULL, MS_BIND, NULL));
	ASSERT_EQ(0, module_load(""));
	ASSERT_TRUE(rows_read(&r, "abi"));
	EXPECT_EQ(NULL, strstr(r.text, " boot="));
	rows_free(&r);
	ASSERT_EQ(0, module_unload());
	ASSERT_EQ(0, umount("/proc/sys/kernel/random/boot_id"));
	ASSERT_EQ(0, module_load(""));
	ASSERT_TRUE(rows_read(&r, "abi"));
	EXPECT_NE(NULL, strstr(r.text, " boot="));
	rows_free(&r);
	ASSERT_EQ(0, module_unload());
}

static void open_often(struct __test_metadata *_metadata)
{
	int i, fd;

	for (i = 0; i < 1000; i++) {
		fd = open(i % 2 ? IPCDBG_DIR "/sem" : IPCDBG_DIR "/namespaces", O_RDONLY);
		ASSERT_LE(0, fd);
		close(fd);
	}
}

static void load_read_unload(struct __test_metadata *_metadata)
{
	unsigned int i;
	struct rows r;

	ASSERT_EQ(0, module_load(""));
	open_often(_metadata);
	for (i = 0; i < 5 * ARRAY_SIZE(files); i++) {
		ASSERT_TRUE(rows_read(&r, files[i % ARRAY_SIZE(files)]));
		rows_free(&r);
	}
	ASSERT_EQ(0, module_unload());
	ASSERT_EQ(-1, access(IPCDBG_DIR, F_OK));
}

TEST_F_TIMEOUT(load, many_loads, 600)
{
	long n = env_long("LOADS", getenv("MINUTES") ? 200 : 5), i;
	struct memory_usage before, after;

	for (i = 0; i < 3; i++)
		load_read_unload(_metadata);
	before = memory_in_use();
	for (i = 0; i < n; i++)
		load_read_unload(_metadata);
	after = memory_in_use();
	fprintf(stderr, "# KiB before %ld loads %ld and %ld, after %ld and %ld\n", n,
		before.fine / 1024, before.coarse / 1024, after.fine / 1024, after.coarse / 1024);
	EXPECT_LT(after.fine, before.fine + 256 * 1024);
	EXPECT_LT(after.coarse, before.coarse + 1536 * 1024);
}

TEST_HARNESS_MAIN
