// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/stress_ng.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"
#include "proc.h"

#define PROGRAM "/t/stress-ng"
#define LOG "/tmp/stress-ng.log"
#define METRICS "/tmp/stress-ng.yaml"
#define PATIENCE_S 60

#define STARTED 5 /* those of the command line */

/* Which of them have to do something. On arm64 shm-sysv did nothing in minutes (stress-ng 0.19). */
static const char *const stressors[] = {
	"sem",	    "sem-sysv", "msg", "mq",
#ifndef __aarch64__
	"shm-sysv",
#endif
};

#define STRESSORS (sizeof(stressors) / sizeof(stressors[0]))

static pid_t pid;

static void run(unsigned int seed, int ready)
{
	int log = open(LOG, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	char number[16];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWIPC))
		die("unshare: %s", strerror(errno));
	snprintf(number, sizeof(number), "%u", seed);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	close(ready);
	execl(PROGRAM, PROGRAM, "--sem", "1", "--sem-sysv", "1", "--shm-sysv", "1",
	      "--shm-sysv-bytes", "1M", "--msg", "1", "--mq", "1", "--seed", number, "--timeout",
	      "10d", "--metrics", "--yaml", METRICS, "--temp-path", "/tmp", NULL);
	die(PROGRAM ": %s", strerror(errno));
}

/* Each stressor is a child of it. */
static bool all_run(void)
{
	char path[64], *text, *at, *end;
	unsigned int nr = 0;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	text = slurp(path, 4096, NULL);
	for (at = text; at && strtol(at, &end, 10); at = end)
		nr++;
	free(text);
	return nr >= STARTED;
}

unsigned int stress_ng_begin(unsigned int seed)
{
	int ready[2];
	char byte;

	if (pipe2(ready, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	pid = fork();
	if (!pid)
		run(seed, ready[1]);
	close(ready[1]);
	if (read(ready[0], &byte, 1))
		die("no stress-ng");
	close(ready[0]);
	wait_until(all_run());
	return proc_ns(pid, pid, "ipc");
}

static bool ended(void)
{
	return waitpid(pid, NULL, WNOHANG) == pid;
}

/* The number of its operations stands below its name. */
static bool has_done(const char *metrics, const char *stressor)
{
	const char *at;
	char name[32];

	snprintf(name, sizeof(name), "stressor: %s\n", stressor);
	at = strstr(metrics, name);
	at = at ? strstr(at, "bogo-ops:") : NULL;
	if (!at || strtoull(at + 9, NULL, 10) == 0)
		return complain("stress-ng: %s has done nothing", stressor);
	fprintf(stderr, "# stress-ng: %s %llu\n", stressor, strtoull(at + 9, NULL, 10));
	return true;
}

static bool show_log(void)
{
	char *log = slurp(LOG, 4096, NULL), *line, *rest = log;

	while (rest && (line = strsep(&rest, "\n")))
		complain("%s", line);
	free(log);
	return false;
}

bool stress_ng_end(void)
{
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + time_scale() * PATIENCE_S * 1000000000ull;
	struct timespec pause = { .tv_nsec = 10000000 };
	char *metrics;
	unsigned int i;
	bool ok = true;

	kill(pid, SIGINT);
	while (!ended()) {
		if (clock_ns(CLOCK_MONOTONIC) > end) {
			kill(pid, SIGKILL);
			return complain("stress-ng does not end");
		}
		nanosleep(&pause, NULL);
	}
	metrics = slurp(METRICS, 4096, NULL);
	for (i = 0; i < STRESSORS; i++)
		ok &= has_done(metrics ?: "", stressors[i]);
	free(metrics);
	return ok || show_log();
}
