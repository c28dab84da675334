// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "processes.h"
#include "pshm.h"

_Static_assert(offsetof(union ipcdbg_any, psem) == offsetof(union ipcdbg_any, pshm) &&
		       offsetof(struct ipcdbg_psem, waiters) ==
			       offsetof(struct ipcdbg_pshm, waiters) &&
		       (int)IPCDBG_F_psem_waiters == (int)IPCDBG_F_pshm_waiters,
	       "psem does not begin with pshm");

const struct ipcdbg_pshm *pshm_head(const union ipcdbg_any *head)
{
	return &head->pshm;
}

const char *pshm_name(const union ipcdbg_any *head)
{
	return pshm_head(head)->name;
}

static struct pshm *object_of(struct object *o)
{
	return (struct pshm *)o;
}

void pshm_clear(struct object *o)
{
	struct pshm *p = object_of(o);

	p->users.nr = p->maps.nr = p->waits.nr = 0;
}

void pshm_add(struct object *o, const struct parse_row *row)
{
	struct pshm *p = object_of(o);

	switch (row->id) {
	case IPCDBG_R_shm_user:
		*vec_add(&p->users) =
			(struct pshm_user){ .u = row->u.shm_user, .first_map = p->maps.nr };
		break;
	case IPCDBG_R_shm_map:
		*vec_add(&p->maps) = row->u.shm_map;
		p->users.v[p->users.nr - 1].nr_maps++;
		break;
	case IPCDBG_R_shm_wait:
		*vec_add(&p->waits) = row->u.shm_wait;
		break;
	default:
		break;
	}
}

void pshm_free(struct object *o)
{
	struct pshm *p = object_of(o);

	vec_free(&p->users);
	vec_free(&p->maps);
	vec_free(&p->waits);
}

const void *pshm_element(const struct object *o, size_t i)
{
	const struct pshm *p = pshm_of(o);

	return i < p->users.nr ? &p->users.v[i].u : NULL;
}

void pshm_fill_name(struct text *t, const struct list_row *row)
{
	text_addc(t, '/');
	text_add_name(t, pshm_name(row->head));
}

void pshm_fill_status(struct text *t, const struct list_row *row)
{
	if (pshm_head(row->head)->unlinked)
		text_addf(t, "unlinked");
}

void pshm_each_user(const struct list_row *row, process_fn fn, void *ctx)
{
	const struct pshm *p = pshm_of(row->o);
	struct processes users = { 0 };

	for (size_t i = 0; i < p->users.nr; i++)
		processes_add(&users, p->users.v[i].u.pid, p->users.v[i].u.start_ns,
			      p->users.v[i].u.comm);
	processes_tell(&users, fn, ctx);
}

void pshm_each_waiter(const struct list_row *row, process_fn fn, void *ctx)
{
	const struct pshm *p = pshm_of(row->o);
	struct processes waiters = { 0 };

	for (size_t i = 0; i < p->waits.nr; i++)
		processes_add(&waiters, p->waits.v[i].pid, p->waits.v[i].start_ns,
			      p->waits.v[i].comm);
	processes_tell(&waiters, fn, ctx);
}
