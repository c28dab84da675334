// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel that is locked down, or that lets in signed modules only: what is not signed is refused
 * by the kernel, what is loads without a taint that forces anything, and its files can be read.
 * Each test runs where the kernel was booted so (vm.boots), and is skipped elsewhere. Tests of a
 * signed module need a kernel whose key there is.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include "common.h"
#include "every_file.h"
#include "every_kind.h"
#include "module.h"
#include "rows.h"
#include "shell.h"
#include "signature.h"

#define SECURITY "/sys/kernel/security"
#define NOT_OURS "/sys/kernel/debug/sched/latency_ns" /* 0644: debugfs refuses it */
#define BTF_COPY "/tmp/copy.btf"

/* Documentation/admin-guide/tainted-kernels.rst */
#define TAINT_OUT_OF_TREE (1 << 12)
#define TAINT_UNSIGNED (1 << 13)

static bool booted_with(const char *word)
{
	char *cmdline = slurp("/proc/cmdline", 4096, NULL);
	bool found = strstr(cmdline, word);

	free(cmdline);
	return found;
}

static unsigned long taint(void)
{
	char *text = slurp("/proc/sys/kernel/tainted", 64, NULL);
	unsigned long bits = strtoul(text, NULL, 10);

	free(text);
	return bits;
}

/* The state that the kernel itself says it is in, "" if it has no lockdown. */
static const char *lockdown(void)
{
	static char state[32];
	char *text = slurp(SECURITY "/lockdown", 128, NULL), *at = text ? strchr(text, '[') : NULL;

	state[0] = 0;
	if (at)
		sscanf(at, "[%31[^]]", state);
	free(text);
	return state;
}

FIXTURE(lockdown)
{
	int log;
	char *module; /* as it came */
};

FIXTURE_SETUP(lockdown)
{
	mount("securityfs", SECURITY, "securityfs", 0, NULL);
	if (module_is_loaded())
		ASSERT_EQ(0, module_unload());
	self->module = strdup(getenv("IPCDBG_KO"));
	self->log = module_log_open();
	ASSERT_LE(0, shell_begin());
}

FIXTURE_TEARDOWN(lockdown)
{
	if (module_is_loaded())
		EXPECT_EQ(0, module_unload());
	free(self->module);
	close(self->log);
}

/* The kernel says no, the module nothing, and it leaves nothing. */
static bool is_refused(int log, int error)
{
	char said[2048];
	int got = module_load(""), lines = module_log(log, said, sizeof(said));

	if (got == error && !lines && !module_is_loaded())
		return true;
	return complain("errno %d instead of %d, %d lines: %s", got, error, lines, said);
}

/* What doctor says is wrong, and that it ends so. */
static bool doctor_says(const char *line)
{
	shell("$ipcdbg doctor");
	return shell_code == 4 && shell_lines(line) == 1
		       ? true
		       : complain("exit %d: %s", shell_code, shell_out);
}

static int is_readable(const char *path, const struct stat *st)
{
	struct rows r;

	(void)st;
	if (!rows_read(&r, path + sizeof(IPCDBG_DIR)))
		return 1;
	rows_free(&r);
	return 0;
}

/* Loads, shows everything, and the command does too. */
static bool works(int log)
{
	char said[2048];
	int error = module_load("");

	if (error)
		return complain("load: %s", strerror(error));
	if (module_log(log, said, sizeof(said)))
		return complain("it said: %s", said);
	if (every_file(is_readable))
		return false;
	shell("$ipcdbg -s");
	return shell_ended(0, "");
}

static void files_are_readable(struct __test_metadata *_metadata, int log, const char *state)
{
	if (strcmp(lockdown(), state))
		SKIP(return, "not booted with lockdown=%s", state);
	if (!signature_is_there())
		SKIP(return, "there is no key of this kernel");
	/* The positive control: debugfs is locked down. */
	ASSERT_EQ(0, access(NOT_OURS, F_OK));
	EXPECT_EQ(-1, open(NOT_OURS, O_RDONLY));
	EXPECT_EQ(EPERM, errno);
	EXPECT_TRUE(works(log));
	shell("$ipcdbg doctor");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(1, shell_lines("lockdown    ok "));
}

TEST_F(lockdown, integrity_shows_files)
{
	files_are_readable(_metadata, self->log, "integrity");
}

TEST_F(lockdown, confidentiality_shows_files)
{
	files_are_readable(_metadata, self->log, "confidentiality");
}

TEST_F(lockdown, refuses_what_is_not_signed)
{
	if (!lockdown()[0] || !strcmp(lockdown(), "none"))
		SKIP(return, "not locked down");
	signature_remove();
	EXPECT_TRUE(is_refused(self->log, EPERM));
	EXPECT_TRUE(doctor_says("lockdown    BAD "));
	if (strcmp(self->module, getenv("IPCDBG_KO")) && setenv("IPCDBG_KO", self->module, 1))
		die("setenv");
	if (!signature_is_there())
		return;
	signature_break();
	EXPECT_TRUE(is_refused(self->log, EKEYREJECTED));
}

/* kernel/module/signing.c: with module.sig_enforce=1 the errno tells it from lockdown. */
TEST_F(lockdown, enforced_signatures)
{
	if (!booted_with("module.sig_enforce=1"))
		SKIP(return, "not booted with module.sig_enforce=1");
	if (signature_is_there()) {
		EXPECT_TRUE(works(self->log));
		EXPECT_EQ(TAINT_OUT_OF_TREE, taint());
		ASSERT_EQ(0, module_unload());
	}
	signature_remove();
	EXPECT_TRUE(is_refused(self->log, EKEYREJECTED));
	EXPECT_TRUE(doctor_says("module      BAD  not loaded: run 'modprobe ipcdbg'; dmesg"));
}

/* Without any of that it is let in, with no other taint than these two. */
TEST_F(lockdown, taints)
{
	if (booted_with("module.sig_enforce=1") || (lockdown()[0] && strcmp(lockdown(), "none")))
		SKIP(return, "the kernel lets in signed modules only");
	if (taint() & ~(TAINT_OUT_OF_TREE | TAINT_UNSIGNED))
		SKIP(return, "the kernel is tainted otherwise");
	signature_remove();
	EXPECT_TRUE(works(self->log));
	EXPECT_EQ(TAINT_OUT_OF_TREE | TAINT_UNSIGNED, taint());
}

/*
 * Not even with the kernel's own BTF in another file: what is in it is not looked at. The
 * last, since it taints where it is let in.
 */
TEST_F(lockdown, other_btf_is_refused)
{
	char said[2048];

	if (!signature_is_there())
		SKIP(return, "there is no key of this kernel");
	shell("cp /sys/kernel/btf/vmlinux " BTF_COPY);
	if (!strcmp(lockdown(), "none")) {
		EXPECT_EQ(0, module_load("btf=" BTF_COPY));
		SKIP(return, "not locked down");
	}
	EXPECT_EQ(EPERM, module_load("btf=" BTF_COPY));
	EXPECT_EQ(1, module_log(self->log, said, sizeof(said)));
	EXPECT_STREQ("btf= is refused while the kernel is locked down\n", said);
	EXPECT_FALSE(module_is_loaded());
	EXPECT_EQ(-1, access(IPCDBG_DIR, F_OK));
}

TEST_HARNESS_MAIN
