/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IPCDBG_WALK_H
#define IPCDBG_WALK_H

#include <linux/types.h>

#include "emit.h"
#include "task.h"

struct dentry;
struct file_operations;
struct ipc_namespace;
struct kern_ipc_perm;
struct vec;
struct walk_kind;

#define WALK_NO_OBJECT U64_MAX
#define WALK_GO_ON 2
#define WALK_COPIED_MAX 16 /* objects that a listing copies at once */

/* Head of a kind's state for an object: the one being shown or, in a listing, one after it. */
struct walk_object {
	const struct walk_kind *kind;
	const struct view *view;
	struct vec *vecs; /* the kind's copies; object.c */
	unsigned int nr_vecs;
	u32 stride; /* walk_object_at() */
	u64 bound; /* bytes that may be allocated for it */
	u64 budget; /* what is left of them */
	int idx; /* in ipcs_idr, of the object being shown or looked for */
	int id;
	bool all; /* of every namespace */
	bool list; /* one row per object, with counts */
	bool counts; /* of a set: its semaphores, without waits and adjustments */
	bool more; /* collect() has not reached the end of the object */
	bool again; /* collect() is to be called once more in this RCU section, after retain() */
	bool gone; /* it was removed before collect() reached the end */
	bool cut; /* seek() could not take note of all objects of the namespace */
	bool truncated; /* emit() has written a truncated row */
	bool settled; /* the vectors hold values, not references */
	bool starved; /* memory was refused: take what fits into the room there is */
};

/* A kind of object: what differs between semaphores, segments and queues. */
struct walk_kind {
	const char *word; /* of its records */
	bool has_ids; /* its objects have ids, and the file positions for them */
	int ids; /* System V: index in ipc_namespace.ids */
	size_t state_size; /* of a struct that begins with struct walk_object */
	size_t list_size; /* of that, what a listing uses; 0: it copies one object at a time */
	void (*init)(struct walk_object *o);
	void (*free)(struct walk_object *o);
	/* NULL, or: the text begins anew, with what is true now. */
	void (*restart)(struct walk_object *o);
	/*
	 * The namespace's objects come next, from that with the id start or after it, or all of
	 * them (WALK_NO_OBJECT). 0 or an errno. Sleeps.
	 */
	int (*seek)(struct walk_object *o, struct ipc_namespace *ns, u64 start);
	/* A new object comes next. */
	void (*begin)(struct walk_object *o);
	/*
	 * Copies the object that comes next, or with same the next part of the one it is at. In a
	 * listing it may go on with those after it, into the states after o, at most max in all,
	 * which have begun: a kind whose settle() always is done with the first try then.
	 * How many were copied, 0: there is none, or an errno. Must forget what it took before.
	 */
	int (*find)(struct walk_object *o, struct ipc_namespace *ns, bool same, unsigned int max);
	/* The object has been shown. */
	void (*next)(struct walk_object *o);
	/*
	 * For ids_find(): copies the object, or the next part of it. Called in an RCU section with
	 * perm->lock held and perm->deleted false: no sleeping, no printing.
	 * false, and nothing taken: this is not the object whose first part was copied, though
	 * it has the same id (ids come back: their sequence wraps, and sem_next_id asks for one).
	 * Sets o->again to be called once more, after retain(), in the same RCU section with the
	 * lock taken anew; bounds how often.
	 */
	bool (*collect)(struct walk_object *o, struct kern_ipc_perm *perm);
	/*
	 * NULL, or for ids_find(): perm->lock has been dropped, the RCU section goes on, so tasks
	 * and the object that collect() met under the lock are still in memory.
	 */
	void (*retain)(struct walk_object *o);
	/*
	 * Turns references into values, without any lock. 0: done; 1: more room was made, collect
	 * again, but never 1 on the last try; WALK_GO_ON: collect again, to go on where it stopped,
	 * as often as that takes; or an errno. No reference is left after 0 or an errno.
	 */
	int (*settle)(struct walk_object *o, bool last_try);
	/* Writes lines while there is room; true when all that was collected has been written. */
	bool (*emit)(struct walk_object *o, struct emit *e);
	/* NULL, or: the read() ends, drop what must not outlive it or its hold of the namespace. */
	void (*end_read)(struct walk_object *o);
};

/* The states of a listing stand one behind the other. */
static inline struct walk_object *walk_object_at(struct walk_object *o, unsigned int i)
{
	return (void *)o + i * o->stride;
}

/* A file below ipcdbg/. */
struct walk_file {
	const char *table;
	const struct walk_kind *kind; /* NULL: rows of namespaces only */
	/* Instead of namespaces and objects: line i, false past the last. */
	bool (*line)(struct emit *e, unsigned int i);
	bool list;
	bool counts;
	bool all; /* every namespace */
};

extern const struct file_operations walk_fops;

/* What the header says, and how much memory an object may take. Once, before the files exist. */
void walk_init(const char *boot_id);
void walk_set_bound(unsigned int max_kib);
/* From now on files can be opened. Nothing that can fail may follow in the module's init. */
void walk_admit(void);

#endif
