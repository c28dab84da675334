/* SPDX-License-Identifier: GPL-2.0 */
/* A command that stops at each system call that it is about to make. */
#ifndef TESTS_TRACED_H
#define TESTS_TRACED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct traced {
	pid_t pid;
	long nr;	  /* of the call that it is about to make */
	uint64_t args[6]; /* of that */
	int status;	  /* as of waitpid, once it has ended */
};

/*
 * Starts a command with its output in the files out and err of a folder. It stops before its first
 * call. Dies if that cannot be done.
 */
void traced_start(struct traced *t, const char *folder, const char *const argv[]);

/* Lets it make its call, and go on to the next. False if it has ended. */
bool traced_next(struct traced *t);

/* The string at an address of its memory. */
void traced_string(const struct traced *t, uint64_t address, char *to, size_t size);

/* Whether it is about to open that file. */
bool traced_opens(const struct traced *t, const char *path);

/* Makes the call that it is about to make fail, unmade. It has returned from it then. */
void traced_fail(struct traced *t, int error);

/* Makes a read or write of more that it is about to make one of a single byte. */
void traced_shorten(struct traced *t);

/* Of one that has ended: its exit status, 128 and more after a signal. */
int traced_code(const struct traced *t);

/* Lets it go on to its end. Returns traced_code(). */
int traced_end(struct traced *t);

#endif
