// SPDX-License-Identifier: GPL-2.0
/*
 * Very many segments: all are there, once, in their order, and reading them takes no memory. Very
 * many mappings of one: all are there, or as many as the bound on memory lets, and that is said.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/shm.h>
#include "check.h"
#include "common.h"
#include "module.h"
#include "rows.h"
#include "shm_compare.h"

#define SEGMENTS 30000
#define MAPPINGS 20000
#define BOUND_KIB 256
#define BLOCK 65536
#define MAY_TAKE_KIB 4096 /* more than the module's buffers and the page cache's whims */

static int ids[SEGMENTS];

/* Sizes that tell the segments apart. */
static unsigned int size_of(int i)
{
	return 1 + i % 7919;
}

static void make_segments(int from, int to)
{
	int i;

	for (i = from; i < to; i++) {
		ids[i] = shmget(IPC_PRIVATE, size_of(i), 0600);
		if (ids[i] < 0 || (i % 1000 == 7 && shmat(ids[i], NULL, 0) == (void *)-1))
			die("segment %d: %s", i, strerror(errno));
	}
}

/* One row of each of the first n, in the order in which they were made. */
static bool has_all(const struct rows *r, int n)
{
	bool ok = true;
	int i, row = -1;

	CHECK("segments", n, rows_count(r, IPCDBG_R_segment, -1));
	for (i = 0; ok && i < n; i++) {
		row = rows_next(r, IPCDBG_R_segment, -1, row);
		CHECK("shmid", ids[i], ROW_NUM(r, row, segment, shmid));
		CHECK("size", size_of(i), ROW_NUM(r, row, segment, size));
		CHECK("attach rows", i % 1000 == 7,
		      !strcmp(ROW_STR(r, 0, header, table), "shm")
			      ? rows_count(r, IPCDBG_R_attach, row)
			      : ROW_NUM(r, row, segment, nattch));
	}
	return ok;
}

static bool read_all(const char *name, int n)
{
	uint64_t start = clock_ns(CLOCK_MONOTONIC);
	struct rows r;
	char path[64], *text;
	size_t len;
	bool ok;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	text = slurp(path, BLOCK, &len);
	if (!text)
		return complain("%s: %s", path, strerror(errno));
	fprintf(stderr, "# %s with %d segments: %zu bytes in %.0f ms\n", name, n, len,
		(clock_ns(CLOCK_MONOTONIC) - start) / 1e6);
	ok = rows_parse(&r, text, len) && has_all(&r, n);
	rows_free(&r);
	return ok;
}

static long memory_free(void)
{
	char *text = slurp("/proc/meminfo", 4096, NULL);
	const char *at = text ? strstr(text, "\nMemFree:") : NULL;
	long kib = at ? strtol(at + 9, NULL, 10) : 0;

	free(text);
	return kib;
}

/* How much less memory is free in the course of a reading, at most. */
static long taken_while_read(const char *name)
{
	static char buf[BLOCK];
	char path[64];
	long before, taken = 0, now;
	int fd, i = 0;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	before = memory_free();
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (read(fd, buf, sizeof(buf)) > 0) {
		now = i++ % 16 ? before - taken : memory_free();
		taken = before - now > taken ? before - now : taken;
	}
	close(fd);
	fprintf(stderr, "# %s took %ld KiB at most\n", name, taken);
	return taken;
}

FIXTURE(shm_size){};

FIXTURE_SETUP(shm_size)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	ASSERT_EQ(0, put_file("/proc/sys/kernel/shmmni", "32768"));
}

FIXTURE_TEARDOWN(shm_size)
{
}

TEST_F_TIMEOUT(shm_size, thirty_thousand, 120)
{
	make_segments(0, SEGMENTS / 2);
	EXPECT_TRUE(read_all("list/shm", SEGMENTS / 2));
	EXPECT_TRUE(read_all("shm", SEGMENTS / 2));
	make_segments(SEGMENTS / 2, SEGMENTS);
	EXPECT_TRUE(read_all("list/shm", SEGMENTS));
	EXPECT_TRUE(read_all("shm", SEGMENTS));
	EXPECT_GT(MAY_TAKE_KIB, taken_while_read("list/shm"));
	EXPECT_GT(MAY_TAKE_KIB, taken_while_read("shm"));
}

static int make_mapped(int n)
{
	int id = shmget(IPC_PRIVATE, 1, 0600);

	while (n--)
		if (shmat(id, NULL, 0) == (void *)-1)
			die("shmat: %s", strerror(errno));
	return id;
}

TEST_F_TIMEOUT(shm_size, many_mappings, 120)
{
	struct shm_maps maps = { 0 };
	struct rows r;
	int row;

	row = make_mapped(MAPPINGS);
	ASSERT_TRUE(rows_read(&r, "shm"));
	row = ROWS_FIND(&r, -1, segment, shmid, row);
	shm_maps_add_all(&maps);
	EXPECT_EQ(MAPPINGS, ROW_NUM(&r, row, segment, nattch));
	EXPECT_TRUE(compare_attached(&r, row, &maps));
	shm_maps_free(&maps);
	rows_free(&r);
}

/* The rows that are there are right, and that there should be more stands below them. */
static bool is_cut(const struct rows *r, int row)
{
	int truncated = rows_next(r, IPCDBG_R_truncated, row, -1);
	unsigned int i, mappings = 0;
	bool ok = true;

	if (truncated < 0)
		return complain("%u rows, and no word of more", r->nr);
	CHECK("nattch", MAPPINGS, ROW_NUM(r, row, segment, nattch));
	CHECK_STR("what", "attach", ROW_STR(r, truncated, truncated, what));
	CHECK("end", 1, ROW_NUM(r, r->nr - 1, end, truncated));
	for (i = 0; i < r->nr; i++)
		mappings += r->row[i].record == IPCDBG_R_mapping;
	fprintf(stderr, "# %u of %d mappings in %d KiB\n", mappings, MAPPINGS, BOUND_KIB);
	/* The room is for copies of mappings as well as for their order: 64 bytes or so each. */
	if (mappings < BOUND_KIB * 1024 / 256 || mappings >= MAPPINGS)
		ok = complain("%u mapping rows", mappings);
	return ok;
}

TEST_F_TIMEOUT(shm_size, bound_on_memory, 120)
{
	int id = make_mapped(MAPPINGS), next = make_mapped(1), ret;
	char parameters[32];
	struct rows r;
	bool cut, whole;

	snprintf(parameters, sizeof(parameters), "max_kib=%d", BOUND_KIB);
	ASSERT_EQ(0, module_unload());
	ASSERT_EQ(0, module_load(parameters));
	ASSERT_TRUE(rows_read(&r, "shm"));
	cut = is_cut(&r, ROWS_FIND(&r, -1, segment, shmid, id));
	whole = rows_count(&r, IPCDBG_R_attach, ROWS_FIND(&r, -1, segment, shmid, next)) == 1;
	rows_free(&r);
	ret = module_unload();
	EXPECT_EQ(0, ret | module_load(""));
	EXPECT_TRUE(cut);
	EXPECT_TRUE(whole);
}

TEST_HARNESS_MAIN
