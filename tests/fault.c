// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "fault.h"
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define SLAB "/sys/kernel/debug/failslab"
#define PAGES "/sys/kernel/debug/fail_page_alloc"

static int make_it_fail = -1, nth = -1;

/* Without an allocation, as are reading and writing of these two files. */
static void put(int fd, const char *text)
{
	if (pwrite(fd, text, strlen(text), 0) < 0)
		die("fault injection: %s", strerror(errno));
}

static void set(const char *folder, const char *name, unsigned int n)
{
	char path[128], text[16];
	int ret;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	snprintf(text, sizeof(text), "%u", n);
	ret = put_file(path, text);
	if (ret)
		die("%s: %s", path, strerror(-ret));
}

/* Any allocation of a marked task, as often as asked for, and nothing in the log. */
static void prepare(const char *folder)
{
	char path[128];
	int ret;

	set(folder, "probability", 0);
	set(folder, "interval", 1);
	set(folder, "space", 0);
	set(folder, "verbose", 0);
	set(folder, "task-filter", 1);
	set(folder, "ignore-gfp-wait", 0);
	snprintf(path, sizeof(path), "%s/times", folder);
	ret = put_file(path, "-1");
	if (ret)
		die("%s: %s", path, strerror(-ret));
}

bool fault_begin(void)
{
	char path[64];

	if (access(SLAB, F_OK) || access(PAGES, F_OK))
		return false;
	prepare(SLAB);
	prepare(PAGES);
	set(PAGES, "min-order", 0);
	set(PAGES, "ignore-gfp-highmem", 0);
	snprintf(path, sizeof(path), "/proc/self/task/%d/fail-nth", gettid());
	nth = open(path, O_RDWR | O_CLOEXEC);
	make_it_fail = open("/proc/self/make-it-fail", O_RDWR | O_CLOEXEC);
	if (nth < 0 || make_it_fail < 0)
		die("%s: %s", path, strerror(errno));
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		die("mlockall: %s", strerror(errno));
	prctl(PR_SET_NAME, "refused-memory");
	return true;
}

void fault_percent(unsigned int slab, unsigned int pages)
{
	set(SLAB, "probability", slab);
	set(PAGES, "probability", pages);
}

void fault_on(void)
{
	put(make_it_fail, "1");
}

void fault_off(void)
{
	put(make_it_fail, "0");
}

void fault_nth(unsigned int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	put(nth, text);
}

unsigned int fault_nth_left(void)
{
	char left[16] = "";

	if (pread(nth, left, sizeof(left) - 1, 0) <= 0)
		die("fail-nth: %s", strerror(errno));
	put(nth, "0");
	return atoi(left);
}

void fault_end(void)
{
	if (make_it_fail >= 0)
		fault_off();
	if (nth >= 0)
		put(nth, "0");
	set(SLAB, "probability", 0);
	set(PAGES, "probability", 0);
}
