// SPDX-License-Identifier: GPL-2.0
/* What is taken for a named semaphore, held against those of this machine's C library. */
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "sem_file.h"

TEST(names_and_lengths)
{
	EXPECT_TRUE(sem_file_may_be("sem.a", sizeof(sem_t)));
	EXPECT_TRUE(sem_file_may_be("sem.a", 16));
	EXPECT_FALSE(sem_file_may_be("sem.", 32));
	EXPECT_FALSE(sem_file_may_be("sem", 32));
	EXPECT_FALSE(sem_file_may_be("a.sem.b", 32));
	EXPECT_FALSE(sem_file_may_be("Sem.a", 32));
	EXPECT_FALSE(sem_file_may_be("sem.a", 31));
	EXPECT_FALSE(sem_file_may_be("sem.a", 33));
	EXPECT_FALSE(sem_file_may_be("sem.a", 0));
	EXPECT_FALSE(sem_file_may_be("sem.a", 1ULL << 32 | 32));
}

static void *wait_for(void *sem)
{
	sem_wait(sem);
	return NULL;
}

/* The file is read while threads wait, and after they were woken. */
TEST(semaphores_of_this_machine)
{
	char name[32], path[64], bytes[SEM_FILE_MAX];
	struct sem_file sem = { 0 };
	pthread_t threads[3];
	sem_t *s;
	int fd, value;

	snprintf(name, sizeof(name), "/ipcdbg-%d", getpid());
	snprintf(path, sizeof(path), "/dev/shm/sem.%s", name + 1);
	s = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
	ASSERT_NE(SEM_FAILED, s);
	fd = open(path, O_RDONLY);
	sem_unlink(name);
	ASSERT_LE(0, fd);
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, wait_for, s));
	while (sem.nwaiters < 3) {
		ASSERT_EQ((ssize_t)sizeof(sem_t), pread(fd, bytes, sizeof(bytes), 0));
		ASSERT_TRUE(sem_file_read(&sem, bytes, sizeof(sem_t)));
		EXPECT_EQ(0, sem.value);
	}
	for (int i = 0; i < 5; i++)
		sem_post(s);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	ASSERT_EQ(0, sem_getvalue(s, &value));
	ASSERT_EQ((ssize_t)sizeof(sem_t), pread(fd, bytes, sizeof(bytes), 0));
	ASSERT_TRUE(sem_file_read(&sem, bytes, sizeof(sem_t)));
	EXPECT_EQ(2, value);
	EXPECT_EQ(2, sem.value);
	EXPECT_EQ(0, sem.nwaiters);
	EXPECT_STREQ("glibc-64", sem.format);
	sem_close(s);
	close(fd);
}

/* Each byte that is not as sem_open leaves it makes it none; those that count are read. */
TEST(what_is_none)
{
	uint32_t words[8] = { INT32_MAX, 7, 128 };
	struct sem_file sem;
	char bytes[32];

	memcpy(bytes, words, sizeof(bytes));
	ASSERT_TRUE(sem_file_read(&sem, bytes, 32));
	EXPECT_EQ(INT32_MAX, sem.value);
	EXPECT_EQ(7, sem.nwaiters);
	for (int i = 8; i < 32; i++) {
		bytes[i] ^= 1;
		EXPECT_FALSE(sem_file_read(&sem, bytes, 32)) TH_LOG("byte %d", i);
		bytes[i] ^= 1;
	}
	words[0] = 1U << 31;
	EXPECT_FALSE(sem_file_read(&sem, words, 32));
	for (size_t len = 0; len < 32; len++)
		EXPECT_FALSE(sem_file_read(&sem, bytes, len));
}

TEST(those_of_32_bits)
{
	uint32_t words[4] = { 5 << 1 | 1, 128, 0, 3 };
	struct sem_file sem;

	ASSERT_TRUE(sem_file_read(&sem, words, 16));
	EXPECT_EQ(5, sem.value);
	EXPECT_EQ(3, sem.nwaiters);
	EXPECT_STREQ("glibc-32", sem.format);
	words[0] = UINT32_MAX;
	ASSERT_TRUE(sem_file_read(&sem, words, 16));
	EXPECT_EQ(INT32_MAX, sem.value);
	words[2] = 1;
	EXPECT_FALSE(sem_file_read(&sem, words, 16));
	words[2] = 0;
	words[1] = 0;
	EXPECT_FALSE(sem_file_read(&sem, words, 16));
}

TEST_HARNESS_MAIN
