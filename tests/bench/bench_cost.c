// SPDX-License-Identifier: GPL-2.0
/* What commands and the reading of files cost: instructions, system calls, memory. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/perf_event.h>

#include "bench/bench.h"
#include "common.h"
#include "crowd.h"

#define BLOCK 65536
#define LARGE_BLOCK (1 << 20)

extern char **environ;

static int open_for_reading(const char *path)
{
	char name[128];
	int fd;

	snprintf(name, sizeof(name), "%s%s", path[0] == '/' ? "" : IPCDBG_DIR "/", path);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("%s: %s", name, strerror(errno));
	return fd;
}

void bench_read(const char *path)
{
	static char block[BLOCK];
	int fd = open_for_reading(path);
	ssize_t n;

	do
		n = read(fd, block, sizeof(block));
	while (n > 0);
	if (n)
		die("%s: %s", path, strerror(errno));
	close(fd);
}

static double read_cost(const char *path)
{
	uint64_t start = clock_ns(CLOCK_MONOTONIC);

	bench_read(path);
	return (clock_ns(CLOCK_MONOTONIC) - start) / 1e6;
}

/* The longest read() of a file that is read to its end by those who want as much as there is. */
static double longest_read(const char *path)
{
	static char block[LARGE_BLOCK];
	uint64_t start, took, longest = 0;
	int fd = open_for_reading(path);
	ssize_t n;

	do {
		start = clock_ns(CLOCK_MONOTONIC);
		n = read(fd, block, sizeof(block));
		took = clock_ns(CLOCK_MONOTONIC) - start;
		longest = took > longest ? took : longest;
	} while (n > 0);
	if (n)
		die("%s: %s", path, strerror(errno));
	close(fd);
	return longest / 1e6;
}

/* The words of a command; patterns of file names are replaced by the files. */
static void cut_words(const char *command, glob_t *words)
{
	char *copy = strdup(command), *rest = copy, *word;
	int flags = GLOB_NOCHECK;

	while ((word = strsep(&rest, " "))) {
		if (glob(word, flags, NULL, words))
			die("%s: no memory", word);
		flags |= GLOB_APPEND;
	}
	free(copy);
}

static void expect_success(const char *command, int status)
{
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		die("%s: status %#x", command, status);
}

/* By vfork(): nothing of this process has to be copied, which the command would pay for. */
static double run(const char *command)
{
	posix_spawn_file_actions_t actions;
	uint64_t start;
	glob_t words;
	int status;
	pid_t pid;

	cut_words(command, &words);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	start = clock_ns(CLOCK_MONOTONIC);
	errno = posix_spawnp(&pid, words.gl_pathv[0], &actions, NULL, words.gl_pathv, environ);
	if (errno || waitpid(pid, &status, 0) != pid)
		die("%s: %s", command, strerror(errno));
	start = clock_ns(CLOCK_MONOTONIC) - start;
	expect_success(command, status);
	posix_spawn_file_actions_destroy(&actions);
	globfree(&words);
	return start / 1e6;
}

/* How many tasks wait for a set, by the kernel's own calls. */
static unsigned int waiters_of(int id)
{
	struct semid_ds ds;
	unsigned int i, n = 0;

	if (semctl(id, 0, IPC_STAT, &ds))
		die("set %d: %s", id, strerror(errno));
	for (i = 0; i < ds.sem_nsems; i++)
		n += semctl(id, i, GETNCNT) + semctl(id, i, GETZCNT);
	return n;
}

/* A command whose last word is a set: each line it prints begins with a thread that waits. */
static void expect_waiters(const char *command)
{
	unsigned int wanted = waiters_of(atoi(strrchr(command, ' '))), n = 0;
	char *text, *line;
	glob_t words;
	int status;

	cut_words(command, &words);
	text = command_output((const char *const *)words.gl_pathv, NULL, &status);
	expect_success(command, status);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), n++)
		if (!crowd_has(atoi(line)))
			die("%s: '%s' is not of a thread that waits", command, line);
	if (!n || n != wanted)
		die("%s: %u of %u that wait", command, n, wanted);
	free(text);
	globfree(&words);
}

static pid_t start_traced(char **words)
{
	pid_t pid = fork();
	int null;

	if (pid)
		return pid;
	null = open("/dev/null", O_WRONLY);
	if (null < 0 || dup2(null, STDOUT_FILENO) < 0 || ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(1);
	execvp(words[0], words);
	_exit(1);
}

/*
 * What a command has in memory when it ends, in KiB: as its page tables have it, where ru_maxrss is
 * counted in steps of 128 KiB by newer kernels.
 */
static double memory_size(const char *command)
{
	char path[64], *text, *at;
	glob_t words;
	int status;
	pid_t pid;
	double kib;

	cut_words(command, &words);
	pid = start_traced(words.gl_pathv);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACEEXIT) ||
	    ptrace(PTRACE_CONT, pid, NULL, NULL) || waitpid(pid, &status, 0) != pid ||
	    status >> 8 != (SIGTRAP | PTRACE_EVENT_EXIT << 8))
		die("%s: cannot be stopped at its end", command);
	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	text = slurp(path, 4096, NULL);
	at = text ? strstr(text, "Rss:") : NULL;
	kib = at ? strtod(at + strlen("Rss:"), NULL) : 0;
	if (kib <= 0)
		die("%s: its memory is not known", path);
	if (ptrace(PTRACE_CONT, pid, NULL, NULL) || waitpid(pid, &status, 0) != pid)
		die("%s: does not end", command);
	expect_success(command, status);
	free(text);
	globfree(&words);
	return kib;
}

static int sys_enter(void)
{
	char *text = slurp("/sys/kernel/debug/tracing/events/raw_syscalls/sys_enter/id", 64, NULL);
	int id = text ? atoi(text) : -1;

	if (id < 0)
		die("system calls cannot be counted: %s", strerror(errno));
	free(text);
	return id;
}

/* From exec on. To stop the command at each call by ptrace(2) would take a clock tick each time. */
static double count_calls(const char *command)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = sys_enter(),
		.disabled = 1,
		.inherit = 1,
		.enable_on_exec = 1,
	};
	int fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	uint64_t nr;

	if (fd < 0)
		die("perf_event_open: %s", strerror(errno));
	run(command);
	if (read(fd, &nr, sizeof(nr)) != sizeof(nr) || !nr)
		die("%s: its system calls were not counted", command);
	close(fd);
	return nr;
}

const struct bench_how bench_cost[] = {
	{ .word = "read", .unit = "M", .once = read_cost, .rounds = 25 },
	{ .word = "longest", .unit = "M", .once = longest_read, .rounds = 32 },
	{ .word = "run", .unit = "M", .once = run, .rounds = 25 },
	{ .word = "waiters", .unit = "M", .once = run, .rounds = 25, .expect = expect_waiters },
	{ .word = "wall", .unit = "ms", .once = run, .rounds = 11, .by_clock = true },
	{ .word = "calls", .unit = "calls", .once = count_calls, .rounds = 1 },
	{ .word = "memory", .unit = "KiB", .once = memory_size, .rounds = 1 },
	{ 0 },
};
