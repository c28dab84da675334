// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/storms.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>

#include "common.h"

#define USED_SETS 12 /* of all sizes, which are operated on most */
#define SETS_MAX 500 /* with others, which are there to come and go */
#define CHURNED 8    /* of them, at once */

static int nr_sets = USED_SETS;

void storm_sem_sets(int n)
{
	if (n < USED_SETS || n > SETS_MAX)
		die("%d sets", n);
	nr_sets = n;
}

/* A set gone, a signal, a full table: all of it belongs to the storm. */
static void operate(struct storm *s, int id, struct sembuf *sops, unsigned int n)
{
	static const struct timespec patience = { .tv_nsec = 2000000 };

	if (!semtimedop(id, sops, n, &patience))
		storm_count(s, STORM_OPERATED);
	else if (errno == EAGAIN)
		storm_count(s, STORM_BLOCKED);
	else if (errno == EIDRM)
		storm_count(s, STORM_WOKEN);
}

void storm_semop(struct storm *s, int id, unsigned int *seed)
{
	unsigned int i, n = rand_r(seed) % 3 ? 1 : 1 + rand_r(seed) % 4;
	struct sembuf sops[4];

	for (i = 0; i < n; i++)
		sops[i] = (struct sembuf){ rand_r(seed) % 3, rand_r(seed) % 5 - 2,
					   rand_r(seed) % 2 ? SEM_UNDO : 0 };
	operate(s, id, sops, n);
}

static void some_operations(struct storm *s, void *ctx, unsigned int *seed)
{
	const int *ids = ctx;
	int i, of, n = rand_r(seed) % 6;

	for (i = 0; i < n; i++) {
		of = rand_r(seed) % 8 ? USED_SETS : nr_sets;
		storm_semop(s, ids[rand_r(seed) % of], seed);
	}
}

static void remake(struct storm *s, int *ids, int i, unsigned int *seed)
{
	static const int sizes[] = { 3, 3, 4, 4, 5, 8, 8, 9, 40, 40, 300, 700 };
	int nsems;

	if (ids[i] >= 0 && !semctl(ids[i], 0, IPC_RMID))
		storm_count(s, STORM_REMOVED);
	nsems = i < USED_SETS ? sizes[rand_r(seed) % 12] : 1 + rand_r(seed) % 3;
	ids[i] = semget(IPC_PRIVATE, nsems, storm_mode(s));
	if (ids[i] >= 0)
		storm_count(s, STORM_MADE);
}

static void churn(struct storm *s, int *ids, unsigned int *seed)
{
	int i;

	for (i = 0; i < CHURNED && nr_sets > USED_SETS; i++)
		remake(s, ids, USED_SETS + rand_r(seed) % (nr_sets - USED_SETS), seed);
}

/* Owner, one value, or all of them: SETVAL and SETALL also undo all adjustments. */
static void change(struct storm *s, int id, unsigned int *seed)
{
	unsigned short values[700];
	struct semid_ds ds;
	int ret;

	switch (rand_r(seed) % 3) {
	case 0:
		memset(&ds, 0, sizeof(ds));
		ds.sem_perm.mode = storm_mode(s);
		ds.sem_perm.uid = rand_r(seed) % 3;
		ret = semctl(id, 0, IPC_SET, &ds);
		break;
	case 1:
		ret = semctl(id, rand_r(seed) % 3, SETVAL, rand_r(seed) % 4);
		break;
	default:
		memset(values, 0, sizeof(values));
		ret = semctl(id, 0, SETALL, values);
	}
	if (!ret)
		storm_count(s, STORM_CHANGED);
}

void storm_sem(struct storm *s, unsigned int seed)
{
	int ids[SETS_MAX], i;

	memset(ids, 0xff, sizeof(ids));
	for (i = 0; i < nr_sets; i++)
		remake(s, ids, i, &seed);
	while (!storm_is_over(s)) {
		i = rand_r(&seed) % USED_SETS;
		switch (rand_r(&seed) % 8) {
		case 0:
		case 1:
			remake(s, ids, i, &seed);
			break;
		case 2:
			change(s, ids[i], &seed);
			break;
		case 3:
			/* Exits with its adjustments, or is killed before. */
			storm_fork(s, &seed, some_operations, ids);
			break;
		default:
			some_operations(s, ids, &seed);
		}
		churn(s, ids, &seed);
		storm_reap(s);
	}
	for (i = 0; i < nr_sets; i++)
		semctl(ids[i], 0, IPC_RMID);
}
