// SPDX-License-Identifier: GPL-2.0
/*
 *   stock   "packing" has the shelves and wants the ledger, "stocktake" the ledger and wants the
 *           shelves, both with SEM_UNDO; "forklift" waits for the shelves too
 */
#define _GNU_SOURCE
#include "scene.h"

#include <err.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <unistd.h>

#define STOCK_KEY 0x00057ccc

enum { SHELVES, LEDGER, STOCK_NSEMS };

int stock = -1;
pid_t packing;

void remove_stock(void)
{
	if (stock >= 0)
		semctl(stock, 0, IPC_RMID);
}

static void take(unsigned short sem)
{
	struct sembuf one = { sem, -1, SEM_UNDO };

	if (semop(stock, &one, 1))
		_exit(1);
}

/* Has the one semaphore when it comes back, and waits until the other process has its own. */
static void start(const char *unit, const char *args, pid_t *pid, unsigned short has,
		  unsigned short wants)
{
	if (child(unit, args, pid)) {
		take(has);
		AWAIT(!semctl(stock, wants, GETVAL));
		take(wants);
	}
	AWAIT(!semctl(stock, has, GETVAL));
}

void lock_stock(void)
{
	unsigned short values[STOCK_NSEMS] = { 1, 1 };
	pid_t stocktake, forklift;

	stock = semget(STOCK_KEY, STOCK_NSEMS, IPC_CREAT | IPC_EXCL | 0660);
	if (stock < 0 || semctl(stock, 0, SETALL, values))
		err(1, "semget or semctl");
	start("packing", "packing --belt 2", &packing, SHELVES, LEDGER);
	start("stocktake", "stocktake --all", &stocktake, LEDGER, SHELVES);
	AWAIT(semctl(stock, SHELVES, GETNCNT) == 1 && semctl(stock, LEDGER, GETNCNT) == 1);
	if (child("forklift", "forklift", &forklift))
		take(SHELVES);
	AWAIT(semctl(stock, SHELVES, GETNCNT) == 2);
}
