// SPDX-License-Identifier: GPL-2.0
/* Who may open the files, wherever they are reached, and what every file says of itself. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include "busy.h"
#include "common.h"
#include "every_file.h"
#include "proc.h"
#include "rows.h"

#define FILES_MAX 40
#define NOBODY 65534

/* Where everybody gets to: the root of a container, and the module's folder in it. */
#define BOX "/run/box"
#define BOX_DIR BOX "/ipcdbg"

static char names[FILES_MAX][32]; /* of all files, below the module's folder */
static int nr_names;

static int add_name(const char *path, const struct stat *st)
{
	(void)st;
	if (nr_names == FILES_MAX)
		die("too many files");
	snprintf(names[nr_names++], sizeof(*names), "%s", path + strlen(IPCDBG_DIR) + 1);
	return 0;
}

FIXTURE(access)
{
	int folder;  /* the module's */
	int *errors; /* of a child's opens */
};

FIXTURE_SETUP(access)
{
	struct busy busy;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC | CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	puppets_open();
	busy_make(&busy, "text");
	nr_names = 0;
	ASSERT_EQ(0, every_file(add_name));
	ASSERT_LT(10, nr_names);
	mkdir(BOX, 0755);
	mkdir(BOX_DIR, 0755);
	ASSERT_EQ(0, mount(IPCDBG_DIR, BOX_DIR, NULL, MS_BIND, NULL));
	ASSERT_EQ(0, chmod(BOX, 0755));
	self->folder = open(IPCDBG_DIR, O_PATH | O_DIRECTORY);
	ASSERT_LE(0, self->folder);
	self->errors = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->errors);
}

FIXTURE_TEARDOWN(access)
{
	puppets_clear();
	close(self->folder);
	umount2(BOX_DIR, MNT_DETACH);
}

static int is_for_root(const char *path, const struct stat *st)
{
	if (st->st_mode == (S_IFREG | 0400) && !st->st_uid && !st->st_gid)
		return 0;
	return !complain("%s: mode %o of %u:%u", path, st->st_mode, st->st_uid, st->st_gid);
}

static int is_folder_of_root(const char *path, const struct stat *st)
{
	if (st->st_mode == (S_IFDIR | 0700) && !st->st_uid && !st->st_gid)
		return 0;
	return !complain("%s: mode %o of %u:%u", path, st->st_mode, st->st_uid, st->st_gid);
}

TEST_F(access, modes)
{
	struct stat st;

	EXPECT_EQ(0, every_file(is_for_root));
	EXPECT_EQ(0, every_folder(is_folder_of_root));
	ASSERT_EQ(0, stat(IPCDBG_DIR "/..", &st));
	EXPECT_EQ(S_IFDIR | 0700, st.st_mode);
}

/* Somebody who tries to open the files; dies if it cannot become that. */
struct somebody {
	const char *who;
	void (*become)(void);
	int error;	  /* of every open; 0: it may */
	const char *path; /* the module's folder, as it sees it */
};

/* Keeps no capability but these two. */
static void keep_capabilities(int one, int other)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	data[0].permitted = data[0].effective = 1u << one | 1u << other;
	if (syscall(SYS_capset, &header, data))
		die("capset: %s", strerror(errno));
}

static void become_user(void)
{
	if (prctl(PR_SET_KEEPCAPS, 1) || syscall(SYS_setresgid, NOBODY, NOBODY, NOBODY) ||
	    syscall(SYS_setresuid, NOBODY, NOBODY, NOBODY))
		die("setresuid: %s", strerror(errno));
}

static void become_root(void)
{
}

static void become_nobody(void)
{
	become_user();
	prctl(PR_SET_KEEPCAPS, 0);
	keep_capabilities(CAP_KILL, CAP_KILL);
}

/* All that the modes of the files ask for. */
static void become_reader_of_all(void)
{
	become_user();
	keep_capabilities(CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE);
}

static void become_administrator(void)
{
	become_user();
	keep_capabilities(CAP_SYS_ADMIN, CAP_DAC_READ_SEARCH);
}

static void become_root_without_capability(void)
{
	keep_capabilities(CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH);
}

static void become_root_of_namespace(void)
{
	if (unshare(CLONE_NEWUSER))
		die("CLONE_NEWUSER: %s", strerror(errno));
	put_file("/proc/self/setgroups", "deny");
	if (put_file("/proc/self/uid_map", "0 0 1") || put_file("/proc/self/gid_map", "0 0 1") ||
	    getuid())
		die("cannot map users");
}

static void enter_container(void)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWPID | CLONE_NEWNET |
		    CLONE_NEWCGROUP) ||
	    chroot(BOX) || chdir("/"))
		die("container: %s", strerror(errno));
}

static void become_root_of_container(void)
{
	become_root_of_namespace();
	enter_container();
}

static void become_root_of_simple_container(void)
{
	enter_container();
	become_root_without_capability();
}

static const struct somebody everybody[] = {
	{ "root", become_root, 0, BOX_DIR },
	{ "a user", become_nobody, EACCES, BOX_DIR },
	{ "a user who may read all", become_reader_of_all, EPERM, BOX_DIR },
	{ "a user with CAP_SYS_ADMIN", become_administrator, 0, BOX_DIR },
	{ "root without CAP_SYS_ADMIN", become_root_without_capability, EPERM, BOX_DIR },
	{ "root of a user namespace", become_root_of_namespace, EPERM, BOX_DIR },
	{ "root of a container", become_root_of_container, EPERM, "/ipcdbg" },
	{ "root of one without users", become_root_of_simple_container, EPERM, "/ipcdbg" },
};

/* The errno of opening each file: by its path, and from the folder's descriptor. */
static void try_to_open(const struct somebody *s, int folder, int *errors)
{
	char path[64];
	int i;

	for (i = 0; i < nr_names; i++) {
		snprintf(path, sizeof(path), "%s/%s", s->path, names[i]);
		*errors++ = open(path, O_RDONLY | O_CLOEXEC) < 0 ? errno : 0;
		*errors++ = openat(folder, names[i], O_RDONLY | O_CLOEXEC) < 0 ? errno : 0;
	}
}

/* In a child, since credentials do not come back. */
static bool opens_as_it_may(const struct somebody *s, int folder, int *errors)
{
	int i, status;
	bool ok = true;
	pid_t pid;

	memset(errors, -1, 4096);
	pid = fork();
	if (!pid) {
		s->become();
		try_to_open(s, folder, errors);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		die("%s cannot be", s->who);
	for (i = 0; i < 2 * nr_names; i++)
		if (errors[i] != s->error)
			ok = complain("%s, %s: error %d", s->who, names[i / 2], errors[i]);
	return ok;
}

TEST_F(access, only_who_has_the_capability_opens)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(everybody); i++)
		EXPECT_TRUE(opens_as_it_may(&everybody[i], self->folder, self->errors));
}

/* Sends a descriptor, or with fd -1 waits for one. */
static int pass(int socket, int fd)
{
	char byte = 0, control[CMSG_SPACE(sizeof(fd))] = "";
	struct iovec io = { &byte, 1 };
	struct msghdr message = { .msg_iov = &io,
				  .msg_iovlen = 1,
				  .msg_control = control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);

	if (fd < 0) {
		if (recvmsg(socket, &message, 0) != 1 || c->cmsg_type != SCM_RIGHTS)
			die("recvmsg: %s", strerror(errno));
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
		return fd;
	}
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(socket, &message, 0) != 1)
		die("sendmsg: %s", strerror(errno));
	return fd;
}

/* A user's side: the descriptor reads like root's own, but opens nothing anew. */
static bool can_only_read(int fd)
{
	char path[32];
	struct rows r;
	size_t len;
	char *text = slurp_fd(fd, 4096, &len);
	bool ok = text && rows_parse(&r, text, len);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (open(path, O_RDONLY) >= 0 || errno != EACCES)
		ok = complain("%s can be opened: %s", path, strerror(errno));
	return ok;
}

/* The capability is asked for when a file is opened: who has it may pass the open file on. */
TEST_F(access, an_open_file_can_be_passed_on)
{
	int i, fd, status, sockets[2];
	pid_t pid;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, sockets));
	fflush(NULL);
	pid = fork();
	if (!pid) {
		become_nobody();
		/* Who changes users may not look at itself in /proc, unless it says so. */
		prctl(PR_SET_DUMPABLE, 1);
		for (i = 0; i < nr_names; i++)
			if (!can_only_read(pass(sockets[1], -1)))
				_exit(1);
		_exit(0);
	}
	for (i = 0; i < nr_names; i++) {
		fd = openat(self->folder, names[i], O_RDONLY | O_CLOEXEC);
		ASSERT_LE(0, fd);
		pass(sockets[0], fd);
		close(fd);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	close(sockets[0]);
	close(sockets[1]);
}

TEST_F(access, empty_namespace)
{
	static const char *const kinds[] = { "sem", "shm", "msg", "mqueue" };
	char name[32];
	struct rows r;
	unsigned int i;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	for (i = 0; i < 2 * ARRAY_SIZE(kinds); i++) {
		snprintf(name, sizeof(name), "%s%s", i % 2 ? "list/" : "", kinds[i / 2]);
		ASSERT_TRUE(rows_read(&r, name));
		EXPECT_EQ(3, r.nr);
		EXPECT_EQ(proc_ns(getpid(), getpid(), "ipc"), ROW_NUM(&r, 1, namespace, inum));
		EXPECT_EQ(0, ROW_NUM(&r, 2, end, objects));
		rows_free(&r);
	}
}

TEST_F(access, header)
{
	char *boot = slurp("/proc/sys/kernel/random/boot_id", 4096, NULL);
	uint64_t t0, t1;
	struct utsname u;
	struct rows r;
	int i;

	boot[strcspn(boot, "\n")] = 0;
	uname(&u);
	for (i = 0; i < nr_names; i++) {
		t0 = clock_ns(CLOCK_REALTIME);
		ASSERT_TRUE(rows_read(&r, names[i]));
		t1 = clock_ns(CLOCK_REALTIME);
		EXPECT_EQ(IPCDBG_ABI_VERSION, ROW_NUM(&r, 0, header, version));
		EXPECT_STREQ(names[i], ROW_STR(&r, 0, header, table));
		EXPECT_STREQ(u.release, ROW_STR(&r, 0, header, kernel));
		EXPECT_STREQ(boot, ROW_STR(&r, 0, header, boot));
		EXPECT_LE(t0, (uint64_t)ROW_NUM(&r, 0, header, time));
		EXPECT_GE(t1, (uint64_t)ROW_NUM(&r, 0, header, time));
		rows_free(&r);
	}
	free(boot);
}

TEST_HARNESS_MAIN
