// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <sys/sem.h>

#include "rm.h"
#include "sem.h"
#include "task.h"

/* A set that was never operated on has no adjustments: semop makes them, and sets its time. */
static bool may_be_held(const struct sem_set *s)
{
	return sem_set_lacks(s, "undo") && s->o.head.set.otime;
}

static size_t count_holders(const struct sem_set *s)
{
	const struct ipcdbg_set *set = &s->o.head.set;

	return IPCDBG_HAS(set, set, holders) ? set->holders : s->undos.nr;
}

static enum use sem_use(struct text *t, const struct object *o)
{
	const struct sem_set *s = sem_set_of(o);
	size_t waits = object_rows(o, "wait", s->waits.nr), holders = count_holders(s);

	if (waits)
		text_addf(t, "%zu %s", waits, waits == 1 ? "task waits" : "tasks wait");
	if (waits && holders)
		text_addf(t, ", ");
	if (holders)
		text_add_count(t, holders, "holder");
	if (waits || holders)
		return USE_SOME;
	if (sem_set_lacks(s, "wait"))
		text_addf(t, "who waits is not known");
	else if (may_be_held(s))
		text_addf(t, "who holds it (SEM_UNDO) is not known");
	return t->len ? USE_UNKNOWN : USE_NONE;
}

static enum left sem_left(const struct object *o)
{
	const struct sem_set *s = sem_set_of(o);
	bool any = false;

	if (sem_set_lacks(s, "sem"))
		return LEFT_NOT;
	for (size_t i = 0; i < s->sems.nr; i++) {
		struct last last = LAST_OF(sem, &s->sems.v[i], sempid);

		if (last.known && !last_has_ended(last))
			return LEFT_NOT;
		any |= last.known;
	}
	return any ? LEFT_BEHIND : LEFT_UNUSED;
}

static __s64 sem_last_use(const union ipcdbg_any *head)
{
	return head->set.otime > head->set.ctime ? head->set.otime : head->set.ctime;
}

static int sem_remove(const union ipcdbg_any *head)
{
	return semctl(head->set.semid, 0, IPC_RMID) ? errno : 0;
}

const struct rm_kind sem_removal = {
	.identity = IPCDBG_BIT(set, semid) | IPCDBG_BIT(set, key) | IPCDBG_BIT(set, cuid) |
		    IPCDBG_BIT(set, cgid) | IPCDBG_BIT(set, nsems) | IPCDBG_BIT(set, ctime),
	.use = sem_use,
	.left = sem_left,
	.last_use = sem_last_use,
	.remove = sem_remove,
};
