// SPDX-License-Identifier: GPL-2.0
/* 'ipcdbg why' and 'graph': chains that the test made of puppets, to their roots. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"
#include "proc.h"
#include "puppet.h"
#include "shell.h"

#define SEMS 32
#define CHAIN 20
#define RECORDING "/tmp/why.rec"

union semun {
	int val;
	unsigned short *array;
};

struct shared {
	int pipe[2];
	char path[16], other[16];
	struct flock has, wants, beside;
	char byte;
	char text[8192]; /* as large as a message may be */
	unsigned int futex;
	struct {
		long type;
		char text[8];
	} message;
};

FIXTURE(why)
{
	int semid; /* of SEMS semaphores, each of value 1 */
	struct shared *shared;
	struct puppet *a, *b, *c;
};

FIXTURE_SETUP(why)
{
	unsigned short ones[SEMS];

	self->shared = mmap(NULL, sizeof(*self->shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->shared);
	ASSERT_LE(0, shell_begin());
	self->semid = semget(IPC_PRIVATE, SEMS, 0600);
	ASSERT_LE(0, self->semid);
	for (int i = 0; i < SEMS; i++)
		ones[i] = 1;
	ASSERT_EQ(0, semctl(self->semid, 0, SETALL, (union semun){ .array = ones }));
	strcpy(self->shared->path, "/tmp/locked");
	strcpy(self->shared->other, "/tmp/other");
	self->shared->message.type = 1;
	self->a = puppet_make(NULL, 0);
	self->b = puppet_make(NULL, 0);
	ASSERT_NE(NULL, self->b);
}

FIXTURE_TEARDOWN(why)
{
	puppets_clear();
}

static void take(struct puppet *p, int semid, int sem)
{
	puppet_semop(p, semid, &(struct sembuf){ sem, -1, SEM_UNDO }, 1);
}

static void wait_for(struct puppet *p, int semid, int sem)
{
	puppet_block(p, semid, &(struct sembuf){ sem, -1, SEM_UNDO }, 1, NULL);
}

/* Whether jq makes that of the tree of a process, on this machine ("") or another input. */
static bool tree_is(const char *input, pid_t pid, const char *filter, const char *want)
{
	shell("$ipcdbg %s why -J %d >/tmp/why.json && jq -c '%s' /tmp/why.json", input, pid,
	      filter);
	if (shell_printed(want))
		return true;
	complain("%s %s: %s, not %s", input, filter, shell_out, want);
	shell("$ipcdbg %s why %d", input, pid);
	return complain("%s", shell_out);
}

/*
 * Whether a recording made now tells of a process, as text and JSON, what the machine tells: all
 * but times, and the stack, which it has not.
 */
static bool is_recorded(pid_t pid)
{
	static const char *const forms[] = { "", "-J" };

	shell("rm -f " RECORDING "; $ipcdbg record " RECORDING);
	if (!shell_ended(0, ""))
		return false;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		shell("times='s/[0-9.]* s /N s /g; s/\"[a-z_]*_ns\":[0-9]*/N/g; "
		      "s/\"time\":[0-9]*/N/; /in the kernel: /d; "
		      "s/\"stack\":.[^]]*./S/g'; $ipcdbg why %s %d >/tmp/why.live && "
		      "$ipcdbg --input " RECORDING " why %s %d >/tmp/why.recorded && "
		      "sed -i \"$times\" /tmp/why.live /tmp/why.recorded && "
		      "diff /tmp/why.live /tmp/why.recorded",
		      forms[i], pid, forms[i], pid);
		if (!shell_ended(0, ""))
			return complain("why %s %d, live and recorded: %s", forms[i], pid,
					shell_out);
	}
	return true;
}

#define NODES ".why[0] | [recurse(.below[])]"
#define PIDS NODES " | [.[] | select(.sort == \"process\").pid]"
#define BY NODES " | [.[].by | select(.)]"
/* What the last one does, which nothing that it waits for is known of. */
#define ROOT NODES " | [.[] | select(.root) | .sort]"

/* 20 processes, and a command for each question. */
TEST_F_TIMEOUT(why, chain, 120)
{
	struct puppet *chain[CHAIN];
	char want[512] = "[", *at = want + 1;

	for (int i = 0; i < CHAIN; i++) {
		chain[i] = puppet_make(NULL, 0);
		ASSERT_NE(NULL, chain[i]);
		take(chain[i], self->semid, i);
		at += sprintf(at, "%s%d", i ? "," : "", chain[i]->pid);
	}
	strcpy(at, "]");
	for (int i = 0; i < CHAIN - 1; i++)
		wait_for(chain[i], self->semid, i + 1);
	EXPECT_TRUE(tree_is("", chain[0]->pid, PIDS, want));
	/* Puppets that do nothing wait on a futex for their next step. */
	EXPECT_TRUE(tree_is("", chain[0]->pid, ROOT, "[\"does\"]"));
	EXPECT_TRUE(tree_is("", chain[0]->pid, NODES " | [.[] | select(.root).state]", "[\"S\"]"));
	EXPECT_TRUE(tree_is("", chain[0]->pid, ".deadlocks", "[]"));
	/* Where it sleeps in the kernel: "[<0>] futex_wait_queue+0x60/0x90" */
	shell("sed -n '1s/.*] \\([^+]*\\)+.*/\"\\1\"/p' /proc/%d/stack", chain[CHAIN - 1]->pid);
	ASSERT_LT(3, shell_len);
	snprintf(want, sizeof(want), "%.*s", (int)shell_len - 1, shell_out);
	EXPECT_TRUE(tree_is("", chain[0]->pid, NODES " | .[] | select(.root).stack[0]", want));
	shell("$ipcdbg why %d", chain[0]->pid);
	EXPECT_TRUE(!!strstr(shell_out, "sleeps (S) in futex"));
	EXPECT_EQ(1, shell_lines("pid "));
	EXPECT_TRUE(is_recorded(chain[0]->pid));
}

TEST_F_TIMEOUT(why, deadlock, 120)
{
	struct puppet *a = self->a, *b = self->b;
	char want[64];

	take(a, self->semid, 0);
	take(b, self->semid, 1);
	wait_for(a, self->semid, 1);
	wait_for(b, self->semid, 0);
	snprintf(want, sizeof(want), "[%d,%d,%d]", a->pid, b->pid, a->pid);
	EXPECT_TRUE(tree_is("", a->pid, PIDS, want));
	EXPECT_TRUE(tree_is("", a->pid, NODES " | [.[] | select(.seen).pid] | length", "1"));
	EXPECT_TRUE(tree_is("", a->pid, "[.deadlocks[].certain]", "[true]"));
	EXPECT_TRUE(tree_is("", a->pid, ROOT, "[]"));
	EXPECT_TRUE(is_recorded(a->pid));
}

TEST_F_TIMEOUT(why, exited, 120)
{
	struct puppet *a = self->a, *b = self->b;
	char want[64];

	ASSERT_EQ(0, puppet_semop(a, self->semid, &(struct sembuf){ 0, -1, 0 }, 1));
	puppet_exit_process(a);
	puppet_reap(a);
	wait_for(b, self->semid, 0);
	snprintf(want, sizeof(want), "[%d,\"exited\"]", a->pid);
	EXPECT_TRUE(tree_is("", b->pid, NODES " | .[] | select(.root) | [.pid, .state]", want));
	shell("$ipcdbg why %d", b->pid);
	EXPECT_TRUE(!!strstr(shell_out, "it may have decremented and died (inferred)"));
	EXPECT_TRUE(is_recorded(b->pid));
}

TEST_F_TIMEOUT(why, nobody, 120)
{
	/* A new semaphore is 0, and nobody has operated on it. */
	wait_for(self->b, semget(IPC_PRIVATE, 1, 0600), 0);
	EXPECT_TRUE(tree_is("", self->b->pid, ROOT, "[\"nobody\"]"));
	shell("$ipcdbg why 4194304");
	EXPECT_TRUE(shell_ended(2, "there is no process 4194304"));
	EXPECT_EQ(0, shell_len);
	EXPECT_TRUE(is_recorded(self->b->pid));
}

/* b has the semaphore, and reads from a pipe that only c has the other end of. */
TEST_F_TIMEOUT(why, pipe, 120)
{
	struct puppet *a = self->a, *b = self->b, *c;
	long pipe = (long)self->shared->pipe;
	char want[64];

	take(b, self->semid, 0);
	ASSERT_EQ(0, puppet_call(b, SYS_pipe2, pipe, 0));
	c = puppet_make(b, 0);
	ASSERT_NE(NULL, c);
	ASSERT_EQ(0, puppet_call(b, SYS_close, self->shared->pipe[1]));
	ASSERT_EQ(0, puppet_call(c, SYS_close, self->shared->pipe[0]));
	wait_for(a, self->semid, 0);
	puppet_block_call(b, NULL, SYS_read, self->shared->pipe[0], (long)&self->shared->byte, 1);
	snprintf(want, sizeof(want), "[%d,%d,%d]", a->pid, b->pid, c->pid);
	EXPECT_TRUE(tree_is("", a->pid, PIDS, want));
	EXPECT_TRUE(tree_is("", a->pid, NODES " | [.[].by | select(.)]",
			    "[\"asked\",\"edge\",\"pipe\"]"));
	shell("$ipcdbg why %d", a->pid);
	EXPECT_TRUE(!!strstr(shell_out, "has the other end of that pipe"));
	EXPECT_TRUE(is_recorded(a->pid));
}

static long open_file(struct puppet *p, const char *path)
{
	long fd = puppet_call(p, SYS_openat, AT_FDCWD, (long)path, O_CREAT | O_RDWR, 0600);

	if (fd < 0)
		die("%s: %s", path, strerror(-fd));
	return fd;
}

static void lock(struct puppet *p, long call, long fd, long how, const struct flock *range)
{
	if (puppet_call(p, call, fd, how, (long)range))
		die("no lock");
}

/*
 * a waits for the semaphore of b, b for a file lock of c, and c for the semaphore of d, which does
 * something else: all of that is told of a, live and recorded, and of b. e has a lock of another
 * file, and of the same one where that may be.
 */
static bool lock_chain(const FIXTURE_DATA(why) * self, long call, long try, long wait)
{
	struct puppet *a = self->a, *b = self->b, *c = puppet_make(NULL, 0);
	struct puppet *d = puppet_make(NULL, 0), *e = puppet_make(NULL, 0);
	struct shared *s = self->shared;
	char of_b[64], of_a[64];
	bool ok;

	s->has = (struct flock){ .l_type = F_WRLCK, .l_start = 10, .l_len = 10 };
	s->wants = (struct flock){ .l_type = F_WRLCK, .l_start = 15, .l_len = 10 };
	s->beside = (struct flock){ .l_type = F_WRLCK, .l_start = 0, .l_len = 5 };
	take(b, self->semid, 0);
	take(d, self->semid, 1);
	if (call == SYS_fcntl)
		lock(e, call, open_file(e, s->path), try, &s->beside);
	lock(e, call, open_file(e, s->other), try, &s->has);
	lock(c, call, open_file(c, s->path), try, &s->has);
	wait_for(c, self->semid, 1);
	wait_for(a, self->semid, 0);
	puppet_block_call(b, NULL, call, open_file(b, s->path), wait, (long)&s->wants);
	snprintf(of_b, sizeof(of_b), "[%d,%d,%d]", b->pid, c->pid, d->pid);
	snprintf(of_a, sizeof(of_a), "[%d,%d,%d,%d]", a->pid, b->pid, c->pid, d->pid);
	ok = tree_is("", b->pid, PIDS, of_b);
	ok &= tree_is("", b->pid, BY, "[\"asked\",\"lock\",\"edge\"]");
	ok &= tree_is("", a->pid, PIDS, of_a);
	ok &= tree_is("", a->pid, BY, "[\"asked\",\"edge\",\"lock\",\"edge\"]");
	ok &= tree_is("", a->pid, ROOT, "[\"does\"]");
	shell("$ipcdbg why %d", a->pid);
	ok &= strstr(shell_out, "has locked that file") || complain("%s", shell_out);
	shell("rm -f " RECORDING "; $ipcdbg record " RECORDING);
	ok &= shell_ended(0, "");
	ok &= tree_is("--input " RECORDING, a->pid, PIDS, of_a);
	ok &= tree_is("--input " RECORDING, a->pid, BY, "[\"asked\",\"edge\",\"lock\",\"edge\"]");
	return is_recorded(a->pid) && ok;
}

TEST_F_TIMEOUT(why, flock, 120)
{
	EXPECT_TRUE(lock_chain(self, SYS_flock, LOCK_EX, LOCK_EX));
}

TEST_F_TIMEOUT(why, fcntl_lock, 120)
{
	EXPECT_TRUE(lock_chain(self, SYS_fcntl, F_SETLK, F_SETLKW));
}

/* Of an open file description /proc/locks tells no process. */
TEST_F_TIMEOUT(why, ofd_lock, 120)
{
	EXPECT_TRUE(lock_chain(self, SYS_fcntl, F_OFD_SETLK, F_OFD_SETLKW));
}

/* b has the semaphore, and waits for a message; c has sent the last one. */
TEST_F_TIMEOUT(why, queue, 120)
{
	struct puppet *a = self->a, *b = self->b, *c = puppet_make(NULL, 0);
	long message = (long)&self->shared->message;
	int msqid = msgget(IPC_PRIVATE, 0600);
	char want[64];

	take(b, self->semid, 0);
	ASSERT_EQ(0, puppet_call(c, SYS_msgsnd, msqid, message, 8, 0));
	ASSERT_EQ(8, puppet_call(b, SYS_msgrcv, msqid, message, 8, 0, 0));
	wait_for(a, self->semid, 0);
	puppet_block_call(b, NULL, SYS_msgrcv, msqid, message, 8, 0, 0);
	snprintf(want, sizeof(want), "[%d,%d,%d]", a->pid, b->pid, c->pid);
	EXPECT_TRUE(tree_is("", a->pid, PIDS, want));
	EXPECT_TRUE(
		tree_is("", a->pid, NODES " | [.[].edge | select(.) | .inferred]", "[false,true]"));
	EXPECT_TRUE(is_recorded(a->pid));
}

/* b has the semaphore, and waits for a POSIX message; c could send it. */
TEST_F_TIMEOUT(why, posix_queue, 120)
{
	struct puppet *a = self->a, *b = self->b, *c = puppet_make(NULL, 0);
	long name = (long)self->shared->path;
	char want[64];
	long of_b;

	strcpy(self->shared->path, "queue");
	take(b, self->semid, 0);
	of_b = puppet_call(b, SYS_mq_open, name, O_CREAT | O_RDWR, 0600, 0);
	ASSERT_LE(0, of_b);
	ASSERT_LE(0, puppet_call(c, SYS_mq_open, name, O_WRONLY, 0, 0));
	wait_for(a, self->semid, 0);
	puppet_block_call(b, NULL, SYS_mq_timedreceive, of_b, (long)self->shared->text,
			  sizeof(self->shared->text), 0, 0);
	snprintf(want, sizeof(want), "[%d,%d,%d]", a->pid, b->pid, c->pid);
	EXPECT_TRUE(tree_is("", a->pid, PIDS, want));
	EXPECT_TRUE(tree_is("", a->pid, NODES " | [.[].edge | select(.) | [.type, .inferred]]",
			    "[[\"held\",false],[\"uses\",true]]"));
	EXPECT_TRUE(is_recorded(a->pid));
}

/* b has the semaphore, and waits for a futex that c owns, as the word of it says. */
TEST_F_TIMEOUT(why, futex, 120)
{
	struct puppet *a = self->a, *b = self->b, *c = puppet_make(NULL, 0);
	char want[64];

	take(b, self->semid, 0);
	self->shared->futex = c->tid;
	wait_for(a, self->semid, 0);
	puppet_block_call(b, NULL, SYS_futex, (long)&self->shared->futex, FUTEX_LOCK_PI, 0, 0);
	snprintf(want, sizeof(want), "[%d,%d,%d]", a->pid, b->pid, c->pid);
	EXPECT_TRUE(tree_is("", a->pid, PIDS, want));
	EXPECT_TRUE(tree_is("", a->pid, NODES " | [.[].by | select(.)]",
			    "[\"asked\",\"edge\",\"futex\"]"));
	EXPECT_TRUE(is_recorded(a->pid));
}

/* One of two threads waits, the other one does something else; asked for each, and for both. */
TEST_F_TIMEOUT(why, threads, 120)
{
	struct puppet *a = self->a, *b = self->b;
	struct puppet *thread = puppet_make(b, PUPPET_THREAD);
	char want[64];

	take(a, self->semid, 0);
	wait_for(thread, self->semid, 0);
	EXPECT_TRUE(tree_is("", b->pid, ".why[0].below | [.[].sort]", "[\"waits\",\"does\"]"));
	EXPECT_TRUE(tree_is("", thread->tid, ".why[0].below | [.[].sort]", "[\"waits\"]"));
	snprintf(want, sizeof(want), "[%d,%d]", b->pid, thread->tid);
	EXPECT_TRUE(tree_is("", thread->tid, ".why[0] | [.pid, .tid]", want));
	EXPECT_TRUE(is_recorded(b->pid));
}

/* The whole, and what belongs to one process, or one set. */
TEST_F_TIMEOUT(why, graph, 120)
{
	struct puppet *a = self->a, *b = self->b, *c = puppet_make(NULL, 0);
	int shmid = shmget(IPC_PRIVATE, 4096, 0600);
	int other = semget(IPC_PRIVATE, 1, 0600);
	char want[64];

	ASSERT_EQ(0, puppet_name(a, "a\"b\\c\n"));
	take(a, self->semid, 0);
	take(b, self->semid, 1);
	ASSERT_NE(-1, puppet_call(b, SYS_shmat, shmid, 0, 0));
	wait_for(a, self->semid, 1);
	wait_for(b, self->semid, 0);
	puppet_block(c, other, &(struct sembuf){ 0, -1, 0 }, 1, NULL);

	shell("$ipcdbg graph >/tmp/graph.dot && cat /tmp/graph.dot");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(0, strncmp(shell_out, "digraph ipcdbg {\n", 17));
	EXPECT_TRUE(!!strstr(shell_out, "a\\\\042b\\\\134c\\\\012"));
	EXPECT_TRUE(!!strstr(shell_out, "deadlock #1"));
	shell("$ipcdbg graph -J >/tmp/json; "
	      "jq -c '[.processes, .resources, .tasks, .edges | length]' /tmp/json");
	EXPECT_STREQ("[3,3,3,2]\n", shell_out);
	shell("$ipcdbg graph -J --pid %d >/tmp/json; jq -c '[.resources[].type] | sort' /tmp/json",
	      b->pid);
	EXPECT_STREQ("[\"segment\",\"sem\",\"sem\"]\n", shell_out);
	shell("$ipcdbg graph -J -s %d >/tmp/json; jq -c '[.processes[].pid]' /tmp/json", other);
	snprintf(want, sizeof(want), "[%d]\n", c->pid);
	EXPECT_STREQ(want, shell_out);
	shell("$ipcdbg graph -s 999");
	EXPECT_TRUE(shell_ended(2, "nobody waits for such an object or has it"));
	shell("$ipcdbg graph --svg /tmp/graph.svg");
	EXPECT_TRUE(shell_ended(1, "install graphviz"));
	EXPECT_EQ(-1, access("/tmp/graph.svg", F_OK));
}

TEST_HARNESS_MAIN
