// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <sys/shm.h>

#include "rm.h"
#include "shm.h"
#include "task.h"

/* Memory may have it mapped that does not count as attached. */
static enum use shm_use(struct text *t, const struct object *o)
{
	__u64 nattch = o->head.segment.nattch;
	size_t nr = shm_segment_of(o)->attachments.nr;

	if (nattch)
		text_addf(t, "attached %llu time%s", nattch, nattch == 1 ? "" : "s");
	else if (nr)
		text_addf(t, "mapped by %zu process%s", nr, nr == 1 ? "" : "es");
	if (t->len)
		return USE_SOME;
	if (!object_lacks(o, "attach"))
		return USE_NONE;
	text_addf(t, "who has it attached is not known");
	return USE_UNKNOWN;
}

static bool shm_removed(const union ipcdbg_any *head)
{
	return head->segment.dest;
}

/* A creator that lives may want it yet, but nobody has it attached. */
static enum left shm_left(const struct object *o)
{
	const struct ipcdbg_segment *s = &o->head.segment;
	struct last creator = LAST_OF(segment, s, cpid), last = LAST_OF(segment, s, lpid);

	return last_has_ended(creator) && (!last.known || last_has_ended(last)) ? LEFT_BEHIND
										: LEFT_UNUSED;
}

static __s64 shm_last_use(const union ipcdbg_any *head)
{
	const struct ipcdbg_segment *s = &head->segment;
	__s64 last = s->atime > s->dtime ? s->atime : s->dtime;

	return last > s->ctime ? last : s->ctime;
}

static int shm_remove(const union ipcdbg_any *head)
{
	return shmctl(head->segment.shmid, IPC_RMID, NULL) ? errno : 0;
}

const struct rm_kind shm_removal = {
	.identity = IPCDBG_BIT(segment, shmid) | IPCDBG_BIT(segment, key) |
		    IPCDBG_BIT(segment, cuid) | IPCDBG_BIT(segment, cgid) |
		    IPCDBG_BIT(segment, size) | IPCDBG_BIT(segment, cpid) |
		    IPCDBG_BIT(segment, ctime),
	.use = shm_use,
	.removed = shm_removed,
	.left = shm_left,
	.last_use = shm_last_use,
	.remove = shm_remove,
};
