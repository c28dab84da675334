// SPDX-License-Identifier: GPL-2.0
#include "explain.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "number.h"
#include "object.h"
#include "output.h"
#include "proc_task.h"

struct explanation *explanation_new(void)
{
	struct explanation *e = calloc(1, sizeof(*e));

	if (!e)
		die(EXIT_IO, "out of memory");
	return e;
}

struct explanation *explanation_new_name(const char *name)
{
	struct explanation *e = explanation_new();

	e->name = strdup(name[0] == '/' ? name + 1 : name);
	if (!e->name)
		die(EXIT_IO, "out of memory");
	return e;
}

void explanation_free(struct explanation *e)
{
	free(e->name);
	for (size_t i = 0; i < e->processes.nr; i++) {
		free(e->processes.v[i].exe);
		free(e->processes.v[i].environment);
	}
	for (size_t i = 0; i < e->files.nr; i++)
		free(e->files.v[i].path);
	vec_free(&e->processes);
	vec_free(&e->files);
	vec_free(&e->verdicts);
	free(e);
}

bool explanation_add_process(struct explanation *e, const struct key_process *p)
{
	if (p->pid <= 0 || e->processes.nr == EXPLAIN_PROCESSES_MAX)
		return false;
	for (size_t i = 0; i < e->processes.nr; i++)
		if (e->processes.v[i].tid == p->tid && !strcmp(e->processes.v[i].role, p->role))
			return false;
	*vec_add(&e->processes) = *p;
	return true;
}

void explanation_add_file(struct explanation *e, char *path, const char *how, int pid)
{
	bool there = false;

	for (size_t i = 0; i < e->files.nr && !there; i++)
		there = !strcmp(e->files.v[i].path, path);
	e->files_cut |= !there && e->files.nr == EXPLAIN_FILES_MAX;
	if (there || e->files.nr == EXPLAIN_FILES_MAX)
		free(path);
	else
		*vec_add(&e->files) = (struct key_file){ path, how, pid };
}

bool explain_is_text(__u32 key, char text[5])
{
	for (int i = 0; i < 4; i++) {
		text[i] = key >> (24 - 8 * i) & 0xff;
		if (text[i] < 0x21 || text[i] > 0x7e)
			return false;
	}
	text[4] = '\0';
	return true;
}

/* A file of a device has the right low bits by chance once in so many. */
#define BY_CHANCE 65536

/* It is likely if less than one in twenty of what was looked at would be taken for it. */
enum key_sure explain_sure_of_file(const struct explanation *e, const struct key_file *f)
{
	__u64 seen = f->pid ? e->files_seen : e->searched;

	return seen < BY_CHANCE / 20 ? KEY_LIKELY : KEY_POSSIBLE;
}

static int surer_first(const void *a, const void *b)
{
	const struct key_verdict *v = a, *w = b;

	if (v->sure != w->sure)
		return v->sure > w->sure ? -1 : 1;
	return v->row < w->row ? -1 : v->row > w->row;
}

/* Paths that the table names are tried too. */
static void try_known_files(struct explanation *e, const struct key_row *row)
{
	struct statx st;
	char *path;

	if (!e->facts.key || !row->files || row->files[0] != '/' ||
	    row->files[strcspn(row->files, "*?[,")])
		return;
	e->files_seen++;
	if (statx(AT_FDCWD, row->files, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO, &st) ||
	    !explain_is_of(e->facts.key, st.stx_dev_minor, st.stx_ino))
		return;
	path = strdup(row->files);
	if (!path)
		die(EXIT_IO, "out of memory");
	explanation_add_file(e, path, "key table", 0);
}

void explain_match(struct explanation *e, const struct key_table *table)
{
	struct key_verdict v;

	e->facts.processes = e->processes.v;
	e->facts.nr_processes = e->processes.nr;
	e->facts.files = e->files.v;
	e->facts.nr_files = e->files.nr;
	for (size_t i = 0; i < table->rows.nr; i++) {
		v = e->name ? key_match_name(&table->rows.v[i], e->facts.kind, e->name)
			    : key_match(&table->rows.v[i], &e->facts);
		if (v.sure)
			*vec_add(&e->verdicts) = v;
	}
	if (e->verdicts.nr)
		qsort(e->verdicts.v, e->verdicts.nr, sizeof(*e->verdicts.v), surer_first);
}

/* What is found for all operands. */
struct answers {
	VEC(struct explanation *) v;
};

static void found(void *ctx, struct explanation *e)
{
	struct answers *a = ctx;

	*vec_add(&a->v) = e;
}

static bool read_operand(struct operand *op)
{
	__u64 id;

	op->by = BY_NAME;
	if (op->word[0] == '/')
		return op->word[1] && !strchr(op->word + 1, '/');
	op->by = BY_KEY;
	if (!strncasecmp(op->word, "0x", 2) || op->word[0] == '-')
		return number_parse_key(op->word, &op->value);
	op->by = BY_ID;
	if (!number_parse(op->word, 10, INT32_MAX, &id))
		return false;
	op->value = id;
	return true;
}

static bool has_module(const struct query *q)
{
	struct table t;
	bool there = table_open_quietly(&t, q->source, "list/sem");

	table_close(&t);
	return there;
}

/* Whether /proc/sysvipc has to do. It is of the own namespace. */
static bool goes_without(const struct query *q)
{
	return q->source->live && !objects_of_all(q) && !has_module(q);
}

/* Names of /dev/shm, and objects of all namespaces, are told of without the module too. */
static enum exit_code find_lesser(const struct query *q, const struct operand *op,
				  struct answers *a)
{
	struct query of = *q;
	struct source lesser;

	if (q->source->live && !has_module(q)) {
		lesser = source_live(false);
		of.source = &lesser;
	}
	return explain_find(&of, op, found, a);
}

static enum exit_code find_name(const struct query *q, const struct operand *op, struct answers *a)
{
	size_t before = a->v.nr;
	enum exit_code code = find_lesser(q, op, a);

	if (a->v.nr == before && !code)
		found(a, explanation_new_name(op->word));
	return code;
}

static enum exit_code find(const struct query *q, const struct operand *op, struct answers *a)
{
	size_t before = a->v.nr;
	enum exit_code code =
		goes_without(q) ? explain_find_sysvipc(op, found, a) : find_lesser(q, op, a);

	if (a->v.nr > before || (code && op->by == BY_ID))
		return code;
	if (op->by == BY_ID) {
		warn_user("no object has the id %s; as a key it is 0x%08x", op->word, op->value);
		return EXIT_ABSENT;
	}
	/* A key says something by itself. */
	found(a, explanation_new());
	a->v.v[before]->facts.key = op->value;
	a->v.v[before]->unsure = code != EXIT_OK;
	return code;
}

static enum exit_code explain(const struct query *q, struct explanation *e)
{
	const struct key_table *table = key_table_installed();
	enum exit_code code = table->unread ? EXIT_IO : EXIT_OK;

	if (q->source->live) {
		explain_look_up(e);
		code = worse(code, proc_trouble() ? EXIT_IO : EXIT_OK);
	} else {
		explain_look_up_recorded(e);
	}
	for (size_t i = 0; q->source->live && i < table->rows.nr; i++)
		try_known_files(e, &table->rows.v[i]);
	if (q->search && e->facts.key)
		code = worse(code, explain_search(e, q->search));
	explain_match(e, table);
	return code;
}

static void print(const struct query *q, const struct answers *a, bool complete)
{
	if (q->format == FORMAT_JSON) {
		if (a->v.nr)
			explain_json(q->out, a->v.v, a->v.nr, complete);
		return;
	}
	for (size_t i = 0; i < a->v.nr; i++)
		explain_text(q, a->v.v[i]);
}

/* Whether not all are names. */
static bool any_key(char **words)
{
	while (*words && (*words)[0] == '/')
		words++;
	return *words;
}

enum exit_code explain_command(const struct query *q, char **words)
{
	enum exit_code code = EXIT_OK, one;
	struct answers a = { 0 };

	if (q->search && !q->source->live) {
		warn_user("--search: the files of recorded objects are on another machine");
		return EXIT_USAGE;
	}
	if (any_key(words) && goes_without(q))
		warn_user("without the module: objects are those of /proc/sysvipc, who waits, "
			  "holds or has them attached is not known; see 'ipcdbg doctor'");
	for (; *words && code != EXIT_USAGE; words++) {
		struct operand op = { .word = *words };

		if (!read_operand(&op)) {
			warn_user("explain %s: neither an id, a key, which begins with 0x, nor a "
				  "name, which begins with /",
				  *words);
			code = EXIT_USAGE;
		} else {
			one = op.by == BY_NAME ? find_name(q, &op, &a) : find(q, &op, &a);
			code = worse(code, one);
		}
	}
	for (size_t i = 0; i < a.v.nr && code != EXIT_USAGE; i++) {
		one = explain(q, a.v.v[i]);
		code = worse(code, one);
	}
	if (code != EXIT_USAGE)
		print(q, &a, code == EXIT_OK || code == EXIT_ABSENT);
	for (size_t i = 0; i < a.v.nr; i++)
		explanation_free(a.v.v[i]);
	vec_free(&a.v);
	return worse(code, output_failed(q->out) ? EXIT_IO : EXIT_OK);
}
