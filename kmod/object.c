// SPDX-License-Identifier: GPL-2.0
/* Process context, no lock of ipc/ held. */
#include <linux/string.h>

#include "object.h"

void object_reset(struct walk_object *o)
{
	unsigned int i;

	for (i = 0; i < o->nr_vecs; i++)
		vec_reset(&o->vecs[i]);
	o->settled = false;
}

void object_empty(struct walk_object *o)
{
	unsigned int i;

	for (i = 0; i < o->nr_vecs; i++)
		o->vecs[i].nr = 0;
	o->settled = true;
}

void object_free(struct walk_object *o)
{
	unsigned int i;

	for (i = 0; i < o->nr_vecs; i++)
		vec_free(&o->vecs[i], &o->budget);
}

void object_trim(struct walk_object *o)
{
	if (o->budget < o->bound / 2)
		object_free(o);
}

bool object_can_grow(const struct walk_object *o)
{
	unsigned int i;

	for (i = 0; i < o->nr_vecs && !o->starved; i++)
		if (vec_is_short(&o->vecs[i]) && o->budget >= o->vecs[i].item)
			return true;
	return false;
}

void object_grow(struct walk_object *o)
{
	unsigned int i;

	for (i = 0; i < o->nr_vecs; i++)
		if (vec_is_short(&o->vecs[i]) && vec_grow(&o->vecs[i], &o->budget))
			o->starved = true;
}

void object_truncated(struct walk_object *o, struct emit *e, unsigned int depth, const char *what,
		      u32 shown, u32 total)
{
	struct ipcdbg_truncated t = { 0 };

	strscpy(t.what, what, sizeof(t.what));
	t.present |= IPCDBG_BIT(truncated, what);
	if (shown != OBJECT_NOT_COUNTED)
		IPCDBG_PUT(truncated, &t, shown, shown);
	if (total)
		IPCDBG_PUT(truncated, &t, total, total);
	if (o->gone)
		IPCDBG_PUT(truncated, &t, gone, 1);
	emit_line(e, depth, IPCDBG_R_truncated, &t);
	o->truncated = true;
}

/* A step writes no more than the room for one line holds. */
static void step_section(struct walk_object *o, struct object_cursor *c,
			 const struct object_section *s, struct emit *e)
{
	u32 total = 0, nr = s->count(o, &total);

	if (c->row < nr) {
		s->emit(o, c->row++, e);
		return;
	}
	if (total == OBJECT_NOT_COUNTED)
		object_truncated(o, e, 1, s->word, OBJECT_NOT_COUNTED, 0);
	else if (nr < total)
		object_truncated(o, e, 1, s->word, nr, total);
	c->section++;
	c->row = 0;
}

bool object_emit(struct walk_object *o, struct object_cursor *c, enum ipcdbg_record_id id,
		 const void *record, const struct object_section *sections, u32 nr, struct emit *e)
{
	while (c->section <= nr) {
		if (!emit_has_room(e))
			return false;
		if (c->section) {
			step_section(o, c, &sections[c->section - 1], e);
			continue;
		}
		emit_line(e, 0, id, record);
		c->section = 1;
	}
	memset(c, 0, sizeof(*c));
	return true;
}
