// SPDX-License-Identifier: GPL-2.0
/*
 * Random states of segments: everything that shm, list/shm and all/shm say is held against shmctl,
 * /proc/sysvipc/shm and the maps of every process, and what the command-line tool prints against
 * ipcs and jq. states.h says what the environment may ask for.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sched.h>
#include <sys/shm.h>
#include "against_ipcs.h"
#include "check.h"
#include "compare.h"
#include "shm_generate.h"
#include "states.h"

#define HUGE_PAGES "12"

static struct shm_model model;

static int who_has(const struct cast *c, pid_t pid)
{
	int i;

	if (!pid)
		return CAST_NOBODY;
	for (i = 0; i < c->nr_processes; i++)
		if (c->process[i].pid == pid)
			return i;
	return CAST_TESTER;
}

/* Creator and last operator, with the states that the cast is known to be in. */
static bool compare_pids(const struct rows *r, int row, const struct shm_segment *s)
{
	const struct cast *c = &model.cast;
	struct shmid_ds ds;
	bool ok;
	int who;

	if (shmctl(s->known.id, IPC_STAT, &ds))
		return complain("IPC_STAT %d", s->known.id);
	who = who_has(c, ds.shm_lpid);
	ok = compare_pid(r, row, "cpid", cast_pid(c, s->creator), cast_state(c, s->creator));
	return compare_pid(r, row, "lpid", cast_pid(c, who), cast_state(c, who)) && ok;
}

/* maps: NULL for a listing, where nothing stands below a segment. */
static bool compare_segments(const struct rows *r, const struct shm_maps *maps)
{
	bool ok = true;
	int i, row;

	CHECK("segments", model.nr_segments, rows_count(r, IPCDBG_R_segment, -1));
	CHECK("namespaces", 1, rows_count(r, IPCDBG_R_namespace, -1));
	for (i = 0; i < model.nr_segments; i++) {
		row = ROWS_FIND(r, -1, segment, shmid, model.segment[i].known.id);
		if (row < 0)
			return complain("segment %d is missing", model.segment[i].known.id);
		ok &= compare_segment(r, row, &model.segment[i].known);
		ok &= compare_pids(r, row, &model.segment[i]);
		if (maps)
			ok &= compare_attached(r, row, maps);
		else
			CHECK("rows below", 0, r->row[row + 1].depth);
	}
	return ok;
}

/* What the states had in them, so that a run in which something never occurs is seen. */
static struct {
	long huge, noreserve, locked, removed, attached, sharers, leaderless, other_pid_ns, foreign,
		offset, several, zombies, exited;
	long readonly, executable, none;
} seen;

/* Whether pages of segments can be in use that no row counts: of one that is gone, or copies. */
static bool has_foreign(const struct rows *r, const struct shm_maps *maps)
{
	unsigned int i;

	for (i = 0; i < maps->nr; i++)
		if (!shm_segment(&model, maps->map[i].shmid))
			return true;
	for (i = 0; i < r->nr; i++)
		if (r->row[i].record == IPCDBG_R_mapping && ROW_HAS(r, i, mapping, foreign))
			return true;
	return false;
}

/* /proc/sysvipc is wrong about huge pages in some kernels: what all use is known otherwise. */
static bool compare_huge(const struct rows *r, const struct shm_maps *maps)
{
	uint64_t sum = 0;
	bool ok = true;
	int row = -1;

	while ((row = rows_next(r, IPCDBG_R_segment, -1, row)) >= 0)
		if (ROW_NUM(r, row, segment, hugetlb))
			sum += ROW_NUM(r, row, segment, rss);
	if (!has_foreign(r, maps))
		CHECK("huge pages in use", huge_in_use(), sum);
	seen.huge += !!sum;
	return ok;
}

static void count_mapping(const struct rows *r, int i)
{
	const char *prot = ROW_STR(r, i, mapping, prot);

	seen.foreign += ROW_HAS(r, i, mapping, foreign);
	seen.offset += !!ROW_NUM(r, i, mapping, offset);
	seen.readonly += !strcmp(prot, "r--");
	seen.executable += prot[2] == 'x';
	seen.none += !strcmp(prot, "---");
}

static void count_rows(const struct rows *r)
{
	unsigned int i;

	for (i = 0; i < r->nr; i++) {
		if (r->row[i].record == IPCDBG_R_mapping) {
			count_mapping(r, i);
		} else if (r->row[i].record == IPCDBG_R_attach) {
			seen.attached++;
			seen.sharers += ROW_HAS(r, i, attach, shared);
			seen.several += ROW_NUM(r, i, attach, mappings) > 1;
		} else if (r->row[i].record == IPCDBG_R_segment) {
			seen.noreserve += ROW_HAS(r, i, segment, noreserve) &&
					  ROW_NUM(r, i, segment, noreserve);
			seen.locked += ROW_NUM(r, i, segment, locked);
			seen.removed += ROW_NUM(r, i, segment, dest);
		}
	}
}

static void count_maps(const struct shm_maps *maps)
{
	unsigned int i;

	for (i = 0; i < maps->nr; i++) {
		const struct puppet *p = puppet_by_tid(maps->map[i].tid);

		seen.leaderless += maps->map[i].tid != maps->map[i].pid;
		seen.other_pid_ns += p && p->inner_pid != p->pid;
	}
}

static bool check_files(const struct rows *plain, const struct rows *list, uint64_t t0, uint64_t t1)
{
	struct shm_maps maps = { 0 };
	bool ok;

	(void)t0;
	(void)t1;
	shm_maps_add_all(&maps);
	ok = compare_segments(plain, &maps) && compare_segments(list, NULL) &&
	     compare_huge(plain, &maps);
	count_rows(plain);
	count_maps(&maps);
	shm_maps_free(&maps);
	return ok;
}

static bool check_cli(void)
{
	int ids[SHM_SEGMENTS], i;

	for (i = 0; i < model.nr_segments; i++)
		ids[i] = model.segment[i].known.id;
	return against_ipcs(&ipcs_segments, ids, model.nr_segments);
}

static void count_who(int who)
{
	const char *state = cast_state(&model.cast, who);

	seen.zombies += state && !strcmp(state, "zombie");
	seen.exited += state && !strcmp(state, "exited");
}

static void count_state(void)
{
	int i;

	for (i = 0; i < model.nr_segments; i++)
		count_who(model.segment[i].creator);
}

static bool all_done(void)
{
	unsigned int i;
	bool all = true;

	for (i = 0; i < nr_shm_actions; i++) {
		fprintf(stderr, "# %s: %ld times\n", shm_actions[i].name, shm_actions[i].done);
		all &= shm_actions[i].done > 0;
	}
	return all;
}

static bool all_seen(void)
{
	fprintf(stderr,
		"# segments: %ld huge in memory, %ld noreserve, %ld locked, %ld removed; creators: "
		"%ld zombies, %ld exited\n",
		seen.huge, seen.noreserve, seen.locked, seen.removed, seen.zombies, seen.exited);
	fprintf(stderr,
		"# attached: %ld, %ld by sharers of memory, %ld more than once; mappings: %ld with "
		"an offset, %ld not by shmat, %ld r--, %ld with x, %ld ---, %ld of processes "
		"without leader, %ld in other pid namespaces\n",
		seen.attached, seen.sharers, seen.several, seen.offset, seen.foreign, seen.readonly,
		seen.executable, seen.none, seen.leaderless, seen.other_pid_ns);
	return all_done() && seen.huge && seen.noreserve && seen.locked && seen.removed &&
	       seen.zombies && seen.exited && seen.sharers && seen.several && seen.offset &&
	       seen.foreign && seen.readonly && seen.executable && seen.none && seen.leaderless &&
	       seen.other_pid_ns;
}

static bool generate_state(uint64_t seed)
{
	shm_generate(&model, seed);
	return true;
}

static void clear_state(void)
{
	shm_generate_clear(&model);
}

static const struct states states = {
	.file = "shm",
	.generate = generate_state,
	.clear = clear_state,
	.check_files = check_files,
	.check_cli = check_cli,
	.count = count_state,
	.all_seen = all_seen,
};

FIXTURE(shm_random){};

FIXTURE_SETUP(shm_random)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	ASSERT_EQ(0, put_file("/proc/sys/vm/nr_hugepages", HUGE_PAGES));
	shm_generate_open();
	puppets_open();
}

FIXTURE_TEARDOWN(shm_random)
{
	clear_state();
	put_file("/proc/sys/vm/nr_hugepages", "0");
}

TEST_F_TIMEOUT(shm_random, states, 3600)
{
	EXPECT_TRUE(states_check(&states));
}

TEST_HARNESS_MAIN
