// SPDX-License-Identifier: GPL-2.0
/* A semaphore set as JSON: the same object in a list and alone. */
#include "json.h"
#include "sem.h"

static json_t *make_waiter(const void *ctx, size_t i)
{
	const struct sem_set *s = ctx;
	const struct sem_wait *w = &s->waits.v[i];
	json_t *wait = json_record(IPCDBG_R_wait, &w->w, 0), *ops;

	json_put(wait, "semnum", json_integer(w->semnum));
	ops = json_put_array(wait, "ops");
	for (size_t j = 0; j < w->nr_ops; j++)
		json_append(ops, json_record(IPCDBG_R_op, &s->ops.v[w->first_op + j], 0));
	return wait;
}

static json_t *make_holder(const void *ctx, size_t i)
{
	const struct sem_set *s = ctx;
	const struct sem_undo *u = &s->undos.v[i];
	json_t *undo = json_record(IPCDBG_R_undo, &u->u, 0);
	json_t *owners = json_put_array(undo, "owners");

	for (size_t j = 0; j < u->nr_owners; j++)
		json_append(owners,
			    json_record(IPCDBG_R_owner, &s->owners.v[u->first_owner + j], 0));
	return undo;
}

void sem_json(FILE *out, const struct object *o)
{
	const struct sem_set *s = sem_set_of(o);

	json_print_records(out, "sems", IPCDBG_R_sem, s->sems.v, s->sems.nr);
	json_print_array(out, "waiters", make_waiter, s, s->waits.nr);
	json_print_array(out, "holders", make_holder, s, s->undos.nr);
}
