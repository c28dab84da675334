// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "shm.h"

static struct shm_segment *segment_of(struct object *o)
{
	return (struct shm_segment *)o;
}

void shm_clear(struct object *o)
{
	segment_of(o)->attachments.nr = segment_of(o)->mappings.nr = 0;
}

void shm_add(struct object *o, const struct parse_row *row)
{
	struct shm_segment *s = segment_of(o);

	if (row->id == IPCDBG_R_attach) {
		*vec_add(&s->attachments) =
			(struct shm_attach){ .a = row->u.attach, .first_mapping = s->mappings.nr };
	} else if (row->id == IPCDBG_R_mapping) {
		*vec_add(&s->mappings) = row->u.mapping;
		s->attachments.v[s->attachments.nr - 1].nr_mappings++;
	}
}

void shm_free(struct object *o)
{
	vec_free(&segment_of(o)->attachments);
	vec_free(&segment_of(o)->mappings);
}
