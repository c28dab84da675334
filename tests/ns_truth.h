/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an ipc namespace says of itself to a process that enters it: /proc/sysvipc, its mqueue file
 * system, /proc/sys. All of it as a process of the test's pid and user namespaces sees it.
 */
#ifndef TESTS_NS_TRUTH_H
#define TESTS_NS_TRUTH_H

#include <stdbool.h>
#include <stdint.h>
#include "rows.h"

#define NS_MQUEUES_MAX 8
#define NS_LIMITS_MAX 16

struct ns_mqueue {
	char name[32];
	uint64_t ino, bytes;
	unsigned int mode, uid, gid;
	int64_t maxmsg, msgsize, curmsgs;
};

struct ns_truth {
	unsigned int inum, user_ns;
	char sem[4096], shm[4096], msg[4096]; /* the files of /proc/sysvipc */
	int64_t semaphores, shm_tot;	      /* of semctl(SEM_INFO), shmctl(SHM_INFO) */
	int64_t limit[NS_LIMITS_MAX];
	unsigned int nr_mqueues;
	struct ns_mqueue mqueue[NS_MQUEUES_MAX];
};

/* Asks a child that enters the namespace by the descriptor. Dies if it cannot; free() it. */
struct ns_truth *ns_truth(int fd);

/* The namespace's row in a table, -1 if there is none; and how many there are. */
int ns_find(const struct rows *r, unsigned int inum);
unsigned int ns_count(const struct rows *r, unsigned int inum);

/* Whether row ns of the table of namespaces names this way of finding it. */
bool ns_is_held(const struct rows *r, int ns, const char *how);

/* Whether the kernel has a list of all namespaces. */
bool ns_has_tree(void);

/*
 * The table of a kind ("sem", "shm", "msg", "mqueue") has exactly these objects below row ns. They
 * complain.
 */
bool ns_has_objects(const struct ns_truth *t, const struct rows *r, int ns, const char *kind);

/* Row ns of the table of namespaces: limits, counts, owner. */
bool ns_has_row(const struct ns_truth *t, const struct rows *r, int ns);

#endif
