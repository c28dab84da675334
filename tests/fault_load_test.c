// SPDX-License-Identifier: GPL-2.0
/*
 * Loading with each of its allocations refused in turn: refused with an errno and without a trace,
 * or loaded and unloaded. Needs a kernel with fault injection.
 *
 *   FAULT_LOADS=n   how many of the allocations, evenly spread (default 40, all if MINUTES= is set)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include "common.h"
#include "every_file.h"
#include "fault.h"
#include "module.h"

#define MOST_NTH 5000 /* allocations of a load */

static unsigned int files, incomplete;

static int count_file(const char *path, const struct stat *st)
{
	(void)path;
	(void)st;
	files++;
	return 0;
}

static unsigned int count_files(void)
{
	files = 0;
	every_file(count_file);
	return files;
}

FIXTURE(fault_load)
{
	unsigned int files;
};

FIXTURE_SETUP(fault_load)
{
	if (!fault_begin())
		SKIP(return, "this kernel has no fault injection");
	if (!module_is_loaded())
		ASSERT_EQ(0, module_load(""));
	self->files = count_files();
	ASSERT_EQ(0, module_unload());
}

FIXTURE_TEARDOWN(fault_load)
{
	if (!access("/sys/kernel/debug/failslab", F_OK))
		fault_end();
	if (!module_is_loaded())
		EXPECT_EQ(0, module_load(""));
}

static bool leaves_nothing(unsigned int n)
{
	char *modules = slurp("/proc/modules", 4096, NULL);
	bool ok = true;

	if (!modules || strstr(modules, "ipcdbg "))
		ok = complain("allocation %u refused: still in /proc/modules", n);
	if (module_is_loaded())
		ok = complain("allocation %u refused: still in /sys/module", n);
	if (!access(IPCDBG_DIR, F_OK))
		ok = complain("allocation %u refused: still " IPCDBG_DIR, n);
	free(modules);
	return ok;
}

/* Loads; returns its errno, and in *left how many more allocations n would have taken. */
static int load_with_nth(unsigned int n, unsigned int *left)
{
	int fd = open(getenv("IPCDBG_KO"), O_RDONLY | O_CLOEXEC), error;

	if (fd < 0)
		die("IPCDBG_KO: %s", strerror(errno));
	fault_nth(n);
	error = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
	*left = fault_nth_left();
	close(fd);
	return error;
}

/*
 * It can be unloaded. Files that debugfs had no memory for are counted and told, which is no
 * failure: the module does not ask what became of them.
 */
static bool loads(unsigned int n, unsigned int wanted)
{
	unsigned int found = count_files();
	int error = module_unload();

	if (found != wanted) {
		complain("allocation %u refused: %u files of %u", n, found, wanted);
		incomplete++;
	}
	return !error || complain("allocation %u refused: unload: %s", n, strerror(error));
}

/* How many allocations there are when none fails. */
static unsigned int count_allocations(void)
{
	unsigned int left;
	int error = load_with_nth(MOST_NTH, &left);

	if (error || !left || module_unload())
		die("load: %s, %u left", strerror(error), left);
	return MOST_NTH - left;
}

/* Sets *refused if that kept it from being loaded. The errno of what the kernel does is its own. */
static bool survives(unsigned int n, unsigned int files, bool *refused)
{
	unsigned int left;
	int error = load_with_nth(n, &left);

	*refused = error;
	if (!error)
		return loads(n, files);
	if (left || (error != ENOMEM && error != EINVAL))
		return complain("allocation %u: %s", n, strerror(error));
	return leaves_nothing(n);
}

TEST_F_TIMEOUT(fault_load, each_allocation, 900)
{
	unsigned int all = count_allocations(), step, n, tried = 0, needed = 0;
	bool ok = true, refused;

	step = getenv("MINUTES") ? 1 : all / env_long("FAULT_LOADS", 40) + 1;
	for (n = all; ok && n <= all && n; n -= step) {
		ok = survives(n, self->files, &refused);
		needed += refused;
		if (++tried % 10 == 0)
			fprintf(stderr, "# allocation %u of %u\n", n, all);
	}
	fprintf(stderr, "# %u of %u allocations refused, %u needed, %u for a file\n", tried, all,
		needed, incomplete);
	EXPECT_TRUE(ok);
	EXPECT_LT(5, tried);
	EXPECT_LT(0, needed);
}

TEST_HARNESS_MAIN
