// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/ramp.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "stress/stable_check.h"

#define READINGS 3 /* the fastest of which counts */
#define TRIES 3	   /* of a ratio that is too large: what was there before may still be freed */
#define RATIO_MOST 2.2
#define PATIENCE_S 20	       /* for memory */
#define READ_MOST 100000000ull /* ns of one read(): instructions, if those are counted */

static int open_file(const char *file)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

/*
 * CPU time of a reading, and in *longest that of its longest read(), if that is longer. The text is
 * not kept: memory for all of it takes time of its own.
 */
static uint64_t time_reading(const char *file, uint64_t *longest)
{
	static char block[65536];
	uint64_t start = clock_ns(CLOCK_THREAD_CPUTIME_ID), before, now;
	int fd = open_file(file);
	ssize_t n;

	do {
		before = clock_ns(CLOCK_THREAD_CPUTIME_ID);
		n = read(fd, block, sizeof(block));
		now = clock_ns(CLOCK_THREAD_CPUTIME_ID);
		*longest = now - before > *longest ? now - before : *longest;
	} while (n > 0);
	if (n)
		die("%s: %s", file, strerror(errno));
	close(fd);
	return now - start;
}

static uint64_t fastest(const char *file, uint64_t *longest)
{
	uint64_t best = UINT64_MAX, took;
	int i;

	for (i = 0; i < READINGS; i++) {
		took = time_reading(file, longest);
		best = took < best ? took : best;
	}
	return best;
}

static bool is_complete(const struct ramp *ramp, const char *file, unsigned int n)
{
	struct rows r;
	bool ok = rows_read(&r, file) && ramp->check(&r, n);

	rows_free(&r);
	return ok || complain("%s with %u %s", file, n, ramp->what);
}

static bool are_complete(const struct ramp *ramp, unsigned int n)
{
	unsigned int i;
	bool ok = true;

	for (i = 0; ramp->files[i]; i++)
		ok &= is_complete(ramp, ramp->files[i], n);
	return ok;
}

static bool is_linear(const struct ramp *ramp, const char *file, unsigned int n, uint64_t half)
{
	uint64_t whole = 0, longest = 0;
	double ratio = RATIO_MOST + 1;
	bool ok;
	int i;

	for (i = 0; i < TRIES && ratio > RATIO_MOST; i++) {
		whole = fastest(file, &longest);
		ratio = (double)whole / half;
	}
	fprintf(stderr,
		"# %s, %u %s: %.1f ms, for half of them %.1f ms: ratio %.2f; longest read() %.2f "
		"ms\n",
		file, n, ramp->what, whole / 1e6, half / 1e6, ratio, longest / 1e6);
	ok = ratio <= RATIO_MOST || complain("%s is not linear", file);
	return (longest <= READ_MOST || complain("a read() of %s takes too long", file)) && ok;
}

bool ramp_climb(const struct ramp *ramp, unsigned int n)
{
	uint64_t half[3], longest = 0;
	unsigned int i;
	bool ok;

	ramp->make(n / 2);
	ok = are_complete(ramp, n / 2);
	for (i = 0; ramp->files[i]; i++)
		half[i] = fastest(ramp->files[i], &longest);
	ramp->make(n);
	ok &= are_complete(ramp, n);
	for (i = 0; ramp->files[i]; i++)
		ok &= is_linear(ramp, ramp->files[i], n, half[i]);
	return ok;
}

static unsigned int room_for(unsigned int kib)
{
	char *text = slurp("/proc/meminfo", 4096, NULL);
	const char *at = text ? strstr(text, "\nMemAvailable:") : NULL;
	unsigned int room = at ? strtoul(at + 14, NULL, 10) / kib : 0;

	free(text);
	return room;
}

bool ramp_has_room(const char *what, unsigned int n, unsigned int kib)
{
	unsigned int room = room_for(kib), i;

	/* Tasks of the test before are freed after they have gone. */
	for (i = 0; i < PATIENCE_S && room < n; i++) {
		sleep(1);
		room = room_for(kib);
	}
	return room >= n || complain("memory for %u of %u %s", room, n, what);
}

bool ramp_has_ids(const struct rows *r, enum ipcdbg_record_id record, unsigned int field,
		  const int *ids, unsigned int n)
{
	unsigned int nr = 0;
	int row = -1;

	while ((row = rows_next(r, record, -1, row)) >= 0) {
		if (nr >= n || row_number(r, row, record, field) != ids[nr])
			return stable_bad_row(r, row, "object %u of %u", nr, n);
		nr++;
	}
	return nr == n || complain("%u objects, not %u", nr, n);
}
