/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ipc namespaces with random objects of every kind, each kept alive in one way only: by a task that
 * is in it, by a file, by an attached segment.
 */
#ifndef TESTS_NS_WORLD_H
#define TESTS_NS_WORLD_H

#include "ns_truth.h"
#include "puppet.h"

enum ns_keeper {
	NS_PROCESS,	/* a process of two threads */
	NS_NESTED,	/* a process in user and pid namespaces within others */
	NS_THREAD,	/* a thread whose leader is elsewhere, or has exited */
	NS_FILE,	/* a process that has it open twice */
	NS_FILE_THREAD, /* a descriptor that only a thread has */
	NS_ATTACH,	/* a process that left it with a segment attached twice */
	NS_MOUNT,	/* a bind mount */
	NS_FLIGHT,	/* a descriptor on its way through a socket */
	NS_NOTHING,	/* gone, but for an open mqueue and its file system's mount */
	NS_KEEPERS
};

struct ns_world {
	enum ns_keeper keeper;
	struct puppet *puppet; /* that keeps it; NULL if none does */
	char path[64];	       /* a file to enter it by; "" if there is none */
	struct ns_truth *truth;
	char *ipcs; /* what ipcs says in it, if it was asked */
};

/*
 * Makes one. The caller has puppets and a mount namespace of its own, and is in the namespace home
 * when this returns. ask: also ipcs. Dies if it cannot.
 */
void ns_world_make(struct ns_world *w, enum ns_keeper keeper, int home, bool ask);

/* A chain of 4 nested ones. */
#define NS_CHAIN 4
void ns_world_make_chain(struct ns_world w[NS_CHAIN], int home, bool ask);

/*
 * The first nr users of the puppet's namespace are those from first on of the one around it, in
 * which the process around is; only from there can it be said. The puppet becomes the first of
 * them: who is no user of a namespace cannot make one in it.
 */
void ns_map_users(struct puppet *p, pid_t around, unsigned int first, unsigned int nr);

void ns_world_free(struct ns_world *w);

/* Of every keeper some. */
#define NS_WORLDS 50
void ns_worlds_make(struct ns_world w[NS_WORLDS], int home, bool ask);
void ns_worlds_free(struct ns_world w[NS_WORLDS]);

/*
 * Whether the module can find it; tree: the kernel has a list of all namespaces, mounts: somebody
 * has the mounted ones open.
 */
bool ns_can_be_found(const struct ns_world *w, bool tree, bool mounts);

#endif
