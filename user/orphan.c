// SPDX-License-Identifier: GPL-2.0
#include "orphan.h"

#define NS_PER_S 1000000000ULL

static bool is_old(const struct object *o, __u64 older_s)
{
	__s64 last = o->kind->removal->last_use(&o->head), now = o->read_ns / NS_PER_S;

	return last <= now && (__u64)(now - last) > older_s;
}

enum orphan orphan_of(const struct object *o, __u64 older_s)
{
	const struct rm_kind *r = o->kind->removal;
	struct text t = { 0 };
	enum use use;

	if (o->gone || !is_old(o, older_s) || (r->removed && r->removed(&o->head)))
		return ORPHAN_NOT;
	use = r->use(&t, o);
	text_free(&t);
	if (use == USE_UNKNOWN)
		return ORPHAN_UNKNOWN;
	if (use == USE_SOME)
		return ORPHAN_NOT;
	switch (r->left(o)) {
	case LEFT_BEHIND:
		return ORPHAN_YES;
	case LEFT_UNUSED:
		return ORPHAN_UNUSED;
	case LEFT_NOT:
		break;
	}
	return ORPHAN_NOT;
}
