// SPDX-License-Identifier: GPL-2.0
/*
 * What /proc tells of a process: of this one, whose arguments and start time the test knows.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "proc_facts.h"

#define TICK_NS (1000000000ULL / sysconf(_SC_CLK_TCK))

/* Of a process whose name has no blanks. */
static unsigned long long start_ns(pid_t pid)
{
	unsigned long long ticks = 0;
	char path[32];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%*s%*s%*s%*s%*s%*s%*s%*s%*s%*s%*s%*s%*s%*s%*s%*s%*s%*s%*s%*s%*s%llu",
			 &ticks) != 1)
		ticks = 0;
	if (f)
		fclose(f);
	return ticks * TICK_NS;
}

/* Before the end of an execve() it has none. */
static bool has_arguments(pid_t pid)
{
	char path[32];
	bool yes;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	f = fopen(path, "r");
	yes = f && fgetc(f) != EOF;
	if (f)
		fclose(f);
	return yes;
}

/* A process with such arguments, which sleeps. */
static pid_t sleeper(char *const argv[])
{
	int ready[2];
	pid_t pid;
	char byte;

	if (pipe(ready))
		return -1;
	fcntl(ready[1], F_SETFD, FD_CLOEXEC);
	pid = fork();
	if (!pid) {
		execv("/bin/sleep", argv);
		_exit(1);
	}
	close(ready[1]);
	/* The end of the pipe that the child has is closed by its execv(). */
	if (read(ready[0], &byte, 1))
		return -1;
	close(ready[0]);
	for (int i = 0; i < 1000 && !has_arguments(pid); i++)
		usleep(1000);
	return pid;
}

static unsigned long long switches;

static void add_switches(void *ctx, const struct ipcdbg_thread *t)
{
	(void)ctx;
	switches += IPCDBG_HAS(thread, t, switches) ? 1 + t->switches : 0;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

TEST(nothing_before_it_begins)
{
	EXPECT_FALSE(proc_usable());
	EXPECT_EQ(NULL, proc_look_up(getpid(), start_ns(getpid())));
	proc_begin();
	EXPECT_TRUE(proc_usable());
	EXPECT_NE(NULL, proc_look_up(getpid(), start_ns(getpid())));
}

TEST(many_groups)
{
	static gid_t groups[5000];
	struct ipcdbg_proc process;

	if (geteuid())
		SKIP(return, "only root may set groups");
	for (int i = 0; i < 5000; i++)
		groups[i] = 1000000000 + i;
	ASSERT_EQ(0, setgroups(5000, groups));
	proc_begin();
	EXPECT_TRUE(proc_usable());
	ASSERT_TRUE(proc_process(getpid(), &process));
	EXPECT_TRUE(IPCDBG_HAS(proc, &process, uid));
	switches = 0;
	proc_threads(getpid(), add_switches, NULL);
	EXPECT_LT(0, switches);
}

TEST(only_of_that_start_time)
{
	pid_t pid = sleeper((char *[]){ "sleep", "100", NULL });
	unsigned long long start = start_ns(pid);

	proc_begin();
	ASSERT_LT(0, pid);
	ASSERT_LT(0, start);
	EXPECT_NE(NULL, proc_look_up(pid, start));
	EXPECT_NE(NULL, proc_look_up(pid, start + TICK_NS - 1));
	EXPECT_EQ(NULL, proc_look_up(pid, start + TICK_NS));
	EXPECT_EQ(NULL, proc_look_up(pid, start - 1));
	EXPECT_EQ(NULL, proc_look_up(pid, 0));
	EXPECT_EQ(NULL, proc_look_up(0, start));
	EXPECT_EQ(NULL, proc_look_up(-1, start));
	/* What was looked up once is kept for the run, also when the process has ended. */
	EXPECT_NE(NULL, proc_look_up(pid, start));
	end(pid);
	EXPECT_NE(NULL, proc_look_up(pid, start));
	EXPECT_EQ(NULL, proc_look_up(pid, start + 1));
}

#define THREADS 2

static void *sleep_on(void *tid)
{
	*(pid_t *)tid = gettid();
	for (;;)
		pause();
	return NULL;
}

/* A process with threads, whose numbers it tells. */
static pid_t start_threads(pid_t tids[THREADS])
{
	int told[2];
	pid_t pid;

	if (pipe(told))
		return -1;
	pid = fork();
	if (!pid) {
		pid_t mine[THREADS] = { 0 };
		pthread_t thread;

		for (int i = 0; i < THREADS; i++) {
			pthread_create(&thread, NULL, sleep_on, &mine[i]);
			while (!__atomic_load_n(&mine[i], __ATOMIC_ACQUIRE))
				usleep(1000);
			/* The clock ticks, so that no two start in the same. */
			usleep(30000);
		}
		if (write(told[1], mine, sizeof(mine)) != sizeof(mine))
			_exit(1);
		for (;;)
			pause();
	}
	if (read(told[0], tids, THREADS * sizeof(*tids)) != THREADS * sizeof(*tids))
		return -1;
	close(told[0]);
	close(told[1]);
	return pid;
}

TEST(threads_of_one_process)
{
	unsigned long long first, second;
	const struct proc_facts *f, *own;
	pid_t tids[THREADS], pid;

	proc_begin();
	pid = start_threads(tids);
	ASSERT_LT(0, pid);
	first = start_ns(tids[0]);
	second = start_ns(tids[1]);
	ASSERT_LT(first, second);
	/* One that is not there proves nothing, and is not told of. */
	EXPECT_EQ(NULL, proc_look_up_thread(pid, tids[0], second));
	f = proc_look_up_thread(pid, tids[0], first);
	ASSERT_NE(NULL, f);
	ASSERT_NE(NULL, f->args);
	own = proc_look_up(getpid(), start_ns(getpid()));
	EXPECT_EQ(0, memcmp(f->args, own->args, own->len));
	EXPECT_EQ(f, proc_look_up_thread(pid, tids[1], second));
	end(pid);
	/* Whatever was its thread in that time was of that process. */
	EXPECT_EQ(f, proc_look_up_thread(pid, 1, second));
	EXPECT_EQ(NULL, proc_look_up_thread(pid, 1, first - 1));
	EXPECT_EQ(NULL, proc_look_up_thread(pid, 1, second + 3600 * 1000000000ULL));
	/* The same place in the table of those. */
	EXPECT_EQ(NULL, proc_look_up_thread(pid + 4093, 1, second));
	EXPECT_EQ(NULL, proc_look_up_thread(0, 1, second));
	/* Its main thread may have run another program before. */
	EXPECT_EQ(NULL, proc_look_up_thread(pid, pid, second));
}

static char *args_of(pid_t pid)
{
	const struct proc_facts *f = proc_look_up(pid, start_ns(pid));
	struct text t = { 0 };

	text_clear(&t);
	if (f && f->args)
		text_add_args(&t, f);
	return t.s;
}

TEST(arguments_escaped_and_cut)
{
	static const struct {
		char *argv[4];
		const char *want;
	} rows[] = {
		{ { "sleep", "100" }, "sleep 100" },
		{ { "-x  y\033[2J\n", "100" }, "-x  y\\033[2J\\012 100" },
		{ { "s", "0000000000000000000000000000000000000000000000000000000100" },
		  "s 0000000000000000000000000000000000000000000000000000000100" },
		{ { "s", "00000000000000000000000000000000000000000000000000000000100" },
		  "s 0000000000000000000000000000000000000000000000000000000..." },
		{ { "s\001\001\001\001\001\001\001\001\001\001\001\001\001\001\001", "100" },
		  "s\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001\\001..." },
	};
	pid_t pid;
	char *args;

	proc_begin();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pid = sleeper(rows[i].argv);
		args = args_of(pid);
		EXPECT_STREQ(rows[i].want, args);
		free(args);
		end(pid);
	}
}

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(unit_of_a_cgroup)
{
	static const struct {
		const char *cgroup, *want;
	} rows[] = {
		{ "/", "/" },
		{ "", "/" },
		{ "/init.scope", "init.scope" },
		{ "/system.slice/cron.service", "cron.service" },
		{ "/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service" },
		{ "/system.slice", "system.slice" },
		{ "/user.slice/user-1000.slice/session-3.scope", "session-3.scope" },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/app-x.scope",
		  "app-x.scope" },
		{ "/user.slice/user-1000.slice/user@1000.service", "user@1000.service" },
		{ "/system.slice/docker-" ID ".scope", "docker-0123456789ab.scope" },
		{ "/system.slice/docker-" ID ".scope/system.slice/x.service",
		  "docker-0123456789ab.scope" },
		{ "/docker/" ID, "0123456789ab" },
		{ "/docker/" ID "/system.slice/x.service", "0123456789ab" },
		{ "/docker/" ID "0", "0123456789ab0" },
		{ "/lxc.payload.web/system.slice/x.service", "lxc.payload.web" },
		{ "/kubepods/burstable/podx/" ID, "0123456789ab" },
		{ "/../../a b", "a\\040b" },
		{ "/.service/x", "x" },
	};
	struct text t = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text_clear(&t);
		text_add_unit(&t, rows[i].cgroup);
		EXPECT_STREQ(rows[i].want, t.s);
	}
	text_free(&t);
}

/* The test reads the file itself, and looks for the path it was told in it. */
TEST(cgroup_is_of_the_file)
{
	char line[4096], end[4096];
	const struct proc_facts *f;
	bool found = false;
	FILE *file;

	proc_begin();
	f = proc_look_up(getpid(), start_ns(getpid()));
	ASSERT_NE(NULL, f);
	file = fopen("/proc/self/cgroup", "r");
	if (!file || !f->cgroup)
		SKIP(return, "no cgroups here");
	snprintf(end, sizeof(end), ":%s\n", f->cgroup);
	while (fgets(line, sizeof(line), file))
		found |= strlen(line) >= strlen(end) &&
			 !strcmp(line + strlen(line) - strlen(end), end);
	fclose(file);
	EXPECT_TRUE(found);
}

TEST_HARNESS_MAIN
