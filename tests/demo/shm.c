// SPDX-License-Identifier: GPL-2.0
/*
 *   prices       "catalogue" writes them, "webshop" reads them
 *   thumbnails   "thumbnailer" made them, wrote them and is gone
 *   sessions     "sessiond" has removed them and still has them attached
 */
#define _GNU_SOURCE
#include "scene.h"

#include <err.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#define PRICES_KEY 0x00009c1e
#define THUMBNAILS_KEY 0x0007a3b1
#define PRICES_SIZE (256 << 10)
#define THUMBNAILS_SIZE (4 << 20)
#define SESSIONS_SIZE (64 << 10)

int prices = -1, thumbnails = -1, sessions = -1;

void remove_segments(void)
{
	const int ids[] = { prices, thumbnails, sessions };

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (ids[i] >= 0)
			shmctl(ids[i], IPC_RMID, NULL);
}

static unsigned long attached(int id)
{
	struct shmid_ds ds;

	if (shmctl(id, IPC_STAT, &ds))
		err(1, "shmctl IPC_STAT");
	return ds.shm_nattch;
}

/* In a child. */
static void *attach(int id, int flags)
{
	void *p = shmat(id, NULL, flags);

	if (p == (void *)-1)
		_exit(1);
	return p;
}

void attach_prices(int flags)
{
	attach(prices, flags);
}

static int make_segment(key_t key, size_t size)
{
	int id = shmget(key, size, IPC_CREAT | 0640);

	if (id < 0)
		err(1, "shmget 0x%08x", key);
	return id;
}

static void start_catalogue(void)
{
	pid_t pid;

	prices = make_segment(PRICES_KEY, PRICES_SIZE);
	if (child("catalogue", "catalogue --update", &pid)) {
		memset(attach(prices, 0), 1, PRICES_SIZE);
		stay();
	}
	AWAIT(attached(prices) == 1);
}

static void leave_thumbnails(void)
{
	void *p;
	pid_t pid;

	if (child("thumbnailer", "thumbnailer", &pid)) {
		p = attach(make_segment(THUMBNAILS_KEY, THUMBNAILS_SIZE), 0);
		memset(p, 1, THUMBNAILS_SIZE);
		_exit(shmdt(p));
	}
	waitpid(pid, NULL, 0);
	thumbnails = shmget(THUMBNAILS_KEY, 0, 0);
	if (thumbnails < 0)
		err(1, "shmget 0x%08x", THUMBNAILS_KEY);
}

static void start_sessions(void)
{
	pid_t pid;

	sessions = make_segment(IPC_PRIVATE, SESSIONS_SIZE);
	if (child("sessiond", "sessiond", &pid)) {
		memset(attach(sessions, 0), 1, SESSIONS_SIZE);
		stay();
	}
	AWAIT(attached(sessions) == 1);
	if (shmctl(sessions, IPC_RMID, NULL))
		err(1, "shmctl IPC_RMID");
}

void fill_shelves(void)
{
	start_catalogue();
	leave_thumbnails();
	start_sessions();
}
