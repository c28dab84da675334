// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer entry: any bytes as a key table. What is refused must be told once, with a printable
 * reason and the line it begins in; what is kept must be whole, printable, and fit to be matched.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "key_match.h"

struct told {
	unsigned long lines; /* of the text */
	unsigned long line;  /* of the newest */
};

static void check(int holds)
{
	if (!holds)
		abort();
}

static void check_printable(const char *s)
{
	for (; s && *s; s++)
		check((*s >= 0x20 && *s <= 0x7e) || *s == '\t');
}

static void tell(void *ctx, const char *file, unsigned long line, const char *message)
{
	struct told *t = ctx;

	(void)file;
	check(line > t->line && line <= t->lines);
	check(message[0]);
	check_printable(message);
	t->line = line;
}

static void check_row(const struct key_row *r)
{
	check(r->use && r->use[0] && strlen(r->use) <= KEY_USE_MAX);
	check(r->source && r->source[0]);
	check(!r->nr_patterns == !!r->names && r->nr_patterns <= KEY_PATTERNS_MAX);
	check(r->size.first <= r->size.last && r->nsems.first <= r->nsems.last);
	check(r->mode.last <= 0777);
	for (size_t i = 0; i < r->nr_patterns; i++)
		check(key_pattern_width(&r->patterns[i]) > 0);
	check_printable(r->use);
	check_printable(r->source);
	check_printable(r->note);
}

/* A verdict's clues are those of the row's words, and never both ways. */
static void check_verdict(const struct key_row *r, const struct key_facts *f)
{
	struct key_verdict v = key_match(r, f);
	struct text t = { 0 };

	check(v.sure >= KEY_NO && v.sure <= KEY_STRONG);
	check(!v.sure || !r->names);
	if (!v.sure)
		return;
	check(!(v.agrees & v.differs));
	check(r->exes || !((v.agrees | v.differs) & KEY_CLUE_EXE));
	check(r->owners || !((v.agrees | v.differs) & KEY_CLUE_OWNER));
	check(!(v.agrees & KEY_CLUE_FILE) == !v.file);
	key_add_decoded(&t, &v, f);
	check_printable(t.s);
	text_free(&t);
}

/* A row of keys fits no name, one of names no key; of no object it is possible at most. */
static void check_names(const struct key_row *r)
{
	const char *const names[] = { "", "PostgreSQL.5432001", "sem.a" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct key_verdict object = key_match_name(r, 'M', names[i]);
		struct key_verdict none = key_match_name(r, 0, names[i]);

		check(!object.sure || (r->names && object.sure == KEY_LIKELY));
		check(!none.sure || (r->names && none.sure == KEY_POSSIBLE));
		check(!object.sure || none.sure);
	}
}

static void match_rows(const struct key_table *t)
{
	static char environment[] = "A=1\0FAKEROOTKEY=5432000\0B=x\0";
	const struct key_process process = {
		.pid = 5304,
		.role = "cpid",
		.certain = true,
		.known = true,
		.comm = "postgres",
		.environment = environment,
		.environment_len = sizeof(environment) - 1,
		.cwd_ino = 5431990,
	};
	const struct key_file file = { .path = "/var/lib/x.dat", .how = "open file", .pid = 5304 };
	const struct key_facts facts[] = {
		{ .key = 5432001 },
		{ .kind = 'm',
		  .key = 5432001,
		  .size = 56,
		  .mode = 0600,
		  .processes = &process,
		  .nr_processes = 1,
		  .files = &file,
		  .nr_files = 1 },
		{ .kind = 's', .size = 3, .processes = &process, .nr_processes = 1 },
	};

	for (size_t i = 0; i < t->rows.nr; i++) {
		for (size_t j = 0; j < sizeof(facts) / sizeof(facts[0]); j++)
			check_verdict(&t->rows.v[i], &facts[j]);
		check_names(&t->rows.v[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct told told = { .lines = 1 };
	struct key_table t = { 0 };
	unsigned long line = 0;

	for (size_t i = 0; i < len; i++)
		told.lines += data[i] == '\n';
	key_table_add(&t, "keys", (const char *)data, len, tell, &told);
	for (size_t i = 0; i < t.rows.nr; i++) {
		check(t.rows.v[i].line > line && t.rows.v[i].line <= told.lines);
		line = t.rows.v[i].line;
		check_row(&t.rows.v[i]);
	}
	match_rows(&t);
	key_table_free(&t);
	return 0;
}
