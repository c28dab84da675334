// SPDX-License-Identifier: GPL-2.0
#include "key_match.h"

#include <fnmatch.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "user.h"

#define CLOSE_KEYS (1U << 17)
#define TELLING_KEY 0x10000 /* smaller ones are often chosen by hand */

const char *const key_sure_words[] = {
	[KEY_NO] = "no",	 [KEY_GUESS] = "guess",	  [KEY_POSSIBLE] = "possible",
	[KEY_LIKELY] = "likely", [KEY_STRONG] = "strong",
};

const char *const key_clue_words[KEY_CLUES] = { "exe",	"owner", "size",   "nsems",
						"mode", "file",	 "formula" };

/* Whether a word matches one of the globs with commas between them. */
static bool in_globs(const char *globs, const char *word)
{
	char glob[256];

	while (*globs) {
		size_t len = strcspn(globs, ",");

		if (len < sizeof(glob)) {
			memcpy(glob, globs, len);
			glob[len] = '\0';
			if (!fnmatch(glob, word, 0))
				return true;
		}
		globs += len + (globs[len] == ',');
	}
	return false;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool runs(const struct key_process *p, const char *globs)
{
	return (p->exe && in_globs(globs, base_name(p->exe))) ||
	       (p->comm[0] && in_globs(globs, p->comm));
}

static void set_clue(struct key_verdict *v, enum key_clue clue, bool agrees)
{
	*(agrees ? &v->agrees : &v->differs) |= clue;
}

/* It differs if all who have to do with the object are known, and none runs it. */
static void look_at_exe(struct key_verdict *v, const struct key_facts *f)
{
	bool all = f->nr_processes > 0;

	for (size_t i = 0; i < f->nr_processes && !v->process; i++) {
		const struct key_process *p = &f->processes[i];

		all &= p->known && p->certain;
		if (p->known && runs(p, v->row->exes))
			v->process = p;
	}
	if (v->process || all)
		set_clue(v, KEY_CLUE_EXE, v->process);
}

static void look_at_owner(struct key_verdict *v, const struct key_facts *f)
{
	struct text name = { 0 };

	text_add_user(&name, f->uid, false);
	set_clue(v, KEY_CLUE_OWNER, in_globs(v->row->owners, name.s));
	text_free(&name);
}

static void look_at_range(struct key_verdict *v, enum key_clue clue, const struct key_range *r,
			  __u64 n)
{
	if (r->told)
		set_clue(v, clue, n >= r->first && n <= r->last);
}

static void look_at_files(struct key_verdict *v, const struct key_facts *f)
{
	for (size_t i = 0; i < f->nr_files && !v->file; i++)
		if (in_globs(v->row->files, f->files[i].path))
			v->file = &f->files[i];
	if (v->file)
		set_clue(v, KEY_CLUE_FILE, true);
}

/* "NAME=number" of a process; false if it has none. */
static bool variable_of(const struct key_process *p, const char *name, __u32 *n)
{
	size_t len = strlen(name);
	const char *end = p->environment + p->environment_len, *at, *stop;

	for (at = p->environment; at && at < end; at += strlen(at) + 1)
		if (!strncmp(at, name, len) && at[len] == '=') {
			*n = strtoul(at + len + 1, (char **)&stop, 0);
			return stop != at + len + 1 && !*stop;
		}
	return false;
}

/* Whether the key is one of those that the formula makes for this process. */
static bool proves(const struct key_pattern *p, const struct key_process *process,
		   const struct key_facts *f)
{
	__u32 n;

	switch (p->form) {
	case KEY_INODE:
		return process->cwd_ino && f->key - (__u32)process->cwd_ino < KEY_MORE;
	case KEY_PID:
		return process->pid > 0 && f->key >> 10 == (__u32)process->pid;
	case KEY_ENV:
		if (!variable_of(process, p->name, &n))
			return false;
		return f->key ? f->key - n < KEY_MORE : n == (__u32)f->id;
	default:
		return false;
	}
}

/* A process that proves the formula and runs what the row names goes before one that only does the
 * former. */
static const struct key_process *find_proof(const struct key_verdict *v, const struct key_facts *f)
{
	const struct key_process *found = NULL;

	for (size_t i = 0; i < f->nr_processes; i++) {
		const struct key_process *p = &f->processes[i];

		if (!p->known || !proves(v->pattern, p, f))
			continue;
		if (!v->row->exes || runs(p, v->row->exes))
			return p;
		found = p;
	}
	return found;
}

static void look_at_formula(struct key_verdict *v, const struct key_facts *f)
{
	const struct key_process *proof = find_proof(v, f);

	if (!proof)
		return;
	v->process = proof;
	set_clue(v, KEY_CLUE_FORMULA, true);
}

static void look_at_clues(struct key_verdict *v, const struct key_facts *f)
{
	const struct key_row *row = v->row;

	if (row->files)
		look_at_files(v, f);
	if (!f->kind)
		return;
	if (row->exes)
		look_at_exe(v, f);
	if (row->owners)
		look_at_owner(v, f);
	if (f->kind == 'm')
		look_at_range(v, KEY_CLUE_SIZE, &row->size, f->size);
	if (f->kind == 's')
		look_at_range(v, KEY_CLUE_NSEMS, &row->nsems, f->size);
	look_at_range(v, KEY_CLUE_MODE, &row->mode, f->mode & 0777);
	if (key_pattern_needs_process(v->pattern))
		look_at_formula(v, f);
}

#define SHAPE (KEY_CLUE_SIZE | KEY_CLUE_NSEMS | KEY_CLUE_MODE)
#define IDENTITY (KEY_CLUE_EXE | KEY_CLUE_FILE)

static enum key_sure sure_of_close(const struct key_verdict *v)
{
	const struct key_pattern *p = v->pattern;

	if (v->agrees & IDENTITY)
		return KEY_STRONG;
	if (v->differs & (KEY_CLUE_EXE | KEY_CLUE_OWNER))
		return KEY_POSSIBLE;
	if (v->agrees & (SHAPE | KEY_CLUE_OWNER) ||
	    (key_pattern_width(p) == 1 && p->first >= TELLING_KEY))
		return KEY_LIKELY;
	return KEY_POSSIBLE;
}

static enum key_sure sure_of_formula(const struct key_verdict *v)
{
	bool process = v->agrees & KEY_CLUE_EXE, file = v->agrees & KEY_CLUE_FILE;

	if (process && file)
		return KEY_STRONG;
	if (process || file)
		return KEY_LIKELY;
	if (v->differs & (KEY_CLUE_EXE | KEY_CLUE_OWNER))
		return KEY_NO;
	return v->agrees & (SHAPE | KEY_CLUE_OWNER) ? KEY_POSSIBLE : KEY_GUESS;
}

static enum key_sure sure_of_any(const struct key_verdict *v)
{
	if (!(v->agrees & (KEY_CLUE_EXE | KEY_CLUE_OWNER)) || v->differs & KEY_CLUE_EXE)
		return KEY_NO;
	if (v->agrees & KEY_CLUE_EXE && v->agrees & (SHAPE | KEY_CLUE_OWNER))
		return KEY_LIKELY;
	return KEY_POSSIBLE;
}

/* What takes a process to be proved says nothing without one. */
static enum key_sure sure_of_proof(const struct key_verdict *v)
{
	if (!(v->agrees & KEY_CLUE_FORMULA))
		return KEY_NO;
	return v->differs & KEY_CLUE_EXE ? KEY_POSSIBLE : KEY_STRONG;
}

static enum key_sure sure_of(const struct key_verdict *v)
{
	enum key_sure sure;

	if (key_pattern_needs_process(v->pattern))
		sure = sure_of_proof(v);
	else if (v->pattern->form == KEY_ANY || v->pattern->form == KEY_PRIVATE)
		sure = sure_of_any(v);
	else if (key_pattern_width(v->pattern) <= CLOSE_KEYS)
		sure = sure_of_close(v);
	else
		sure = sure_of_formula(v);
	return v->differs & SHAPE && sure > KEY_NO ? sure - 1 : sure;
}

static struct key_verdict match_pattern(const struct key_row *row, const struct key_pattern *p,
					const struct key_facts *facts)
{
	struct key_verdict v = { .row = row, .pattern = p };

	if (!key_pattern_fits(p, facts->key))
		return v;
	look_at_clues(&v, facts);
	v.sure = sure_of(&v);
	return v;
}

struct key_verdict key_match(const struct key_row *row, const struct key_facts *facts)
{
	struct key_verdict best = { .row = row }, v;

	if (facts->kind && row->kinds && !strchr(row->kinds, facts->kind))
		return best;
	for (size_t i = 0; i < row->nr_patterns; i++) {
		v = match_pattern(row, &row->patterns[i], facts);
		if (v.sure > best.sure)
			best = v;
	}
	return best;
}

struct key_verdict key_match_name(const struct key_row *row, int kind, const char *name)
{
	struct key_verdict v = { .row = row };

	if (row->names && (!kind || !row->kinds || strchr(row->kinds, kind)) &&
	    in_globs(row->names, name))
		v.sure = kind ? KEY_LIKELY : KEY_POSSIBLE;
	return v;
}

/* The pattern that tells most: a row may have a port's keys and the formula for every port. */
static const struct key_pattern *telling_pattern(const struct key_verdict *v, __u32 key)
{
	for (size_t i = 0; i < v->row->nr_patterns; i++)
		if (v->row->patterns[i].form == KEY_PORT &&
		    key_pattern_fits(&v->row->patterns[i], key))
			return &v->row->patterns[i];
	return v->pattern;
}

void key_add_decoded(struct text *t, const struct key_verdict *v, const struct key_facts *facts)
{
	__u32 key = facts->key, n;

	if (!v->pattern)
		return;
	switch (telling_pattern(v, key)->form) {
	case KEY_PORT:
		text_addf(t, "port %u, and %u", key / 1000, key % 1000);
		break;
	case KEY_INODE:
		text_addf(t, "inode %llu of its working directory, and %u", v->process->cwd_ino,
			  key - (__u32)v->process->cwd_ino);
		break;
	case KEY_PID:
		text_addf(t, "pid %u, and %u", key >> 10, key & 1023);
		break;
	case KEY_ENV:
		if (variable_of(v->process, v->pattern->name, &n))
			text_addf(t, "%s=%u, and %u", v->pattern->name, n, key ? key - n : 0);
		break;
	case KEY_FTOK:
		text_addf(t, "project id 0x%02x", key >> 24);
		break;
	default:
		break;
	}
}
