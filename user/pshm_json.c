// SPDX-License-Identifier: GPL-2.0
#include "json.h"
#include "pshm.h"

static json_t *make_user(const void *ctx, size_t i)
{
	const struct pshm *p = ctx;
	const struct pshm_user *u = &p->users.v[i];
	/* The count; the array bears its name. */
	json_t *user = json_record(IPCDBG_R_shm_user, &u->u, IPCDBG_BIT(shm_user, mappings));
	json_t *mappings = json_put_array(user, "mappings");

	for (size_t j = 0; j < u->nr_maps; j++)
		json_append(mappings,
			    json_record(IPCDBG_R_shm_map, &p->maps.v[u->first_map + j], 0));
	return user;
}

static json_t *make_waiter(const void *ctx, size_t i)
{
	const struct pshm *p = ctx;

	return json_record(IPCDBG_R_shm_wait, &p->waits.v[i], 0);
}

void pshm_json(FILE *out, const struct object *o)
{
	const struct pshm *p = pshm_of(o);

	json_print_array(out, "processes", make_user, p, p->users.nr);
	json_print_array(out, "waiters", make_waiter, p, p->waits.nr);
}
