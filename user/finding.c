// SPDX-License-Identifier: GPL-2.0
#include "finding.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "object.h"
#include "record_text.h"

struct finding *finding_add(struct findings *all, const char *name, enum severity severity)
{
	struct finding *f = calloc(1, sizeof(*f));

	if (!f)
		die(EXIT_IO, "out of memory");
	f->name = name;
	f->severity = severity;
	f->id = -1;
	text_clear(&f->subject);
	text_clear(&f->told);
	text_clear(&f->next);
	*vec_add(&all->v) = f;
	return f;
}

void finding_about(struct finding *f, const struct object *o)
{
	f->kind = o->kind;
	f->inum = o->ns.inum;
	f->id = o->kind->name ? -1 : sysv_of(&o->head).id;
	object_add_name(&f->subject, o);
}

static void add_evidence(struct finding *f, struct text *line, json_t *json)
{
	struct evidence *e = vec_add(&f->evidence);

	e->line = line->s;
	e->json = json;
}

void finding_record(struct finding *f, enum ipcdbg_record_id id, const void *record, __u64 mask)
{
	union ipcdbg_any some;
	struct text line = { 0 };
	json_t *json;

	memcpy(&some, record, ipcdbg_records[id].size);
	some.present &= mask;
	text_add_record(&line, 0, id, &some);
	line.s[--line.len] = '\0';
	json = json_record(id, &some, 0);
	json_put(json, "record", json_string(ipcdbg_records[id].word));
	add_evidence(f, &line, json);
}

static void add_value(struct text *line, const char *key, const json_t *value)
{
	text_addf(line, " %s=", key);
	if (json_large(value))
		text_adds(line, json_large(value));
	else if (json_is_string(value))
		text_addf(line, "%s", json_string_value(value));
	else if (json_is_boolean(value))
		text_addf(line, "%d", json_is_true(value));
	else
		text_addf(line, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
}

void finding_fact(struct finding *f, const char *word, json_t *values)
{
	struct text line = { 0 };
	const char *key;
	json_t *value;

	text_addf(&line, "%s", word);
	json_object_foreach(values, key, value) add_value(&line, key, value);
	json_put(values, "record", json_string(word));
	add_evidence(f, &line, values);
}

void finding_take(struct finding *f, struct finding *other)
{
	for (size_t i = 0; i < other->evidence.nr; i++)
		*vec_add(&f->evidence) = other->evidence.v[i];
	other->evidence.nr = 0;
}

void finding_free(struct finding *f)
{
	for (size_t i = 0; i < f->evidence.nr; i++) {
		free(f->evidence.v[i].line);
		json_decref(f->evidence.v[i].json);
	}
	vec_free(&f->evidence);
	text_free(&f->subject);
	text_free(&f->told);
	text_free(&f->next);
	free(f);
}

void findings_free(struct findings *all)
{
	for (size_t i = 0; i < all->v.nr; i++)
		finding_free(all->v.v[i]);
	vec_free(&all->v);
}

static int finding_order(const void *a, const void *b)
{
	const struct finding *x = *(struct finding *const *)a, *y = *(struct finding *const *)b;
	int names = strcmp(x->name, y->name), subjects;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->inferred != y->inferred)
		return x->inferred - y->inferred;
	if (names)
		return names;
	if (x->inum != y->inum)
		return x->inum < y->inum ? -1 : 1;
	if (x->kind && x->kind == y->kind && x->id != y->id)
		return x->id < y->id ? -1 : 1;
	subjects = strcmp(x->subject.s, y->subject.s);
	return subjects ? subjects : strcmp(x->told.s, y->told.s);
}

void findings_sort(struct findings *all)
{
	if (all->v.nr)
		qsort(all->v.v, all->v.nr, sizeof(*all->v.v), finding_order);
}

enum severity findings_gravest(const struct findings *all)
{
	enum severity gravest = SEVERITY_OK;

	for (size_t i = 0; i < all->v.nr; i++)
		if (all->v.v[i]->severity > gravest)
			gravest = all->v.v[i]->severity;
	return gravest;
}

size_t findings_count(const struct findings *all, enum severity severity)
{
	size_t nr = 0;

	for (size_t i = 0; i < all->v.nr; i++)
		nr += all->v.v[i]->severity == severity;
	return nr;
}

const char *severity_word(enum severity severity)
{
	static const char *const words[] = {
		[SEVERITY_OK] = "ok",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_CRITICAL] = "critical",
	};

	return words[severity];
}

const char *certainty_word(const struct finding *f)
{
	return f->inferred ? "inferred" : "certain";
}
