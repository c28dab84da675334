// SPDX-License-Identifier: GPL-2.0
#include "object.h"

#include <stdlib.h>
#include <string.h>

#include "ns_mounts.h"
#include "output.h"
#include "proc_hides.h"
#include "proc_task.h"
#include "source_devshm.h"

#define ALL "all/"

bool objects_wanted(const struct query *q, __u32 inum)
{
	return !q->inum || q->inum == inum;
}

/* Reading one namespace out of all of them is for recorded data, and for those without a process.
 */
bool objects_of_all(const struct query *q)
{
	return q->all || q->inum;
}

bool objects_told(const struct query *q, const struct kind *kind)
{
	const char *name = kind->table + (objects_of_all(q) ? 0 : sizeof(ALL) - 1);

	return source_has(q->source, kind->by_proc ? name : kind->table + sizeof(ALL) - 1);
}

enum exit_code objects_open(const struct query *q, struct table *t, const char *all_name,
			    long long from_id)
{
	const char *name = objects_of_all(q) ? all_name : all_name + sizeof(ALL) - 1;
	enum exit_code code;

	if (objects_of_all(q) && q->source->live && !source_devshm_has(name))
		ns_mounts_hold_and_tell();
	code = table_open(t, q->source, name, from_id);
	if (code)
		table_close(t);
	return code;
}

void objects_note_gone(const struct table *t)
{
	if (t->reader.gone_objects)
		warn_user("%s: an ipc namespace went away while it was read", t->name);
}

enum exit_code objects_incomplete(const struct query *q, const char *what)
{
	if (q->source->lacks) {
		source_tell_lacks(q->source);
		return q->source->lacks_code;
	}
	warn_user("%s: the module left out rows: incomplete", what);
	return EXIT_DATA;
}

enum exit_code objects_not_looked_into(const struct query *q)
{
	bool live = q->source->live, able = live && proc_trouble();
	const char *advice = live && !able ? proc_lacks() : NULL;
	static bool told;

	if (!told)
		warn_user("not every process %s be looked into: who uses POSIX shared memory or "
			  "waits there, and what is unlinked, may be missing%s%s",
			  able ? "could" : "may", advice ? "; " : "", advice ? advice : "");
	told = true;
	if (!live)
		return EXIT_DATA;
	return able ? EXIT_IO : EXIT_PERM;
}

enum exit_code objects_close(const struct query *q, struct table *t)
{
	enum exit_code code = table_result(t);

	objects_note_gone(t);
	if (!code && t->reader.cut_rows)
		code = source_devshm_has(t->name) ? objects_not_looked_into(q)
						  : objects_incomplete(q, t->name);
	table_close(t);
	return worse(code, output_failed(q->out) ? EXIT_IO : EXIT_OK);
}

struct object *object_new(const struct kind *kind)
{
	struct object *o = calloc(1, kind->size);

	if (!o)
		die(EXIT_IO, "out of memory");
	o->kind = kind;
	return o;
}

void object_free(struct object *o)
{
	o->kind->free(o);
	vec_free(&o->truncated);
	free(o);
}

static void add_truncated(struct object *o, const struct ipcdbg_truncated *t)
{
	*vec_add(&o->truncated) = *t;
	o->gone |= IPCDBG_HAS(truncated, t, gone) && t->gone;
}

/* The reader knows each row's parent: what is not at depth 0 belongs to the head. */
static bool add_row(struct object *o, const struct parse_row *row)
{
	if (!row->depth)
		return false;
	if (row->id == IPCDBG_R_truncated)
		add_truncated(o, &row->u.truncated);
	else
		o->kind->add(o, row);
	return true;
}

static void clear(struct object *o)
{
	o->kind->clear(o);
	o->truncated.nr = 0;
	o->gone = false;
}

enum parse_result object_next(struct table *t, struct object *o)
{
	const struct parse_row *row = &t->reader.row;
	enum parse_result result;

	clear(o);
	while ((result = table_next(t)) == PARSE_ROW && row->id != o->kind->head)
		if (row->id == IPCDBG_R_namespace)
			o->ns = row->u.namespace;
	if (result != PARSE_ROW)
		return result;
	o->head = row->u;
	o->read_ns = t->reader.header.time;
	while ((result = table_next(t)) == PARSE_ROW && add_row(o, row))
		;
	if (result < 0)
		return result;
	reader_unget(&t->reader);
	return o->kind->finish ? o->kind->finish(t, o) : PARSE_ROW;
}

bool object_lacks(const struct object *o, const char *word)
{
	for (size_t i = 0; i < o->truncated.nr; i++)
		if (!strcmp(o->truncated.v[i].what, word))
			return true;
	return o->gone;
}

size_t object_rows(const struct object *o, const char *word, size_t shown)
{
	for (size_t i = 0; i < o->truncated.nr; i++) {
		const struct ipcdbg_truncated *t = &o->truncated.v[i];

		if (!strcmp(t->what, word) && IPCDBG_HAS(truncated, t, total) && t->total > shown)
			shown = t->total;
	}
	return shown;
}

static bool has_escape(const char *word)
{
	for (; *word; word++)
		if (text_is_escape(word))
			return true;
	return false;
}

/*
 * As the user reads it in our output, which is unique; without an escape, as it is. It must never
 * be one or the other: anybody may name a queue so.
 */
static bool is_name(const char *name, const char *word)
{
	struct text t = { 0 };
	bool same;

	if (word[0] == '/')
		word++;
	if (!has_escape(word))
		return !strcmp(name, word);
	text_clear(&t);
	text_add_name(&t, name);
	same = !strcmp(t.s, word);
	text_free(&t);
	return same;
}

bool object_is(const struct kind *kind, const union ipcdbg_any *head, const struct operand *op)
{
	struct sysv s;

	if (kind->name)
		return is_name(kind->name(head), op->word);
	s = sysv_of(head);
	return op->by == BY_KEY ? s.key == op->value : (__u32)s.id == op->value;
}

void object_add_name(struct text *t, const struct object *o)
{
	text_addf(t, "%s ", o->kind->noun);
	if (!o->kind->name) {
		text_addf(t, "%d", sysv_of(&o->head).id);
		return;
	}
	text_addc(t, '/');
	text_add_name(t, o->kind->name(&o->head));
}

static const char *const operand_words[] = { [BY_NAME] = "name", [BY_ID] = "id", [BY_KEY] = "key" };

enum exit_code object_cut(const struct query *q, const struct operand *op, const struct table *t,
			  bool found)
{
	const char *why = q->source->lacks ? "not all is known" : "the module left out rows";

	if (found)
		warn_user("%s: %s: there may be more with the %s %s", t->name, why,
			  operand_words[op->by], op->word);
	else
		warn_user("%s: %s: %s may be there", t->name, why, op->word);
	return q->source->lacks ? objects_incomplete(q, t->name) : EXIT_DATA;
}

enum exit_code object_absent(const struct query *q, const struct kind *kind,
			     const struct operand *op, const struct table *t)
{
	/* Those that may be missing have no names. */
	if (t->reader.cut_objects && !kind->by_proc)
		return object_cut(q, op, t, false);
	if (q->format == FORMAT_IPCS && op->by == BY_ID) {
		warn_user("id %u not found", op->value);
		return EXIT_OK;
	}
	warn_user("there is no %s with the %s %s", kind->noun, operand_words[op->by], op->word);
	return EXIT_ABSENT;
}
