// SPDX-License-Identifier: GPL-2.0
/* Semaphore sets, with tasks that wait on them. */
#define _GNU_SOURCE
#include "record.h"

#include <err.h>
#include <sys/sem.h>
#include <unistd.h>

#define MAX_SEMS 9
#define MANY_SEMS 40 /* of some sets */
#define MAX_CHILDREN 40

union semun {
	int val;
	struct semid_ds *buf;
	struct seminfo *info;
};

static int nr_children;

static int count_waiters(int id, int nsems)
{
	int n = 0;

	for (int i = 0; i < nsems; i++)
		n += semctl(id, i, GETNCNT) + semctl(id, i, GETZCNT);
	return n;
}

/* A child that waits: for an increase of a semaphore that is 0, or for a zero of another. */
static void add_waiter(int id, int nsems)
{
	int semnum = below(nsems), before = count_waiters(id, nsems);
	struct sembuf op = { .sem_num = semnum };
	pid_t child;

	if (nr_children == MAX_CHILDREN)
		return;
	op.sem_op = semctl(id, semnum, GETVAL) ? 0 : -1;
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (!child) {
		semop(id, &op, 1);
		_exit(0);
	}
	nr_children++;
	while (count_waiters(id, nsems) == before)
		usleep(1000);
}

static void operate(int id, int semnum)
{
	struct sembuf op = { .sem_num = semnum, .sem_op = 1 + below(5) };

	if (semop(id, &op, 1))
		err(1, "semop");
}

static int make_set(int i)
{
	int nsems = 1 + below(below(4) ? MAX_SEMS : MANY_SEMS);
	int id = semget(some_key(i), nsems, IPC_CREAT | IPC_EXCL | 0600);
	struct semid_ds ds;

	if (id < 0)
		err(1, "semget");
	for (int n = 0; n < nsems; n++)
		if (below(2))
			run_somewhere(operate, id, n);
	for (int n = below(4); n; n--)
		add_waiter(id, nsems);
	if (semctl(id, 0, IPC_STAT, (union semun){ .buf = &ds }))
		err(1, "IPC_STAT");
	change_perm(&ds.sem_perm);
	if (semctl(id, 0, IPC_SET, (union semun){ .buf = &ds }))
		err(1, "IPC_SET");
	return id;
}

static void write_sems(FILE *f, int id, int nsems)
{
	for (int i = 0; i < nsems; i++) {
		fprintf(f, "\tsem semnum=%d semval=%d", i, semctl(id, i, GETVAL));
		write_pid(f, "sempid", semctl(id, i, GETPID));
		fprintf(f, " semncnt=%d semzcnt=%d\n", semctl(id, i, GETNCNT),
			semctl(id, i, GETZCNT));
	}
}

static void write_set(FILE *f, int id, const struct semid_ds *ds)
{
	fprintf(f, "set semid=%d", id);
	write_perm(f, &ds->sem_perm);
	fprintf(f, " nsems=%d otime=%ld ctime=%ld\n", (int)ds->sem_nsems, (long)ds->sem_otime,
		(long)ds->sem_ctime);
}

static int write_sets(FILE *all, FILE *list, FILE *ids)
{
	struct seminfo info;
	int slots = semctl(0, 0, SEM_INFO, (union semun){ .info = &info }), nr = 0;

	for (int i = 0; i <= slots; i++) {
		struct semid_ds ds;
		int id = semctl(i, 0, SEM_STAT, (union semun){ .buf = &ds });

		if (id < 0)
			continue;
		nr++;
		write_set(all, id, &ds);
		write_sems(all, id, ds.sem_nsems);
		write_set(list, id, &ds);
		fprintf(ids, "%d\n", id);
	}
	return nr;
}

static void remove_set(int id)
{
	semctl(id, 0, IPC_RMID);
}

const struct recorded recorded_sem = {
	.table = "sem",
	.letter = 's',
	.make = make_set,
	.write = write_sets,
	.remove = remove_set,
};
