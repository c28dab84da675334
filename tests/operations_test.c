// SPDX-License-Identifier: GPL-2.0
/* All that can be done with an open file but read() and lseek(): it reads too, or fails at once. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include "busy.h"
#include "common.h"
#include "every_file.h"

#define START "ipcdbg 1 "

FIXTURE(operations){};

FIXTURE_SETUP(operations)
{
	struct busy busy;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
	busy_make(&busy, "text");
}

FIXTURE_TEARDOWN(operations)
{
	puppets_clear();
}

/* What failed on which file, and how it came out. */
static bool is(const char *path, const char *what, bool ok)
{
	return ok || complain("%s: %s: %s", path, what, strerror(errno));
}

#define FAILS(path, call, error) is(path, #call, (call) == -1 && errno == (error))

static int opens_for_reading_only(const char *path, const struct stat *st)
{
	static const int ways[] = { O_WRONLY, O_RDWR, O_RDWR | O_TRUNC, O_WRONLY | O_APPEND };
	unsigned int i;
	bool ok = true;

	(void)st;
	for (i = 0; i < ARRAY_SIZE(ways); i++)
		ok &= is(path, "open", open(path, ways[i]) == -1 && errno == EACCES);
	ok &= FAILS(path, open(path, O_RDONLY | O_DIRECT), EINVAL);
	ok &= FAILS(path, open(path, O_RDONLY | O_DIRECTORY), ENOTDIR);
	return !ok;
}

TEST_F(operations, open)
{
	EXPECT_EQ(0, every_file(opens_for_reading_only));
}

/* Commands of files, file systems and terminals, and numbers that are nobody's. */
static bool refuses_ioctl(const char *path, int fd)
{
	static const unsigned long commands[] = {
		TCGETS, BLKGETSIZE64, 0, 0x4950, 0xc0084950, ~0ul
	};
	char buf[4096];
	unsigned int i;
	bool ok = true;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		ok &= FAILS(path, ioctl(fd, commands[i], buf), ENOTTY);
	return ok;
}

static int refuses_change(const char *path, const struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct iovec io = { (char[]){ "x" }, 1 };
	bool ok;

	(void)st;
	ok = FAILS(path, write(fd, "x", 1), EBADF);
	ok &= FAILS(path, pwrite(fd, "x", 1, 0), EBADF);
	ok &= FAILS(path, writev(fd, &io, 1), EBADF);
	ok &= FAILS(path, ftruncate(fd, 0), EINVAL);
	ok &= FAILS(path, fallocate(fd, 0, 0, 1), EBADF);
	ok &= FAILS(path, fsync(fd), EINVAL);
	ok &= FAILS(path, syscall(SYS_getdents64, fd, &io, 1), ENOTDIR);
	ok &= is(path, "setxattr", setxattr(path, "user.x", "x", 1, 0) == -1);
	ok &= refuses_ioctl(path, fd);
	close(fd);
	return !ok;
}

static int refuses_mmap(const char *path, const struct stat *st)
{
	static const int ways[] = { MAP_PRIVATE, MAP_SHARED };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned int i;
	bool ok = true;

	(void)st;
	for (i = 0; i < ARRAY_SIZE(ways); i++)
		ok &= is(path, "mmap",
			 mmap(NULL, 4096, PROT_READ, ways[i], fd, 0) == MAP_FAILED &&
				 errno == ENODEV);
	close(fd);
	return !ok;
}

TEST_F(operations, change)
{
	EXPECT_EQ(0, every_file(refuses_change));
	EXPECT_EQ(0, every_file(refuses_mmap));
}

static int seeks(const char *path, const struct stat *st)
{
	static const off_t far[] = { 1ll << 31, 1ll << 32, (1ll << 62) - 1, INT64_MAX };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char byte;
	unsigned int i;
	bool ok;

	(void)st;
	ok = FAILS(path, lseek(fd, -1, SEEK_SET), EINVAL);
	ok &= FAILS(path, lseek(fd, -1, SEEK_CUR), EINVAL);
	ok &= FAILS(path, lseek(fd, 0, SEEK_END), EINVAL);
	ok &= FAILS(path, lseek(fd, 0, SEEK_HOLE), EINVAL);
	ok &= FAILS(path, lseek(fd, 0, 77), EINVAL);
	ok &= FAILS(path, pread(fd, &byte, 1, -1), EINVAL);
	for (i = 0; i < ARRAY_SIZE(far); i++)
		ok &= is(path, "a place behind the end", pread(fd, &byte, 1, far[i]) <= 0);
	ok &= is(path, "the start after that", pread(fd, &byte, 1, 0) == 1 && byte == START[0]);
	close(fd);
	return !ok;
}

TEST_F(operations, seek)
{
	EXPECT_EQ(0, every_file(seeks));
}

/* Into memory that is not there, or only partly so: what was copied is counted, or none. */
static int reads_into_holes(const char *path, const struct stat *st)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok;

	(void)st;
	munmap(page + 4096, 4096);
	ok = FAILS(path, syscall(SYS_pread64, fd, 1, 100, 0), EFAULT);
	ok &= FAILS(path, syscall(SYS_pread64, fd, page + 4096, 100, 0), EFAULT);
	ok &= FAILS(path, syscall(SYS_pread64, fd, page + 4095, 100, 0), EFAULT);
	ok &= is(path, "read up to a hole", pread(fd, page + 4090, 6, 0) == 6);
	ok &= is(path, "nothing", pread(fd, NULL, 0, 0) == 0);
	munmap(page, 4096);
	close(fd);
	return !ok;
}

static int reads_by_vectors(const char *path, const struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct pollfd waits = { .fd = fd, .events = POLLIN | POLLPRI };
	char a[3], b[1], c[5];
	struct iovec io[] = { { a, 3 }, { NULL, 0 }, { b, 1 }, { c, 5 } };
	bool ok;

	(void)st;
	ok = is(path, "poll", poll(&waits, 1, 0) == 1 && waits.revents == POLLIN);
	ok &= is(path, "readv", readv(fd, io, 4) == 9);
	ok &= is(path, "its bytes", !memcmp(a, "ipc", 3) && *b == 'd' && !memcmp(c, "bg 1 ", 5));
	ok &= is(path, "preadv2", preadv2(fd, io, 4, 0, 0) == 9 && *a == 'i');
	ok &= is(path, "RWF_NOWAIT", preadv2(fd, io, 4, 0, RWF_NOWAIT) <= 9);
	close(fd);
	return !ok;
}

TEST_F(operations, read)
{
	EXPECT_EQ(0, every_file(reads_into_holes));
	EXPECT_EQ(0, every_file(reads_by_vectors));
}

/* Kernels differ in whether there is such a thing for a file without it; none hangs or is wrong. */
static bool moves(const char *path, const char *what, ssize_t n, int from)
{
	char start[sizeof(START) - 1];

	if (n < 0)
		return is(path, what, errno == EINVAL || errno == EXDEV || errno == EOPNOTSUPP);
	return is(path, what,
		  read(from, start, sizeof(start)) == sizeof(start) &&
			  !memcmp(start, START, sizeof(start)));
}

static int is_spliced(const char *path, const struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ends[2];
	loff_t at = 0;
	bool ok;

	(void)st;
	if (pipe2(ends, O_NONBLOCK | O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	ok = moves(path, "splice", splice(fd, &at, ends[1], NULL, 20, 0), ends[0]);
	close(ends[0]);
	close(ends[1]);
	if (pipe2(ends, O_NONBLOCK | O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	at = 0;
	ok &= moves(path, "sendfile", sendfile(ends[1], fd, &at, 20), ends[0]);
	close(ends[0]);
	close(ends[1]);
	close(fd);
	return !ok;
}

static int is_copied(const char *path, const struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), to = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	loff_t at = 0;
	ssize_t n = syscall(SYS_copy_file_range, fd, &at, to, NULL, 20, 0);
	bool ok;

	(void)st;
	if (to < 0)
		die("O_TMPFILE: %s", strerror(errno));
	/* The file says that it has no bytes. */
	lseek(to, 0, SEEK_SET);
	ok = n == 0 || moves(path, "copy_file_range", n, to);
	close(fd);
	close(to);
	return !ok;
}

TEST_F(operations, move)
{
	EXPECT_EQ(0, every_file(is_spliced));
	EXPECT_EQ(0, every_file(is_copied));
}

TEST_HARNESS_MAIN
