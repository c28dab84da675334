// SPDX-License-Identifier: GPL-2.0
#include "crowd.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "json.h"
#include "user.h"

struct crowd {
	struct crowd *next; /* of the same hash */
	const struct rule *rule;
	const struct kind *kind;
	__u32 inum, owner;
	char *shape;
	size_t nr;
	struct findings kept; /* of the first ones, alone or not */
	bool alone[CROWD_MIN];
};

static bool is_alike(const struct crowd *x, const struct crowd *y)
{
	return x->rule == y->rule && x->kind == y->kind && x->inum == y->inum &&
	       x->owner == y->owner && !strcmp(x->shape, y->shape);
}

static size_t hash_of(const struct crowd *c)
{
	size_t hash = c->inum * 31 + c->owner;

	for (const char *s = c->shape; *s; s++)
		hash = hash * 31 + (unsigned char)*s;
	return hash % CROWD_HASHES;
}

static struct crowd *crowd_of(struct crowds *all, const struct crowd *like)
{
	struct crowd **at = &all->by_hash[hash_of(like)], *new = *at;

	while (new && !is_alike(new, like))
		new = new->next;
	if (new)
		return new;
	new = malloc(sizeof(*new));
	if (!new)
		die(EXIT_IO, "out of memory");
	*new = *like;
	new->shape = strdup(like->shape);
	if (!new->shape)
		die(EXIT_IO, "out of memory");
	new->next = *at;
	*at = new;
	*vec_add(&all->v) = new;
	return new;
}

struct finding *crowd_add(struct check *c, const struct rule *r, const struct object *o,
			  const char *shape, bool alone)
{
	struct crowd like = { .rule = r,
			      .kind = o->kind,
			      .inum = o->ns.inum,
			      .owner = check_owner(o),
			      .shape = (char *)shape };
	struct crowd *crowd = crowd_of(&c->crowds, &like);
	struct finding *f;

	if (crowd->nr++ >= CROWD_MIN)
		return NULL;
	crowd->alone[crowd->nr - 1] = alone;
	f = finding_add(&crowd->kept, r->name, r->severity);
	finding_about(f, o);
	return f;
}

static void say_crowd(struct check *c, struct crowd *crowd)
{
	struct finding *f = finding_add(&c->findings, crowd->rule->crowd, crowd->rule->severity);
	json_t *alike = json_object();

	f->kind = crowd->kind;
	f->inum = crowd->inum;
	f->inferred = crowd->kept.v.v[0]->inferred;
	text_addf(&f->subject, "%zu %ss of user ", crowd->nr, crowd->kind->noun);
	text_add_user(&f->subject, crowd->owner, false);
	text_addf(&f->told, "%s, all alike: %s", crowd->shape, crowd->rule->crowd_told);
	check_next_in(c, f, crowd->inum);
	text_addf(&f->next, "-%c", crowd->kind->letter);
	json_put(alike, "objects", json_integer(crowd->nr));
	json_put(alike, "uid", json_integer(crowd->owner));
	finding_fact(f, "alike", alike);
	for (size_t i = 0; i < crowd->kept.v.nr; i++)
		finding_take(f, crowd->kept.v.v[i]);
}

/* Findings of their own, or none. */
static void say_each(struct check *c, struct crowd *crowd)
{
	size_t dropped = 0;

	for (size_t i = 0; i < crowd->kept.v.nr; i++)
		if (crowd->alone[i])
			*vec_add(&c->findings.v) = crowd->kept.v.v[i];
		else
			crowd->kept.v.v[dropped++] = crowd->kept.v.v[i];
	crowd->kept.v.nr = dropped;
}

void crowds_finish(struct check *c)
{
	struct crowds *all = &c->crowds;

	for (size_t i = 0; i < all->v.nr; i++) {
		struct crowd *crowd = all->v.v[i];

		if (crowd->nr >= CROWD_MIN)
			say_crowd(c, crowd);
		else
			say_each(c, crowd);
		findings_free(&crowd->kept);
		free(crowd->shape);
		free(crowd);
	}
	vec_free(&all->v);
	memset(all->by_hash, 0, sizeof(all->by_hash));
}
