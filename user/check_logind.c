// SPDX-License-Identifier: GPL-2.0
/*
 * Objects that systemd-logind will remove though they are in use: it removes the semaphore sets and
 * queues of a user who is no system user when that one's last session ends, used or not (segments
 * only if nobody has them attached). Who uses them in a session goes with it; a service or a
 * container does not.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "json.h"
#include "kinds.h"
#include "logind.h"
#include "mqueue.h"
#include "msg.h"
#include "proc_facts.h"
#include "sem_model.h"
#include "user.h"

#define SYSTEM_UID_MAX 999
#define OBJECTS_SHOWN 8

/* Whether that process lives outside of the sessions of users. */
static bool is_service(int pid, __u64 start_ns)
{
	const struct proc_facts *facts = proc_look_up(pid, start_ns);

	return facts && facts->cgroup && strncmp(facts->cgroup, "/user.slice/", 12);
}

/* Someone who uses an object. */
struct user_process {
	int pid;
	__u64 start_ns;
};

#define FIRST_SERVICE(vec, user)                                                     \
	do {                                                                         \
		for (size_t i_ = 0; i_ < (vec)->nr && !(user)->pid; i_++)            \
			take_service(user, (vec)->v[i_].pid, (vec)->v[i_].start_ns); \
	} while (0)

static void take_service(struct user_process *u, int pid, __u64 start_ns)
{
	if (pid > 0 && is_service(pid, start_ns))
		*u = (struct user_process){ pid, start_ns };
}

/* Who operated last, if that very process lives. */
static void take_last(struct user_process *u, struct last last)
{
	if (!u->pid && last.has_state && last.state == IPCDBG_LIVE && last.pid > 0)
		take_service(u, last.pid, proc_start_ns(last.pid));
}

static void find_user_of_set(struct user_process *u, const struct sem_set *s)
{
	FIRST_SERVICE(&s->owners, u);
	for (size_t i = 0; i < s->waits.nr && !u->pid; i++)
		take_service(u, s->waits.v[i].w.tid, s->waits.v[i].w.start_ns);
	for (size_t i = 0; i < s->sems.nr; i++)
		take_last(u, LAST_OF(sem, &s->sems.v[i], sempid));
}

static struct user_process find_user(const struct object *o)
{
	struct user_process u = { 0 };

	if (o->kind == &sem_kind) {
		find_user_of_set(&u, sem_set_of(o));
	} else if (o->kind == &msg_kind) {
		FIRST_SERVICE(&msg_queue_of(o)->receivers, &u);
		FIRST_SERVICE(&msg_queue_of(o)->senders, &u);
		take_last(&u, LAST_OF(queue, &o->head.queue, lrpid));
		take_last(&u, LAST_OF(queue, &o->head.queue, lspid));
	} else if (o->kind == &mqueue_kind) {
		FIRST_SERVICE(&mqueue_of(o)->openers, &u);
	}
	return u;
}

static struct removal *removal_of(struct check *c, __u32 uid)
{
	struct removal *new;

	for (size_t i = 0; i < c->removals.nr; i++)
		if (c->removals.v[i].uid == uid)
			return &c->removals.v[i];
	new = vec_add(&c->removals);
	new->uid = uid;
	return new;
}

static void add_evidence(struct finding *f, const struct object *o, struct user_process u)
{
	json_t *fact = json_object();
	struct text name = { 0 };

	object_add_name(&name, o);
	json_put(fact, "object", json_string(name.s));
	json_put(fact, "task", json_integer(u.pid));
	json_put(fact, "cgroup", json_name(proc_look_up(u.pid, u.start_ns)->cgroup));
	finding_fact(f, "used", fact);
	text_free(&name);
}

static struct finding *begin(struct check *c, const struct rule *r, __u32 uid)
{
	struct finding *f = check_add(c, r, NULL);
	json_t *fact = json_object();

	f->inferred = !logind_get()->setting.stated;
	json_put(fact, "RemoveIPC", json_string("yes"));
	if (logind_get()->setting.where.len)
		json_put(fact, "where", json_name(logind_get()->setting.where.s));
	json_put(fact, "stated", json_boolean(logind_get()->setting.stated));
	finding_fact(f, "logind", fact);
	text_addf(&f->next, "loginctl enable-linger %u", uid);
	return f;
}

void check_removal(struct check *c, const struct rule *r, const struct object *o)
{
	__u32 uid = check_owner(o);
	struct removal *removal;
	struct user_process u;

	if (!proc_usable() || uid <= SYSTEM_UID_MAX || !logind_get()->runs ||
	    o->ns.inum != logind_get()->inum || !logind_get()->setting.removes ||
	    logind_lingers(uid))
		return;
	u = find_user(o);
	if (!u.pid)
		return;
	removal = removal_of(c, uid);
	if (!removal->objects++)
		removal->finding = begin(c, r, uid);
	if (removal->objects <= OBJECTS_SHOWN)
		add_evidence(removal->finding, o, u);
}

void check_removals(struct check *c, const struct rule *r)
{
	(void)r;
	for (size_t i = 0; i < c->removals.nr; i++) {
		const struct removal *removal = &c->removals.v[i];
		struct finding *f = removal->finding;

		text_add_count(&f->subject, removal->objects, "object");
		text_addf(&f->subject, " of user ");
		text_add_user(&f->subject, removal->uid, false);
		text_addf(&f->told, "in use outside of sessions, and removed by systemd-logind "
				    "when the last session of that user ends (RemoveIPC=yes)");
	}
	vec_free(&c->removals);
}
