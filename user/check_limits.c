// SPDX-License-Identifier: GPL-2.0
/* Limits that are nearly reached: of a namespace, and of a user's POSIX queues. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "json.h"
#include "kinds.h"
#include "mqueue.h"
#include "proc_facts.h"
#include "user.h"

static enum severity how_near(const struct check *c, __u64 used, __u64 limit)
{
	double percent = limit ? 100.0 * used / limit : 0;

	if (!limit)
		return used ? SEVERITY_CRITICAL : SEVERITY_OK;
	if (percent >= c->q->check.critical_percent)
		return SEVERITY_CRITICAL;
	return percent >= c->q->check.warning_percent ? SEVERITY_WARNING : SEVERITY_OK;
}

static void say_near(struct finding *f, const char *name, __u64 used, __u64 limit)
{
	json_t *fact = json_object();

	json_put(fact, "name", json_string(name));
	json_put(fact, "used", json_u64(used));
	json_put(fact, "limit", json_u64(limit));
	finding_fact(f, "limit", fact);
}

static void look_at_resource(struct check *c, const struct rule *r, const struct resource *res,
			     const struct kind *kind, const struct ipcdbg_namespace *ns)
{
	enum severity severity;
	struct finding *f;
	__u64 used, limit;

	if (!resource_used(res, ns, &used) || !resource_limit(res, ns, &limit))
		return;
	severity = how_near(c, used, limit);
	if (!severity)
		return;
	f = check_add(c, r, NULL);
	f->severity = severity;
	f->inum = ns->inum;
	text_addf(&f->subject, "%s", res->name);
	text_addf(&f->told, "%llu of at most %llu %s", used, limit, res->help);
	if (limit)
		text_addf(&f->told, ", %.0f %%", 100.0 * used / limit);
	say_near(f, res->name, used, limit);
	check_next_in(c, f, ns->inum);
	text_addf(&f->next, "-u -%c", kind->letter);
}

void check_limits(struct check *c, const struct rule *r, const struct ipcdbg_namespace *ns)
{
	for (size_t i = 0; i < nr_kinds; i++)
		for (size_t j = 0; j < kinds[i]->nr_resources; j++)
			look_at_resource(c, r, &kinds[i]->resources[j], kinds[i], ns);
}

static struct charge *charge_of(struct check *c, __u32 uid)
{
	struct charge *new;

	for (size_t i = 0; i < c->charges.nr; i++)
		if (c->charges.v[i].uid == uid)
			return &c->charges.v[i];
	new = vec_add(&c->charges);
	new->uid = uid;
	return new;
}

/* False: not known, or none; or 0, of a process that is to have no queues of its own. */
static bool msgqueue_limit(const struct ipcdbg_opener *p, __u64 *limit)
{
	struct ipcdbg_proc process;

	if (!proc_process(p->pid, &process) || !proc_started(p->pid, p->start_ns))
		return false;
	*limit = process.msgqueue;
	return IPCDBG_HAS(proc, &process, msgqueue) && process.msgqueue &&
	       process.msgqueue != UINT64_MAX;
}

void check_charge(struct check *c, const struct rule *r, const struct object *o)
{
	const struct ipcdbg_mqueue *q = &o->head.mqueue;
	const struct mqueue *m = mqueue_of(o);
	struct charge *charge;

	(void)r;
	if (!IPCDBG_HAS(mqueue, q, charged_uid) || !IPCDBG_HAS(mqueue, q, user_charged))
		return;
	charge = charge_of(c, q->charged_uid);
	charge->bytes = q->user_charged;
	for (size_t i = 0; i < m->openers.nr; i++) {
		const struct ipcdbg_opener *p = &m->openers.v[i];
		__u64 limit;

		/* A process often has many queues open; one of another user is charged to that. */
		if ((p->pid == charge->pid && p->start_ns == charge->start_ns) ||
		    !IPCDBG_HAS(opener, p, uid) || p->uid != q->charged_uid ||
		    !msgqueue_limit(p, &limit) || (charge->pid && limit >= charge->limit))
			continue;
		charge->limit = limit;
		charge->pid = p->pid;
		charge->start_ns = p->start_ns;
	}
}

static void say_charge(struct check *c, const struct rule *r, const struct charge *charge,
		       enum severity severity)
{
	struct finding *f = check_add(c, r, NULL);
	json_t *fact = json_object();

	f->severity = severity;
	text_addf(&f->subject, "RLIMIT_MSGQUEUE of user ");
	text_add_user(&f->subject, charge->uid, false);
	text_addf(&f->told, "%llu of at most %llu bytes, %.0f %%; the limit is that of pid %d",
		  charge->bytes, charge->limit, 100.0 * charge->bytes / charge->limit, charge->pid);
	say_near(f, "RLIMIT_MSGQUEUE", charge->bytes, charge->limit);
	json_put(fact, "uid", json_integer(charge->uid));
	json_put(fact, "pid", json_integer(charge->pid));
	finding_fact(f, "charged", fact);
	check_next_command(c, f);
	text_addf(&f->next, "-A -Q");
}

void check_charges(struct check *c, const struct rule *r)
{
	for (size_t i = 0; i < c->charges.nr; i++) {
		const struct charge *charge = &c->charges.v[i];
		enum severity severity = how_near(c, charge->bytes, charge->limit);

		if (charge->pid && severity)
			say_charge(c, r, charge, severity);
	}
	vec_free(&c->charges);
}
