// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *fmt, va_list args)
{
	char line[1024];
	int n;

	n = vsnprintf(line, sizeof(line), fmt, args);
	if (n >= (int)sizeof(line))
		strcpy(line + sizeof(line) - 4, "...");
	fprintf(stderr, "# %s\n", line);
}

bool complain(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(fmt, args);
	va_end(args);
	return false;
}

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(fmt, args);
	va_end(args);
	abort();
}

uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

long env_long(const char *name, long otherwise)
{
	const char *text = getenv(name);
	char *end;
	long n;

	if (!text || !*text)
		return otherwise;
	n = strtol(text, &end, 10);
	if (*end)
		die("%s=%s is not a number", name, text);
	return n;
}

unsigned int time_scale(void)
{
	long scale = env_long("TIME_SCALE", 1);

	return scale > 0 ? scale : 1;
}

const char *cli(void)
{
	const char *path = getenv("IPCDBG");

	return path && *path ? path : "ipcdbg";
}

char *slurp_fd(int fd, size_t block, size_t *len)
{
	size_t room = block + 4096, used = 0;
	char *buf = malloc(room + 1);

	while (buf) {
		ssize_t n = read(fd, buf + used, block);

		if (n < 0) {
			int err = errno;

			free(buf);
			errno = err;
			return NULL;
		}
		if (!n)
			break;
		used += n;
		if (room - used < block) {
			room = 2 * room + block;
			buf = realloc(buf, room + 1);
		}
	}
	if (!buf)
		die("out of memory");
	buf[used] = 0;
	if (len)
		*len = used;
	return buf;
}

char *slurp(const char *path, size_t block, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text;
	int err;

	if (fd < 0)
		return NULL;
	text = slurp_fd(fd, block, len);
	err = errno;
	close(fd);
	errno = err;
	return text;
}

int put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

char *command_output(const char *const argv[], size_t *len, int *status)
{
	int pipe_fd[2];
	char *text;
	pid_t pid;

	if (pipe2(pipe_fd, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	fflush(NULL);
	pid = fork();
	if (!pid) {
		dup2(pipe_fd[1], STDOUT_FILENO);
		execvp(argv[0], (char *const *)argv);
		fprintf(stderr, "# %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	close(pipe_fd[1]);
	text = slurp_fd(pipe_fd[0], 65536, len);
	close(pipe_fd[0]);
	if (pid < 0 || !text || waitpid(pid, status, 0) != pid)
		die("cannot run %s: %s", argv[0], strerror(errno));
	if (WIFEXITED(*status) && WEXITSTATUS(*status) == 127)
		die("cannot run %s", argv[0]);
	return text;
}

uint64_t wait_end(void)
{
	return clock_ns(CLOCK_MONOTONIC) + time_scale() * 30000000000ull;
}

void wait_step(uint64_t end, const char *what, const char *file, int line)
{
	struct timespec pause = { .tv_nsec = 200000 };

	if (clock_ns(CLOCK_MONOTONIC) > end)
		die("%s:%d: still not so: %s", file, line, what);
	nanosleep(&pause, NULL);
}
