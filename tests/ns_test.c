// SPDX-License-Identifier: GPL-2.0
/*
 * Many ipc namespaces, however they are kept alive: each is found, and shows its own objects, what
 * it says of itself to a process that enters it, and nothing of another's.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include "check.h"
#include "ns_world.h"
#include "proc.h"
#include "random.h"

static const char *const kinds[] = { "sem", "shm", "msg", "mqueue" };

FIXTURE(namespaces)
{
	struct ns_world world[NS_WORLDS];
	int home;
	bool tree; /* the kernel has a list of all of them */
};

FIXTURE_SETUP(namespaces)
{
	random_seed(env_long("SEED", 1));
	ASSERT_EQ(0, unshare(CLONE_NEWIPC | CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	puppets_open();
	self->home = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->home);
	self->tree = ns_has_tree();
	ns_worlds_make(self->world, self->home, false);
}

FIXTURE_TEARDOWN(namespaces)
{
	puppets_clear();
	ns_worlds_free(self->world);
}

/* A table of objects of a kind, or with kind NULL that of namespaces. */
static bool world_is_shown(const struct ns_world *w, const struct rows *r, const char *kind,
			   bool found)
{
	int ns = ns_find(r, w->truth->inum);
	bool ok = true;

	CHECK("rows of the namespace", found, ns_count(r, w->truth->inum));
	if (!ok || !found)
		return ok;
	return kind ? ns_has_objects(w->truth, r, ns, kind) : ns_has_row(w->truth, r, ns);
}

static bool table_is(const FIXTURE_DATA(namespaces) * self, const char *name, const char *kind,
		     bool files)
{
	unsigned int i;
	struct rows r;
	bool ok = rows_read(&r, name);

	for (i = 0; ok && i < NS_WORLDS; i++) {
		const struct ns_world *w = &self->world[i];

		if (!world_is_shown(w, &r, kind, ns_can_be_found(w, self->tree, files)))
			ok = complain("%s: namespace %u, keeper %d", name, w->truth->inum,
				      w->keeper);
	}
	CHECK("truncated rows", 0, rows_count(&r, IPCDBG_R_truncated, -1));
	rows_free(&r);
	return ok;
}

static bool tables_are(const FIXTURE_DATA(namespaces) * self, bool files)
{
	bool ok = table_is(self, "namespaces", NULL, files);
	char name[32];
	unsigned int k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		snprintf(name, sizeof(name), "all/%s", kinds[k]);
		ok &= table_is(self, name, kinds[k], files);
		snprintf(name, sizeof(name), "all/list/%s", kinds[k]);
		ok &= table_is(self, name, kinds[k], files);
	}
	return ok;
}

TEST_F_TIMEOUT(namespaces, objects_of_each, 300)
{
	unsigned int i;
	int fd[NS_WORLDS];

	EXPECT_TRUE(tables_are(self, false));
	for (i = 0; i < NS_WORLDS; i++)
		fd[i] = self->world[i].keeper == NS_MOUNT
				? open(self->world[i].path, O_RDONLY | O_CLOEXEC)
				: -1;
	EXPECT_TRUE(tables_are(self, true));
	for (i = 0; i < NS_WORLDS; i++)
		if (fd[i] >= 0)
			close(fd[i]);
}

/* The only way to find it, but for the kernel's list of all of them. */
static const char *const held[NS_KEEPERS] = {
	[NS_PROCESS] = "task", [NS_NESTED] = "task",	  [NS_THREAD] = "task",
	[NS_FILE] = "file",    [NS_FILE_THREAD] = "file", [NS_ATTACH] = "attach",
};

static bool is_held_so(const struct rows *r, const struct ns_world *w, bool tree)
{
	static const char *const ways[] = { "task", "file", "attach" };
	int ns = ns_find(r, w->truth->inum);
	unsigned int i;
	bool ok = true;

	if (!held[w->keeper])
		return true;
	for (i = 0; i < ARRAY_SIZE(ways); i++)
		CHECK(ways[i], !strcmp(ways[i], held[w->keeper]), ns_is_held(r, ns, ways[i]));
	CHECK("tree", tree, ns_is_held(r, ns, "tree"));
	return ok;
}

/* Who is in it, and who speaks for it: the thread's process where none has its leader in it. */
static bool is_populated(const struct rows *r, const struct ns_world *w)
{
	static const struct {
		unsigned int processes, threads;
	} want[NS_KEEPERS] = {
		[NS_PROCESS] = { 1, 2 },
		[NS_NESTED] = { 1, 1 },
		[NS_THREAD] = { 0, 1 },
	};
	int ns = ns_find(r, w->truth->inum);
	bool ok = true;

	if (!held[w->keeper])
		return true;
	CHECK("processes", want[w->keeper].processes, ROW_NUM(r, ns, namespace, processes));
	CHECK("threads", want[w->keeper].threads, ROW_NUM(r, ns, namespace, threads));
	CHECK("has pid", want[w->keeper].threads > 0, ROW_HAS(r, ns, namespace, pid));
	if (want[w->keeper].threads)
		CHECK("pid", w->puppet->pid, ROW_NUM(r, ns, namespace, pid));
	return ok;
}

TEST_F_TIMEOUT(namespaces, held, 120)
{
	unsigned int i;
	struct rows r;

	ASSERT_TRUE(rows_read(&r, "namespaces"));
	for (i = 0; i < NS_WORLDS; i++) {
		EXPECT_TRUE(is_held_so(&r, &self->world[i], self->tree));
		EXPECT_TRUE(is_populated(&r, &self->world[i]));
	}
	rows_free(&r);
}

TEST_HARNESS_MAIN
