// SPDX-License-Identifier: GPL-2.0
/*
 * Random states: everything that sem, list/sem and all/sem say is held against a model, semctl and
 * /proc, what counts/sem says against sem, and what the command-line tool prints against ipcs and
 * jq. states.h and against_ipcs.h say what the environment chooses.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sched.h>
#include <string.h>
#include "against_ipcs.h"
#include "common.h"
#include "compare.h"
#include "generate.h"
#include "model.h"
#include "rows.h"
#include "states.h"

static struct model model;

static int next_of_set(const struct rows *r, int at)
{
	while (++at < (int)r->nr)
		if (r->row[at].record == IPCDBG_R_set || r->row[at].record == IPCDBG_R_sem)
			return at;
	return -1;
}

static bool same_line(const struct rows *a, int i, const struct rows *b, int j)
{
	const char *x = a->text + a->row[i].start, *y = b->text + b->row[j].start;
	size_t len = strcspn(x, "\n");

	return len == strcspn(y, "\n") && !memcmp(x, y, len);
}

/* The rows of sets and semaphores, and nothing below sets but these. */
static bool compare_counts(const struct rows *plain)
{
	int i = -1, j = -1;
	struct rows r;
	bool ok = rows_read(&r, "counts/sem");

	while (ok && (i = next_of_set(plain, i)) >= 0) {
		j = next_of_set(&r, j);
		ok = j >= 0 && same_line(plain, i, &r, j);
	}
	ok = ok && next_of_set(&r, j) < 0;
	for (i = 0; ok && i < (int)r.nr; i++)
		ok = r.row[i].depth < 2 && (!r.row[i].depth || r.row[i].record == IPCDBG_R_sem);
	if (!ok)
		complain("counts/sem is not what sem says: %s", r.text);
	rows_free(&r);
	return ok;
}

static bool check_files(const struct rows *plain, const struct rows *list, uint64_t t0, uint64_t t1)
{
	bool ok = compare_semctl(&model) && compare_sem(&model, plain, t0, t1) &&
		  compare_counts(plain);

	return compare_list(&model, list) && ok;
}

static bool check_cli(void)
{
	int ids[MODEL_SETS], i;

	for (i = 0; i < model.nr_sets; i++)
		ids[i] = model.set[i].id;
	return against_ipcs(&ipcs_sets, ids, model.nr_sets);
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

static void count_state(void)
{
	const struct model *m = &model;
	int i, set;

	for (i = 0; i < m->nr_tasks; i++)
		count_task(m, &m->task[i]);
	for (set = 0; set < m->nr_sets; set++)
		seen.adjustments += model_holders(m, set);
	for (i = 0; i < m->nr_groups; i++)
		seen.shared += m->group[i].tasks > 1;
}

static bool all_seen(void)
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
	return seen.simple && seen.zero && seen.complex && seen.moved && seen.adjustments &&
	       seen.shared && seen.exited_leaders && seen.zombies && seen.exited && seen.foreign;
}

static bool generate_state(uint64_t seed)
{
	return generate(&model, seed);
}

static void clear_state(void)
{
	generate_clear(&model);
}

static const struct states states = {
	.file = "sem",
	.generate = generate_state,
	.clear = clear_state,
	.check_files = check_files,
	.check_cli = check_cli,
	.count = count_state,
	.all_seen = all_seen,
};

FIXTURE(random){};

FIXTURE_SETUP(random)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
}

FIXTURE_TEARDOWN(random)
{
	clear_state();
}

TEST_F_TIMEOUT(random, states, 3600)
{
	EXPECT_TRUE(states_check(&states));
}

TEST_HARNESS_MAIN
