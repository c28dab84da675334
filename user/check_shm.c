// SPDX-License-Identifier: GPL-2.0
/* What can be wrong with a shared memory segment by itself. */
#include "check.h"
#include "shm.h"
#include "task.h"

#define SEGMENT_FIELDS                                                                             \
	(IPCDBG_BIT(segment, shmid) | IPCDBG_BIT(segment, key) | IPCDBG_BIT(segment, mode) |       \
	 IPCDBG_BIT(segment, uid) | IPCDBG_BIT(segment, size) | IPCDBG_BIT(segment, nattch) |      \
	 IPCDBG_BIT(segment, cpid) | IPCDBG_BIT(segment, cpid_state) | IPCDBG_BIT(segment, lpid) | \
	 IPCDBG_BIT(segment, lpid_state) | IPCDBG_BIT(segment, dtime) |                            \
	 IPCDBG_BIT(segment, ctime))

static void say_orphan(struct finding *f, const struct object *o, __s64 last)
{
	const struct ipcdbg_segment *s = &o->head.segment;
	struct last user = LAST_OF(segment, s, lpid);

	text_addf(&f->told, "%llu bytes, which nobody has attached ", s->size);
	say_since(&f->told, last, o->read_ns);
	text_addf(&f->told, "; created by ");
	say_last(&f->told, LAST_OF(segment, s, cpid));
	if (user.known) {
		text_addf(&f->told, "; last attached or detached by ");
		say_last(&f->told, user);
	}
}

void check_orphaned_segment(struct check *c, const struct rule *r, const struct object *o)
{
	const struct ipcdbg_segment *s = &o->head.segment;
	enum orphan orphan = check_orphan(c, o);
	struct text shape = { 0 };
	struct finding *f;

	if (orphan < ORPHAN_UNUSED)
		return;
	text_addf(&shape, "%llu bytes, mode %03o", s->size, s->mode & 0777);
	f = crowd_add(c, r, o, shape.s, orphan == ORPHAN_YES);
	text_free(&shape);
	if (!f)
		return;
	f->inferred = true;
	say_orphan(f, o, o->kind->removal->last_use(&o->head));
	finding_record(f, IPCDBG_R_segment, s, SEGMENT_FIELDS);
	check_next_remove(c, f, o);
}
