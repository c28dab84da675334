// SPDX-License-Identifier: GPL-2.0
/*
 * Walks an ipc_ids.ipcs_idr as semctl(SEM_STAT) does: ipc/util.c publishes objects under their lock
 * (ipc_addid()) and frees them with call_rcu() (ipc_rcu_putref()). ipc_ids.rwsem is never taken.
 */
#include <linux/idr.h>
#include <linux/ipc.h>
#include <linux/ipc_namespace.h>
#include <linux/rcupdate.h>

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

/*
 * Copies the next object at idx or after it, or with same the next part of the object it is at.
 * Removed objects leave the tree under their lock, so few are met.
 */
int ids_find(struct walk_object *o, struct ipc_namespace *ns, bool same)
{
	struct ipc_ids *ids = &ns->ids[o->kind->ids];
	struct kern_ipc_perm *perm;
	bool found = false;
	u64 begin;

	rcu_read_lock();
	while (!found) {
		perm = same ? idr_find(&ids->ipcs_idr, o->idx) :
			      idr_get_next(&ids->ipcs_idr, &o->idx);
		if (!perm)
			break;
		spin_lock(&perm->lock);
		begin = hold_begin();
		if (!perm->deleted && (!same || perm->id == o->id)) {
			o->id = perm->id;
			found = o->kind->collect(o, perm);
		}
		hold_end(HOLD_PERM, begin);
		spin_unlock(&perm->lock);
		if (found && o->kind->retain)
			o->kind->retain(o);
		if (same)
			break;
		if (!found)
			o->idx++;
	}
	rcu_read_unlock();
	return found;
}
