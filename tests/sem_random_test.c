// SPDX-License-Identifier: GPL-2.0
/*
 * Random states: everything that sem, list/sem and all/sem say is held against a model, semctl and
 * /proc, and what the command-line tool prints against ipcs and jq.
 *
 *   SEED=n        only that state
 *   SEEDS=n       this many states (default 40), from SEED_FROM= (default 1)
 *   CLI_EVERY=n   the tool in every n-th state (default 10; 0: never, and the test says so)
 *   FOREIGN=      locale for the foreign comparison (against_ipcs.h)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <inttypes.h>
#include <sched.h>
#include "against_ipcs.h"
#include "common.h"
#include "compare.h"
#include "generate.h"
#include "model.h"
#include "rows.h"

static struct model model;

static bool read_timed(struct rows *r, const char *name, uint64_t *t0, uint64_t *t1)
{
	bool ok;

	*t0 = clock_ns(CLOCK_MONOTONIC);
	ok = rows_read(r, name);
	*t1 = clock_ns(CLOCK_MONOTONIC);
	return ok;
}

static bool check_files(const struct model *m)
{
	struct rows sem, list, all;
	uint64_t t0, t1;
	bool ok;

	ok = read_timed(&sem, "sem", &t0, &t1) && compare_sem(m, &sem, t0, t1);
	ok &= rows_read(&list, "list/sem") && compare_list(m, &list);
	ok &= rows_read(&all, "all/sem") && compare_all(&sem, &all);
	rows_free(&all);
	ok &= rows_read(&all, "all/list/sem") && compare_all(&list, &all);
	if (!ok)
		fprintf(stderr, "%s", sem.text);
	rows_free(&sem);
	rows_free(&list);
	rows_free(&all);
	return ok;
}

static bool check_cli(const struct model *m)
{
	int ids[MODEL_SETS], i;

	for (i = 0; i < m->nr_sets; i++)
		ids[i] = m->set[i].id;
	return against_ipcs(&ipcs_sets, ids, m->nr_sets);
}

/* What the states had in them, so that a run in which something never occurs is seen. */
static struct {
	long simple, zero, complex, moved, adjustments, shared, exited_leaders, zombies, exited,
		foreign;
} seen;

static void count_task(const struct model *m, const struct model_task *t)
{
	const struct model_process *p = &m->process[t->process];

	if (!t->alive && t->puppet->tid == t->puppet->pid) {
		seen.exited_leaders += !!p->live_tasks;
		seen.zombies += !p->live_tasks && !p->reaped;
		seen.exited += p->reaped;
	}
	if (!t->waiting)
		return;
	seen.simple += t->nsops == 1 && t->alter;
	seen.zero += !t->alter;
	seen.complex += t->nsops > 1;
	seen.moved += t->blocking > 0;
	seen.foreign += t->puppet->inner_pid != t->puppet->pid;
}

static void count_state(const struct model *m)
{
	int i, set;

	for (i = 0; i < m->nr_tasks; i++)
		count_task(m, &m->task[i]);
	for (set = 0; set < m->nr_sets; set++)
		seen.adjustments += model_holders(m, set);
	for (i = 0; i < m->nr_groups; i++)
		seen.shared += m->group[i].tasks > 1;
}

static void expect_variety(struct __test_metadata *_metadata)
{
	fprintf(stderr,
		"# waits: %ld simple, %ld for zero, %ld of several operations, %ld not in the "
		"first, "
		"%ld in other pid namespaces\n",
		seen.simple, seen.zero, seen.complex, seen.moved, seen.foreign);
	fprintf(stderr,
		"# undo lists: %ld adjusting, %ld shared; processes: %ld without leader, %ld "
		"zombies, "
		"%ld exited\n",
		seen.adjustments, seen.shared, seen.exited_leaders, seen.zombies, seen.exited);
	EXPECT_TRUE(seen.simple && seen.zero && seen.complex && seen.moved && seen.adjustments &&
		    seen.shared && seen.exited_leaders && seen.zombies && seen.exited &&
		    seen.foreign);
}

static bool one_state(uint64_t seed, bool with_cli)
{
	bool ok = generate(&model, seed) && compare_semctl(&model) && check_files(&model);

	count_state(&model);
	if (ok && with_cli)
		ok = check_cli(&model);
	if (!ok)
		complain("state differs, again with SEED=%" PRIu64, seed);
	generate_clear(&model);
	return ok;
}

FIXTURE(random){};

FIXTURE_SETUP(random)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
}

FIXTURE_TEARDOWN(random)
{
	generate_clear(&model);
}

TEST_F_TIMEOUT(random, states, 3600)
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
		bad += !one_state(first + i, only || (every && i % every == 0));
	fprintf(stderr, "# %ld states in %.1f s, the tool in every %ld-th\n", i,
		(clock_ns(CLOCK_MONOTONIC) - start) / 1e9, every);
	EXPECT_EQ(0, bad);
	if (n >= 20)
		expect_variety(_metadata);
}

TEST_HARNESS_MAIN
