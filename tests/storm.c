// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "storm.h"
#include "common.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

#define OWN_SETS 12
#define STORMERS_MAX 8

static pid_t stormers[STORMERS_MAX];
static int nr_stormers;

static void count(uint64_t *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

/* A set gone, a signal, a full table: all of it belongs to the storm. */
static void operate(struct storm *s, int id, struct sembuf *sops, unsigned int n)
{
	static const struct timespec patience = { .tv_nsec = 2000000 };

	if (!semtimedop(id, sops, n, &patience))
		count(&s->operated);
	else if (errno == EAGAIN)
		count(&s->blocked);
	else if (errno == EIDRM)
		count(&s->woken);
}

static unsigned int random_sops(unsigned int *seed, struct sembuf sops[4])
{
	unsigned int i, n = rand_r(seed) % 3 ? 1 : 1 + rand_r(seed) % 4;

	for (i = 0; i < n; i++)
		sops[i] = (struct sembuf){ rand_r(seed) % 3, rand_r(seed) % 5 - 2,
					   rand_r(seed) % 2 ? SEM_UNDO : 0 };
	return n;
}

static void some_operations(struct storm *s, const int *ids, unsigned int *seed)
{
	struct sembuf sops[4];
	int i, n = rand_r(seed) % 6;

	for (i = 0; i < n; i++)
		operate(s, ids[rand_r(seed) % OWN_SETS], sops, random_sops(seed, sops));
}

/* Waits for what may come, the removal of the set or its end, and exits with its adjustments. */
static void have_child(struct storm *s, const int *ids, unsigned int *seed)
{
	pid_t pid = fork();
	char name[16];

	if (pid < 0)
		return;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		*seed ^= getpid() * 2654435761u;
		memset(name, 1 + rand_r(seed) % 255, 15);
		name[15] = 0;
		prctl(PR_SET_NAME, name);
		some_operations(s, ids, seed);
		_exit(0);
	}
	count(&s->forked);
	if (rand_r(seed) % 4 == 0)
		kill(pid, SIGKILL);
}

static void remake(struct storm *s, int *id, unsigned int *seed)
{
	static const int sizes[] = { 3, 3, 4, 8, 40, 300, 700 };

	if (*id >= 0 && !semctl(*id, 0, IPC_RMID))
		count(&s->removed);
	*id = semget(IPC_PRIVATE, sizes[rand_r(seed) % 7], 0600);
	if (*id >= 0)
		count(&s->made);
}

static void reap(struct storm *s)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		count(&s->exited);
}

static void rage(struct storm *s, unsigned int seed)
{
	int ids[OWN_SETS], i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	memset(ids, 0xff, sizeof(ids));
	for (i = 0; i < OWN_SETS; i++)
		remake(s, &ids[i], &seed);
	while (!__atomic_load_n(&s->stop, __ATOMIC_RELAXED)) {
		switch (rand_r(&seed) % 4) {
		case 0:
			remake(s, &ids[rand_r(&seed) % OWN_SETS], &seed);
			break;
		case 1:
			have_child(s, ids, &seed);
			break;
		default:
			some_operations(s, ids, &seed);
		}
		reap(s);
	}
	for (i = 0; i < OWN_SETS; i++)
		semctl(ids[i], 0, IPC_RMID);
	_exit(0);
}

struct storm *storm_begin(int n, uint64_t seed)
{
	struct storm *s =
		mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED || n > STORMERS_MAX)
		die("no storm");
	for (nr_stormers = 0; nr_stormers < n; nr_stormers++) {
		stormers[nr_stormers] = fork();
		if (!stormers[nr_stormers])
			rage(s, seed + nr_stormers);
	}
	return s;
}

static bool is_kept(int id, const int *keep, int nr_keep)
{
	while (nr_keep--)
		if (keep[nr_keep] == id)
			return true;
	return false;
}

void storm_end(struct storm *s, const int *keep, int nr_keep)
{
	struct semid_ds ds;
	int i, id, status;

	__atomic_store_n(&s->stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < nr_stormers; i++)
		if (waitpid(stormers[i], &status, 0) != stormers[i] || status)
			die("a stormer ended with %x", status);
	for (i = semctl(0, 0, SEM_INFO, &(struct seminfo){ 0 }); i >= 0; i--) {
		id = semctl(i, 0, SEM_STAT, &ds);
		if (id >= 0 && !is_kept(id, keep, nr_keep))
			semctl(id, 0, IPC_RMID);
	}
}
