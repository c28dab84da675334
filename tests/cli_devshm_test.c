// SPDX-License-Identifier: GPL-2.0
/*
 * What the command-line tool tells of POSIX shared memory and semaphores beside the module: in the
 * lists of all kinds, of processes, and of the /dev/shm of several mount namespaces.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include "common.h"
#include "proc.h"
#include "puppet.h"
#include "shell.h"

#define MANY 5

FIXTURE(devshm)
{
	int children[MANY + 2];
	int nr;
	int *ready; /* how many of them are; shared */
};

static int mount_devshm(void)
{
	mkdir("/dev/shm", 01777);
	return mount("shm", "/dev/shm", "tmpfs", 0, NULL);
}

FIXTURE_SETUP(devshm)
{
	ASSERT_LE(0, shell_begin());
	ASSERT_EQ(0, mount_devshm());
	self->ready = mmap(NULL, sizeof(*self->ready), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->ready);
}

FIXTURE_TEARDOWN(devshm)
{
	for (int i = 0; i < self->nr; i++) {
		kill(self->children[i], SIGKILL);
		waitpid(self->children[i], NULL, 0);
	}
	puppets_clear();
}

/* A child runs the function, which ends with a pause() or a wait that nothing ends. */
static int begin(FIXTURE_DATA(devshm) * self, void (*run)(int *ready, long arg), long arg)
{
	int before = __atomic_load_n(self->ready, __ATOMIC_SEQ_CST), pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run(self->ready, arg);
		_exit(1);
	}
	self->children[self->nr++] = pid;
	wait_until(__atomic_load_n(self->ready, __ATOMIC_SEQ_CST) > before);
	return pid;
}

static void tell_ready(int *ready)
{
	__atomic_add_fetch(ready, 1, __ATOMIC_SEQ_CST);
}

static void wait_in_semaphore(int *ready, long arg)
{
	sem_t *sem = sem_open("/lock", O_CREAT, 0600, 0);

	(void)arg;
	prctl(PR_SET_NAME, "sem\033waiter");
	tell_ready(ready);
	sem_wait(sem);
}

static void map_unlinked(int *ready, long arg)
{
	int fd = shm_open("/gone", O_CREAT | O_RDWR, 0600);

	if (fd < 0 || ftruncate(fd, 4096) ||
	    mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED || shm_unlink("/gone"))
		return;
	close(fd);
	(void)arg;
	tell_ready(ready);
	pause();
}

/* How many tasks the semaphore counts. */
static unsigned int nwaiters(const sem_t *sem)
{
	return __atomic_load_n((const uint64_t *)sem, __ATOMIC_SEQ_CST) >> 32;
}

TEST_F_TIMEOUT(devshm, beside_the_module, 120)
{
	int waiter = begin(self, wait_in_semaphore, 0), mapper = begin(self, map_unlinked, 0);
	sem_t *sem = sem_open("/lock", 0);
	struct proc_syscall call;

	ASSERT_NE(SEM_FAILED, sem);
	wait_until(nwaiters(sem) == 1 && proc_syscall(waiter, waiter, &call) &&
		   call.nr == SYS_futex);
	ASSERT_EQ(0, shell("$ipcdbg"));
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(1, shell_lines("------ Semaphore Arrays"));
	EXPECT_TRUE(shell_has_row("/gone 600 root 4096 1 1 0 unlinked"));
	EXPECT_TRUE(shell_has_row("/lock 600 root 0 1 2 2 -"));
	ASSERT_EQ(0, shell("$ipcdbg -S lock"));
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_TRUE(shell_has_row("%d %d sem\\033waiter root S - 0 futex", waiter, waiter));
	EXPECT_EQ(1, shell_lines("1 task waits (inferred); value 0;"));
	ASSERT_EQ(0, shell("$ipcdbg pid %d", waiter));
	EXPECT_TRUE(shell_has_row("POSIX semaphore /lock %d S - blocked in futex(2) inside the "
				  "object (inferred) offset=0 call=futex",
				  waiter));
	ASSERT_EQ(0, shell("$ipcdbg pid %d", mapper));
	EXPECT_TRUE(shell_has_row("POSIX shared memory object /gone - live maps the object"));
	/* To ipcs there is nothing of all that. */
	shell("ipcs >/tmp/theirs; $ipcdbg --ipcs | cmp - /tmp/theirs");
	EXPECT_TRUE(shell_ended(0, ""));
	shell("$ipcdbg -J >/tmp/json; jq -e '.complete and (.psems | length == 1) and "
	      "(.pshms | length == 1) and (.sets | length == 1)' /tmp/json >/dev/null");
	EXPECT_TRUE(shell_ended(0, ""));
}

/* One that has both, and waits for that of its number; the third one for neither. */
static void wait_for_one_of_two(int *ready, long arg)
{
	static const char *const names[] = { "/first", "/second" };
	sem_t *sems[2];

	for (int i = 0; i < 2; i++) {
		sems[i] = sem_open(names[i], O_CREAT, 0600, 0);
		if (sems[i] == SEM_FAILED)
			return;
	}
	tell_ready(ready);
	if (arg < 2)
		sem_wait(sems[arg]);
	pause();
}

static bool waits_in_futex(int pid)
{
	struct proc_syscall call;

	return proc_syscall(pid, pid, &call) && call.nr == SYS_futex;
}

/* Whether jq makes that of the output of a command. */
static bool json_is(const char *command, const char *filter, const char *want)
{
	shell("$ipcdbg %s >/tmp/json; jq -c '%s' /tmp/json", command, filter);
	return shell_printed(want) || complain("%s: %s, not %s", command, shell_out, want);
}

#define BLOCKERS "[.waiters[] | [.id, .pid, [.blockers[].pid], .because, .deadlock]] | sort"
#define CERTAINTIES "[.deadlocks[] | [.sort, .certain]]"
#define INFERENCES "[.tasks[].inferred, .edges[].inferred, .edges[].type] | unique"

/* Each waits for what the other one could post: that is never certain, nor a finding. */
TEST_F_TIMEOUT(devshm, wait_for_each_other, 120)
{
	int a = begin(self, wait_for_one_of_two, 0), b = begin(self, wait_for_one_of_two, 1);
	char want[128];
	int third;

	wait_until(waits_in_futex(a) && waits_in_futex(b));
	snprintf(want, sizeof(want),
		 "[[\"/first\",%d,[%d],\"uses\",1],[\"/second\",%d,[%d],\"uses\",1]]", a, b, b, a);
	EXPECT_TRUE(json_is("waiters --kind psem -J", BLOCKERS, want));
	EXPECT_TRUE(json_is("waiters --kind psem -J", CERTAINTIES, "[[\"inferred\",false]]"));
	EXPECT_TRUE(json_is("waiters -J", ".waiters", "[]"));
	EXPECT_TRUE(json_is("check -J", "[.findings[] | select(.finding | test(\"dead\"))]", "[]"));
	shell("rm -f /tmp/devshm.rec; $ipcdbg record /tmp/devshm.rec");
	EXPECT_TRUE(json_is("--input /tmp/devshm.rec waiters --kind psem -J", BLOCKERS, want));
	EXPECT_TRUE(json_is("graph -S /first -J", INFERENCES, "[true,\"uses\"]"));
	EXPECT_TRUE(json_is("graph -S /first -J", "[.resources[].name] | sort",
			    "[\"first\",\"second\"]"));
	snprintf(want, sizeof(want), "[%d,%d]", a < b ? a : b, a < b ? b : a);
	EXPECT_TRUE(json_is("graph -S /first -J", "[.processes[].pid] | sort", want));
	shell("$ipcdbg graph -S");
	EXPECT_EQ(2, shell_lines("\tp0 -> ") + shell_lines("\tp1 -> "));
	shell("$ipcdbg why %d", a);
	snprintf(want, sizeof(want), "pid %d", b);
	EXPECT_TRUE(!!strstr(shell_out, want));
	third = begin(self, wait_for_one_of_two, 2);
	snprintf(want, sizeof(want), "[[%d,[%d,%d],null],[%d,[%d,%d],null]]", a, b, third, b, a,
		 third);
	EXPECT_TRUE(json_is("waiters --kind psem -J",
			    "[.waiters[] | [.pid, ([.blockers[].pid] | sort), .deadlock]] | sort",
			    want));
	EXPECT_TRUE(json_is("waiters --kind psem -J", CERTAINTIES, "[]"));
}

/* Another mount namespace, with a /dev/shm of its own, or with a semaphore in the common one. */
static void hold_elsewhere(int *ready, long arg)
{
	char name[16];

	snprintf(name, sizeof(name), "/ns%ld", arg);
	if (unshare(CLONE_NEWNS | (arg % 2 ? CLONE_NEWIPC : 0)) || mount_devshm() ||
	    sem_open(name, O_CREAT, 0600, arg) == SEM_FAILED ||
	    sem_open("/alike", O_CREAT, 0600, arg) == SEM_FAILED)
		return;
	tell_ready(ready);
	pause();
}

static void share_elsewhere(int *ready, long arg)
{
	(void)arg;
	if (unshare(CLONE_NEWNS) || sem_open("/common", 0) == SEM_FAILED)
		return;
	tell_ready(ready);
	pause();
}

static unsigned int minor_of(int pid)
{
	struct stat st;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/root/dev/shm", pid);
	if (stat(path, &st))
		die("%s", path);
	return minor(st.st_dev);
}

TEST_F_TIMEOUT(devshm, of_every_mount_namespace, 120)
{
	int pids[MANY];

	ASSERT_NE(SEM_FAILED, sem_open("/common", O_CREAT, 0600, 77));
	begin(self, share_elsewhere, 0);
	for (long i = 0; i < MANY; i++)
		pids[i] = begin(self, hold_elsewhere, i);
	ASSERT_EQ(0, shell("$ipcdbg -S -A -r -o NAME,SVAL,DEV,MNTNS,NS"));
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(1, shell_lines("/common "));
	EXPECT_EQ(MANY, shell_lines("/alike "));
	for (int i = 0; i < MANY; i++) {
		unsigned int mnt = proc_ns(pids[i], pids[i], "mnt");
		unsigned int ipc = proc_ns(pids[i], pids[i], "ipc");

		EXPECT_TRUE(
			shell_has_row("/ns%d %d 0:%u %u %u", i, i, minor_of(pids[i]), mnt, ipc));
		EXPECT_TRUE(shell_has_row("/alike %d 0:%u %u %u", i, minor_of(pids[i]), mnt, ipc));
	}
	EXPECT_TRUE(shell_has_row("/common 77 0:%u %u", minor_of(getpid()),
				  proc_ns(getpid(), getpid(), "mnt")));
	/* Only the own one, and that of another ipc namespace. */
	ASSERT_EQ(0, shell("$ipcdbg -S"));
	EXPECT_EQ(1, shell_lines("/"));
	ASSERT_EQ(0, shell("$ipcdbg -S --namespace %d", pids[1]));
	EXPECT_TRUE(shell_has_row("/ns1 600 root 1 0 1 1 -"));
	EXPECT_EQ(2, shell_lines("/"));
	EXPECT_EQ(2, shell("$ipcdbg -S ns1"));
	ASSERT_EQ(0, shell("$ipcdbg -S -A alike"));
	EXPECT_EQ(MANY, shell_lines("POSIX Semaphore /alike"));
	EXPECT_EQ(MANY, shell_lines("ipc namespace "));
}

TEST_HARNESS_MAIN
