// SPDX-License-Identifier: GPL-2.0
/*
 * The command-line tool in the situations that recorded tables cannot show: objects and namespaces
 * that go away under it, namespaces named in every way, users without privileges, a machine without
 * the module or debugfs.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "common.h"
#include "proc.h"
#include "puppet.h"
#include "shell.h"

#define MANY_SEMS 32000

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

/* A child in namespaces of its own, with sets of nsems semaphores there, that waits to be killed.
 */
static pid_t namespace_child(unsigned long flags, int nsets, int nsems)
{
	int ready[2];
	pid_t pid;
	char byte;

	if (pipe2(ready, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	fflush(NULL);
	pid = syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, 0);
	if (pid < 0)
		die("clone: %s", strerror(errno));
	if (!pid) {
		while (nsets-- > 0)
			if (semget(IPC_PRIVATE, nsems, 0644) < 0)
				_exit(1);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		die("a child made no sets");
	close(ready[0]);
	return pid;
}

static void end_child(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/*
 * Runs the tool, stops it at its second read of a table, runs a command meanwhile and lets it go
 * on. Its exit status is shell()'s.
 */
static void meanwhile(const char *arguments, const char *table, const char *command)
{
	shell("rm -f /tmp/trace; strace -o /tmp/trace -P " IPCDBG_DIR "/%s -e trace=pread64 "
	      "-e inject=pread64:signal=STOP:when=2 $ipcdbg %s & for i in $(seq 200); do "
	      "grep -qs 'stopped by SIGSTOP' /tmp/trace && break; sleep 0.1; done; %s; "
	      "kill -CONT $(pidof \"${ipcdbg##*/}\"); wait $!",
	      table, arguments, command);
}

TEST_F(cli, set_removed_under_it)
{
	int id = semget(IPC_PRIVATE, MANY_SEMS, 0600);
	char arguments[32], command[32];

	ASSERT_LE(0, id);
	snprintf(arguments, sizeof(arguments), "-s %d", id);
	snprintf(command, sizeof(command), "ipcrm -s %d", id);
	meanwhile(arguments, "sem", command);
	EXPECT_TRUE(shell_ended(2, "was removed while it was read"));
	EXPECT_EQ(0, shell_len);
	shell("$ipcdbg -s %d", id);
	EXPECT_TRUE(shell_ended(2, "there is no semaphore set"));
}

/* The namespace is listed when reading begins, and gone when its turn comes. */
TEST_F(cli, namespace_dies_under_it)
{
	pid_t one, two;
	char command[64];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		one = namespace_child(CLONE_NEWIPC, 1000, 1);
		two = namespace_child(CLONE_NEWIPC, 1000, 1);
		snprintf(command, sizeof(command), "kill -KILL %d %d; sleep 1", one, two);
		meanwhile(i ? "-s -A -J" : "-s -A", i ? "all/sem" : "all/list/sem", command);
		EXPECT_TRUE(shell_ended(0, "an ipc namespace went away"));
		EXPECT_TRUE(!!strstr(shell_out, i ? "\"semid\":0" : "0x00001234"));
		waitpid(one, NULL, 0);
		waitpid(two, NULL, 0);
	}
	EXPECT_TRUE(!!strstr(shell_out, "\"complete\":false"));
}

/* A module that was loaded before the command was upgraded has no counts/sem. */
TEST_F(cli, ipcs_of_a_set_without_its_file_of_counts)
{
	int id = semget(IPC_PRIVATE, 3, 0600), i;

	ASSERT_LE(0, id);
	for (i = 0; i < 2; i++) {
		shell("ipcs -s -i %d >/tmp/want; $ipcdbg --ipcs -s -i %d | cmp - /tmp/want && "
		      "test -s /tmp/want",
		      id, id);
		EXPECT_TRUE(shell_ended(0, ""));
		ASSERT_EQ(i, access(IPCDBG_DIR "/counts/sem", F_OK) != 0);
		if (!i)
			ASSERT_EQ(0, mount("none", IPCDBG_DIR "/counts", "tmpfs", 0, NULL));
	}
	ASSERT_EQ(0, umount(IPCDBG_DIR "/counts"));
	semctl(id, 0, IPC_RMID);
}

TEST_F(cli, one_id_in_several_namespaces)
{
	pid_t a = namespace_child(CLONE_NEWIPC, 1, 1);
	pid_t b = namespace_child(CLONE_NEWIPC, 1, 2);
	char line[64];

	ASSERT_EQ(0, self->id);
	shell("$ipcdbg -s -A 0");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(shell_lines("ipc namespace "), shell_lines("Semaphore Array semid=0"));
	snprintf(line, sizeof(line), "ipc namespace %u: 1 process, one is pid %d (",
		 proc_ns(a, a, "ipc"), a);
	EXPECT_EQ(1, shell_lines(line));
	snprintf(line, sizeof(line), "ipc namespace %u:", proc_ns(b, b, "ipc"));
	EXPECT_EQ(1, shell_lines(line));
	shell("$ipcdbg -s -A -J 0 | jq -e '[.sets[] | select(.namespace == %u) | .nsems] == [2]'",
	      proc_ns(b, b, "ipc"));
	EXPECT_EQ(0, shell_code);
	end_child(a);
	end_child(b);
}

/* Everything the tool shows of the namespace is what the real ipcs shows inside. */
static bool shows_namespace(pid_t pid, const char *name)
{
	shell("nsenter -i -t %d ipcs -s >/tmp/their && nsenter -i -t %d ipcs -s -i 0 >>/tmp/their;"
	      "$ipcdbg --ipcs -s --namespace %s >/tmp/our && "
	      "$ipcdbg --ipcs -s --namespace %s -i 0 >>/tmp/our; cmp /tmp/their /tmp/our",
	      pid, pid, name, name);
	return shell_ended(0, "");
}

TEST_F(cli, namespace_by_every_name)
{
	pid_t pid = namespace_child(CLONE_NEWIPC | CLONE_NEWPID, 1, 4);
	unsigned int inum = proc_ns(pid, pid, "ipc");
	char name[64];

	snprintf(name, sizeof(name), "%d", pid);
	EXPECT_TRUE(shows_namespace(pid, name));
	snprintf(name, sizeof(name), "/proc/%d/ns/ipc", pid);
	EXPECT_TRUE(shows_namespace(pid, name));
	snprintf(name, sizeof(name), "%u", inum);
	EXPECT_TRUE(shows_namespace(pid, name));

	/* What only a mount holds is found by its path, or its number. */
	ASSERT_EQ(0, shell("touch /tmp/ns && mount -o bind /proc/%d/ns/ipc /tmp/ns", pid));
	end_child(pid);
	shell("$ipcdbg -s --namespace /tmp/ns 0");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(1, shell_lines("nsems = 4"));
	shell("$ipcdbg -s --namespace %u 0", inum);
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(1, shell_lines("nsems = 4"));
	shell("umount /tmp/ns; $ipcdbg -s --namespace /tmp/ns");
	EXPECT_TRUE(shell_ended(64, "not an ipc namespace"));
	shell("$ipcdbg -s --namespace %u", inum);
	EXPECT_TRUE(shell_ended(2, "no such ipc namespace"));
	shell("$ipcdbg -s --namespace %d", pid);
	EXPECT_TRUE(shell_ended(2, "no such process"));
	shell("$ipcdbg -s --namespace /proc/self/ns/mnt");
	EXPECT_TRUE(shell_ended(64, "not an ipc namespace"));
}

/* Only a set that was operated on may have holders that nothing but the module knows. */
static void operate(int id)
{
	struct sembuf give = { .sem_op = 1 };

	if (semop(id, &give, 1))
		die("semop: %s", strerror(errno));
}

/* Who may not open the module's files sees what /proc shows, and is told what that lacks. */
TEST_F_TIMEOUT(cli, privileges, 110)
{
	static const char *const as[] = {
		"/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups",
		"/usr/bin/setpriv --bounding-set -sys_admin --inh-caps -sys_admin",
		"unshare -Ur",
	};
	static const struct {
		const char *arguments;
		int code;
		bool prints;
		const char *said;
	} what[] = {
		{ "-s", 0, true, "need root" },
		{ "-s 0", 77, true, "need root" },
		{ "-s -J", 77, true, "need root" },
		{ "-s -o ID,HOLDERS", 77, true, "need root" },
		{ "-s -t", 0, true, "" },
		{ "-s --ipcs", 0, true, "" },
		{ "-s -A", 77, true, "need root" },
		{ "-Q", 77, true, "need root" },
		{ "-s --namespace 1", 77, false, "needs root" },
		{ "ns", 77, true, "need root" },
		{ "doctor", 77, true, "" },
	};
	unsigned int i, j;

	operate(self->id);
	for (i = 0; i < ARRAY_SIZE(as); i++) {
		for (j = 0; j < ARRAY_SIZE(what); j++) {
			shell("%s $ipcdbg %s", as[i], what[j].arguments);
			EXPECT_TRUE(shell_ended(what[j].code, what[j].said));
			EXPECT_EQ(what[j].prints, shell_len > 0);
		}
		EXPECT_EQ(1, shell_lines("privileges  BAD"));
		shell("%s ipcs -s -i 0 >/tmp/their; %s $ipcdbg --ipcs -s -i 0 | cmp /tmp/their -",
		      as[i], as[i]);
		EXPECT_EQ(0, shell_code);
	}
	shell("/usr/bin/setpriv --reuid 1000 --clear-groups $ipcdbg --version");
	EXPECT_TRUE(shell_ended(0, ""));
}

/* What it says to mount it does not mount itself. */
TEST_F(cli, without_debugfs)
{
	char *before, *after;

	ASSERT_EQ(0, umount("/sys/kernel/debug"));
	before = slurp("/proc/self/mounts", 65536, NULL);
	shell("$ipcdbg -s");
	EXPECT_TRUE(shell_ended(0, "debugfs is not mounted"));
	shell("$ipcdbg -s -A");
	EXPECT_TRUE(shell_ended(4, "debugfs is not mounted"));
	shell("$ipcdbg doctor");
	EXPECT_TRUE(shell_ended(4, ""));
	EXPECT_EQ(1, shell_lines("debugfs     BAD  not mounted: run 'mount "));
	EXPECT_EQ(1, shell_lines("module      ok "));
	after = slurp("/proc/self/mounts", 65536, NULL);
	EXPECT_STREQ(before, after);
	free(before);
	free(after);
}

/* Last: the module is loaded again where that is possible. */
TEST_F(cli, without_the_module)
{
	const char *module = getenv("IPCDBG_KO");
	char own[16];

	operate(self->id);
	ASSERT_EQ(0, syscall(SYS_delete_module, "ipcdbg", O_NONBLOCK));
	shell("$ipcdbg -s");
	EXPECT_TRUE(shell_ended(0, "the kernel module is not loaded"));
	EXPECT_EQ(1, shell_lines("------ Semaphore Arrays"));
	shell("$ipcdbg -s -J 0 >/tmp/json");
	EXPECT_TRUE(shell_ended(4, "the kernel module is not loaded"));
	EXPECT_EQ(0, shell("jq -e '.sets[0].semid == 0 and (.complete | not)' /tmp/json"));
	shell("$ipcdbg -s -A");
	EXPECT_TRUE(shell_ended(4, "the kernel module is not loaded"));
	EXPECT_NE(NULL, strstr(shell_out, " 0x00001234 "));
	/* Of processes that it may not look at, a user is told no namespace. */
	shell("/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups $ipcdbg ns");
	EXPECT_TRUE(shell_ended(4, "the kernel module is not loaded"));
	EXPECT_EQ(2, shell_lines(""));
	snprintf(own, sizeof(own), "%u ", proc_ns(getpid(), getpid(), "ipc"));
	EXPECT_EQ(1, shell_lines(own));
	shell("$ipcdbg doctor");
	EXPECT_TRUE(shell_ended(4, ""));
	EXPECT_EQ(1, shell_lines("module      BAD  not loaded: run "));
	if (module)
		EXPECT_EQ(0, shell("insmod %s", module));
}

TEST_HARNESS_MAIN
