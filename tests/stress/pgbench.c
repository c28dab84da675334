// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/pgbench.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

#define BIN PGBENCH_FOLDER "/usr/lib/postgresql/15/bin/"
#define HOME "/tmp/postgres" /* data, socket and logs */
#define DATA HOME "/data"
#define LOG HOME "/log"
#define BENCH_LOG HOME "/pgbench"
#define USER 1000 /* it does not run as root */
#define PATIENCE_S 300
#define WORDS_MAX 24

static pid_t server, bench;

/* In a child: a program with its arguments, whose output goes to the end of a file. */
static void run(const char *log, const char *command)
{
	char *words = strdup(command), *argv[WORDS_MAX + 1] = { 0 };
	int fd;

	for (int i = 0; i < WORDS_MAX && (argv[i] = strsep(&words, " ")); i++)
		;

	/* Else it would take minutes to begin: others load the machine by then. */
	if (setpriority(PRIO_PROCESS, 0, -15))
		die("setpriority: %s", strerror(errno));
	if (setgroups(0, NULL) || setresgid(USER, USER, USER) || setresuid(USER, USER, USER))
		die("setresuid: %s", strerror(errno));
	/* A change of user clears it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	setenv("HOME", HOME, 1);
	setenv("TZ", "GMT", 1);
	setenv("LC_ALL", "C", 1);
	execv(argv[0], argv);
	die("%s: %s", argv[0], strerror(errno));
}

static pid_t start(const char *log, const char *command)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (!pid)
		run(log, command);
	return pid;
}

static void show(const char *path)
{
	char *log = slurp(path, 65536, NULL), *line, *rest = log;

	while (rest && (line = strsep(&rest, "\n")))
		if (line[0])
			complain("%s", line);
	free(log);
}

static int end_of(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		die("waitpid: %s", strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void must(const char *log, const char *command)
{
	int code = end_of(start(log, command));

	if (!code)
		return;
	show(log);
	die("%s: exit status %d", command, code);
}

#define PGBENCH BIN "pgbench -h " HOME " -U postgres "

/* Both its own memory and that of parallel queries are System V segments. */
static const char postgres[] = BIN "postgres -D " DATA " -k " HOME " -F"
				   " -c listen_addresses="
				   " -c shared_memory_type=sysv"
				   " -c dynamic_shared_memory_type=sysv"
				   " -c shared_buffers=16MB";
static const char make_database[] = BIN "initdb -D " DATA " -U postgres -A trust --locale=C"
					" -E UTF8 --no-sync --no-instructions --wal-segsize=1";
static const char make_tables[] = PGBENCH "-i -q postgres";
/* They tell each second how far they are, and leave time to others, whom they come before. */
static const char clients[] = PGBENCH "-c 8 -j 2 -R 20 -P 1 -T 864000 postgres";

/* Tells nothing once there is a socket that answers. */
static bool initialised(void)
{
	unlink(BENCH_LOG);
	return !end_of(start(BENCH_LOG, make_tables));
}

/* A line each second: "progress: 3.0 s, 52.1 tps, lat 150.1 ms stddev 21.0, 0 failed" */
static double transactions(const char *log)
{
	double second, tps, all = 0;

	for (const char *at = log; at && (at = strstr(at, "progress: ")); at++)
		if (sscanf(at, "progress: %lf s, %lf tps", &second, &tps) == 2)
			all += tps;
	return all;
}

static double has_done(void)
{
	char *log = slurp(BENCH_LOG, 65536, NULL);
	double all = transactions(log);

	free(log);
	return all;
}

void pgbench_begin(void)
{
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + PATIENCE_S * 1000000000ull;

	if (mkdir(HOME, 0700) || chown(HOME, USER, USER))
		die(HOME ": %s", strerror(errno));
	must(LOG, make_database);
	server = start(LOG, postgres);
	while (!initialised()) {
		if (clock_ns(CLOCK_MONOTONIC) > end || waitpid(server, NULL, WNOHANG)) {
			show(LOG);
			show(BENCH_LOG);
			die("PostgreSQL does not answer");
		}
		sleep(1);
	}
	unlink(BENCH_LOG);
	bench = start(BENCH_LOG, clients);
	while (!has_done()) {
		if (clock_ns(CLOCK_MONOTONIC) > end)
			die("pgbench does nothing");
		sleep(1);
	}
}

static bool has_failed(void)
{
	char *log = slurp(BENCH_LOG, 65536, NULL), *line, *rest = log;
	bool failed = !log;

	while (rest && (line = strsep(&rest, "\n")))
		failed |= strstr(line, "error") ||
			  (strstr(line, " failed") && !strstr(line, ", 0 failed"));
	free(log);
	return failed;
}

bool pgbench_end(void)
{
	bool ok = !waitpid(bench, NULL, WNOHANG) && !waitpid(server, NULL, WNOHANG);

	if (!ok) {
		show(LOG);
		show(BENCH_LOG);
		return complain("PostgreSQL or pgbench did not last");
	}
	kill(bench, SIGKILL);
	end_of(bench);
	kill(server, SIGINT);
	end_of(server);
	fprintf(stderr, "# pgbench: %.0f transactions\n", has_done());
	if (!has_failed())
		return true;
	show(BENCH_LOG);
	return complain("a transaction of pgbench failed");
}
