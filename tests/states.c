// SPDX-License-Identifier: GPL-2.0
#include "states.h"
#include "common.h"
#include "compare.h"

#include <inttypes.h>
#include <stdio.h>

/* Files of all namespaces say what the plain ones say. */
static bool check_all(const char *folder, const char *file, const struct rows *plain)
{
	struct rows all;
	char name[64];
	bool ok;

	snprintf(name, sizeof(name), "all/%s%s", folder, file);
	ok = rows_read(&all, name) && compare_all(plain, &all);
	rows_free(&all);
	return ok;
}

static bool check_files(const struct states *s)
{
	struct rows plain, list;
	uint64_t t0, t1;
	char name[64];
	bool ok;

	snprintf(name, sizeof(name), "list/%s", s->file);
	t0 = clock_ns(CLOCK_MONOTONIC);
	ok = rows_read(&plain, s->file);
	t1 = clock_ns(CLOCK_MONOTONIC);
	ok &= rows_read(&list, name);
	ok = ok && s->check_files(&plain, &list, t0, t1);
	ok = ok && check_all("", s->file, &plain) && check_all("list/", s->file, &list);
	if (!ok)
		fprintf(stderr, "%s", plain.text);
	rows_free(&plain);
	rows_free(&list);
	return ok;
}

static bool check_state(const struct states *s, uint64_t seed, bool with_cli)
{
	bool ok = s->generate(seed) && check_files(s);

	s->count();
	if (ok && with_cli && s->check_cli)
		ok = s->check_cli();
	if (!ok)
		complain("state differs, again with SEED=%" PRIu64, seed);
	s->clear();
	return ok;
}

bool states_check(const struct states *s)
{
	long first = env_long("SEED_FROM", 1), n = env_long("SEEDS", 40);
	long every = env_long("CLI_EVERY", 10);
	long only = env_long("SEED", 0), i, bad = 0;
	uint64_t start = clock_ns(CLOCK_MONOTONIC);

	if (only) {
		first = only;
		n = 1;
	}
	for (i = 0; i < n && bad < 3; i++)
		bad += !check_state(s, first + i, only || (every && i % every == 0));
	fprintf(stderr, "# %ld states in %.1f s, the tool in every %ld-th\n", i,
		(clock_ns(CLOCK_MONOTONIC) - start) / 1e9, every);
	return !bad && (n < 20 || s->all_seen());
}
