// SPDX-License-Identifier: GPL-2.0
/*
 * The tool's view of many ipc namespaces at once, however they are kept alive, against what ipcs
 * says in each of them.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sched.h>

#include "check.h"
#include "ns_world.h"
#include "proc.h"
#include "random.h"
#include "shell.h"

/* The sections of ipcs by their headings; the last is the tool's own. */
static const char *const headings[] = { "\n------ Message Queues --------\n",
					"\n------ Shared Memory Segments --------\n",
					"\n------ Semaphore Arrays --------\n",
					"\n------ POSIX Message Queues --------\n" };
#define SECTIONS 3

FIXTURE(ns_cli)
{
	struct ns_world world[NS_WORLDS];
	int home;
	bool tree;
};

FIXTURE_SETUP(ns_cli)
{
	random_seed(env_long("SEED", 1));
	ASSERT_LE(0, shell_begin());
	self->home = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->home);
	self->tree = ns_has_tree();
	ns_worlds_make(self->world, self->home, true);
}

FIXTURE_TEARDOWN(ns_cli)
{
	puppets_clear();
	ns_worlds_free(self->world);
}

/* The first row of a section, behind its heading and the line of names; NULL if there is none. */
static const char *section(const char *text, const char *heading)
{
	const char *at = strstr(text, heading);

	at = at ? strchr(at + strlen(heading), '\n') : NULL;
	return at ? at + 1 : NULL;
}

/* Its length without the blanks at its end; 0 at the end of a section. */
static size_t row_length(const char *row)
{
	size_t n = strcspn(row, "\n");

	while (n && row[n - 1] == ' ')
		n--;
	return n;
}

static const char *next_row(const char *row)
{
	row += strcspn(row, "\n");
	return row + !!*row;
}

/* The next row of this namespace from at on, behind its number; NULL if there is none. */
static const char *row_of(const char *at, unsigned int inum)
{
	char number[16];
	int n = snprintf(number, sizeof(number), "%-10u ", inum);

	for (; row_length(at); at = next_row(at))
		if (!strncmp(at, number, n))
			return at + n;
	return NULL;
}

/* All rows of the one section are, in their order, the first columns of those of the other. */
static bool section_is(const char *ipcs, const char *all, unsigned int inum)
{
	for (; row_length(ipcs); ipcs = next_row(ipcs)) {
		size_t n = row_length(ipcs);

		all = row_of(all, inum);
		if (!all || strncmp(all, ipcs, n) || all[n] != ' ')
			return complain("ipcs has %.*s, but we %.*s", (int)n, ipcs,
					all ? (int)row_length(all) : 0, all ? all : "");
		all = next_row(all);
	}
	all = row_of(all, inum);
	return !all || complain("ipcs has no %.*s", (int)row_length(all), all);
}

static unsigned int count_rows(const char *at, unsigned int inum)
{
	unsigned int nr = 0;

	while ((at = row_of(at, inum))) {
		at = next_row(at);
		nr++;
	}
	return nr;
}

static bool world_is_shown(const struct ns_world *w, const char *all, bool found)
{
	unsigned int inum = w->truth->inum, i;
	bool ok = true;

	for (i = 0; i < SECTIONS && found; i++)
		ok &= section_is(section(w->ipcs, headings[i]), section(all, headings[i]), inum);
	for (i = 0; i < SECTIONS && !found; i++)
		CHECK("rows", 0, count_rows(section(all, headings[i]), inum));
	CHECK("mqueues", found ? w->truth->nr_mqueues : 0,
	      count_rows(section(all, headings[SECTIONS]), inum));
	return ok || complain("namespace %u, keeper %d", inum, w->keeper);
}

/* Whether the tool, told to look into a namespace, prints what ipcs printed there. */
static bool prints_ipcs(const char *name, const struct ns_world *w)
{
	shell("$ipcdbg --ipcs --namespace %s", name);
	if (!shell_ended(0, ""))
		return false;
	return !strcmp(shell_out, w->ipcs) ||
	       complain("--namespace %s, keeper %d: %s\nbut ipcs: %s", name, w->keeper, shell_out,
			w->ipcs);
}

static void check_all(struct __test_metadata *_metadata, const FIXTURE_DATA(ns_cli) * self)
{
	unsigned int i;

	ASSERT_EQ(0, shell("$ipcdbg -A"));
	EXPECT_STREQ("", shell_err);
	for (i = 0; i < ARRAY_SIZE(headings); i++)
		ASSERT_NE(NULL, section(shell_out, headings[i]));
	for (i = 0; i < NS_WORLDS; i++)
		EXPECT_TRUE(world_is_shown(&self->world[i], shell_out,
					   ns_can_be_found(&self->world[i], self->tree, true)));
}

static void check_one(struct __test_metadata *_metadata, const struct ns_world *w, bool found)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", w->truth->inum);
	if (found) {
		EXPECT_TRUE(prints_ipcs(number, w));
	} else {
		EXPECT_EQ(2, shell("$ipcdbg --ipcs --namespace %s", number));
	}
	if (w->path[0])
		EXPECT_TRUE(prints_ipcs(w->path, w));
}

/* All at once; then one by one, two of each keeper. */
TEST_F_TIMEOUT(ns_cli, equals_ipcs_in_each, 300)
{
	unsigned int of_keeper[NS_KEEPERS] = { 0 }, i;

	check_all(_metadata, self);
	for (i = 0; i < NS_WORLDS; i++)
		if (of_keeper[self->world[i].keeper]++ < 2)
			check_one(_metadata, &self->world[i],
				  ns_can_be_found(&self->world[i], self->tree, true));
}

TEST_HARNESS_MAIN
