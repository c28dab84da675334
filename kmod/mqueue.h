/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mqueue_find.c walks the queues of a namespace, mqueue.c copies one, mqueue_open.c knows who has
 * them open, and mqueue_emit.c writes.
 */
#ifndef IPCDBG_MQUEUE_H
#define IPCDBG_MQUEUE_H

#include "object.h"

struct files_struct;
struct inode;

struct mqueue_wait {
	struct task_copy task;
	u64 size; /* this and below: senders */
	u32 msg_prio;
};

struct mqueue_prio {
	u64 bytes;
	u32 msg_prio;
	u32 count;
};

enum mqueue_vec { MQUEUE_RECEIVERS, MQUEUE_SENDERS, MQUEUE_PRIOS, MQUEUE_VECS };

/* A queue that was there when the namespace's turn came. */
struct mqueue_mark {
	u64 ino;
	bool shown;
};

/* A process that has a queue open. */
struct mqueue_open {
	u64 root; /* inode number of the root of the queue's file system: which namespace */
	u64 ino;
	const struct files_struct *files; /* until settled; compared, never followed */
	struct pid_copy tgid;
	u32 fds;
	int fd; /* the lowest */
	int last_fd; /* until settled: the highest */
};

struct mqueue_state {
	struct walk_object o;
	struct vec vecs[MQUEUE_VECS];
	struct ipcdbg_mqueue row;
	struct pid_copy notify;
	struct object_cursor at;

	/* where the walk is */
	struct vec marks; /* struct mqueue_mark, by ino */
	struct inode *inode; /* the queue being shown; referenced, inside one read() only */
	u64 ino; /* of the queue being shown */
	u64 anchor; /* of the last one that had a name, 0: none yet */
	char name[IPCDBG_NAME_LEN]; /* of the anchor */
	bool found; /* inode is the one to copy */
	bool messages_missed; /* more than one hold may visit */

	struct vec opens; /* struct mqueue_open, by root, ino and pid */
	u64 root;
	bool opens_known;
	bool opens_missed;
	u32 open, nr_open; /* those of this queue */
};

#define mqueue_wait_at(s, v, i) vec_at(struct mqueue_wait, &(s)->vecs[v], i)
#define mqueue_prio_at(s, i) vec_at(struct mqueue_prio, &(s)->vecs[MQUEUE_PRIOS], i)
#define mqueue_mark_at(s, i) vec_at(struct mqueue_mark, &(s)->marks, i)
#define mqueue_open_at(s, i) vec_at(struct mqueue_open, &(s)->opens, i)

static inline struct mqueue_state *mqueue_state_of(const struct walk_object *o)
{
	return container_of(o, struct mqueue_state, o);
}

/* Of struct walk_kind. */
int mqueue_seek(struct walk_object *o, struct ipc_namespace *ns, u64 start);
int mqueue_find(struct walk_object *o, struct ipc_namespace *ns, bool same, unsigned int max);
void mqueue_next(struct walk_object *o);
void mqueue_end_read(struct walk_object *o);

/* The queue has been copied: lets it go if it can be found again. */
void mqueue_release(struct mqueue_state *s);

/* false: it went away, nothing was taken. */
bool mqueue_copy(struct mqueue_state *s, struct inode *inode);
bool mqueue_emit(struct walk_object *o, struct emit *e);

/* Who has the queues open, of every namespace or only of that of s->root. 0 or -EINTR. Sleeps. */
int mqueue_open_find(struct mqueue_state *s);
/* Sets open and nr_open for the queue s->ino of s->root. */
void mqueue_open_of(struct mqueue_state *s);

#endif
