// SPDX-License-Identifier: GPL-2.0
/* A semaphore set as JSON: the same object in a list and alone. */
#include "json.h"
#include "sem.h"

static void put_waiters(json_t *set, const struct sem_set *s)
{
	json_t *waiters = json_put_array(set, "waiters");

	for (size_t i = 0; i < s->waits.nr; i++) {
		const struct sem_wait *w = &s->waits.v[i];
		json_t *wait = json_record(IPCDBG_R_wait, &w->w, 0), *ops;

		json_put(wait, "semnum", json_integer(w->semnum));
		ops = json_put_array(wait, "ops");
		for (size_t j = 0; j < w->nr_ops; j++)
			json_append(ops, json_record(IPCDBG_R_op, &s->ops.v[w->first_op + j], 0));
		json_append(waiters, wait);
	}
}

static void put_holders(json_t *set, const struct sem_set *s)
{
	json_t *holders = json_put_array(set, "holders");

	for (size_t i = 0; i < s->undos.nr; i++) {
		const struct sem_undo *u = &s->undos.v[i];
		json_t *undo = json_record(IPCDBG_R_undo, &u->u, 0);
		json_t *owners = json_put_array(undo, "owners");

		for (size_t j = 0; j < u->nr_owners; j++)
			json_append(owners, json_record(IPCDBG_R_owner,
							&s->owners.v[u->first_owner + j], 0));
		json_append(holders, undo);
	}
}

json_t *sem_json(const struct sem_set *s)
{
	__u64 counts = IPCDBG_BIT(set, waiters) | IPCDBG_BIT(set, holders);
	json_t *set = json_record(IPCDBG_R_set, &s->set, counts), *array;

	json_put(set, "namespace", json_integer(s->ns.inum));
	array = json_put_array(set, "sems");
	for (size_t i = 0; i < s->sems.nr; i++)
		json_append(array, json_record(IPCDBG_R_sem, &s->sems.v[i], 0));
	put_waiters(set, s);
	put_holders(set, s);
	array = json_put_array(set, "truncated");
	for (size_t i = 0; i < s->truncated.nr; i++)
		json_append(array, json_record(IPCDBG_R_truncated, &s->truncated.v[i], 0));
	return set;
}
