// SPDX-License-Identifier: GPL-2.0
/* Who may open the files and what for, what they say of themselves, what reading never changes. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include "common.h"
#include "proc.h"
#include "puppet.h"
#include "rows.h"

static const char *const files[] = { "sem",	     "list/sem",   "all/sem",
				     "all/list/sem", "namespaces", "abi" };

/* One set, one waiter, one holder: a row of each kind. */
FIXTURE(access)
{
	int id;
};

FIXTURE_SETUP(access)
{
	struct sembuf take = { .sem_num = 1, .sem_op = -1 };
	struct sembuf give = { .sem_num = 2, .sem_op = 1, .sem_flg = SEM_UNDO };
	struct puppet *p;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
	self->id = semget(IPC_PRIVATE, 30, 0600);
	ASSERT_LE(0, self->id);
	p = puppet_make(NULL, 0);
	ASSERT_EQ(0, puppet_semop(p, self->id, &give, 1));
	puppet_block(p, self->id, &take, 1, NULL);
}

FIXTURE_TEARDOWN(access)
{
	puppets_clear();
}

static int open_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

TEST_F(access, nothing_but_reading)
{
	char path[128], buf[128];
	struct stat st;
	unsigned int i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), IPCDBG_DIR "/%s", files[i]);
		ASSERT_EQ(0, stat(path, &st));
		EXPECT_EQ(S_IFREG | 0400, st.st_mode);
		EXPECT_EQ(0, st.st_uid);
		EXPECT_EQ(-1, open(path, O_WRONLY));
		EXPECT_EQ(-1, open(path, O_RDWR));
		fd = open(path, O_RDONLY);
		ASSERT_LE(0, fd);
		EXPECT_EQ(-1, write(fd, "x", 1));
		EXPECT_EQ(EBADF, errno);
		EXPECT_EQ(-1, ioctl(fd, TCGETS, buf));
		EXPECT_EQ(ENOTTY, errno);
		EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0));
		EXPECT_EQ(-1, syscall(SYS_pread64, fd, 1, 100, 0));
		EXPECT_EQ(EFAULT, errno);
		close(fd);
	}
	ASSERT_EQ(0, stat(IPCDBG_DIR, &st));
	EXPECT_EQ(S_IFDIR, st.st_mode & S_IFMT);
	ASSERT_EQ(0, stat(IPCDBG_DIR "/..", &st));
	EXPECT_EQ(S_IFDIR | 0700, st.st_mode);
}

TEST_F(access, empty_namespace)
{
	struct rows r;
	unsigned int i;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	for (i = 0; i < 2; i++) {
		ASSERT_TRUE(rows_read(&r, files[i]));
		EXPECT_EQ(3, r.nr);
		EXPECT_EQ(proc_ns(getpid(), getpid(), "ipc"), ROW_NUM(&r, 1, namespace, inum));
		EXPECT_EQ(0, ROW_NUM(&r, 2, end, objects));
		rows_free(&r);
	}
}

/* In a child, since credentials do not come back. Returns the errno of each open, or 0. */
static int open_errors(void (*become)(void), int *errors)
{
	unsigned int i;
	int status;
	pid_t pid = fork();

	if (!pid) {
		become();
		for (i = 0; i < ARRAY_SIZE(files); i++)
			errors[i] = open_file(files[i]) < 0 ? errno : 0;
		_exit(0);
	}
	return waitpid(pid, &status, 0) == pid ? status : -1;
}

static void become_nobody(void)
{
	if (syscall(SYS_setresgid, 65534, 65534, 65534) ||
	    syscall(SYS_setresuid, 65534, 65534, 65534))
		_exit(1);
}

static void become_root_of_own_namespace(void)
{
	if (unshare(CLONE_NEWUSER))
		_exit(1);
	put_file("/proc/self/setgroups", "deny");
	if (put_file("/proc/self/uid_map", "0 0 1") || put_file("/proc/self/gid_map", "0 0 1") ||
	    getuid())
		_exit(1);
}

TEST_F(access, only_root_opens)
{
	int *errors = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int i;

	ASSERT_EQ(0, open_errors(become_nobody, errors));
	for (i = 0; i < ARRAY_SIZE(files); i++)
		EXPECT_EQ(EACCES, errors[i]);
	memset(errors, 0, 4096);
	ASSERT_EQ(0, open_errors(become_root_of_own_namespace, errors));
	for (i = 0; i < ARRAY_SIZE(files); i++)
		EXPECT_EQ(EPERM, errors[i]);
}

TEST_F(access, no_kernel_address)
{
	char *cmdline = slurp("/proc/cmdline", 4096, NULL);
	regex_t address;
	unsigned int i;

	if (!strstr(cmdline, "no_hash_pointers"))
		SKIP(return, "not booted with no_hash_pointers");
	ASSERT_EQ(0, regcomp(&address, "ffff[0-9a-f]{12}", REG_EXTENDED | REG_NOSUB));
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		char path[128], *text;

		snprintf(path, sizeof(path), IPCDBG_DIR "/%s", files[i]);
		text = slurp(path, 65536, NULL);
		EXPECT_EQ(REG_NOMATCH, regexec(&address, text, 0, NULL, 0));
		free(text);
	}
	/* The search would find one. */
	EXPECT_EQ(0, regexec(&address, "x=0xffff888003b5a1c0", 0, NULL, 0));
	regfree(&address);
	free(cmdline);
}

TEST_F(access, header)
{
	char *boot = slurp("/proc/sys/kernel/random/boot_id", 4096, NULL);
	uint64_t t0, t1;
	struct utsname u;
	struct rows r;
	unsigned int i;

	boot[strcspn(boot, "\n")] = 0;
	uname(&u);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		t0 = clock_ns(CLOCK_REALTIME);
		ASSERT_TRUE(rows_read(&r, files[i]));
		t1 = clock_ns(CLOCK_REALTIME);
		EXPECT_EQ(IPCDBG_ABI_VERSION, ROW_NUM(&r, 0, header, version));
		EXPECT_STREQ(files[i], ROW_STR(&r, 0, header, table));
		EXPECT_STREQ(u.release, ROW_STR(&r, 0, header, kernel));
		EXPECT_STREQ(boot, ROW_STR(&r, 0, header, boot));
		EXPECT_LE(t0, (uint64_t)ROW_NUM(&r, 0, header, time));
		EXPECT_GE(t1, (uint64_t)ROW_NUM(&r, 0, header, time));
		rows_free(&r);
	}
	free(boot);
}

/* Nothing that IPC_STAT, GETPID or GETVAL can see changes by looking. */
TEST_F(access, reading_leaves_no_trace)
{
	struct semid_ds before, after;
	int i, fd = open_file("sem"), list = open_file("list/sem");
	long n = env_long("READS", 10000);
	char buf[65536];
	pid_t pid = semctl(self->id, 2, GETPID);
	int val = semctl(self->id, 2, GETVAL);

	ASSERT_EQ(0, semctl(self->id, 0, IPC_STAT, &before));
	for (i = 0; i < n; i++) {
		ASSERT_LT(0,
			  pread(fd, buf, sizeof(buf),
				IPCDBG_OBJECT_BASE + ((uint64_t)self->id << IPCDBG_OBJECT_SHIFT)));
		ASSERT_LT(0, pread(list, buf, sizeof(buf), 0));
	}
	ASSERT_EQ(0, semctl(self->id, 0, IPC_STAT, &after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
	EXPECT_EQ(pid, semctl(self->id, 2, GETPID));
	EXPECT_EQ(val, semctl(self->id, 2, GETVAL));
	close(fd);
	close(list);
}

#define ROUNDS 15

static int by_time(const void *a, const void *b)
{
	return *(const int64_t *)a < *(const int64_t *)b ? -1 : 1;
}

/* Leaves the set where a single operation locks only its own semaphore. */
static void make_simple(int id)
{
	struct sembuf give = { .sem_op = 1 }, take = { .sem_op = -1 };
	int i;

	for (i = 0; i < 20; i++)
		if (semop(id, i % 2 ? &take : &give, 1))
			die("semop: %s", strerror(errno));
}

/*
 * Median time of a semctl() that must lock the whole set, after reading a file. It visits every
 * semaphore of a set in simple mode, and none if somebody has brought it into complex mode.
 */
static int64_t lock_time(int id, const char *path, uint64_t pos)
{
	int64_t times[ROUNDS];
	char buf[65536];
	int i, fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	for (i = 0; i < ROUNDS; i++) {
		make_simple(id);
		if (path && pread(fd, buf, sizeof(buf), pos) <= 0)
			die("%s: %s", path, strerror(errno));
		times[i] = clock_ns(CLOCK_MONOTONIC);
		semctl(id, 0, GETNCNT);
		times[i] = clock_ns(CLOCK_MONOTONIC) - times[i];
	}
	if (path)
		close(fd);
	qsort(times, ROUNDS, sizeof(*times), by_time);
	return times[ROUNDS / 2];
}

/* /proc/sysvipc/sem is the positive control: it does push the set into complex mode. */
TEST_F(access, reading_leaves_the_set_in_simple_mode)
{
	int64_t untouched, pushed, ours, listed;
	uint64_t pos;
	int id;

	ASSERT_EQ(0, semctl(self->id, 0, IPC_RMID));
	id = semget(IPC_PRIVATE, 32000, 0600);
	ASSERT_LE(0, id);
	pos = IPCDBG_OBJECT_BASE + ((uint64_t)id << IPCDBG_OBJECT_SHIFT);
	untouched = lock_time(id, NULL, 0);
	pushed = lock_time(id, "/proc/sysvipc/sem", 0);
	ours = lock_time(id, IPCDBG_DIR "/sem", pos);
	listed = lock_time(id, IPCDBG_DIR "/list/sem", pos);
	fprintf(stderr,
		"# whole-set lock: %ld us untouched, %ld after /proc, %ld and %ld after us\n",
		untouched / 1000, pushed / 1000, ours / 1000, listed / 1000);
	ASSERT_LT(5 * pushed, untouched);
	EXPECT_LT(2 * pushed, ours);
	EXPECT_LT(untouched / 2, ours);
	EXPECT_LT(untouched / 2, listed);
}

TEST_HARNESS_MAIN
