/* SPDX-License-Identifier: GPL-2.0 */
/* What every test program needs: complaints, clocks, environment, waiting for a condition. */
#ifndef TESTS_COMMON_H
#define TESTS_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define IPCDBG_DIR "/sys/kernel/debug/ipcdbg"

/* Prints a diagnostic line on stderr; returns false, so that a check can return it. */
bool complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The environment broke, not the thing under test: prints and aborts. */
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

uint64_t clock_ns(clockid_t clock);
long env_long(const char *name, long otherwise);

/*
 * How many times longer than on a stock kernel everything may take: $TIME_SCALE, which run.sh sets.
 * Every time limit is multiplied by it, alarm() included (see the Makefile); amounts of work that
 * a test asks for in a given time are divided by it.
 */
unsigned int time_scale(void);

/* The command-line tool: $IPCDBG, or ipcdbg on the path. */
const char *cli(void);

/*
 * Reads a whole file with reads of block bytes. Returns malloced text, a NUL appended, or NULL
 * with errno set.
 */
char *slurp(const char *path, size_t block, size_t *len);
char *slurp_fd(int fd, size_t block, size_t *len);

/* Writes text to a file of /proc or /sys. Returns 0 or -errno. */
int put_file(const char *path, const char *text);

/* What a command wrote to stdout. Dies if it cannot be run; *status is as of waitpid. */
char *command_output(const char *const argv[], size_t *len, int *status);

/* Polls until cond holds; dies naming it after half a minute, times the scale. */
#define wait_until(cond)                                            \
	do {                                                        \
		uint64_t end_ = wait_end();                         \
		while (!(cond))                                     \
			wait_step(end_, #cond, __FILE__, __LINE__); \
	} while (0)
/* When a wait that begins now is to be given up. */
uint64_t wait_end(void);
void wait_step(uint64_t end, const char *what, const char *file, int line);

#endif
