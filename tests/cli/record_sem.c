// SPDX-License-Identifier: GPL-2.0
/*
 * record_sem FOLDER SEED COMMAND...: makes random semaphore sets, with tasks that wait on them,
 * writes what semctl(2) says of them to FOLDER as the text ABI (sem, list/sem, and ids, an id a
 * line), and runs COMMAND. Its exit status is COMMAND's. Start it in an ipc namespace of its own.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_SETS 12
#define MAX_SEMS 9
#define MAX_CHILDREN 40

union semun {
	int val;
	struct semid_ds *buf;
	struct seminfo *info;
};

static pid_t children[MAX_CHILDREN];
static int nr_children;
static unsigned int owners[] = { 0, 1, 1000, 65534, 4001000, 4294967294 };

static int below(int n)
{
	return random() % n;
}

static unsigned int some_owner(void)
{
	return owners[below(sizeof(owners) / sizeof(owners[0]))];
}

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
	children[nr_children++] = child;
	while (count_waiters(id, nsems) == before)
		usleep(1000);
}

/* The last operation on a semaphore is often that of a process that has exited. */
static void operate(int id, int semnum)
{
	struct sembuf op = { .sem_num = semnum, .sem_op = 1 + below(5) };
	pid_t child = below(2) ? fork() : -1;

	if (child > 0) {
		waitpid(child, NULL, 0);
		return;
	}
	if (semop(id, &op, 1))
		err(1, "semop");
	if (!child)
		_exit(0);
}

static int make_set(int i)
{
	int nsems = 1 + below(MAX_SEMS);
	int id = semget(below(2) ? IPC_PRIVATE : 0x7fffff00 * below(2) + 256 * (i + 1), nsems,
			IPC_CREAT | IPC_EXCL | 0600);
	struct semid_ds ds;

	if (id < 0)
		err(1, "semget");
	for (int n = 0; n < nsems; n++)
		if (below(2))
			operate(id, n);
	for (int n = below(4); n; n--)
		add_waiter(id, nsems);
	if (semctl(id, 0, IPC_STAT, (union semun){ .buf = &ds }))
		err(1, "IPC_STAT");
	ds.sem_perm.uid = some_owner();
	ds.sem_perm.gid = some_owner();
	ds.sem_perm.mode = below(01000);
	if (semctl(id, 0, IPC_SET, (union semun){ .buf = &ds }))
		err(1, "IPC_SET");
	return id;
}

static FILE *open_table(const char *folder, const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	if (!f)
		err(1, "%s", path);
	return f;
}

static void begin_table(FILE *f, const char *name)
{
	fprintf(f, "ipcdbg 1 %s\nnamespace inum=1\n", name);
}

static void write_set(FILE *f, int id, const struct semid_ds *ds)
{
	const struct ipc_perm *p = &ds->sem_perm;

	fprintf(f, "set semid=%d key=0x%08x mode=0%03o uid=%u gid=%u cuid=%u cgid=%u nsems=%d ", id,
		(unsigned int)p->__key, p->mode, p->uid, p->gid, p->cuid, p->cgid,
		(int)ds->sem_nsems);
	fprintf(f, "otime=%ld ctime=%ld\n", (long)ds->sem_otime, (long)ds->sem_ctime);
}

static void write_sems(FILE *f, int id, int nsems)
{
	for (int i = 0; i < nsems; i++)
		fprintf(f, "\tsem semnum=%d semval=%d sempid=%d semncnt=%d semzcnt=%d\n", i,
			semctl(id, i, GETVAL), semctl(id, i, GETPID), semctl(id, i, GETNCNT),
			semctl(id, i, GETZCNT));
}

/* In the order of the kernel's slots, which is that of /proc/sysvipc/sem. */
static void record(const char *folder)
{
	FILE *all, *list, *ids;
	struct seminfo info;
	int slots = semctl(0, 0, SEM_INFO, (union semun){ .info = &info }), sets = 0;
	char path[4096];

	if (mkdir(folder, 0700) && errno != EEXIST)
		err(1, "%s", folder);
	snprintf(path, sizeof(path), "%s/list", folder);
	if (mkdir(path, 0700) && errno != EEXIST)
		err(1, "%s", path);
	all = open_table(folder, "sem");
	list = open_table(folder, "list/sem");
	ids = open_table(folder, "ids");
	begin_table(all, "sem");
	begin_table(list, "list/sem");
	for (int i = 0; i <= slots; i++) {
		struct semid_ds ds;
		int id = semctl(i, 0, SEM_STAT, (union semun){ .buf = &ds });

		if (id < 0)
			continue;
		sets++;
		write_set(all, id, &ds);
		write_sems(all, id, ds.sem_nsems);
		write_set(list, id, &ds);
		fprintf(ids, "%d\n", id);
	}
	fprintf(all, "end namespaces=1 objects=%d\n", sets);
	fprintf(list, "end namespaces=1 objects=%d\n", sets);
	if (fclose(all) | fclose(list) | fclose(ids))
		err(1, "%s", folder);
}

static int run(char **argv)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		err(1, "fork");
	if (!child) {
		execv(argv[0], argv);
		err(127, "%s", argv[0]);
	}
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	int ids[MAX_SETS], sets, status;

	if (argc < 4)
		errx(64, "usage: record_sem FOLDER SEED COMMAND...");
	srandom(strtoul(argv[2], NULL, 10));
	sets = below(MAX_SETS + 1);
	for (int i = 0; i < sets; i++)
		ids[i] = make_set(i);
	/* Ids of a higher generation, with gaps between the slots. */
	for (int i = 0; i < sets; i += 3) {
		semctl(ids[i], 0, IPC_RMID);
		ids[i] = make_set(MAX_SETS + i);
	}
	record(argv[1]);
	status = run(argv + 3);
	for (int i = 0; i < sets; i++)
		semctl(ids[i], 0, IPC_RMID);
	while (nr_children)
		waitpid(children[--nr_children], NULL, 0);
	return status;
}
