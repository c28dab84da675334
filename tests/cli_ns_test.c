// SPDX-License-Identifier: GPL-2.0
/*
 * What the command-line tool tells of namespaces and processes beyond the module's tables: bind
 * mounts wherever they are, units of cgroups, arguments.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include "common.h"
#include "ns_truth.h"
#include "proc.h"
#include "puppet.h"
#include "shell.h"

#define CGROUPS "/tmp/cgroups"

FIXTURE(cli)
{
	int id; /* of a set of three semaphores, all 0 */
};

FIXTURE_SETUP(cli)
{
	self->id = shell_begin();
	ASSERT_LE(0, self->id);
}

FIXTURE_TEARDOWN(cli)
{
	puppets_clear();
}

/* Whether jq finds the filter true of what ipcdbg ns -J says. */
static bool ns_is(const char *filter)
{
	shell("$ipcdbg ns -J >/tmp/ns.json && jq -e '%s' /tmp/ns.json >/dev/null", filter);
	return shell_ended(0, "") || !complain("%s", filter);
}

static bool ns_row_is(unsigned int inum, const char *filter)
{
	char all[512];

	snprintf(all, sizeof(all), "[.namespaces[] | select(.inum == %u)] | %s", inum, filter);
	return ns_is(all);
}

TEST_F(cli, own_namespace_is_listed)
{
	unsigned int inum = proc_ns(getpid(), getpid(), "ipc");
	char want[64];

	ASSERT_EQ(0, shell("$ipcdbg ns"));
	EXPECT_EQ(1, shell_lines("        NS     USERNS PROCESSES "));
	snprintf(want, sizeof(want), "%u", inum);
	EXPECT_EQ(1, shell_lines(want));
	snprintf(want, sizeof(want), "length == 1 and .[0].user_ns == %u and .[0].sets == 1",
		 proc_ns(getpid(), getpid(), "user"));
	EXPECT_TRUE(ns_row_is(inum, want));
	shell("$ipcdbg ns %d", getpid());
	EXPECT_TRUE(shell_ended(0, ""));
	shell("cut -f4 /proc/sys/kernel/sem >/tmp/theirs; $ipcdbg ns %u | "
	      "awk '/^SEMMNI/ { print $2 }' | cmp - /tmp/theirs",
	      inum);
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(2, shell("$ipcdbg ns 4294967295"));
	EXPECT_EQ(64, shell("$ipcdbg ns /proc/self/ns/mnt"));
}

/* A namespace without processes, whose only holder is a mount in the puppet's mount namespace. */
static unsigned int mount_elsewhere(struct puppet *p, const char *where)
{
	unsigned int inum;
	char target[64];

	shell("unshare --ipc sh -c 'readlink /proc/self/ns/ipc; ipcmk -S 5 >/dev/null; "
	      "touch \"/proc/%d/root%s\"; nsenter --mount=/proc/%d/ns/mnt "
	      "mount --bind /proc/$$/ns/ipc \"%s\"'",
	      p->pid, where, p->pid, where);
	snprintf(target, sizeof(target), "%.*s", (int)shell_len, shell_out);
	return sscanf(target, "ipc:[%u]", &inum) == 1 ? inum : 0;
}

TEST_F(cli, mount_in_another_mount_namespace)
{
	static const char *const paths[] = { "/tmp/plain", "/tmp/with blank \\ and\ttab" };
	struct puppet *p = puppet_make(NULL, CLONE_NEWNS);
	unsigned int inum;
	char line[64];

	ASSERT_NE(NULL, p);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		inum = mount_elsewhere(p, paths[i]);
		ASSERT_NE(0, inum);
		EXPECT_EQ(1, shell("grep -q ' ipc:.%u. ' /proc/self/mountinfo", inum));
		EXPECT_TRUE(ns_row_is(inum, "length == 1 and .[0].sets == 1 and .[0].mount and "
					    ".[0].processes == 0"));
		shell("$ipcdbg -s --namespace %u", inum);
		EXPECT_TRUE(shell_ended(0, ""));
		EXPECT_TRUE(!!strstr(shell_out, " 5 "));
		shell("$ipcdbg -s -A");
		EXPECT_TRUE(shell_ended(0, ""));
		snprintf(line, sizeof(line), "%u", inum);
		EXPECT_EQ(1, shell_lines(line));
		shell("$ipcdbg -s -A 0");
		snprintf(line, sizeof(line), "ipc namespace %u: 0 processes", inum);
		EXPECT_EQ(1, shell_lines(line));
		shell("$ipcdbg doctor");
		snprintf(line, sizeof(line), "mounts      ok   %zu ipc namespace", i + 1);
		EXPECT_EQ(1, shell_lines(line));
	}
}

/* Something lies on the mount: it is told, and nothing else is opened in its place. */
TEST_F(cli, mount_that_is_covered)
{
	struct puppet *p = puppet_make(NULL, CLONE_NEWNS);
	unsigned int inum;

	ASSERT_NE(NULL, p);
	inum = mount_elsewhere(p, "/tmp/covered");
	ASSERT_NE(0, inum);
	ASSERT_EQ(0, shell("touch /tmp/cover && nsenter --mount=/proc/%d/ns/mnt mount --bind "
			   "/tmp/cover /tmp/covered",
			   p->pid));
	shell("$ipcdbg -s -A");
	EXPECT_TRUE(shell_ended(0, "1 ipc namespace with a bind mount could not be opened"));
	/* A kernel that has a list of all shows it without. */
	shell("$ipcdbg ns %u", inum);
	EXPECT_EQ(ns_has_tree() ? 0 : 2, shell_code);
	shell("$ipcdbg doctor");
	EXPECT_EQ(1, shell_lines("mounts      BAD  0 ipc namespaces with a bind mount, and 1 "));
}

/* A process of that cgroup that blocks on the set and holds an undo of it, in a program's name. */
static struct puppet *blocked_in(int id, const char *cgroup)
{
	struct puppet *p = puppet_make(NULL, 0);
	char path[128], pid[16];

	if (mkdir(CGROUPS, 0700) && errno != EEXIST)
		die("mkdir: %s", strerror(errno));
	if (mount("none", CGROUPS, "cgroup2", 0, NULL) && errno != EBUSY)
		die("cgroup2: %s", strerror(errno));
	snprintf(path, sizeof(path), "%s/%s", CGROUPS, cgroup);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%s/cgroup.procs", CGROUPS, cgroup);
	snprintf(pid, sizeof(pid), "%d", p->pid);
	if (put_file(path, pid))
		die("%s: cannot be written", path);
	puppet_semop(p, id, &(struct sembuf){ 1, 1, SEM_UNDO }, 1);
	puppet_block(p, id, &(struct sembuf){ 0, -1, 0 }, 1, NULL);
	return p;
}

/* Lines of the newest output that end so. */
static unsigned int lines_ending(const char *end)
{
	unsigned int nr = 0;
	size_t len = strlen(end);
	const char *line, *next;

	for (line = shell_out; line && *line; line = next + 1) {
		next = strchr(line, '\n');
		if (!next)
			break;
		nr += (size_t)(next - line) >= len && !memcmp(next - len, end, len);
	}
	return nr;
}

TEST_F(cli, units_and_arguments)
{
	struct puppet *p = blocked_in(self->id, "shop.service");
	size_t len;
	char cell[256], path[64];
	char *args;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", p->pid);
	args = slurp(path, 4096, &len);
	ASSERT_NE(NULL, args);
	/* The test's own arguments have no byte that is escaped, and are one. */
	snprintf(cell, sizeof(cell), " shop.service %s", args);
	ASSERT_EQ(0, shell("$ipcdbg -s %d", self->id));
	EXPECT_EQ(2, lines_ending(cell));
	EXPECT_EQ(2, lines_ending(" UNIT         ARGS"));
	/* A /proc of another pid namespace numbers its processes otherwise. */
	shell("unshare --pid --fork $ipcdbg -s %d", self->id);
	EXPECT_EQ(0, lines_ending(args));
	EXPECT_TRUE(!strstr(shell_out, "UNIT"));
	free(args);
}

/* The process that speaks for a namespace tells the unit, and so who the namespace belongs to. */
TEST_F(cli, unit_of_a_namespace)
{
	struct puppet *p = puppet_make(NULL, CLONE_NEWIPC);
	unsigned int inum = proc_ns(p->pid, p->pid, "ipc");
	char line[128];

	ASSERT_EQ(0, shell("mkdir -p %s && { mount -t cgroup2 none %s || :; } && mkdir -p "
			   "%s/a.slice/web.scope/inner && "
			   "echo %d >%s/a.slice/web.scope/inner/cgroup.procs",
			   CGROUPS, CGROUPS, CGROUPS, p->pid, CGROUPS));
	EXPECT_TRUE(ns_row_is(inum, ".[0].cgroup == \"/a.slice/web.scope/inner\""));
	ASSERT_EQ(0, shell("$ipcdbg ns %u", inum));
	snprintf(line, sizeof(line), "ipc namespace %u: 1 process, one is pid %d (", inum, p->pid);
	EXPECT_EQ(1, shell_lines(line));
	EXPECT_EQ(1, lines_ending(" in web.scope"));
	ASSERT_EQ(0, shell("$ipcdbg ns | grep ' web.scope '"));
	EXPECT_EQ(1, lines_ending("")); /* one row */
}

TEST_HARNESS_MAIN
