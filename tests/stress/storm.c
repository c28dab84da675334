// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/storm.h"
#include "common.h"
#include "stress/stable.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define STORM_WORD(event, word) word,
static const char *const words[] = { STORM_EVENTS(STORM_WORD) };

static bool apart; /* this process has left the place */

void storm_count(struct storm *s, enum storm_event event)
{
	__atomic_fetch_add(&s->count[event], 1, __ATOMIC_RELAXED);
}

bool storm_is_over(const struct storm *s)
{
	return __atomic_load_n(&s->stop, __ATOMIC_RELAXED);
}

void storm_apart(struct storm *s)
{
	apart = true;
	storm_count(s, STORM_SPACES);
}

int storm_mode(const struct storm *s)
{
	return 0600 | (s->place && !apart ? s->place->mark : 0);
}

void storm_fork(struct storm *s, unsigned int *seed,
		void (*work)(struct storm *s, void *ctx, unsigned int *seed), void *ctx)
{
	unsigned int own = rand_r(seed);
	bool killed = rand_r(seed) % 4 == 0;
	pid_t pid = fork();
	char name[16];

	if (pid < 0)
		return;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		*seed = own;
		memset(name, 1 + rand_r(seed) % 255, 15);
		name[15] = 0;
		prctl(PR_SET_NAME, name);
		work(s, ctx, seed);
		_exit(0);
	}
	storm_count(s, STORM_FORKED);
	if (killed)
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
		storm_count(s, STORM_EXITED);
}

/* Orphans of the storm are the stormer's to collect. */
static void run_stormer(struct storm *s, unsigned int seed, storm_rage rage)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	umask(0);
	if (s->place)
		stable_enter(s->place);
	rage(s, seed);
}

struct storm *storm_begin(int n, uint64_t seed, storm_rage rage, const struct stable *place)
{
	struct storm *s =
		mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED || n > STORMERS_MAX)
		die("no storm");
	s->place = place;
	for (s->nr = 0; s->nr < (unsigned int)n; s->nr++) {
		pid_t pid = fork();

		if (!pid) {
			run_stormer(s, seed + s->nr, rage);
			_exit(0);
		}
		s->stormer[s->nr] = pid;
	}
	return s;
}

void storm_end(struct storm *s)
{
	unsigned int i;
	int status;

	__atomic_store_n(&s->stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < s->nr; i++)
		if (waitpid(s->stormer[i], &status, 0) != s->stormer[i] || status)
			die("a stormer ended with %x", status);
}

bool storm_reached(const struct storm *s, const struct storm_least *least)
{
	while (least->times &&
	       __atomic_load_n(&s->count[least->event], __ATOMIC_RELAXED) >= least->times)
		least++;
	return !least->times;
}

bool storm_did(const struct storm *s, const char *name, const struct storm_least *least)
{
	char line[512] = "";
	bool ok = true;
	size_t n = 0;
	int i;

	for (i = 0; i < STORM_EVENTS_NR; i++)
		if (s->count[i])
			n += snprintf(line + n, sizeof(line) - n, ", %" PRIu64 " %s", s->count[i],
				      words[i]);
	fprintf(stderr, "# %s: %s\n", name, n ? line + 2 : "nothing");
	for (; least->times; least++)
		if (s->count[least->event] < least->times)
			ok = complain("%s: %s less than %" PRIu64 " times", name,
				      words[least->event], least->times);
	return ok;
}
