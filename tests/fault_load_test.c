// SPDX-License-Identifier: GPL-2.0
/*
 * Loading with each of its allocations refused in turn: refused with an errno and without a trace,
 * or loaded with all files, and unloaded. No file of a load that is refused was ever open, since
 * the kernel frees a module whose init fails, whoever uses it. Needs a kernel with fault injection.
 *
 *   FAULT_LOADS=n     how many of the allocations, evenly spread (default 40; with MINUTES= all)
 *   FAULT_SHARE=k/n   of those each n-th from the k-th last, so that n guests can share the work
 *   FAULT_LAST=n      how often memory ends behind the BTF, at the most (15; with MINUTES= 1000)
 *
 * How many allocations a load takes is never the same twice: 2,094 to 2,295 of the same module were
 * seen, as caches were full or not. So after the last that were counted it goes on until a load
 * meets none.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "common.h"
#include "every_file.h"
#include "fault.h"
#include "module.h"
#include "rows.h"

#define MOST_NTH 5000 /* allocations of a load */
#define FOR_FILES 96  /* the last of them are those for files and what comes after */
#define EACH_OF 5     /* of those one is tried, or all if MINUTES= is set */
#define PASSES 4      /* how often those are looked for */
#define UNTOUCHED 4   /* loads one after the other that meet none, after which there are no more */

static unsigned int files;

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

/* What was found out when the module was loaded, boot id and layout. */
static char *facts_of_load(void)
{
	struct rows r;
	char *facts;

	if (access(IPCDBG_DIR "/abi", F_OK))
		return strdup("");
	if (!rows_read(&r, "abi"))
		die("abi: not as it should be");
	facts = rows_masked(&r);
	rows_free(&r);
	return facts;
}

/* What init says when it is the one that is refused memory, and not the kernel that loads it. */
enum refusal { BTF, TYPES, BOOT_ID, FILES, REFUSALS };

static const struct {
	const char *line, *why;
} refusals[REFUSALS] = {
	[BTF] = { "cannot read BTF from /sys/kernel/btf/vmlinux: -12", "to open and read the BTF" },
	[TYPES] = { "no memory to read BTF", "to find types in it" },
	[BOOT_ID] = { "cannot read /proc/sys/kernel/random/boot_id: -12", "to read the boot id" },
	[FILES] = { "cannot make the files in debugfs: -12", "for a file" },
};

FIXTURE(fault_load)
{
	bool can; /* this kernel refuse memory */
	unsigned int files;
	char *facts;
	int log;
	unsigned int said[REFUSALS];
};

FIXTURE_SETUP(fault_load)
{
	self->can = fault_begin();
	if (!self->can)
		return;
	if (!module_is_loaded())
		ASSERT_EQ(0, module_load(""));
	self->files = count_files();
	self->facts = facts_of_load();
	ASSERT_EQ(0, module_unload());
	self->log = module_log_open();
}

FIXTURE_TEARDOWN(fault_load)
{
	unsigned int i;

	for (i = 0; self->can && i < REFUSALS; i++)
		fprintf(stderr, "# refused memory %s: %u\n", refusals[i].why, self->said[i]);
	if (self->can) {
		fault_end();
		close(self->log);
	}
	if (!module_is_loaded())
		EXPECT_EQ(0, module_load(""));
	free(self->facts);
}

/* n: the first allocation that was refused. */
static bool leaves_nothing(unsigned int n)
{
	char *modules = slurp("/proc/modules", 4096, NULL);
	bool ok = true;

	if (!modules || strstr(modules, "ipcdbg "))
		ok = complain("refused at %u: still in /proc/modules", n);
	if (module_is_loaded())
		ok = complain("refused at %u: still in /sys/module", n);
	if (!access(IPCDBG_DIR, F_OK))
		ok = complain("refused at %u: still " IPCDBG_DIR, n);
	free(modules);
	return ok;
}

static int open_module(void)
{
	int fd = open(getenv("IPCDBG_KO"), O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("IPCDBG_KO: %s", strerror(errno));
	return fd;
}

/* Loads; returns its errno, and in *left how many more allocations n would have taken. */
static int load_with_nth(unsigned int n, unsigned int *left)
{
	int fd = open_module(), error;

	fault_nth(n);
	error = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
	*left = fault_nth_left();
	close(fd);
	return error;
}

/* It is there as a whole, and can be unloaded. */
static bool loads(unsigned int n, unsigned int wanted, const char *facts)
{
	unsigned int found = count_files();
	char *now = facts_of_load();
	bool ok = true;
	int error;

	if (found != wanted)
		ok = complain("refused at %u: %u files of %u", n, found, wanted);
	if (strcmp(now, facts))
		ok = complain("refused at %u: other facts: %s", n, now);
	free(now);
	error = module_unload();
	return error ? complain("refused at %u: unload: %s", n, strerror(error)) : ok;
}

/*
 * Waits for those who have a file open. They may open more meanwhile: delete_module(2) drops the
 * last reference before it marks the module as going, and debugfs would warn of a file that is
 * opened just then, if it had an owner.
 */
static bool unloads(void)
{
	int error;

	wait_until((error = module_unload()) != EWOULDBLOCK);
	return !error || complain("unload: %s", strerror(error));
}

/* How many allocations there are when none fails. */
static unsigned int count_allocations(void)
{
	unsigned int left;
	int error = load_with_nth(MOST_NTH, &left);

	if (error || !left || !unloads())
		die("load: %s, %u left", strerror(error), left);
	return MOST_NTH - left;
}

/* Adds to said[] what init has said of its own refusals. */
static void note_refusals(int log, unsigned int said[])
{
	char text[4096];
	unsigned int i;

	module_log(log, text, sizeof(text));
	for (i = 0; i < REFUSALS; i++)
		said[i] += !!strstr(text, refusals[i].line);
}

/* What became of a load one of whose allocations was to be refused. */
enum outcome {
	WRONG,
	REFUSED, /* for want of that memory */
	DID_WITHOUT,
	UNMET, /* it takes fewer */
};

/* The errno of what the kernel does is its own. */
static enum outcome try_without(unsigned int n, unsigned int files, const char *facts)
{
	unsigned int left;
	int error = load_with_nth(n, &left);

	if (!error && !loads(n, files, facts))
		return WRONG;
	if (!error)
		return left ? UNMET : DID_WITHOUT;
	if (left || (error != ENOMEM && error != EINVAL)) {
		complain("allocation %u: %s", n, strerror(error));
		return WRONG;
	}
	return leaves_nothing(n) ? REFUSED : WRONG;
}

/* How far it is from one allocation to try to the next, of all or of a share, from *last down. */
static unsigned int take_share(unsigned int *last, unsigned int step)
{
	const char *word = getenv("FAULT_SHARE");
	unsigned int share, shares;

	if (!word)
		return step;
	if (sscanf(word, "%u/%u", &share, &shares) != 2 || !share || share > shares)
		die("FAULT_SHARE=%s: not K/N", word);
	*last -= (share - 1) * step;
	return shares * step;
}

/* How often each outcome was met. */
struct tally {
	unsigned int tried, unmet_in_turn, of[UNMET + 1];
};

static bool tally(struct tally *t, enum outcome outcome, unsigned int n, unsigned int all)
{
	t->of[outcome]++;
	t->unmet_in_turn = outcome == UNMET ? t->unmet_in_turn + 1 : 0;
	if (++t->tried % 10 == 0)
		fprintf(stderr, "# allocation %u of %u\n", n, all);
	return outcome != WRONG;
}

TEST_F_TIMEOUT(fault_load, each_allocation, 900)
{
	unsigned int all, step, first, n, i;
	struct tally t = { 0 };
	bool ok = true, whole = getenv("MINUTES");

	if (!self->can)
		SKIP(return, "this kernel has no fault injection");
	all = count_allocations();
	step = whole ? 1 : all / env_long("FAULT_LOADS", 40) + 1;
	first = all;
	step = take_share(&first, step);
	for (n = first; ok && n <= first && n; n -= step) {
		ok = tally(&t, try_without(n, self->files, self->facts), n, all);
		note_refusals(self->log, self->said);
	}
	t.unmet_in_turn = 0;
	for (n = first + step; ok && t.unmet_in_turn < UNTOUCHED; n += step) {
		ok = tally(&t, try_without(n, self->files, self->facts), n, all);
		note_refusals(self->log, self->said);
	}
	fprintf(stderr, "# %u loads of %u allocations: %u refused, %u without it, %u met none\n",
		t.tried, all, t.of[REFUSED], t.of[DID_WITHOUT], t.of[UNMET]);
	EXPECT_TRUE(ok);
	EXPECT_LT(5, t.tried - t.of[UNMET]);
	EXPECT_LT(0, t.of[REFUSED]);
	/* But TYPES: for as much kvmalloc() tries two ways, and one is refused. */
	for (i = 0; whole && i < REFUSALS; i++)
		EXPECT_TRUE(i == TYPES || self->said[i]);
}

/*
 * Loads with no allocation from the n-th on: what is refused by shares is so when the n-th has
 * been. Whether nothing was left, or all was there.
 */
static bool ends_well(FIXTURE_DATA(fault_load) * self, unsigned int n, unsigned int *refused)
{
	int fd = open_module(), error;

	fault_percent(100, 100);
	fault_nth(n);
	fault_on();
	error = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
	fault_off();
	fault_nth_left();
	fault_percent(0, 0);
	close(fd);
	*refused += !!error;
	return error ? leaves_nothing(n) : loads(n, self->files, self->facts);
}

/*
 * Memory that has come to its end: what is tried again, another way, is refused again. To read the
 * BTF takes most of the allocations, how many differs; to find types in it is the next one. So it
 * is looked for there: behind where the BTF could not be read, before what else was refused.
 */
TEST_F_TIMEOUT(fault_load, all_from_then_on, 900)
{
	unsigned int n, tries, refused = 0, btf = 0;
	bool ok = true, whole = getenv("MINUTES");
	long most = env_long("FAULT_LAST", whole ? 1000 : 15);

	if (!self->can)
		SKIP(return, "this kernel has no fault injection");
	n = count_allocations() - FOR_FILES;
	for (tries = 0; ok && tries < most && !self->said[TYPES]; tries++) {
		ok = ends_well(self, n, &refused);
		note_refusals(self->log, self->said);
		n += self->said[BTF] > btf ? 1 : -1;
		btf = self->said[BTF];
	}
	fprintf(stderr, "# %u loads, %u refused, the last at %u\n", tries, refused, n);
	EXPECT_TRUE(ok);
	EXPECT_LT(0, refused);
	EXPECT_TRUE(!whole || self->said[TYPES]);
}

/* Of who opens files as soon as they are there: how often one was not to be opened yet, or was. */
struct eager {
	unsigned int met, opened;
};

static void open_eagerly(struct eager *eager)
{
	static const char *const names[] = { "sem", "list/sem", "all/list/sem", "shm", "mqueue" };
	char path[64], byte;
	unsigned int i;
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "eager");
	for (i = 0;; i = (i + 1) % ARRAY_SIZE(names)) {
		snprintf(path, sizeof(path), IPCDBG_DIR "/%s", names[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0) {
			__atomic_fetch_add(&eager->met, errno == ENXIO, __ATOMIC_RELAXED);
			continue;
		}
		__atomic_fetch_add(&eager->opened, 1, __ATOMIC_RELAXED);
		usleep(20000);
		if (read(fd, &byte, 1) < 0 && errno != EIO)
			_exit(1);
		close(fd);
	}
}

/* A load that fails lets nobody in; *met adds up who tried. */
static bool admits_nobody(unsigned int n, struct eager *eager, unsigned int *refused)
{
	unsigned int before = __atomic_load_n(&eager->opened, __ATOMIC_RELAXED), left;

	if (!load_with_nth(n, &left))
		return unloads();
	(*refused)++;
	if (__atomic_load_n(&eager->opened, __ATOMIC_RELAXED) != before)
		return complain("refused at %u: a file was open meanwhile", n);
	return true;
}

/* Tries the last allocations of a load, each step-th from one that is first from the last. */
static bool last_admit_nobody(unsigned int first, unsigned int step, struct eager *eager,
			      unsigned int *refused)
{
	unsigned int all, n;

	all = count_allocations();
	for (n = all - first; n > all - FOR_FILES; n -= step)
		if (!admits_nobody(n, eager, refused))
			return false;
	return true;
}

/* Where none that is needed was met, they are counted anew. */
TEST_F_TIMEOUT(fault_load, files_are_not_open_too_early, 600)
{
	struct eager *eager = mmap(NULL, sizeof(*eager), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int pass, refused = 0, step = getenv("MINUTES") ? 1 : EACH_OF;
	bool ok = true;
	pid_t pid;

	if (!self->can)
		SKIP(return, "this kernel has no fault injection");
	ASSERT_NE(MAP_FAILED, (void *)eager);
	pid = fork();
	if (!pid)
		open_eagerly(eager);
	for (pass = 0; ok && !refused && pass < PASSES; pass++)
		ok = last_admit_nobody(pass, step, eager, &refused);
	fprintf(stderr, "# %u loads refused, a file met %u times and opened %u times\n", refused,
		eager->met, eager->opened);
	EXPECT_TRUE(ok);
	EXPECT_LT(0, refused);
	EXPECT_LT(0, eager->met);
	EXPECT_EQ(0, waitpid(pid, NULL, WNOHANG));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

TEST_HARNESS_MAIN
