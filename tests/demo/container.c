// SPDX-License-Identifier: GPL-2.0
/*
 * A container with an ipc namespace and a pid namespace of its own, in which a "checkpointer" waits
 * for a semaphore of its "database".
 */
#define _GNU_SOURCE
#include "scene.h"

#include <err.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <unistd.h>

#define KEY 0x0052e2c1

/* Named as Docker names those it starts. */
#define UNIT                                                                      \
	"docker-9f1c2ab4d7e35068b1f0c4e6a2d8937450be61c8fd12a7930e5b46c7d8a90f13" \
	".scope"

pid_t container;

/* The container's first process; writes to ready once all is as it should be. */
static noreturn void run_database(int ready)
{
	struct sembuf take = { 0, -1, 0 };
	pid_t pid;
	int id = semget(KEY, 1, IPC_CREAT | 0600);

	if (id < 0)
		err(1, "semget in the container");
	if (child_in(0, UNIT, "checkpointer", &pid))
		_exit(semop(id, &take, 1) != 0);
	AWAIT(semctl(id, 0, GETNCNT) == 1);
	if (write(ready, "", 1) != 1)
		_exit(1);
	stay();
}

void start_container(void)
{
	int ready[2];
	char byte;

	if (pipe(ready))
		err(1, "pipe");
	if (child_in(CLONE_NEWIPC | CLONE_NEWPID, UNIT, "database --data /db", &container)) {
		close(ready[0]);
		run_database(ready[1]);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		errx(1, "the container did not start");
	close(ready[0]);
}
