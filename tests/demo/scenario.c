// SPDX-License-Identifier: GPL-2.0
/*
 * A shop whose processes block on semaphores, for people to look at.
 *
 * Makes two semaphore sets and, once every task is blocked, prints their ids on one line. Then
 * waits for SIGTERM or SIGINT and removes everything.
 *
 *   set 1, semaphore 0   "backup" holds it with SEM_UNDO; "webshop" waits for it, and so does a
 *                        thread "mail-worker" of "mailer" which is not the main thread
 *          1 and 2       "billing" wants both in one operation; 1 is free, 2 is not
 *          3             "shutdown" waits until it is zero
 *   set 2, semaphore 0   "importer" took it without SEM_UNDO and was killed; "reporter" waits
 */
#define _GNU_SOURCE
#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SHOP_KEY 0x0005408e
#define IMPORT_KEY 0x00014907
#define DEADLINE_S 30

enum { DATABASE, PRINTER, LEDGER, REQUESTS, SHOP_NSEMS };

union semun {
	int val;
	unsigned short *array;
};

static int shop = -1, import = -1;

static void clean_up(void)
{
	if (shop >= 0)
		semctl(shop, 0, IPC_RMID);
	if (import >= 0)
		semctl(import, 0, IPC_RMID);
}

static int make_set(key_t key, int nsems, unsigned short *values)
{
	int id = semget(key, nsems, IPC_CREAT | IPC_EXCL | 0660);

	if (id < 0)
		err(1, "semget 0x%08x", key);
	if (semctl(id, 0, SETALL, (union semun){ .array = values }))
		err(1, "semctl SETALL");
	return id;
}

/* Forks a child of that name, which dies with its parent; true in the child. */
static bool child(const char *name, pid_t *pid)
{
	*pid = fork();
	if (*pid < 0)
		err(1, "fork");
	if (*pid)
		return false;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, name);
	return true;
}

/* Waits until semctl command cmd yields value; the kernel gives no event for that. */
static void wait_for(int id, int semnum, int cmd, int value)
{
	const struct timespec ms = { .tv_nsec = 1000000 };
	time_t end = time(NULL) + DEADLINE_S;

	while (semctl(id, semnum, cmd) != value) {
		if (time(NULL) > end)
			errx(1, "semaphore %d: the expected state did not come", semnum);
		nanosleep(&ms, NULL);
	}
}

/* Carries out ops in a child that then stays as it is. */
static pid_t operate(const char *name, int id, struct sembuf *ops, size_t nsops)
{
	pid_t pid;

	if (!child(name, &pid))
		return pid;
	if (semop(id, ops, nsops))
		_exit(1);
	for (;;)
		pause();
}

static void *worker(void *unused)
{
	struct sembuf take = { DATABASE, -1, 0 };

	(void)unused;
	prctl(PR_SET_NAME, "mail-worker");
	semop(shop, &take, 1);
	return NULL;
}

static void start_mailer(void)
{
	pthread_t thread;
	pid_t pid;

	if (!child("mailer", &pid))
		return;
	if (pthread_create(&thread, NULL, worker, NULL))
		_exit(1);
	for (;;)
		pause();
}

static void open_shop(void)
{
	unsigned short values[SHOP_NSEMS] = { 1, 1, 0, 2 };
	struct sembuf hold = { DATABASE, -1, SEM_UNDO };
	struct sembuf both[] = { { PRINTER, -1, SEM_UNDO }, { LEDGER, -1, SEM_UNDO } };
	struct sembuf idle = { REQUESTS, 0, 0 };

	shop = make_set(SHOP_KEY, SHOP_NSEMS, values);
	operate("backup", shop, &hold, 1);
	wait_for(shop, DATABASE, GETVAL, 0);
	operate("webshop", shop, &hold, 1);
	wait_for(shop, DATABASE, GETNCNT, 1);
	start_mailer();
	wait_for(shop, DATABASE, GETNCNT, 2);
	operate("billing", shop, both, 2);
	wait_for(shop, LEDGER, GETNCNT, 1);
	operate("shutdown", shop, &idle, 1);
	wait_for(shop, REQUESTS, GETZCNT, 1);
}

static void lose_import(void)
{
	unsigned short one = 1;
	struct sembuf take = { 0, -1, 0 };
	pid_t importer;

	import = make_set(IMPORT_KEY, 1, &one);
	importer = operate("importer", import, &take, 1);
	wait_for(import, 0, GETVAL, 0);
	kill(importer, SIGKILL);
	waitpid(importer, NULL, 0);
	operate("reporter", import, &take, 1);
	wait_for(import, 0, GETNCNT, 1);
}

int main(void)
{
	sigset_t ends;
	int sig;

	atexit(clean_up);
	open_shop();
	lose_import();
	printf("%d %d\n", shop, import);
	fclose(stdout);

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	sigwait(&ends, &sig);
	return 0;
}
