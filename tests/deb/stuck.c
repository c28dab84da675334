// SPDX-License-Identifier: GPL-2.0
/*
 * stuck FILE: processes as in the first example of README.md, each with a command name of its own:
 * packing and stocktake each have the semaphore that the other one waits for; reader waits for one
 * that a process took which has exited. Writes to FILE, a line each, "NAME PID" of those who wait
 * and "abandoned ID" of that set, once they all wait. Ends when FILE is gone.
 */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

static int set_of(int nsems)
{
	int id = semget(IPC_PRIVATE, nsems, 0600);

	if (id < 0)
		err(1, "semget");
	for (int i = 0; i < nsems; i++)
		if (semctl(id, i, SETVAL, 1))
			err(1, "SETVAL");
	return id;
}

/* Exits when the set is removed. */
static void take(int id, int semnum, int flags)
{
	struct sembuf op = { semnum, -1, flags };

	if (semop(id, &op, 1))
		_exit(1);
}

static pid_t run(const char *name)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		prctl(PR_SET_NAME, name);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	}
	return pid;
}

/* Takes one, and when the other one is taken as well, waits for that. */
static pid_t run_crossed(const char *name, int id, int own)
{
	pid_t pid = run(name);

	if (pid)
		return pid;
	take(id, own, SEM_UNDO);
	while (semctl(id, !own, GETVAL))
		usleep(10000);
	take(id, !own, SEM_UNDO);
	_exit(1);
}

int main(int argc, char **argv)
{
	int crossed = set_of(2), abandoned = set_of(1);
	pid_t packing, stocktake, reader, writer;
	FILE *f;

	if (argc != 2)
		errx(1, "usage: stuck FILE");
	packing = run_crossed("packing", crossed, 0);
	stocktake = run_crossed("stocktake", crossed, 1);
	writer = run("writer");
	if (!writer) {
		take(abandoned, 0, 0);
		_exit(0);
	}
	waitpid(writer, NULL, 0);
	reader = run("reader");
	if (!reader) {
		take(abandoned, 0, 0);
		_exit(1);
	}
	while (semctl(crossed, 0, GETNCNT) + semctl(crossed, 1, GETNCNT) < 2 ||
	       !semctl(abandoned, 0, GETNCNT))
		usleep(10000);
	f = fopen(argv[1], "w");
	if (!f)
		err(1, "%s", argv[1]);
	fprintf(f, "packing %d\nstocktake %d\nreader %d\nabandoned %d\n", packing, stocktake,
		reader, abandoned);
	fclose(f);
	while (!access(argv[1], F_OK))
		usleep(100000);
	semctl(crossed, 0, IPC_RMID);
	semctl(abandoned, 0, IPC_RMID);
	return 0;
}
