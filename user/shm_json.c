// SPDX-License-Identifier: GPL-2.0
#include "json.h"
#include "shm.h"

static json_t *make_attachment(const void *ctx, size_t i)
{
	const struct shm_segment *s = ctx;
	const struct shm_attach *a = &s->attachments.v[i];
	/* The count; the array bears its name. */
	json_t *attach = json_record(IPCDBG_R_attach, &a->a, IPCDBG_BIT(attach, mappings));
	json_t *mappings = json_put_array(attach, "mappings");

	for (size_t j = 0; j < a->nr_mappings; j++)
		json_append(mappings,
			    json_record(IPCDBG_R_mapping, &s->mappings.v[a->first_mapping + j], 0));
	return attach;
}

void shm_json(FILE *out, const struct object *o)
{
	const struct shm_segment *s = shm_segment_of(o);

	json_print_array(out, "attachments", make_attachment, s, s->attachments.nr);
}
