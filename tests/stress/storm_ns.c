// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/storms.h"

#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"
#include "proc.h"
#include "stress/stable_check.h"
#include "stress/storm_read.h"

/* Each key has the number of its namespace, but for that one's highest bits, up here. */
#define MARK_SHIFT 2

/* Whatever fails here, as it is killed or runs into limits, is no matter. */

void storm_ns_name(char name[32], unsigned int nr)
{
	snprintf(name, 32, "%x\n%u", proc_ns(getpid(), getpid(), "ipc"), nr);
}

static void make_marked(struct storm *s, unsigned int *seed)
{
	unsigned int i, nr = rand_r(seed) % (1 << MARK_SHIFT);
	unsigned int mark = proc_ns(getpid(), getpid(), "ipc");
	char name[32];

	for (i = 0; i < nr; i++) {
		key_t key = mark << MARK_SHIFT | i;

		semget(key, 1 + i, IPC_CREAT | 0600);
		shmget(key, 1000, IPC_CREAT | 0600);
		msgget(key, IPC_CREAT | 0600);
		storm_count(s, STORM_MADE);
	}
	storm_ns_name(name, 0);
	if (nr)
		syscall(SYS_mq_open, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600, NULL);
}

/* Goes home, or nowhere yet; a file or an attachment may stay behind, until exit. */
static void leave(struct storm *s, int home, unsigned int *seed)
{
	int id;

	switch (rand_r(seed) % 4) {
	case 0:
		open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
		break;
	case 1:
		id = shmget(IPC_PRIVATE, 1, 0600);
		shmat(id, NULL, 0);
		shmctl(id, IPC_RMID, NULL);
		break;
	case 2:
		return;
	}
	if (!setns(home, CLONE_NEWIPC))
		storm_count(s, STORM_ENTERED);
}

static void live(struct storm *s, void *ctx, unsigned int *seed)
{
	unsigned int i, nr = 1 + rand_r(seed) % 8;

	for (i = 0; i < nr; i++) {
		if (unshare(CLONE_NEWIPC | (rand_r(seed) % 8 ? 0 : CLONE_NEWUSER)))
			return;
		storm_apart(s);
		make_marked(s, seed);
		usleep(rand_r(seed) % 20000);
		leave(s, *(int *)ctx, seed);
	}
	usleep(rand_r(seed) % 20000);
}

void storm_ns(struct storm *s, unsigned int seed)
{
	int home = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
	unsigned int i;

	while (!storm_is_over(s)) {
		for (i = rand_r(&seed) % 8; i; i--)
			storm_fork(s, &seed, live, &home);
		usleep(10000);
		storm_reap(s);
	}
	close(home);
}

static bool is_of(const struct rows *r, int i, unsigned int inum)
{
	uint32_t key;

	switch (r->row[i].record) {
	case IPCDBG_R_set:
	case IPCDBG_R_segment:
	case IPCDBG_R_queue:
		key = row_named_number(r, i, "key");
		return key == IPC_PRIVATE || key >> MARK_SHIFT == inum << MARK_SHIFT >> MARK_SHIFT;
	case IPCDBG_R_mqueue:
		return strtoul(ROW_STR(r, i, mqueue, name), NULL, 16) == inum;
	default:
		return true;
	}
}

static bool is_among(unsigned int inum, const unsigned int *inums, unsigned int nr)
{
	while (nr--)
		if (inums[nr] == inum)
			return true;
	return false;
}

bool storm_ns_judge(const struct rows *r, struct tally *tally, const unsigned int *inums,
		    unsigned int nr)
{
	unsigned int inum = 0, i;
	bool silent = false;

	for (i = 0; i < r->nr; i++) {
		if (r->row[i].record == IPCDBG_R_namespace) {
			inum = ROW_NUM(r, i, namespace, inum);
			silent = is_among(inum, inums, nr);
		}
		if (!silent && !is_of(r, i, inum))
			return stable_bad_row(r, i, "is not of namespace %u", inum);
		tally->gone += r->row[i].record == IPCDBG_R_truncated && !r->row[i].depth;
	}
	return true;
}
