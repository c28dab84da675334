// SPDX-License-Identifier: GPL-2.0
/*
 * The command-line tool in the situations that recorded tables cannot show: objects and namespaces
 * that go away under it, namespaces named in every way, users without privileges, a machine without
 * the module or debugfs, tens of thousands of objects.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "common.h"
#include "proc.h"
#include "puppet.h"

#define MANY_SETS 32000
#define MANY_SEMS 32000

/* What the newest command of shell() left. */
static char *out, *err;
static size_t out_len;
static int code;

/* Runs a shell command; $ipcdbg is the tool. Its exit status, 128 and more after a signal. */
static int __attribute__((format(printf, 1, 2))) shell(const char *fmt, ...)
{
	char command[1024] = "exec 2>/tmp/err; ";
	size_t n = strlen(command);
	va_list args;
	int status;

	va_start(args, fmt);
	vsnprintf(command + n, sizeof(command) - n, fmt, args);
	va_end(args);
	free(out);
	free(err);
	out = command_output((const char *[]){ "sh", "-c", command, NULL }, &out_len, &status);
	err = slurp("/tmp/err", 4096, NULL);
	if (!err)
		die("/tmp/err: %s", strerror(errno));
	code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return code;
}

/* Whether the newest command ended so, and said that on stderr; "" is nothing at all. */
static bool ended(int want, const char *said)
{
	if (code == want && (said[0] ? !!strstr(err, said) : !err[0]))
		return true;
	return complain("exit status %d, not %d, or not '%s' but: %s", code, want, said, err);
}

/* How often a line begins with that. */
static unsigned int lines_with(const char *start)
{
	unsigned int nr = 0;
	const char *line = out;

	while (line && *line) {
		nr += !strncmp(line, start, strlen(start));
		line = strchr(line, '\n');
		line += !!line;
	}
	return nr;
}

static bool is_clean(const char *text)
{
	const unsigned char *c;

	for (c = (const unsigned char *)text; *c; c++)
		if ((*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f)
			return complain("byte %#x in the output", *c);
	return true;
}

FIXTURE(cli)
{
	int id; /* of a set of three semaphores, all 0 */
};

FIXTURE_SETUP(cli)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC | CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	setenv("ipcdbg", cli(), 1);
	puppets_open();
	self->id = semget(0x1234, 3, IPC_CREAT | 0640);
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
	EXPECT_TRUE(ended(2, "was removed while it was read"));
	EXPECT_EQ(0, out_len);
	shell("$ipcdbg -s %d", id);
	EXPECT_TRUE(ended(2, "there is no semaphore set"));
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
		EXPECT_TRUE(ended(0, "an ipc namespace went away"));
		EXPECT_TRUE(strstr(out, i ? "\"semid\":0" : "0x00001234"));
		waitpid(one, NULL, 0);
		waitpid(two, NULL, 0);
	}
	EXPECT_TRUE(strstr(out, "\"complete\":false"));
}

TEST_F(cli, one_id_in_several_namespaces)
{
	pid_t a = namespace_child(CLONE_NEWIPC, 1, 1);
	pid_t b = namespace_child(CLONE_NEWIPC, 1, 2);
	char line[64];

	ASSERT_EQ(0, self->id);
	shell("$ipcdbg -s -A 0");
	EXPECT_TRUE(ended(0, ""));
	EXPECT_EQ(lines_with("ipc namespace "), lines_with("Semaphore Array semid=0"));
	snprintf(line, sizeof(line), "ipc namespace %u: 1 process, one is pid %d (",
		 proc_ns(a, a, "ipc"), a);
	EXPECT_EQ(1, lines_with(line));
	snprintf(line, sizeof(line), "ipc namespace %u:", proc_ns(b, b, "ipc"));
	EXPECT_EQ(1, lines_with(line));
	shell("$ipcdbg -s -A -J 0 | jq -e '[.sets[] | select(.namespace == %u) | .nsems] == [2]'",
	      proc_ns(b, b, "ipc"));
	EXPECT_EQ(0, code);
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
	return ended(0, "");
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

	/* What only a mount holds is found by its path alone. */
	ASSERT_EQ(0, shell("touch /tmp/ns && mount -o bind /proc/%d/ns/ipc /tmp/ns", pid));
	end_child(pid);
	shell("$ipcdbg -s --namespace /tmp/ns 0");
	EXPECT_TRUE(ended(0, ""));
	EXPECT_EQ(1, lines_with("nsems = 4"));
	shell("$ipcdbg -s --namespace %u", inum);
	EXPECT_TRUE(ended(2, "no such ipc namespace"));
	shell("umount /tmp/ns; $ipcdbg -s --namespace /tmp/ns");
	EXPECT_TRUE(ended(64, "not an ipc namespace"));
	shell("$ipcdbg -s --namespace %d", pid);
	EXPECT_TRUE(ended(2, "no such process"));
	shell("$ipcdbg -s --namespace /proc/self/ns/mnt");
	EXPECT_TRUE(ended(64, "not an ipc namespace"));
}

TEST_F(cli, privileges)
{
	static const char *const as[] = {
		"/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups",
		"/usr/bin/setpriv --bounding-set -sys_admin --inh-caps -sys_admin",
		"unshare -Ur",
	};
	static const char *const what[] = {
		"-s", "-s 0", "-s -J", "-s -A", "-s -i 0 --ipcs", "doctor", "-s --namespace 1"
	};
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(as); i++)
		for (j = 0; j < ARRAY_SIZE(what); j++) {
			bool doctor = !strcmp(what[j], "doctor");

			shell("%s $ipcdbg %s", as[i], what[j]);
			EXPECT_TRUE(ended(77, doctor ? "" : "ipcdbg: "));
			EXPECT_EQ(doctor, lines_with("privileges  BAD"));
			EXPECT_EQ(doctor, out_len > 0);
		}
	shell("/usr/bin/setpriv --reuid 1000 --clear-groups $ipcdbg --version");
	EXPECT_TRUE(ended(0, ""));
}

TEST_F(cli, without_debugfs)
{
	ASSERT_EQ(0, umount("/sys/kernel/debug"));
	shell("$ipcdbg -s");
	EXPECT_TRUE(ended(4, "debugfs is not mounted"));
	shell("$ipcdbg doctor");
	EXPECT_TRUE(ended(4, ""));
	EXPECT_EQ(1, lines_with("debugfs     BAD  not mounted: run 'mount "));
	EXPECT_EQ(1, lines_with("module      ok "));
}

/* A user's name in the formats of ipcs is what ipcs prints; a terminal obeys none of them. */
TEST_F(cli, names_of_users)
{
	static const struct {
		unsigned int uid;
		const char *name;
	} users[] = {
		{ 2001, "CORP\\somebody" },
		{ 2002, "m\303\274ller" },
		{ 2003, "a=\"b\"" },
		{ 2004, "esc\033[2J" },
		{ 2005,
		  "a-user-whose-name-is-longer-than-sixty-four-bytes-as-directories-have-it" },
	};
	struct semid_ds ds = { 0 };
	FILE *passwd;
	unsigned int i;

	ASSERT_EQ(0, shell("cp /etc/passwd /tmp && mount -o bind /tmp/passwd /etc/passwd"));
	passwd = fopen("/tmp/passwd", "a");
	ASSERT_NE(NULL, passwd);
	for (i = 0; i < ARRAY_SIZE(users); i++)
		fprintf(passwd, "%s:x:%u:0::/:/bin/sh\n", users[i].name, users[i].uid);
	ASSERT_EQ(0, fclose(passwd));
	for (i = 0; i < ARRAY_SIZE(users); i++) {
		ds.sem_perm.uid = users[i].uid;
		ASSERT_EQ(0, semctl(self->id, 0, IPC_SET, &ds));
		shell("$ipcdbg -s; $ipcdbg -s --ipcs");
		EXPECT_TRUE(ended(0, ""));
		EXPECT_TRUE(is_clean(out));
		shell("ipcs -s >/tmp/their; $ipcdbg -s --ipcs | cmp /tmp/their -");
		EXPECT_EQ(!!strchr(users[i].name, 033), code);
	}
}

/* Only --ipcs speaks the language of the user. */
TEST_F(cli, language)
{
	ASSERT_EQ(0, shell("$ipcdbg -s; $ipcdbg -s 0"));
	shell("($ipcdbg -s; $ipcdbg -s 0) >/tmp/c; export LC_ALL=de_DE.UTF-8; "
	      "($ipcdbg -s; $ipcdbg -s 0) | cmp /tmp/c -");
	EXPECT_TRUE(ended(0, ""));
	shell("export LC_ALL=de_DE.UTF-8; ipcs -s -i 0 >/tmp/their; grep -q Semaphorenfeld "
	      "/tmp/their && $ipcdbg --ipcs -s -i 0 | cmp /tmp/their -");
	EXPECT_TRUE(ended(0, ""));
	shell("LC_ALL=de_DE.UTF-8 $ipcdbg -s -J | jq -e '.sets[0].nsems == 3 and .complete'");
	EXPECT_EQ(0, code);
}

/* Many tasks on one large set; those who only look at the first line do no harm. */
TEST_F(cli, large_set_with_waiters)
{
	int id = semget(IPC_PRIVATE, MANY_SEMS, 0600), waiters = 1000, i;
	pid_t pids[1000];

	ASSERT_LE(0, id);
	for (i = 0; i < waiters; i++) {
		struct sembuf take = { .sem_num = i * 31, .sem_op = -1 };

		pids[i] = fork();
		ASSERT_LE(0, pids[i]);
		if (!pids[i]) {
			semop(id, &take, 1);
			_exit(0);
		}
	}
	for (i = 0; i < waiters; i++)
		wait_until(semctl(id, i * 31, GETNCNT) == 1);
	shell("$ipcdbg -s -J %d | jq -e '.complete and (.sets[0].sems | length) == %d and "
	      "([.sets[0].waiters[].pid] | unique | length) == %d'",
	      id, MANY_SEMS, waiters);
	EXPECT_EQ(0, code);
	shell("$ipcdbg -s %d", id);
	EXPECT_TRUE(ended(0, ""));
	EXPECT_EQ(3, lines_with("blocked "));
	EXPECT_EQ(1, lines_with("997 more tasks wait"));
	shell("$ipcdbg -s %d | head -n 2 | tail -n 1", id);
	EXPECT_TRUE(ended(0, ""));
	EXPECT_EQ(1, lines_with("Semaphore Array"));
	semctl(id, 0, IPC_RMID);
	for (i = 0; i < waiters; i++)
		waitpid(pids[i], NULL, 0);
}

/* Largest resident set of a command's process, in KiB, and its time in *ms. */
static long cost(const char *const argv[], long *ms)
{
	struct rusage usage;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		if (freopen("/tmp/cost", "w", stdout))
			execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &usage) != pid || status)
		die("%s: status %x", argv[0], status);
	*ms = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
	      (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
	return usage.ru_maxrss;
}

/* Memory does not grow with the number of sets, and a list costs less than that of ipcs. */
TEST_F(cli, many_sets)
{
	const char *const list[] = { cli(), "-s", NULL }, *const theirs[] = { "ipcs", "-s", NULL };
	const char *const json[] = { cli(), "-s", "-J", NULL };
	long few = 0, kib, ms, their_kib, their_ms;
	int i;

	few = cost(json, &ms);
	for (i = 1; i < MANY_SETS; i++)
		ASSERT_LE(0, semget(IPC_PRIVATE, 1, 0600));
	their_kib = cost(theirs, &their_ms);
	kib = cost(list, &ms);
	fprintf(stderr, "# list of %d sets: %ld KiB in %ld ms; ipcs: %ld KiB in %ld ms\n",
		MANY_SETS, kib, ms, their_kib, their_ms);
	EXPECT_LT(kib, few + 1024);
	EXPECT_LT(kib, their_kib);
	EXPECT_LT(ms, their_ms);
	kib = cost(json, &ms);
	fprintf(stderr, "# JSON of them: %ld KiB in %ld ms\n", kib, ms);
	EXPECT_LT(kib, few + 1024);
	shell("$ipcdbg --ipcs -s >/tmp/our; ipcs -s | cmp /tmp/our -");
	EXPECT_TRUE(ended(0, ""));
}

/* Last: the module is loaded again where that is possible. */
TEST_F(cli, without_the_module)
{
	const char *module = getenv("IPCDBG_KO");

	ASSERT_EQ(0, syscall(SYS_delete_module, "ipcdbg", O_NONBLOCK));
	shell("$ipcdbg -s");
	EXPECT_TRUE(ended(4, "the kernel module is not loaded"));
	EXPECT_EQ(0, out_len);
	shell("$ipcdbg -s -J 0");
	EXPECT_TRUE(ended(4, "the kernel module is not loaded"));
	shell("$ipcdbg doctor");
	EXPECT_TRUE(ended(4, ""));
	EXPECT_EQ(1, lines_with("module      BAD  not loaded: run "));
	if (module)
		EXPECT_EQ(0, shell("insmod %s", module));
}

TEST_HARNESS_MAIN
