/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sem_t of glibc, as sem_open(3) puts it into a file: struct new_sem of its
 * sysdeps/nptl/internaltypes.h since 2.21, in this machine's order of bytes. Of all layouts only
 * these are known, and each is recognised by its mark: sem_open stores 128 into the field private.
 *
 *   glibc-64   32 bytes: value 32 bits, nwaiters 32 bits, private, then zeros
 *   glibc-32   16 bytes, of 32-bit programs: value * 2 + whether any waits, private, 0, nwaiters
 *
 * In both the word that futex(2) waits for is the first. The semaphores of musl are files under
 * their own name without any mark: they cannot be told from other shared memory.
 */
#ifndef SEM_FILE_H
#define SEM_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#define SEM_FILE_PREFIX "sem."
#define SEM_FILE_MAX 32

struct sem_file {
	const char *format;
	__u32 value, nwaiters;
};

/* Whether a file of that name and length can be one. */
bool sem_file_may_be(const char *name, __u64 size);

/* Reads what the file has, in bytes that begin where it does. False: it is none that is known. */
bool sem_file_read(struct sem_file *sem, const void *bytes, size_t len);

#endif
