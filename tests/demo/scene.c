// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "scene.h"

#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CGROUPS "/sys/fs/cgroup"
#define ARGS_SIZE 64

/*
 * Makes args, one word an argument, those of this process, and the first its name. The kernel wants
 * them in memory of no file, and not to end before they start: a child's stand where its parent's
 * stood.
 */
static void set_args(const char *args)
{
	static char *words;
	size_t len = strlen(args) + 1;

	if (!words)
		words = malloc(ARGS_SIZE);
	if (!words || len > ARGS_SIZE)
		errx(1, "%s: no room", args);
	memcpy(words, args, len);
	for (char *s = words; (s = strchr(s, ' '));)
		*s++ = '\0';
	prctl(PR_SET_NAME, words);
	prctl(PR_SET_MM, PR_SET_MM_ARG_START, (unsigned long)words, 0, 0);
	prctl(PR_SET_MM, PR_SET_MM_ARG_END, (unsigned long)words + len, 0, 0);
}

/* Moves this process to a cgroup of that name, if cgroups are mounted. */
static void enter_unit(const char *unit)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), CGROUPS "/%s", unit);
	mkdir(path, 0755);
	strncat(path, "/cgroup.procs", sizeof(path) - strlen(path) - 1);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, "0", 1) != 1)
		warn("%s", path);
	close(fd);
}

bool child_in(int flags, const char *unit, const char *args, pid_t *pid)
{
	*pid = syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
	if (*pid < 0)
		err(1, "clone");
	if (*pid)
		return false;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	set_args(args);
	enter_unit(unit);
	return true;
}

bool child(const char *unit, const char *args, pid_t *pid)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.service", unit);
	return child_in(0, name, args, pid);
}

noreturn void stay(void)
{
	for (;;)
		pause();
}

/* proc(5): the number of the call, or the word running. */
bool sleeps_in(pid_t pid, long call)
{
	char path[64], line[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	return line[0] >= '0' && line[0] <= '9' && atol(line) == call;
}

long in_seconds(long s)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + s;
}

void pause_until(long deadline, const char *what)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	if (in_seconds(0) > deadline)
		errx(1, "did not come: %s", what);
	nanosleep(&ms, NULL);
}
