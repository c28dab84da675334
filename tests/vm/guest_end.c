// SPDX-License-Identifier: GPL-2.0
/* What debug kernels tell after the module is gone: memory that it lost, code that it ran. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

#define KMEMLEAK "/sys/kernel/debug/kmemleak"
#define GCOV "/sys/kernel/debug/gcov"

/* kmemleak tells of an object when it is five seconds old, and not seen by the scan after that. */
#define LEAK_AGE 6
/* Lines of its report that are sent, some three leaks. */
#define LEAK_LINES 60

static bool kmemleak(const char *order)
{
	int fd = open(KMEMLEAK, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, order, strlen(order)) >= 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

void leaks_check(void)
{
	char line[512];
	FILE *file;
	int scan, n = 0;

	/* Under lockdown debugfs lets nobody ask. */
	if (access(KMEMLEAK, F_OK) || !guest_can_exit())
		return;
	for (scan = 0; scan < 2; scan++) {
		sleep(LEAK_AGE);
		if (!kmemleak("scan"))
			report("module kmemleak does not scan");
	}
	file = fopen(KMEMLEAK, "re");
	if (!file)
		report("module kmemleak is not readable");
	while (file && n++ < LEAK_LINES && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = 0;
		report("splat %s", line);
	}
	if (file)
		fclose(file);
}

/* Writes n bytes as base64, at most 4096 characters with the NUL. */
static void base64(char *text, const unsigned char *bytes, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i;

	for (i = 0; i < n; i += 3) {
		unsigned int b = i + 1 < n ? bytes[i + 1] : 0, c = i + 2 < n ? bytes[i + 2] : 0;
		unsigned int word = (unsigned int)bytes[i] << 16 | b << 8 | c;

		*text++ = digits[word >> 18];
		*text++ = digits[word >> 12 & 63];
		*text++ = i + 1 < n ? digits[word >> 6 & 63] : '=';
		*text++ = i + 2 < n ? digits[word & 63] : '=';
	}
	*text = 0;
}

/* The size of such a file is 0 whatever is in it, so it is read to its end. */
static int send_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	unsigned char bytes[3000];
	char text[4096];
	FILE *file;
	size_t n;

	(void)st;
	if (type != FTW_F || !strstr(path, ".gcda"))
		return 0;
	file = fopen(path, "re");
	while (file && (n = fread(bytes, 1, sizeof(bytes), file)) > 0) {
		base64(text, bytes, n);
		report("gcov %s %s", path + ftw->base, text);
	}
	if (file)
		fclose(file);
	return 0;
}

void coverage_send(void)
{
	if (nftw(GCOV, send_file, 16, FTW_PHYS))
		report("module no coverage in " GCOV);
}
