// SPDX-License-Identifier: GPL-2.0
#include "sem_file.h"

#include <limits.h>
#include <string.h>

#define SIZE_64 32
#define SIZE_32 16
#define SHARED 128 /* FUTEX_SHARED inside glibc */

bool sem_file_may_be(const char *name, __u64 size)
{
	size_t len = strlen(SEM_FILE_PREFIX);

	return !strncmp(name, SEM_FILE_PREFIX, len) && name[len] &&
	       (size == SIZE_64 || size == SIZE_32);
}

static bool read_64(struct sem_file *sem, const void *bytes)
{
	__u32 words[SIZE_64 / 4];
	__u64 data;

	memcpy(words, bytes, sizeof(words));
	memcpy(&data, bytes, sizeof(data));
	if (words[2] != SHARED || words[3] || words[4] || words[5] || words[6] || words[7])
		return false;
	*sem = (struct sem_file){ "glibc-64", (__u32)data, data >> 32 };
	return sem->value <= INT_MAX;
}

static bool read_32(struct sem_file *sem, const void *bytes)
{
	__u32 words[SIZE_32 / 4];

	memcpy(words, bytes, sizeof(words));
	if (words[1] != SHARED || words[2])
		return false;
	*sem = (struct sem_file){ "glibc-32", words[0] >> 1, words[3] };
	return true;
}

bool sem_file_read(struct sem_file *sem, const void *bytes, size_t len)
{
	if (len == SIZE_64)
		return read_64(sem, bytes);
	return len == SIZE_32 && read_32(sem, bytes);
}
