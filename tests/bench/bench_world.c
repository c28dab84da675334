// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "bench/bench_world.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"
#include "crowd.h"

#define CHILDREN_MAX 8192
#define SETS_MAX 32768

static pid_t children[CHILDREN_MAX];
static unsigned int nr_children;
static pid_t crowd;
static int sets[SETS_MAX];

static void must(bool ok, const char *what)
{
	if (!ok)
		die("%s: %s", what, strerror(errno));
}

static void raise_limits(void)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY }, files = { 4096, 4096 };

	must(!setrlimit(RLIMIT_MSGQUEUE, &all) && !setrlimit(RLIMIT_NOFILE, &files), "setrlimit");
	must(!put_file("/proc/sys/kernel/sem", "32000 1024000000 500 32768"), "sem");
	must(!put_file("/proc/sys/kernel/shmmni", "32768"), "shmmni");
	must(!put_file("/proc/sys/kernel/msgmni", "32768"), "msgmni");
	must(!put_file("/proc/sys/kernel/threads-max", "60000"), "threads-max");
	must(!put_file("/proc/sys/kernel/pid_max", "100000"), "pid_max");
}

/* A process that has done what it is to do and sleeps. */
static void make_child(void (*prepare)(struct world *w, unsigned int i), struct world *w,
		       unsigned int i)
{
	int ready[2];
	char byte;
	pid_t pid;

	must(nr_children < CHILDREN_MAX && !pipe2(ready, O_CLOEXEC), "pipe");
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prepare(w, i);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		close(ready[0]);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	must(pid > 0 && read(ready[0], &byte, 1) == 1, "child");
	close(ready[0]);
	children[nr_children++] = pid;
}

static void make_nothing(struct world *w)
{
	(void)w;
}

static void wait_in_a_set(void *ctx, unsigned int i)
{
	const struct world *w = ctx;
	struct sembuf op = { 0, -1, 0 };

	semop(sets[i % w->nr[0]], &op, 1);
}

static void make_sets(struct world *w)
{
	unsigned int i;

	for (i = 0; i < w->nr[0]; i++) {
		w->id = sets[i] = semget(IPC_PRIVATE, 1, 0600);
		must(w->id >= 0, "semget");
	}
	if (w->nr[1])
		crowd = crowd_begin(w->nr[1], wait_in_a_set, w);
}

/* Whoever waits there waits for much more. */
static void raise_with_undo(struct world *w, unsigned int i)
{
	struct sembuf op = { i % w->nr[0], 1, SEM_UNDO };

	if (semop(w->id, &op, 1))
		_exit(1);
}

static void wait_simply(void *ctx, unsigned int i)
{
	const struct world *w = ctx;
	struct sembuf op = { i % w->nr[0], -1000, 0 };

	semop(w->id, &op, 1);
}

static void wait_for_two(void *ctx, unsigned int i)
{
	const struct world *w = ctx;
	struct sembuf ops[2] = { { i % w->nr[0], -1000, 0 }, { (i + 1) % w->nr[0], -1000, 0 } };

	semop(w->id, ops, 2);
}

static void make_sems(struct world *w)
{
	unsigned int i;

	w->id = semget(IPC_PRIVATE, w->nr[0], 0600);
	must(w->id >= 0, "semget");
	for (i = 0; i < w->nr[2]; i++)
		make_child(raise_with_undo, w, i);
	if (w->nr[1])
		crowd = crowd_begin(w->nr[1], wait_simply, w);
}

static void make_mixed(struct world *w)
{
	struct sembuf op = { .sem_flg = 0 };
	unsigned int i;

	make_sems(w);
	for (i = 0; i < w->nr[0]; i++) {
		op.sem_num = i;
		op.sem_op = 1 + i * 7 % 500;
		must(!semop(w->id, &op, 1), "semop");
	}
}

static void make_complex(struct world *w)
{
	w->id = semget(IPC_PRIVATE, w->nr[0], 0600);
	must(w->id >= 0, "semget");
	crowd = crowd_begin(w->nr[1], wait_for_two, w);
}

static void make_segments(struct world *w)
{
	unsigned int i;

	for (i = 0; i < w->nr[0]; i++) {
		w->id = shmget(IPC_PRIVATE, 4096, 0600);
		must(w->id >= 0, "shmget");
	}
}

static void make_queues(struct world *w)
{
	unsigned int i;

	for (i = 0; i < w->nr[0]; i++) {
		w->id = msgget(IPC_PRIVATE, 0600);
		must(w->id >= 0, "msgget");
	}
}

static void make_mqueues(struct world *w)
{
	struct mq_attr attr = { .mq_maxmsg = 1, .mq_msgsize = 1 };
	unsigned int i;
	char name[32];
	mqd_t q;

	for (i = 0; i < w->nr[0]; i++) {
		snprintf(name, sizeof(name), "/bench-%u", i);
		q = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attr);
		must(q >= 0, "mq_open");
		mq_close(q);
	}
}

static void attach(struct world *w, unsigned int i)
{
	if (i < w->nr[1] && shmat(w->id, NULL, 0) == (void *)-1)
		_exit(1);
}

static void make_attached(struct world *w)
{
	unsigned int i;

	w->id = shmget(IPC_PRIVATE, 4096, 0600);
	must(w->id >= 0, "shmget");
	for (i = 0; i < w->nr[0]; i++)
		make_child(attach, w, i);
}

/* A descriptor of each keeps it. */
static void make_spaces(struct world *w)
{
	struct world each = { .nr = { w->nr[1] } };
	unsigned int i;

	for (i = 0; i < w->nr[0]; i++) {
		must(!unshare(CLONE_NEWIPC), "unshare");
		must(open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC) >= 0, "/proc/self/ns/ipc");
		must(!put_file("/proc/sys/kernel/sem", "32000 1024000000 500 32768"), "sem");
		make_sets(&each);
	}
	w->id = each.id;
}

static const struct {
	const char *kind;
	void (*make)(struct world *w);
} makers[] = {
	{ "none", make_nothing },    { "sets", make_sets },	    { "sems", make_sems },
	{ "complex", make_complex }, { "segments", make_segments }, { "queues", make_queues },
	{ "mixed", make_mixed },     { "mqueues", make_mqueues },   { "attach", make_attached },
	{ "spaces", make_spaces },
};

#define NR_MAKERS (sizeof(makers) / sizeof(makers[0]))

static void parse_one(struct world *w, const char *kind, char *numbers)
{
	unsigned int i;

	*w = (struct world){ .id = -1 };
	snprintf(w->kind, sizeof(w->kind), "%s", kind);
	for (i = 0; i < 3 && numbers; i++)
		w->nr[i] = strtoul(strsep(&numbers, "/"), NULL, 10);
}

unsigned int world_parse(const char *text, struct world worlds[2])
{
	char copy[128], *rest = copy, *kind, *second;

	snprintf(copy, sizeof(copy), "%s", text);
	kind = strsep(&rest, " ");
	second = rest ? strstr(rest, "..") : NULL;
	if (second) {
		*second = 0;
		parse_one(&worlds[1], kind, second + 2);
	}
	parse_one(&worlds[0], kind, rest);
	return second ? 2 : 1;
}

void world_make(struct world *w)
{
	unsigned int i;

	must(!unshare(CLONE_NEWIPC), "unshare");
	raise_limits();
	for (i = 0; i < NR_MAKERS; i++)
		if (!strcmp(makers[i].kind, w->kind)) {
			makers[i].make(w);
			return;
		}
	die("there is no world '%s'", w->kind);
}

void world_end(void)
{
	if (crowd)
		crowd_end(crowd);
	while (nr_children) {
		kill(children[--nr_children], SIGKILL);
		waitpid(children[nr_children], NULL, 0);
	}
}

void world_expand(const struct world *w, const char *text, char *to, size_t size)
{
	const char *at = strstr(text, "{id}");

	if (at)
		snprintf(to, size, "%.*s%d%s", (int)(at - text), text, w->id, at + 4);
	else
		snprintf(to, size, "%s", text);
}
