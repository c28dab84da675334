// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "healthy.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

#define WORKERS 100
#define PLACES 4 /* semaphores of the pool, ... */
#define FREE 8	 /* ... each of which so many may have at a time */
#define CONSUMERS 3
#define CLIENTS 4

struct letter {
	long type;
	long from;
};

static void count(unsigned long *what)
{
	__atomic_add_fetch(what, 1, __ATOMIC_RELAXED);
}

static void nap(unsigned int us)
{
	usleep(us);
}

static void operate(int set, struct sembuf *sops, size_t nr)
{
	while (semop(set, sops, nr))
		if (errno != EINTR)
			_exit(1);
}

/* Two of the pool, the lower one first, or both at once, as complex operations are. */
static void work(const struct healthy *h, unsigned int seed)
{
	for (;;) {
		unsigned short a = rand_r(&seed) % (PLACES - 1);
		unsigned short b = a + 1 + rand_r(&seed) % (PLACES - 1 - a);
		struct sembuf both[] = { { a, -1, SEM_UNDO }, { b, -1, SEM_UNDO } };
		struct sembuf back[] = { { a, 1, SEM_UNDO }, { b, 1, SEM_UNDO } };

		if (rand_r(&seed) % 2) {
			operate(h->pool, both, 2);
		} else {
			operate(h->pool, &both[0], 1);
			operate(h->pool, &both[1], 1);
		}
		nap(rand_r(&seed) % 2000);
		operate(h->pool, back, 2);
		count(&h->counts->taken);
		nap(rand_r(&seed) % 20000);
	}
}

/* Its children post and exit, none of them with SEM_UNDO. */
static void produce(const struct healthy *h, unsigned int seed)
{
	for (;;) {
		pid_t child = fork();

		if (!child) {
			operate(h->posts, &(struct sembuf){ 0, 1, 0 }, 1);
			_exit(0);
		}
		waitpid(child, NULL, 0);
		count(&h->counts->produced);
		nap(500000 + rand_r(&seed) % 1000000);
	}
}

static void consume(const struct healthy *h, unsigned int seed)
{
	(void)seed;
	for (;;)
		operate(h->posts, &(struct sembuf){ 0, -1, 0 }, 1);
}

/* Requests are of type 1, answers of the number of who asked. */
static void serve(const struct healthy *h, unsigned int seed)
{
	struct letter letter;

	(void)seed;
	for (;;) {
		if (msgrcv(h->requests, &letter, sizeof(long), 1, 0) < 0)
			_exit(1);
		letter.type = letter.from;
		if (msgsnd(h->requests, &letter, sizeof(long), 0))
			_exit(1);
	}
}

static void ask(const struct healthy *h, unsigned int seed)
{
	struct letter letter;

	for (;;) {
		letter = (struct letter){ 1, getpid() };
		if (msgsnd(h->requests, &letter, sizeof(long), 0) ||
		    msgrcv(h->requests, &letter, sizeof(long), getpid(), 0) < 0)
			_exit(1);
		count(&h->counts->answered);
		nap(rand_r(&seed) % 50000);
	}
}

static void start(const struct healthy *h, unsigned int nr,
		  void (*run)(const struct healthy *h, unsigned int seed))
{
	for (unsigned int i = 0; i < nr; i++) {
		pid_t child = fork();

		if (child < 0)
			die("fork: %s", strerror(errno));
		if (child)
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run(h, i + 1);
	}
}

void healthy_begin(struct healthy *h)
{
	h->counts = mmap(NULL, sizeof(*h->counts), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	h->pool = semget(IPC_PRIVATE, PLACES, 0600);
	h->posts = semget(IPC_PRIVATE, 1, 0600);
	h->requests = msgget(IPC_PRIVATE, 0600);
	if (h->counts == MAP_FAILED || h->pool < 0 || h->posts < 0 || h->requests < 0)
		die("healthy load: %s", strerror(errno));
	for (int i = 0; i < PLACES; i++)
		if (semctl(h->pool, i, SETVAL, FREE))
			die("SETVAL: %s", strerror(errno));
	h->pid = fork();
	if (h->pid)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	start(h, WORKERS, work);
	start(h, CONSUMERS, consume);
	start(h, 1, produce);
	start(h, 1, serve);
	start(h, CLIENTS, ask);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	_exit(1);
}

bool healthy_end(struct healthy *h)
{
	bool alive = !waitpid(h->pid, NULL, WNOHANG);

	kill(h->pid, SIGKILL);
	fprintf(stderr, "# healthy: %lu taken, %lu produced, %lu answered\n", h->counts->taken,
		h->counts->produced, h->counts->answered);
	return (alive && h->counts->taken && h->counts->produced && h->counts->answered) ||
	       complain("the healthy load did not last, or a part has done nothing");
}
