// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "storm.h"
#include "common.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define STORMERS_MAX 8

static pid_t stormers[STORMERS_MAX];
static int nr_stormers;

void storm_count(uint64_t *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

bool storm_is_over(const struct storm *s)
{
	return __atomic_load_n(&s->stop, __ATOMIC_RELAXED);
}

void storm_fork(struct storm *s, unsigned int *seed,
		void (*work)(struct storm *s, void *ctx, unsigned int *seed), void *ctx)
{
	pid_t pid = fork();
	char name[16];

	if (pid < 0)
		return;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		*seed ^= getpid() * 2654435761u;
		memset(name, 1 + rand_r(seed) % 255, 15);
		name[15] = 0;
		prctl(PR_SET_NAME, name);
		work(s, ctx, seed);
		_exit(0);
	}
	storm_count(&s->forked);
	if (rand_r(seed) % 4 == 0)
		kill(pid, SIGKILL);
}

static void ring(int signal)
{
	(void)signal;
}

void storm_alarm(unsigned int ms)
{
	struct itimerval timer = { { 0, 1000 * ms }, { 0, 1000 * ms } };
	struct sigaction action = { .sa_handler = ring };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

void storm_reap(struct storm *s)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		storm_count(&s->exited);
}

struct storm *storm_begin(int n, uint64_t seed, void (*rage)(struct storm *s, unsigned int seed))
{
	struct storm *s =
		mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED || n > STORMERS_MAX)
		die("no storm");
	for (nr_stormers = 0; nr_stormers < n; nr_stormers++) {
		stormers[nr_stormers] = fork();
		if (!stormers[nr_stormers]) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			rage(s, seed + nr_stormers);
			_exit(0);
		}
	}
	return s;
}

void storm_end(struct storm *s)
{
	int i, status;

	__atomic_store_n(&s->stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < nr_stormers; i++)
		if (waitpid(stormers[i], &status, 0) != stormers[i] || status)
			die("a stormer ended with %x", status);
}
