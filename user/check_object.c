// SPDX-License-Identifier: GPL-2.0
/* What can be wrong with an object of any kind; and which command comes next. */
#include <ctype.h>
#include <string.h>

#include "check.h"
#include "field.h"
#include "mqueue.h"

#define OTHERS_WRITE 02

__u32 check_owner(const struct object *o)
{
	return o->kind->name ? o->head.mqueue.uid : sysv_of(&o->head).uid;
}

static __u32 mode_of(const struct object *o)
{
	return o->kind->name ? o->head.mqueue.mode : sysv_of(&o->head).mode;
}

/* The fields of that name in the record an object begins with. */
static __u64 fields_named(enum ipcdbg_record_id id, const char *const *names, size_t nr)
{
	__u64 mask = 0;

	for (unsigned int i = 0; i < ipcdbg_records[id].nr_fields; i++)
		for (size_t j = 0; j < nr; j++)
			if (!strcmp(ipcdbg_records[id].fields[i].name, names[j]))
				mask |= 1ULL << i;
	return mask;
}

void check_world_writable(struct check *c, const struct rule *r, const struct object *o)
{
	static const char *const names[] = { "semid", "shmid", "msqid", "key",
					     "name",  "mode",  "uid",	"gid" };
	struct text shape = { 0 };
	struct finding *f;
	__u32 mode = mode_of(o);

	if (!(mode & OTHERS_WRITE))
		return;
	text_addf(&shape, "mode %03o", mode & 0777);
	f = crowd_add(c, r, o, shape.s, true);
	text_free(&shape);
	if (!f)
		return;
	text_addf(&f->told, "mode %03o: every user may change what is in it", mode & 0777);
	finding_record(f, o->kind->head, &o->head,
		       fields_named(o->kind->head, names, sizeof(names) / sizeof(names[0])));
	check_next_show(c, f, o);
}

/* In quotes, as a word that a shell takes as it is. */
static void add_quoted(struct text *t, const char *word)
{
	text_addc(t, '\'');
	for (; *word; word++)
		if (*word == '\'')
			text_addf(t, "'\\''");
		else
			text_addc(t, *word);
	text_addc(t, '\'');
}

/* That the program takes for that name. */
static void add_shell_name(struct text *t, const char *name)
{
	struct text escaped = { 0 };

	text_addf(&escaped, "/");
	text_add_name(&escaped, name);
	add_quoted(t, escaped.s);
	text_free(&escaped);
}

static bool is_plain(const char *path)
{
	for (; *path; path++)
		if (!isalnum((unsigned char)*path) && !strchr("/._-+", *path))
			return false;
	return true;
}

static bool is_printable(const char *path)
{
	for (; *path; path++)
		if (*path < 0x20 || *path > 0x7e)
			return false;
	return true;
}

/* A path with bytes that are not to be printed is left to the user. */
void check_next_command(const struct check *c, struct finding *f)
{
	const struct source *s = c->q->source;

	text_addf(&f->next, "ipcdbg ");
	if (s->live)
		return;
	text_addf(&f->next, s->part ? "--input " : "--root ");
	if (is_plain(s->root))
		text_addf(&f->next, "%s", s->root);
	else if (is_printable(s->root))
		add_quoted(&f->next, s->root);
	else
		text_addf(&f->next, s->part ? "FILE" : "DIR");
	text_addc(&f->next, ' ');
}

void check_next_in(const struct check *c, struct finding *f, __u32 inum)
{
	check_next_command(c, f);
	if (inum != c->home)
		text_addf(&f->next, "--namespace %u ", inum);
}

static void add_operand(struct finding *f, const struct object *o)
{
	text_addf(&f->next, "-%c ", o->kind->letter);
	if (o->kind->name)
		add_shell_name(&f->next, o->kind->name(&o->head));
	else
		text_addf(&f->next, "%d", sysv_of(&o->head).id);
}

void check_next_show(const struct check *c, struct finding *f, const struct object *o)
{
	check_next_in(c, f, o->ns.inum);
	add_operand(f, o);
}

/* Of what was recorded, this machine may have another one by that name. */
void check_next_remove(const struct check *c, struct finding *f, const struct object *o)
{
	check_next_in(c, f, o->ns.inum);
	if (c->q->source->live)
		text_addf(&f->next, "rm ");
	add_operand(f, o);
}
