// SPDX-License-Identifier: GPL-2.0
/*
 * A reader to whom memory is refused gets an errno, or text that is whole or says that it is not.
 * Nothing stays behind, and who reads again gets everything. Needs a kernel with fault injection.
 *
 *   FAULT_READS=n   how often a file is read with each mix (default 2, 50 if MINUTES= is set)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include "common.h"
#include "every_file.h"
#include "every_kind.h"
#include "fault.h"
#include "rows.h"

#define EACH 200       /* objects of a kind */
#define ROOM (4 << 20) /* for a file */
#define BLOCK 32768    /* the module makes that much at a time */
#define MOST_NTH 1000  /* allocations in one call */
#define TEXT_READS 3   /* calls of read() with each of their allocations refused */

static char text[ROOM];
static size_t len;

/* What came of readings. */
static unsigned int whole, cut, failed;

FIXTURE(fault_read)
{
	bool can; /* this kernel refuse memory */
};

FIXTURE_SETUP(fault_read)
{
	self->can = fault_begin();
	every_kind_make(EACH);
	/* It is shared with the processes made: else a page is copied, and refused, in a read(). */
	memset(text, 0, sizeof(text));
}

FIXTURE_TEARDOWN(fault_read)
{
	if (self->can)
		fault_end();
	every_kind_clear();
}

/* The file with what changes by itself left out. Twice the same, so nothing else changes. */
static char *truth_of(const char *path)
{
	char *masked = NULL, *before;
	struct rows r;
	bool same;

	do {
		before = masked;
		if (!rows_read(&r, path + sizeof(IPCDBG_DIR)))
			die("%s: not as it should be", path);
		masked = rows_masked(&r);
		rows_free(&r);
		same = before && !strcmp(before, masked);
		free(before);
	} while (!same);
	return masked;
}

static bool has_end(void)
{
	const char *line = len > 1 ? memrchr(text, '\n', len - 1) : NULL;

	return line && text[len - 1] == '\n' && !strncmp(line + 1, "end ", 4);
}

/* Text that ends with an end record: nothing is missing, or the text says what. */
static bool is_honest(const char *path, const char *truth)
{
	char *copy = malloc(len + 1), *masked;
	struct rows r;
	bool ok;

	memcpy(copy, text, len);
	copy[len] = 0;
	if (!rows_parse(&r, copy, len))
		return complain("%s: not as it should be", path);
	masked = rows_masked(&r);
	if (ROW_HAS(&r, (int)r.nr - 1, end, truncated)) {
		cut++;
		ok = strstr(r.text, "truncated what=") || complain("%s: cut, but not where", path);
	} else {
		whole++;
		ok = !strcmp(masked, truth) || complain("%s: taken for whole, but differs", path);
	}
	free(masked);
	rows_free(&r);
	return ok;
}

/* The verdict on a reading that ended with this errno, or 0. */
static bool judge(const char *path, const char *truth, int error)
{
	if (!error)
		return has_end() ? is_honest(path, truth)
				 : complain("%s: ends after %zu bytes without a word", path, len);
	failed++;
	if (error != ENOMEM)
		return complain("%s: %s", path, strerror(error));
	return !has_end() || complain("%s: whole, and an error", path);
}

/* One read() into text. Returns its errno, or 0. */
static int read_some(int fd, ssize_t *n)
{
	*n = read(fd, text + len, len + BLOCK > ROOM ? ROOM - len : BLOCK);
	if (*n < 0)
		return errno;
	len += *n;
	return 0;
}

static int read_rest(int fd)
{
	ssize_t n;
	int error;

	do
		error = read_some(fd, &n);
	while (!error && n);
	return error;
}

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int read_with_faults(const char *path)
{
	ssize_t n = 0;
	int error, fd;

	fault_on();
	fd = open_file(path);
	fault_off();
	if (fd < 0)
		return -fd;
	do {
		fault_on();
		error = read_some(fd, &n);
		fault_off();
	} while (!error && n);
	close(fd);
	return error;
}

static int survives_mix(const char *path, const struct stat *st)
{
	long i, n = env_long("FAULT_READS", getenv("MINUTES") ? 50 : 2);
	char *truth = truth_of(path);
	bool ok = true;

	(void)st;
	for (i = 0; ok && i < n; i++) {
		len = 0;
		ok = judge(path, truth, read_with_faults(path));
	}
	free(truth);
	return !ok;
}

static bool survives(unsigned int slab, unsigned int pages)
{
	bool ok;

	whole = cut = failed = 0;
	fault_percent(slab, pages);
	ok = !every_file(survives_mix);
	fault_percent(0, 0);
	fprintf(stderr, "# %u%% of slab, %u%% of pages: %u whole, %u cut, %u failed\n", slab, pages,
		whole, cut, failed);
	return ok;
}

TEST_F_TIMEOUT(fault_read, some_of_ten, 300)
{
	if (!self->can)
		SKIP(return, "this kernel has no fault injection");
	EXPECT_TRUE(survives(10, 10));
	EXPECT_LT(0, whole + cut);
	EXPECT_LT(0, failed);
}

TEST_F_TIMEOUT(fault_read, other_mixes, 300)
{
	if (!self->can)
		SKIP(return, "this kernel has no fault injection");
	EXPECT_TRUE(survives(1, 0));
	EXPECT_LT(0, whole);
	EXPECT_TRUE(survives(0, 50));
	EXPECT_TRUE(survives(50, 0));
	EXPECT_TRUE(survives(100, 100));
	EXPECT_EQ(0, whole + cut);
}

/* Nothing but a rewind makes a file whole again that has failed. */
static bool recovers(const char *path, const char *truth, int fd, int error)
{
	char byte;
	bool ok = read(fd, &byte, 1) == -1 && errno == error;

	len = 0;
	if (!ok)
		return complain("%s: goes on after %s", path, strerror(error));
	lseek(fd, 0, SEEK_SET);
	return judge(path, truth, read_rest(fd));
}

/*
 * The n-th allocation of a call is refused: of open(), or of a read() after others. false when
 * there were not so many, or *ok is.
 */
static bool try_nth(const char *path, const char *truth, int call, unsigned int n, bool *ok)
{
	int fd = 0, error = 0, i;
	ssize_t got = 1;
	bool met;

	len = 0;
	if (call)
		fd = open_file(path);
	for (i = 1; i < call; i++)
		error = read_some(fd, &got);
	fault_nth(n);
	if (!call)
		fd = open_file(path);
	else
		error = read_some(fd, &got);
	met = !fault_nth_left();
	if (fd < 0) {
		*ok = met && fd == -ENOMEM ? true : complain("%s: %s", path, strerror(-fd));
		return *ok;
	}
	if (!error && got)
		error = read_rest(fd);
	*ok = judge(path, truth, error);
	if (*ok && error)
		*ok = recovers(path, truth, fd, error);
	close(fd);
	return met && *ok;
}

static int survives_each(const char *path, const struct stat *st)
{
	unsigned int n, all = 0;
	char *truth = truth_of(path);
	bool ok = true;
	int call;

	(void)st;
	for (call = 0; ok && call <= TEXT_READS; call++) {
		for (n = 1; n < MOST_NTH && try_nth(path, truth, call, n, &ok); n++)
			;
		all += n - 1;
		if (n == MOST_NTH)
			ok = complain("%s: allocates without end", path);
	}
	fprintf(stderr, "# %s: %u allocations refused, one after another\n", path, all);
	free(truth);
	return !ok;
}

TEST_F_TIMEOUT(fault_read, each_allocation, 300)
{
	if (!self->can)
		SKIP(return, "this kernel has no fault injection");
	whole = cut = failed = 0;
	EXPECT_EQ(0, every_file(survives_each));
	fprintf(stderr, "# %u whole, %u cut, %u failed\n", whole, cut, failed);
	EXPECT_LT(20, failed);
	EXPECT_LT(0, whole);
}

TEST_HARNESS_MAIN
