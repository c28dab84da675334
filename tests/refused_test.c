// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel that has no BTF is refused with one line that says so, and nothing is left behind. The
 * module looks for the file as the process sees it that loads, so a mount hides it.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include "common.h"
#include "module.h"

#define BTF_DIR "/sys/kernel/btf"
#define BTF BTF_DIR "/vmlinux"
#define COPY "/tmp/copy.btf"

FIXTURE(refused)
{
	int kmsg;
};

FIXTURE_SETUP(refused)
{
	if (module_is_loaded())
		ASSERT_EQ(0, module_unload());
	self->kmsg = module_log_open();
}

FIXTURE_TEARDOWN(refused)
{
	close(self->kmsg);
	unlink(COPY);
	EXPECT_EQ(0, module_load(""));
}

/* What tries to load it in a mount namespace, in which hide() has changed what is at BTF. */
static int load_without(void (*hide)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
			die("unshare: %s", strerror(errno));
		hide();
		_exit(module_load(""));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		die("the process that loads was lost");
	return WEXITSTATUS(status);
}

static bool refused_with(int kmsg, int error, int got, const char *line)
{
	char said[2048];
	int lines = module_log(kmsg, said, sizeof(said));

	if (got == error && lines == 1 && !strcmp(said, line) && !module_is_loaded() &&
	    access(IPCDBG_DIR, F_OK))
		return true;
	return complain("errno %d instead of %d, %d lines, loaded %d: %s", got, error, lines,
			module_is_loaded(), said);
}

static void mount_over(const char *what, const char *where, const char *type, unsigned long flags)
{
	if (mount(what, where, type, flags, NULL))
		die("mount on %s: %s", where, strerror(errno));
}

static void empty_folder(void)
{
	mount_over("none", BTF_DIR, "tmpfs", 0);
}

static void no_sysfs(void)
{
	mount_over("none", "/sys", "tmpfs", 0);
}

static void copy_of_it(void)
{
	mount_over(COPY, BTF, NULL, MS_BIND);
}

/* Some of sysfs say what root has written to a device. */
static void another_of_sysfs(void)
{
	mount_over("/sys/kernel/notes", BTF, NULL, MS_BIND);
}

TEST_F(refused, without_btf)
{
	static const char line[] = "cannot read BTF from " BTF ": -2\n";

	EXPECT_TRUE(refused_with(self->kmsg, ENOENT, load_without(empty_folder), line));
	EXPECT_TRUE(refused_with(self->kmsg, ENOENT, load_without(no_sysfs), line));
}

/* A file that somebody else put there, be it as good as the kernel's. */
TEST_F(refused, btf_that_is_not_the_kernels)
{
	static const char line[] = "cannot read BTF from " BTF ": -18, it is not the kernel's\n";
	size_t len;
	char *btf = slurp(BTF, 65536, &len);
	int fd = open(COPY, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ASSERT_NE(NULL, btf);
	ASSERT_EQ((ssize_t)len, write(fd, btf, len));
	close(fd);
	free(btf);
	EXPECT_TRUE(refused_with(self->kmsg, EXDEV, load_without(copy_of_it), line));
	EXPECT_TRUE(refused_with(self->kmsg, EXDEV, load_without(another_of_sysfs), line));
}

TEST_F(refused, a_bound_that_is_none)
{
	static const char line[] = "max_kib must be from 256 to 1048576\n";

	EXPECT_TRUE(refused_with(self->kmsg, EINVAL, module_load("max_kib=255"), line));
	EXPECT_TRUE(refused_with(self->kmsg, EINVAL, module_load("max_kib=1048577"), line));
}

TEST_HARNESS_MAIN
