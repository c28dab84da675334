// SPDX-License-Identifier: GPL-2.0
/* Which objects are to be removed, how they are used, and if they are still the same. */
#include "rm.h"

#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "orphan.h"
#include "task.h"

#define NS_PER_S 1000000000ULL

static struct rm_target take(const struct object *o)
{
	struct rm_target target = {
		.kind = o->kind, .inum = o->ns.inum, .read_ns = o->read_ns, .head = o->head
	};
	const struct rm_kind *r = o->kind->removal;
	struct text t = { 0 };

	target.removed = r->removed && r->removed(&o->head);
	target.use = r->use(&t, o);
	target.used = t.s;
	return target;
}

bool rm_is_fresh(const struct rm_target *target)
{
	const struct datum *d = datum_find(target->kind, "CTIME", 5);
	__s64 ctime, read_s = target->read_ns / NS_PER_S;

	if (!d || !(target->kind->removal->identity >> d->field & 1))
		return false;
	ctime = field_signed(&ipcdbg_records[d->record].fields[d->field], &target->head);
	/* A clock that was set back makes it no newer. */
	return llabs(ctime - read_s) < RM_FRESH_S;
}

void rm_target_free(struct rm_target *target)
{
	free(target->used);
}

/* By what the kernel is told to remove; a name is nobody's once it has been removed. */
static bool same_handle(const struct rm_target *target, const struct object *o)
{
	const struct kind *kind = target->kind;
	bool removed = kind->removal->removed && kind->removal->removed(&o->head);

	if (!kind->name)
		return sysv_of(&target->head).id == sysv_of(&o->head).id;
	return !strcmp(kind->name(&target->head), kind->name(&o->head)) &&
	       target->removed == removed;
}

/* Named twice, an object is removed once. */
static bool is_there(const struct rm_targets *targets, const struct object *o)
{
	for (size_t i = 0; i < targets->all.nr; i++)
		if (targets->all.v[i].kind == o->kind && same_handle(&targets->all.v[i], o))
			return true;
	return false;
}

static void add(struct rm_targets *targets, const struct object *o)
{
	if (!is_there(targets, o))
		*vec_add(&targets->all) = take(o);
}

/* The operand may be a key, which another object may have by the time its id is known. */
static enum exit_code find_operand(const struct query *q, const struct operand *op,
				   struct rm_targets *targets)
{
	const struct kind *kind = q->kinds[0];
	struct object *o;
	struct table t;
	bool found = false;
	enum exit_code code =
		objects_open(q, &t, kind->table, op->by == BY_ID ? (long long)op->value : -1);

	if (code)
		return code;
	o = object_new(kind);
	while (object_next(&t, o) == PARSE_ROW) {
		if (object_is(kind, &o->head, op) && !o->gone) {
			add(targets, o);
			found = true;
		}
		if (t.at_object)
			break;
	}
	object_free(o);
	code = table_result(&t);
	if (!code && !found)
		code = object_absent(q, kind, op, &t);
	table_close(&t);
	return code;
}

static bool is_wanted(const struct query *q, const struct object *o)
{
	const struct datum *uid = datum_find(o->kind, "UID", 3);

	return !q->tasks.of_user || field_unsigned(&ipcdbg_records[uid->record].fields[uid->field],
						   &o->head) == q->tasks.uid;
}

static enum exit_code find_orphans(const struct query *q, const struct kind *kind,
				   struct rm_targets *targets)
{
	struct object *o;
	size_t unknown = 0;
	struct table t;
	enum exit_code code = objects_open(q, &t, kind->table, -1);

	if (code)
		return code;
	o = object_new(kind);
	while (object_next(&t, o) == PARSE_ROW) {
		enum orphan orphan = ORPHAN_NOT;

		if (is_wanted(q, o))
			orphan = orphan_of(o, q->rm.older_s);
		if (orphan == ORPHAN_YES)
			add(targets, o);
		unknown += orphan == ORPHAN_UNKNOWN;
	}
	object_free(o);
	code = table_result(&t);
	if (!code && unknown)
		warn_user("of %zu %s it is not known who uses them", unknown, kind->help);
	if (!code && (unknown || t.reader.cut_objects))
		code = objects_incomplete(q, t.name);
	table_close(&t);
	return code;
}

enum exit_code rm_find(const struct query *q, struct rm_targets *targets)
{
	enum exit_code code = EXIT_OK;

	for (int i = 0; i < q->nr_operands; i++)
		code = worse(code, find_operand(q, &q->operands[i], targets));
	for (size_t i = 0; q->rm.orphans && i < q->nr_kinds; i++)
		if (q->kinds[i]->removal)
			code = worse(code, find_orphans(q, q->kinds[i], targets));
	return code;
}

/* Whether fields of both heads are the same, and there in both. */
static bool same_fields(const struct rm_target *a, const struct rm_target *b, __u64 which)
{
	const struct ipcdbg_record *record = &ipcdbg_records[a->kind->head];

	for (unsigned int i = 0; i < record->nr_fields; i++) {
		const struct ipcdbg_field *f = &record->fields[i];

		if (which >> i & 1 && (field_present(a->kind->head, i, &a->head) !=
					       field_present(a->kind->head, i, &b->head) ||
				       memcmp((const char *)&a->head + f->offset,
					      (const char *)&b->head + f->offset, f->size)))
			return false;
	}
	return true;
}

/* All that does not change unless somebody has done something with the object. */
static __u64 steady_fields(const struct kind *kind)
{
	const struct ipcdbg_record *record = &ipcdbg_records[kind->head];
	__u64 which = 0;

	for (unsigned int i = 0; i < record->nr_fields; i++) {
		const struct ipcdbg_field *f = &record->fields[i];

		if (!(f->flags & IPCDBG_VOLATILE) && f->type != IPCDBG_T_PSTATE &&
		    f->type != IPCDBG_T_COMM)
			which |= 1ULL << i;
	}
	return which;
}

static enum rm_state compare(const struct rm_target *a, const struct rm_target *b)
{
	if (a->inum != b->inum || !same_fields(a, b, a->kind->removal->identity))
		return RM_OTHER;
	return same_fields(a, b, steady_fields(a->kind)) ? RM_SAME : RM_CHANGED;
}

enum exit_code rm_look_again(const struct query *q, const struct rm_target *target,
			     struct rm_target *now, enum rm_state *state)
{
	const struct kind *kind = target->kind;
	struct object *o;
	struct table t;
	enum exit_code code;

	source_renew(q->source);
	code = objects_open(q, &t, kind->table, kind->name ? -1 : sysv_of(&target->head).id);
	*state = RM_GONE;
	if (code)
		return code;
	o = object_new(kind);
	while (object_next(&t, o) == PARSE_ROW) {
		if (same_handle(target, o) && !o->gone) {
			*now = take(o);
			*state = compare(target, now);
			break;
		}
		if (t.at_object)
			break;
	}
	object_free(o);
	code = table_result(&t);
	if (!code && *state == RM_GONE && t.reader.cut_objects)
		code = objects_incomplete(q, t.name);
	table_close(&t);
	return code;
}
