// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "storm_sem.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>

#define OWN_SETS 12

/* A set gone, a signal, a full table: all of it belongs to the storm. */
static void operate(struct storm *s, int id, struct sembuf *sops, unsigned int n)
{
	static const struct timespec patience = { .tv_nsec = 2000000 };

	if (!semtimedop(id, sops, n, &patience))
		storm_count(&s->operated);
	else if (errno == EAGAIN)
		storm_count(&s->blocked);
	else if (errno == EIDRM)
		storm_count(&s->woken);
}

static unsigned int random_sops(unsigned int *seed, struct sembuf sops[4])
{
	unsigned int i, n = rand_r(seed) % 3 ? 1 : 1 + rand_r(seed) % 4;

	for (i = 0; i < n; i++)
		sops[i] = (struct sembuf){ rand_r(seed) % 3, rand_r(seed) % 5 - 2,
					   rand_r(seed) % 2 ? SEM_UNDO : 0 };
	return n;
}

static void some_operations(struct storm *s, void *ctx, unsigned int *seed)
{
	struct sembuf sops[4];
	const int *ids = ctx;
	int i, n = rand_r(seed) % 6;

	for (i = 0; i < n; i++)
		operate(s, ids[rand_r(seed) % OWN_SETS], sops, random_sops(seed, sops));
}

static void remake(struct storm *s, int *id, unsigned int *seed)
{
	static const int sizes[] = { 3, 3, 4, 8, 40, 300, 700 };

	if (*id >= 0 && !semctl(*id, 0, IPC_RMID))
		storm_count(&s->removed);
	*id = semget(IPC_PRIVATE, sizes[rand_r(seed) % 7], 0600);
	if (*id >= 0)
		storm_count(&s->made);
}

void storm_sem(struct storm *s, unsigned int seed)
{
	int ids[OWN_SETS], i;

	memset(ids, 0xff, sizeof(ids));
	for (i = 0; i < OWN_SETS; i++)
		remake(s, &ids[i], &seed);
	while (!storm_is_over(s)) {
		switch (rand_r(&seed) % 4) {
		case 0:
			remake(s, &ids[rand_r(&seed) % OWN_SETS], &seed);
			break;
		case 1:
			/* Exits with its adjustments, or is killed before. */
			storm_fork(s, &seed, some_operations, ids);
			break;
		default:
			some_operations(s, ids, &seed);
		}
		storm_reap(s);
	}
	for (i = 0; i < OWN_SETS; i++)
		semctl(ids[i], 0, IPC_RMID);
}
