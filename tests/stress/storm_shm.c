// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/storms.h"
#include "common.h"
#include "stress/stable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <signal.h>
#include <sys/shm.h>
#include <unistd.h>

#define OWN_SEGMENTS 150
#define ATTACHMENTS 100
#define PAGE 4096

static int wave = 20;

void storm_shm_wave(int n)
{
	wave = n;
}

/* With shm_rmid_forced they go with their last attachment. */
static void remake(struct storm *s, int *id, unsigned int *seed)
{
	struct shmid_ds ds;

	if (*id >= 0 && !shmctl(*id, IPC_STAT, &ds)) {
		if (rand_r(seed) % 8)
			return;
		if (!shmctl(*id, IPC_RMID, NULL))
			storm_count(s, STORM_REMOVED);
	}
	*id = shmget(IPC_PRIVATE, (1 + rand_r(seed) % 4) * PAGE, storm_mode(s));
	if (*id >= 0)
		storm_count(s, STORM_MADE);
}

static void remake_all(struct storm *s, int *ids, unsigned int *seed)
{
	int i;

	for (i = 0; i < OWN_SEGMENTS; i++)
		remake(s, &ids[i], seed);
}

static void use(char *start, unsigned int *seed)
{
	switch (rand_r(seed) % 8) {
	case 0:
		munmap(start, PAGE);
		break;
	case 1:
		mremap(start, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
		break;
	case 2:
		mprotect(start, PAGE, PROT_READ);
		break;
	case 3:
		shmdt(start);
		break;
	default:
		*start = 1;
	}
}

/* One of those that stay and may be attached, -1 if there is none at that place of the list. */
static int visit(const struct stable *place, unsigned int *seed)
{
	int i = rand_r(seed);

	if (!place || !place->nr_segments)
		return -1;
	i %= place->nr_segments;
	return place->segment[i].visited ? place->segment[i].id : -1;
}

static void attach_many(struct storm *s, const int *ids, unsigned int *seed)
{
	int i, id;
	char *start;

	for (i = 0; i < ATTACHMENTS; i++) {
		id = rand_r(seed) % 8 ? ids[rand_r(seed) % OWN_SEGMENTS] : visit(s->place, seed);
		start = shmat(id, NULL, 0);
		if (start == (void *)-1)
			continue;
		storm_count(s, STORM_OPERATED);
		use(start, seed);
	}
}

/* One of a wave: stays until the end of the pipe, and has a child that inherits all. */
static void ride(struct storm *s, const int *ids, unsigned int seed, const int *pipe_fd)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(pipe_fd[1]);
	attach_many(s, ids, &seed);
	if (rand_r(&seed) % 8 == 0 && fork() < 0)
		_exit(1);
	_exit(read(pipe_fd[0], &byte, 1) != 0);
}

static void ride_wave(struct storm *s, const int *ids, unsigned int *seed)
{
	struct timespec pause = { .tv_nsec = 20000000 };
	int pipe_fd[2], i;

	if (pipe(pipe_fd))
		die("pipe: %s", strerror(errno));
	for (i = 0; i < wave; i++) {
		pid_t pid = fork();

		if (!pid)
			ride(s, ids, *seed ^ i * 2654435761u, pipe_fd);
		if (pid > 0)
			storm_count(s, STORM_FORKED);
		rand_r(seed);
	}
	nanosleep(&pause, NULL);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
	storm_reap(s);
}

void storm_shm(struct storm *s, unsigned int seed)
{
	int ids[OWN_SEGMENTS], i;

	memset(ids, 0xff, sizeof(ids));
	while (!storm_is_over(s)) {
		remake_all(s, ids, &seed);
		ride_wave(s, ids, &seed);
		storm_reap(s);
	}
	for (i = 0; i < OWN_SEGMENTS; i++)
		shmctl(ids[i], IPC_RMID, NULL);
}
