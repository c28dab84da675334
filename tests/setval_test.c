// SPDX-License-Identifier: GPL-2.0
/*
 * SETVAL to the value there is, by the process that operated last, while undo structures are copied
 * in many holds: it takes all adjustments away, and only sem_ctime tells.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <time.h>
#include <unistd.h>
#include "common.h"
#include "crowd.h"

#define LISTS 2000
#define ROUNDS 24

enum { VALUE, ADJUST, ADJUSTED, SET, NSEMS };

struct world {
	int id;
	uint64_t *delay_ns; /* shared: how long after it was let to it sets */
};

static void op(int id, int semnum, int n, int flags)
{
	struct sembuf ops = { semnum, n, flags };

	if (semop(id, &ops, 1))
		die("semop: %s", strerror(errno));
}

/* All adjust the value when they are let to, but one, which sets it to the value that it has. */
static void adjust_or_set(void *ctx, unsigned int i)
{
	struct world *w = ctx;

	if (i && unshare(CLONE_SYSVSEM))
		die("unshare: %s", strerror(errno));
	for (;;) {
		if (i) {
			op(w->id, ADJUST, -1, 0);
			op(w->id, VALUE, 1, SEM_UNDO);
			op(w->id, ADJUSTED, 1, 0);
			continue;
		}
		op(w->id, SET, -1, 0);
		usleep(*w->delay_ns / 1000);
		semctl(w->id, VALUE, SETVAL, LISTS);
	}
}

/* How many adjustments a reading tells of. */
static int count_undos(void)
{
	char *text = slurp(IPCDBG_DIR "/sem", 1 << 20, NULL), *at = text;
	int n = 0;

	if (!text)
		die("sem: %s", strerror(errno));
	for (; (at = strstr(at, "\tundo ")); at++)
		n++;
	free(text);
	return n;
}

/* sem_ctime is in seconds: it is to be another one. */
static void wait_for_another_second(int id)
{
	struct semid_ds ds;

	if (semctl(id, 0, IPC_STAT, &ds))
		die("IPC_STAT: %s", strerror(errno));
	wait_until(time(NULL) > ds.sem_ctime);
}

FIXTURE(setval){};

FIXTURE_SETUP(setval)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
}

FIXTURE_TEARDOWN(setval)
{
}

/*
 * A set that comes too late for the first reading is tried earlier, one that comes too early later:
 * so it goes to where the undo structures are copied, which is a small part of a reading.
 */
TEST_F_TIMEOUT(setval, the_value_there_is, 110)
{
	struct world w = { .id = semget(IPC_PRIVATE, NSEMS, 0600) };
	int i, undos, mixed = 0, late = 0;
	uint64_t start;
	pid_t crowd;

	ASSERT_LE(0, w.id);
	w.delay_ns = mmap(NULL, sizeof(*w.delay_ns), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, w.delay_ns);
	crowd = crowd_begin(LISTS + 1, adjust_or_set, &w);
	for (i = 0; i < ROUNDS; i++) {
		ASSERT_EQ(0, semctl(w.id, VALUE, SETVAL, 0));
		op(w.id, ADJUST, LISTS, 0);
		op(w.id, ADJUSTED, -LISTS, 0);
		start = clock_ns(CLOCK_MONOTONIC);
		ASSERT_EQ(LISTS, count_undos());
		if (!i)
			*w.delay_ns = (clock_ns(CLOCK_MONOTONIC) - start) / 2;
		wait_for_another_second(w.id);
		op(w.id, SET, 1, 0);
		undos = count_undos();
		late += undos == LISTS;
		mixed += undos && undos != LISTS;
		*w.delay_ns += undos ? -(*w.delay_ns / 8) : *w.delay_ns / 8;
		wait_until(!count_undos());
		ASSERT_EQ(LISTS, semctl(w.id, VALUE, GETVAL));
	}
	fprintf(stderr, "# set too late %d times of %d, in between %d\n", late, ROUNDS, mixed);
	EXPECT_EQ(0, mixed);
	/* Else it was never near. */
	EXPECT_LT(0, late);
	EXPECT_GT(ROUNDS, late);
	crowd_end(crowd);
	ASSERT_EQ(0, semctl(w.id, 0, IPC_RMID));
}

TEST_HARNESS_MAIN
