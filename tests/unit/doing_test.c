// SPDX-License-Identifier: GPL-2.0
/*
 * Whom a thread waits for in a call that /proc tells of: processes that the test made, and had take
 * locks, exit and wait. They end with the test.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "doing.h"
#include "proc_facts.h"

#define MANY 400

struct found {
	size_t nr;
	enum doing_link link[2 * MANY];
	int pid[2 * MANY];
};

static void add(void *ctx, enum doing_link link, int pid)
{
	struct found *f = ctx;

	if (f->nr < 2 * MANY) {
		f->link[f->nr] = link;
		f->pid[f->nr] = pid;
	}
	f->nr++;
}

/* Whom the thread waits for, once it sleeps in that call. */
static void follow(struct found *f, int pid, int tid, long call)
{
	struct doing d;

	*f = (struct found){ 0 };
	do {
		if (!doing_read(&d, pid, tid))
			return;
	} while (d.state != 'S' || !d.in_call || d.call != call);
	doing_follow(&d, pid, tid, add, f);
}

/* Two files that anybody may lock, and a pipe through which children tell. */
static struct files {
	char path[2][32];
	int ready[2];
} files;

static int open_file(int file)
{
	return open(files.path[file], O_RDWR | O_CLOEXEC);
}

static void tell(int n)
{
	if (write(files.ready[1], &n, sizeof(n)) != sizeof(n))
		_exit(1);
}

static int hear(void)
{
	int n;

	return read(files.ready[0], &n, sizeof(n)) == sizeof(n) ? n : -1;
}

/* The child runs fn, and then nothing; -1 unless it told that it was ready. */
static pid_t child(void (*fn)(void))
{
	pid_t parent = getpid(), pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		fn();
		for (;;)
			pause();
	}
	return pid > 0 && hear() >= 0 ? pid : -1;
}

FIXTURE(doing)
{
	struct found found;
};

FIXTURE_SETUP(doing)
{
	proc_begin();
	ASSERT_TRUE(proc_usable());
	ASSERT_EQ(0, pipe(files.ready));
	for (int i = 0; i < 2; i++) {
		strcpy(files.path[i], "/tmp/doing.XXXXXX");
		ASSERT_LE(0, mkstemp(files.path[i]));
	}
}

FIXTURE_TEARDOWN(doing)
{
	unlink(files.path[0]);
	unlink(files.path[1]);
}

#define EXPECT_ONE(to, who)                                     \
	do {                                                    \
		EXPECT_EQ(1, self->found.nr);                   \
		EXPECT_EQ((int)(to), (int)self->found.link[0]); \
		EXPECT_EQ(who, self->found.pid[0]);             \
	} while (0)

static void lock_first(void)
{
	tell(flock(open_file(0), LOCK_EX));
}

static void lock_second(void)
{
	tell(flock(open_file(1), LOCK_EX));
}

static void *wait_for_second(void *unused)
{
	int fd = open_file(1);

	tell(gettid());
	flock(fd, LOCK_EX);
	return unused;
}

static int second_thread;

static void wait_for_both(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, wait_for_second, NULL))
		_exit(1);
	flock(open_file(0), LOCK_EX);
}

/* Each of two threads waits for another file. */
TEST_F(doing, locks_of_two_files)
{
	pid_t first = child(lock_first), second = child(lock_second), waits;

	ASSERT_LT(0, first);
	ASSERT_LT(0, second);
	waits = fork();
	if (!waits) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		wait_for_both();
		_exit(0);
	}
	second_thread = hear();
	follow(&self->found, waits, waits, SYS_flock);
	EXPECT_ONE(DOING_LOCK, first);
	follow(&self->found, waits, second_thread, SYS_flock);
	EXPECT_ONE(DOING_LOCK, second);
}

static void wait_for_first(void)
{
	tell(0);
	flock(open_file(0), LOCK_EX);
}

/* The child of a child inherits the descriptor; who took the lock has exited. */
static void pass_on(void)
{
	int fd = open_file(0);

	flock(fd, LOCK_EX);
	if (fork())
		_exit(0);
	prctl(PR_SET_PDEATHSIG, 0);
	/* Nobody ends it if the test fails before its last line. */
	alarm(60);
	tell(getpid());
}

TEST_F(doing, lock_passed_on)
{
	pid_t took = fork(), has, waits;

	if (!took) {
		pass_on();
		for (;;)
			pause();
	}
	has = hear();
	ASSERT_EQ(took, waitpid(took, NULL, 0));
	waits = child(wait_for_first);
	ASSERT_LT(0, waits);
	follow(&self->found, waits, waits, SYS_flock);
	EXPECT_ONE(DOING_LOCK, has);
	kill(has, SIGKILL);
}

/* Both have the descriptor. */
TEST_F(doing, lock_of_two)
{
	int fd = open(files.path[0], O_RDWR);
	pid_t waits;

	ASSERT_EQ(0, flock(fd, LOCK_EX));
	waits = child(wait_for_first);
	follow(&self->found, waits, waits, SYS_flock);
	ASSERT_EQ(2, self->found.nr);
	EXPECT_EQ(getpid() + waits, self->found.pid[0] + self->found.pid[1]);
	EXPECT_TRUE(self->found.pid[0] == waits || self->found.pid[1] == waits);
	EXPECT_EQ(DOING_LOCK, self->found.link[0]);
}

/* The lock's only descriptor is on its way through a socket: nobody has it. */
static int in_flight[2];

static void send_lock(void)
{
	char room[CMSG_SPACE(sizeof(int))] = { 0 }, byte = 0;
	struct iovec data = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room),
	};
	struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
	int fd = open_file(0);

	flock(fd, LOCK_EX);
	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(rights), &fd, sizeof(fd));
	if (sendmsg(in_flight[0], &message, 0) != 1)
		_exit(1);
	close(fd);
	tell(0);
}

TEST_F(doing, lock_of_nobody)
{
	pid_t took, waits;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, in_flight));
	took = child(send_lock);
	waits = child(wait_for_first);
	ASSERT_LT(0, took);
	follow(&self->found, waits, waits, SYS_flock);
	EXPECT_ONE(DOING_TAKEN, took);
}

static int command;

static void lock_range(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_len = 10 };

	tell(fcntl(open_file(0), command, &lock));
}

static void wait_for_range(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_start = 5, .l_len = 10 };

	tell(0);
	fcntl(open_file(0), command, &lock);
}

TEST_F(doing, lock_of_fcntl)
{
	static const int commands[] = { F_SETLKW, F_OFD_SETLKW };

	for (int i = 0; i < 2; i++) {
		pid_t has, waits;

		command = commands[i];
		has = child(lock_range);
		waits = child(wait_for_range);
		follow(&self->found, waits, waits, SYS_fcntl);
		EXPECT_ONE(DOING_LOCK, has);
		kill(waits, SIGKILL);
		kill(has, SIGKILL);
		waitpid(waits, NULL, 0);
		waitpid(has, NULL, 0);
	}
}

static void wait_for_child(void)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	tell(pid);
	waitpid(pid, NULL, 0);
}

/* The first process of a pid namespace waits for number 2 there, which has another one here. */
static int init_of_namespace(void *unused)
{
	(void)unused;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	wait_for_child();
	return 0;
}

TEST_F(doing, child_of_another_namespace)
{
	static char stack[65536] __attribute__((aligned(16)));
	int inner, outer = 0;
	char path[64];
	pid_t init;
	FILE *f;

	init = clone(init_of_namespace, stack + sizeof(stack), CLONE_NEWPID | SIGCHLD, NULL);
	if (init < 0)
		SKIP(return, "may not make a pid namespace");
	inner = hear();
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", init, init);
	f = fopen(path, "r");
	ASSERT_TRUE(f && fscanf(f, "%d", &outer) == 1);
	fclose(f);
	EXPECT_EQ(2, inner);
	follow(&self->found, init, init, SYS_wait4);
	EXPECT_ONE(DOING_CHILD, outer);
	kill(init, SIGKILL);
}

TEST_F(doing, child)
{
	int pid;
	pid_t waits = fork();

	if (!waits) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		wait_for_child();
		_exit(0);
	}
	pid = hear();
	follow(&self->found, waits, waits, SYS_wait4);
	EXPECT_ONE(DOING_CHILD, pid);
}

static void *make_half(void *unused)
{
	for (int i = 0; i < MANY / 2; i++) {
		pid_t pid = fork();

		if (!pid)
			for (;;)
				pause();
		tell(pid);
	}
	return unused;
}

/* Many, half of them of another thread, which lives on. */
static void *make_half_and_stay(void *unused)
{
	make_half(unused);
	for (;;)
		pause();
	return unused;
}

TEST_F(doing, many_children)
{
	int made[MANY], missing = 0;
	pid_t waits = fork();

	if (!waits) {
		pthread_t thread;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setpgid(0, 0);
		make_half(NULL);
		pthread_create(&thread, NULL, make_half_and_stay, NULL);
		while (wait(NULL) > 0)
			;
		_exit(0);
	}
	for (int i = 0; i < MANY; i++)
		made[i] = hear();
	follow(&self->found, waits, waits, SYS_wait4);
	EXPECT_EQ(MANY, self->found.nr);
	for (int i = 0; i < MANY; i++) {
		size_t j = 0;

		while (j < self->found.nr && self->found.pid[j] != made[i])
			j++;
		missing += j == self->found.nr;
	}
	EXPECT_EQ(0, missing);
	kill(-waits, SIGKILL);
}

TEST_HARNESS_MAIN
