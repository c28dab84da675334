// SPDX-License-Identifier: GPL-2.0
/*
 * Walks an ipc_ids.ipcs_idr as semctl(SEM_STAT) does: ipc/util.c publishes objects under their lock
 * (ipc_addid()) and frees them with call_rcu() (ipc_rcu_putref()). ipc_ids.rwsem is never taken.
 */
#include <linux/idr.h>
#include <linux/ipc.h>
#include <linux/ipc_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "hold.h"
#include "ids.h"
#include "unlocked.h"

static bool is_at(struct ipc_ids *ids, int idx, int id)
{
	struct kern_ipc_perm *perm;
	bool found;

	rcu_read_lock();
	perm = idr_find(&ids->ipcs_idr, idx);
	found = perm && READ_UNLOCKED(perm->id) == id;
	rcu_read_unlock();
	return found;
}

/*
 * Where the tree holds that id: its low 15 bits, or 24 after booting with ipcmni_extend. Which of
 * the two is not exported, so both are tried; without such an object, the first one after it.
 */
static int idx_of(struct ipc_ids *ids, int id)
{
	int normal = id & 0x7fff, extended = id & 0xffffff;

	if (is_at(ids, normal, id))
		return normal;
	return is_at(ids, extended, id) || READ_UNLOCKED(ids->max_idx) > 0x7fff ? extended : normal;
}

int ids_seek(struct walk_object *o, struct ipc_namespace *ns, u64 start)
{
	o->idx = start == WALK_NO_OBJECT ? 0 : idx_of(&ns->ids[o->kind->ids], start);
	return 0;
}

void ids_next(struct walk_object *o)
{
	o->idx++;
}

/* Unless the object is another one than before, or has been removed. In an RCU section. */
static bool copy_once(struct walk_object *o, struct kern_ipc_perm *perm, bool same)
{
	bool copied = false;
	struct hold begin;

	spin_lock(&perm->lock);
	begin = hold_begin();
	if (!perm->deleted && (!same || perm->id == o->id)) {
		o->id = perm->id;
		copied = o->kind->collect(o, perm);
	}
	hold_end(HOLD_PERM, begin);
	spin_unlock(&perm->lock);
	if (copied && o->kind->retain)
		o->kind->retain(o);
	return copied;
}

static bool copy(struct walk_object *o, struct kern_ipc_perm *perm, bool same)
{
	bool copied = copy_once(o, perm, same);

	while (copied && o->again)
		copied = copy_once(o, perm, true);
	/* The next object is copied into the same state. */
	if (!copied && !same)
		o->more = false;
	return copied;
}

struct found {
	struct kern_ipc_perm *perm; /* in that RCU section only */
	int idx;
};

/* What the tree holds from idx on, at most max. In an RCU section, which keeps it in memory. */
static unsigned int look_up(struct ipc_ids *ids, int idx, struct found *found, unsigned int max)
{
	unsigned int n;

	for (n = 0; n < max; n++) {
		found[n].perm = idr_get_next(&ids->ipcs_idr, &idx);
		if (!found[n].perm)
			break;
		found[n].idx = idx++;
	}
	return n;
}

/* The object at idx or after it. Removed ones leave the tree under their lock, so few are met. */
static unsigned int copy_next(struct walk_object *o, struct ipc_ids *ids)
{
	struct kern_ipc_perm *perm;

	while ((perm = idr_get_next(&ids->ipcs_idr, &o->idx))) {
		if (copy(o, perm, false))
			return 1;
		o->idx++;
	}
	return 0;
}

/*
 * The same, and those after it. All are looked up first: the root of the tree stands where semget()
 * and msgget() write, and each look at it costs them a miss of the cache. The RCU section keeps all
 * of them in memory; one at a time is locked. Ends at an object that has further parts, which are
 * to follow at once, and where nothing preempts the kernel, when others are to run.
 */
static unsigned int copy_several(struct walk_object *first, struct ipc_ids *ids, unsigned int max)
{
	struct found found[WALK_COPIED_MAX];
	struct walk_object *o = first;
	unsigned int copied = 0, n, i;
	int idx = first->idx;

	while (!copied && (n = look_up(ids, idx, found, max))) {
		for (i = 0; i < n; i++) {
			o->idx = found[i].idx;
			if (!copy(o, found[i].perm, false))
				continue;
			copied++;
			if (o->more || need_resched())
				break;
			o = walk_object_at(first, copied);
		}
		idx = found[n - 1].idx + 1;
	}
	return copied;
}

int ids_find(struct walk_object *o, struct ipc_namespace *ns, bool same, unsigned int max)
{
	struct ipc_ids *ids = &ns->ids[o->kind->ids];
	struct kern_ipc_perm *perm;
	unsigned int copied = 0;

	rcu_read_lock();
	if (same) {
		perm = idr_find(&ids->ipcs_idr, o->idx);
		copied = perm && copy(o, perm, true);
	} else {
		copied = max > 1 ? copy_several(o, ids, max) : copy_next(o, ids);
	}
	rcu_read_unlock();
	return copied;
}
