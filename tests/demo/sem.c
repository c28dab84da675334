// SPDX-License-Identifier: GPL-2.0
/*
 *   shop, semaphore 0    "backup" holds it with SEM_UNDO; "webshop" waits for it, and so does a
 *                        thread "mail-worker" of "mailer" which is not the main thread
 *         1 and 2        billing, a "java", wants both in one operation; 1 is free, 2 is not
 *         3              "shutdown" waits until it is zero
 *   import, semaphore 0  "importer" took it without SEM_UNDO and was killed; a reporter, which is
 *                        a "python3", waits
 */
#define _GNU_SOURCE
#include "scene.h"

#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHOP_KEY 0x0005408e
#define IMPORT_KEY 0x00014907

enum { DATABASE, PRINTER, LEDGER, REQUESTS, SHOP_NSEMS };

union semun {
	int val;
	unsigned short *array;
};

int shop = -1, import = -1;
pid_t webshop;

void remove_sets(void)
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

/* In a child: carries out ops, then stays. */
static noreturn void operate(int id, struct sembuf *ops, size_t nsops)
{
	if (semop(id, ops, nsops))
		_exit(1);
	stay();
}

static void start_backup(struct sembuf *hold)
{
	pid_t pid;

	if (child("backup", "backup --all /srv", &pid))
		operate(shop, hold, 1);
	AWAIT(semctl(shop, DATABASE, GETVAL) == 0);
}

static void start_webshop(struct sembuf *hold)
{
	if (child("webshop", "webshop --port 8080", &webshop)) {
		attach_prices(SHM_RDONLY);
		write_mail();
		operate(shop, hold, 1);
	}
	AWAIT(semctl(shop, DATABASE, GETNCNT) == 1);
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

	if (child("mailer", "mailer --queue /mail", &pid)) {
		if (pthread_create(&thread, NULL, worker, NULL))
			_exit(1);
		stay();
	}
	AWAIT(semctl(shop, DATABASE, GETNCNT) == 2);
}

static void start_billing(void)
{
	struct sembuf both[] = { { PRINTER, -1, SEM_UNDO }, { LEDGER, -1, SEM_UNDO } };
	pid_t pid;

	if (child("billing", "java -jar billing.jar", &pid))
		operate(shop, both, 2);
	AWAIT(semctl(shop, LEDGER, GETNCNT) == 1);
}

static void start_shutdown(void)
{
	struct sembuf idle = { REQUESTS, 0, 0 };
	pid_t pid;

	if (child("shop-stop", "shutdown --wait", &pid))
		operate(shop, &idle, 1);
	AWAIT(semctl(shop, REQUESTS, GETZCNT) == 1);
}

void open_shop(void)
{
	unsigned short values[SHOP_NSEMS] = { 1, 1, 0, 2 };
	struct sembuf hold = { DATABASE, -1, SEM_UNDO };

	shop = make_set(SHOP_KEY, SHOP_NSEMS, values);
	start_backup(&hold);
	start_webshop(&hold);
	start_mailer();
	start_billing();
	start_shutdown();
}

void lose_import(void)
{
	unsigned short one = 1;
	struct sembuf take = { 0, -1, 0 };
	pid_t importer, reporter;

	import = make_set(IMPORT_KEY, 1, &one);
	if (child("import", "importer", &importer))
		operate(import, &take, 1);
	AWAIT(semctl(import, 0, GETVAL) == 0);
	kill(importer, SIGKILL);
	waitpid(importer, NULL, 0);
	if (child("reporter", "python3 reporter.py", &reporter))
		operate(import, &take, 1);
	AWAIT(semctl(import, 0, GETNCNT) == 1);
}
