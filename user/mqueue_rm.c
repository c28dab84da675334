// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mqueue.h"
#include "rm.h"

/* Who is blocked has it open, and so has who asked to be told. */
static enum use mqueue_use(struct text *t, const struct object *o)
{
	const struct mqueue *m = mqueue_of(o);
	size_t blocked = object_rows(o, "mq_receiver", m->receivers.nr) +
			 object_rows(o, "mq_sender", m->senders.nr);
	size_t openers = object_rows(o, "opener", m->openers.nr);

	if (openers)
		text_addf(t, "open by %zu process%s", openers, openers == 1 ? "" : "es");
	if (blocked)
		text_addf(t, "%s%zu %s", t->len ? ", " : "", blocked,
			  blocked == 1 ? "task waits" : "tasks wait");
	if (!t->len && IPCDBG_HAS(mqueue, &o->head.mqueue, notify))
		text_addf(t, "a process is to be told of a message");
	if (t->len)
		return USE_SOME;
	if (!object_lacks(o, "opener") && !object_lacks(o, "mq_receiver") &&
	    !object_lacks(o, "mq_sender"))
		return USE_NONE;
	text_addf(t, "who has it open is not known");
	return USE_UNKNOWN;
}

static bool mqueue_removed(const union ipcdbg_any *head)
{
	return head->mqueue.unlinked;
}

/* It remembers nobody. */
static enum left mqueue_left(const struct object *o)
{
	(void)o;
	return LEFT_BEHIND;
}

static __s64 mqueue_last_use(const union ipcdbg_any *head)
{
	return head->mqueue.time;
}

/* The kernel's names have no slash. */
static int mqueue_remove(const union ipcdbg_any *head)
{
	return syscall(SYS_mq_unlink, head->mqueue.name) ? errno : 0;
}

const struct rm_kind mqueue_removal = {
	.identity = IPCDBG_BIT(mqueue, name) | IPCDBG_BIT(mqueue, ino),
	.use = mqueue_use,
	.removed = mqueue_removed,
	.left = mqueue_left,
	.last_use = mqueue_last_use,
	.remove = mqueue_remove,
};
