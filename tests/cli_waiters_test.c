// SPDX-License-Identifier: GPL-2.0
/* 'ipcdbg waiters' against what the test made its puppets wait for, and what must be a deadlock. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"
#include "proc.h"
#include "puppet.h"
#include "shell.h"

#define TAKE(sem) (&(struct sembuf){ sem, -1, SEM_UNDO })

union semun {
	int val;
	unsigned short *array;
};

struct shared {
	struct {
		long type;
		char text[8];
	} message;
	char name[16];
};

FIXTURE(waiters)
{
	int semid, other; /* sets of three semaphores, all of value 1 */
	struct shared *shared;
	struct puppet *a, *b, *c;
};

FIXTURE_SETUP(waiters)
{
	unsigned short ones[3] = { 1, 1, 1 };

	self->shared = mmap(NULL, sizeof(*self->shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->shared);
	self->semid = shell_begin();
	ASSERT_LE(0, self->semid);
	self->other = semget(IPC_PRIVATE, 3, 0600);
	ASSERT_LE(0, self->other);
	ASSERT_EQ(0, semctl(self->semid, 0, SETALL, (union semun){ .array = ones }));
	ASSERT_EQ(0, semctl(self->other, 0, SETALL, (union semun){ .array = ones }));
	self->shared->message.type = 1;
	strcpy(self->shared->name, "waiters");
	self->a = puppet_make(NULL, 0);
	self->b = puppet_make(NULL, 0);
	self->c = puppet_make(NULL, 0);
	ASSERT_NE(NULL, self->c);
}

FIXTURE_TEARDOWN(waiters)
{
	puppets_clear();
}

/* Looks, and tells whether jq makes that of it. */
static bool look_is(const char *filter, const char *want)
{
	shell("$ipcdbg waiters -J >/tmp/waiters.json && jq -c '%s' /tmp/waiters.json", filter);
	if (shell_printed(want))
		return true;
	complain("%s: %s, not %s", filter, shell_out, want);
	shell("$ipcdbg waiters");
	return complain("%s", shell_out);
}

/* One deadlock of that sort and so many tasks, certain or not. */
static bool one_deadlock(const char *sort, int tasks, bool certain)
{
	char want[128];

	snprintf(want, sizeof(want), "[[\"%s\",%d,%s,2]]", sort, tasks, certain ? "true" : "false");
	return look_is("[.deadlocks[] | [.sort, .tasks, .certain, .looks]]", want);
}

/* The processes of its chain, in their order, begun with the lowest. */
static bool chain_is(const char *want)
{
	return look_is("[.deadlocks[0].chain[].pid] | index(min) as $i | .[$i:] + .[:$i]", want);
}

static bool no_deadlock(void)
{
	return look_is("[.deadlocks[].sort]", "[]");
}

static bool blocker_is(pid_t tid, const char *want)
{
	char filter[128], quoted[160];

	snprintf(filter, sizeof(filter), "[.waiters[] | select(.tid == %d).blocker]", tid);
	snprintf(quoted, sizeof(quoted), "[\"%s\"]", want);
	return look_is(filter, quoted);
}

TEST_F(waiters, nobody)
{
	shell("$ipcdbg waiters");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_STREQ("no such task waits\n", shell_out);
	EXPECT_TRUE(look_is("[.waiters, .deadlocks, .complete]", "[[],[],true]"));
}

/* a has 0 and waits for 1, b the other way round; both are told as such, and what ends it. */
TEST_F(waiters, two_processes)
{
	struct puppet *a = self->a, *b = self->b;
	char want[128];

	ASSERT_EQ(0, puppet_semop(a, self->semid, TAKE(0), 1));
	ASSERT_EQ(0, puppet_semop(b, self->semid, TAKE(1), 1));
	puppet_block(a, self->semid, TAKE(1), 1, NULL);
	EXPECT_TRUE(no_deadlock());
	snprintf(want, sizeof(want), "%d (%s)", b->pid, "cli_waiters_tes");
	EXPECT_TRUE(blocker_is(a->tid, want));
	puppet_block(b, self->semid, TAKE(0), 1, NULL);
	EXPECT_TRUE(one_deadlock("held", 2, true));
	snprintf(want, sizeof(want), "[%d,%d]", a->pid, b->pid);
	EXPECT_TRUE(chain_is(want));
	EXPECT_TRUE(blocker_is(a->tid, "deadlock #1"));
	shell("$ipcdbg waiters");
	EXPECT_TRUE(!!strstr(shell_out, "certain: two looks found each of them in the same sleep"));
	EXPECT_TRUE(!!strstr(shell_out, "only somebody who holds nothing could still post"));
	ASSERT_EQ(0, semctl(self->semid, 0, SETVAL, (union semun){ .val = 1 }));
	ASSERT_EQ(0, puppet_unblock(b));
	EXPECT_TRUE(no_deadlock());
}

/* a holds a semaphore of one set; b of another; c, complex, of a third place. */
TEST_F(waiters, three_processes)
{
	struct puppet *a = self->a, *b = self->b, *c = self->c;
	struct sembuf ops[2] = { { 2, -1, SEM_UNDO }, { 0, -1, SEM_UNDO } };
	char want[128];

	ASSERT_EQ(0, puppet_semop(a, self->semid, TAKE(0), 1));
	ASSERT_EQ(0, puppet_semop(b, self->other, TAKE(0), 1));
	ASSERT_EQ(0, puppet_semop(c, self->other, TAKE(1), 1));
	puppet_block(a, self->other, TAKE(0), 1, NULL);
	puppet_block(b, self->other, TAKE(1), 1, NULL);
	EXPECT_TRUE(no_deadlock());
	puppet_block(c, self->semid, ops, 2, NULL);
	EXPECT_TRUE(one_deadlock("held", 3, true));
	snprintf(want, sizeof(want), "[%d,%d,%d]", a->pid, b->pid, c->pid);
	EXPECT_TRUE(chain_is(want));
	snprintf(want, sizeof(want), "[\"2:-1,undo 0:-1,undo*\"]");
	EXPECT_TRUE(look_is("[.waiters[] | select(.op | contains(\" \")).op]", want));
}

/* b's thread waits; b itself could still post, until it has ended, which leaves the thread. */
TEST_F(waiters, thread)
{
	struct puppet *a = self->a, *b = self->b;
	struct puppet *thread = puppet_make(b, PUPPET_THREAD);

	ASSERT_NE(NULL, thread);
	ASSERT_EQ(0, puppet_semop(a, self->semid, TAKE(0), 1));
	ASSERT_EQ(0, puppet_semop(thread, self->semid, TAKE(1), 1));
	puppet_block(a, self->semid, TAKE(1), 1, NULL);
	puppet_block(thread, self->semid, TAKE(0), 1, NULL);
	EXPECT_TRUE(no_deadlock());
	puppet_exit(b);
	EXPECT_TRUE(one_deadlock("held", 2, true));
	EXPECT_TRUE(blocker_is(thread->tid, "deadlock #1"));
}

/* Both threads of b wait, one of them for what nobody has any more: that one is no way out. */
TEST_F(waiters, thread_behind)
{
	struct puppet *a = self->a, *b = self->b;
	struct puppet *thread = puppet_make(b, PUPPET_THREAD);

	ASSERT_EQ(0, puppet_semop(a, self->semid, TAKE(0), 1));
	ASSERT_EQ(0, puppet_semop(b, self->semid, TAKE(1), 1));
	puppet_block(a, self->semid, TAKE(1), 1, NULL);
	puppet_block(b, self->semid, TAKE(0), 1, NULL);
	EXPECT_TRUE(no_deadlock());
	puppet_block(thread, self->semid, TAKE(0), 1, NULL);
	EXPECT_TRUE(one_deadlock("held", 3, true));
}

/* Both a and c have one of semaphore 0, and c can give it back. */
TEST_F(waiters, another_holder)
{
	struct puppet *a = self->a, *b = self->b, *c = self->c;

	ASSERT_EQ(0, semctl(self->semid, 0, SETVAL, (union semun){ .val = 2 }));
	ASSERT_EQ(0, puppet_semop(a, self->semid, TAKE(0), 1));
	ASSERT_EQ(0, puppet_semop(c, self->semid, TAKE(0), 1));
	ASSERT_EQ(0, puppet_semop(b, self->semid, TAKE(1), 1));
	puppet_block(a, self->semid, TAKE(1), 1, NULL);
	puppet_block(b, self->semid, TAKE(0), 1, NULL);
	EXPECT_TRUE(no_deadlock());
	EXPECT_TRUE(look_is("[.waiters[] | select(.index == 0).blockers | length]", "[2]"));
	/* c waits in the ring as well: nobody is left. */
	puppet_block(c, self->semid, TAKE(1), 1, NULL);
	EXPECT_TRUE(one_deadlock("held", 3, true));
}

/* a has raised semaphore 2 and waits for b, which waits until 2 is 0. */
TEST_F(waiters, wait_for_zero)
{
	struct puppet *a = self->a, *b = self->b;

	ASSERT_EQ(0, semctl(self->semid, 2, SETVAL, (union semun){ .val = 0 }));
	ASSERT_EQ(0, puppet_semop(a, self->semid, &(struct sembuf){ 2, 1, SEM_UNDO }, 1));
	ASSERT_EQ(0, puppet_semop(b, self->semid, TAKE(1), 1));
	puppet_block(a, self->semid, TAKE(1), 1, NULL);
	puppet_block(b, self->semid, &(struct sembuf){ 2, 0, 0 }, 1, NULL);
	EXPECT_TRUE(one_deadlock("held", 2, true));
}

/* More is asked for than all that is held: who waits for that waits for somebody else. */
TEST_F(waiters, amounts)
{
	struct puppet *a = self->a, *b = self->b;

	ASSERT_EQ(0, puppet_semop(a, self->semid, TAKE(0), 1));
	ASSERT_EQ(0, puppet_semop(b, self->semid, TAKE(1), 1));
	puppet_block(a, self->semid, TAKE(1), 1, NULL);
	puppet_block(b, self->semid, &(struct sembuf){ 0, -2, SEM_UNDO }, 1, NULL);
	EXPECT_TRUE(no_deadlock());
}

/* A process that waits for itself looks like one that takes what others post, and is idle. */
TEST_F(waiters, itself)
{
	struct puppet *a = self->a;

	ASSERT_EQ(0, puppet_semop(a, self->semid, TAKE(0), 1));
	puppet_block(a, self->semid, TAKE(0), 1, NULL);
	EXPECT_TRUE(one_deadlock("self", 1, false));
	EXPECT_TRUE(blocker_is(a->tid, "deadlock #1 (inferred)"));
}

TEST_F(waiters, decremented_and_died)
{
	struct puppet *a = self->a, *b = self->b;
	char want[64];

	ASSERT_EQ(0, puppet_semop(a, self->semid, &(struct sembuf){ 0, -1, 0 }, 1));
	puppet_block(b, self->semid, TAKE(0), 1, NULL);
	snprintf(want, sizeof(want), "%d (cli_waiters_tes) (inferred)", a->pid);
	EXPECT_TRUE(blocker_is(b->tid, want));
	puppet_exit_process(a);
	snprintf(want, sizeof(want), "zombie (pid %d) (inferred)", a->pid);
	EXPECT_TRUE(blocker_is(b->tid, want));
	puppet_reap(a);
	snprintf(want, sizeof(want), "exited (pid %d) (inferred)", a->pid);
	EXPECT_TRUE(blocker_is(b->tid, want));
}

/* a has a semaphore and waits for room in a queue; who last read from it waits for a. */
TEST_F(waiters, through_a_queue)
{
	struct puppet *a = self->a, *b = self->b;
	long message = (long)&self->shared->message;
	int msqid = msgget(IPC_PRIVATE, 0600);
	struct msqid_ds ds;

	ASSERT_EQ(0, msgctl(msqid, IPC_STAT, &ds));
	ds.msg_qbytes = 8;
	ASSERT_EQ(0, msgctl(msqid, IPC_SET, &ds));
	ASSERT_EQ(0, puppet_call(a, SYS_msgsnd, msqid, message, 8, 0));
	ASSERT_EQ(8, puppet_call(b, SYS_msgrcv, msqid, message, 8, 0, 0));
	ASSERT_EQ(0, puppet_semop(a, self->semid, TAKE(0), 1));
	ASSERT_EQ(0, puppet_call(a, SYS_msgsnd, msqid, message, 8, 0));
	puppet_block_call(a, NULL, SYS_msgsnd, msqid, message, 8, 0);
	EXPECT_TRUE(no_deadlock());
	puppet_block(b, self->semid, TAKE(0), 1, NULL);
	EXPECT_TRUE(one_deadlock("inferred", 2, false));
}

/* The kind, id and call of every sort of wait; the longest first. */
TEST_F(waiters, every_kind)
{
	struct puppet *a = self->a, *b = self->b, *c = self->c;
	long message = (long)&self->shared->message;
	int msqid = msgget(IPC_PRIVATE, 0666);
	long fd = puppet_call(c, SYS_mq_open, (long)self->shared->name, O_CREAT | O_RDWR, 0600, 0);
	char want[256];

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, puppet_call(b, SYS_setresuid, 1234, 1234, 0));
	puppet_block(a, self->other, &(struct sembuf){ 1, -2, 0 }, 1, NULL);
	usleep(200000);
	puppet_block_call(b, NULL, SYS_msgrcv, msqid, message, 8, 7, 0);
	usleep(200000);
	puppet_block_call(c, NULL, SYS_mq_timedreceive, fd, message, 8192, 0, 0);
	snprintf(want, sizeof(want),
		 "[[%d,\"sem\",\"%d\",1,\"1:-2*\"],[%d,\"msg\",\"%d\",null,\"msgrcv 7\"],"
		 "[%d,\"mqueue\",\"/waiters\",null,\"mq_receive\"]]",
		 a->tid, self->other, b->tid, msqid, c->tid);
	EXPECT_TRUE(look_is("[.waiters[] | [.tid, .kind, .id, .index, .op]]", want));
	snprintf(want, sizeof(want), "%u", proc_ns(a->pid, a->tid, "ipc"));
	EXPECT_TRUE(look_is("[.waiters[].ns] | unique[]", want));
	EXPECT_TRUE(look_is("[.waiters[].wait_ns] | (sort | reverse) == .", "true"));

	shell("$ipcdbg waiters --pid %d -o tid --noheadings", b->tid);
	snprintf(want, sizeof(want), "%d\n", b->tid);
	EXPECT_STREQ(want, shell_out);
	shell("$ipcdbg waiters --pid=%d -o tid --noheadings", b->tid);
	EXPECT_STREQ(want, shell_out);
	shell("$ipcdbg waiters --kind msg -o tid --noheadings");
	EXPECT_STREQ(want, shell_out);
	shell("$ipcdbg waiters --longer-than 3600");
	EXPECT_STREQ("no such task waits\n", shell_out);
	shell("$ipcdbg waiters --user 1234 -o tid --noheadings");
	EXPECT_STREQ(want, shell_out);
}

/* Who comes and goes is marked; who stays is not. */
TEST_F(waiters, watch)
{
	struct puppet *a = self->a, *b = self->b, *c = self->c;
	int pid;

	puppet_block(a, self->semid, &(struct sembuf){ 0, -2, 0 }, 1, NULL);
	puppet_block(b, self->semid, &(struct sembuf){ 1, -2, 0 }, 1, NULL);
	shell("$ipcdbg waiters --watch 1 -r -o change,tid </dev/null >/tmp/watch 2>&1 & echo $!");
	pid = atoi(shell_out);
	ASSERT_LT(0, pid);
	wait_until(!shell("grep -q '^= %d$' /tmp/watch", b->tid));
	puppet_block(c, self->semid, &(struct sembuf){ 2, -2, 0 }, 1, NULL);
	wait_until(!shell("grep -q '^+ %d$' /tmp/watch", c->tid));
	ASSERT_EQ(0, semctl(self->semid, 1, SETVAL, (union semun){ .val = 2 }));
	ASSERT_EQ(0, puppet_unblock(b));
	wait_until(!shell("grep -q '^- %d$' /tmp/watch", b->tid));
	EXPECT_EQ(1, shell("grep -q '^[+-] %d$' /tmp/watch", a->tid));
	EXPECT_EQ(1, shell("grep -q '^- %d$' /tmp/watch", c->tid));
	EXPECT_EQ(0, kill(pid, SIGTERM));
}

/* Who had not waited for long enough in the look before is new to the table. */
TEST_F(waiters, watch_those_who_wait_long)
{
	struct puppet *b = self->b;
	int pid;

	shell("$ipcdbg waiters --watch 1 --longer-than 2 -r -o change,tid </dev/null "
	      ">/tmp/watch 2>&1 & echo $!");
	pid = atoi(shell_out);
	ASSERT_LT(0, pid);
	wait_until(!shell("test -s /tmp/watch"));
	puppet_block(b, self->semid, &(struct sembuf){ 1, -2, 0 }, 1, NULL);
	wait_until(!shell("grep -q '^= %d$' /tmp/watch", b->tid));
	shell("grep -m 1 ' %d$' /tmp/watch", b->tid);
	EXPECT_EQ('+', shell_out[0]);
	EXPECT_EQ(0, kill(pid, SIGTERM));
}

/* A recording has the threads that can wake, and shows that all slept at one moment. */
TEST_F(waiters, recorded)
{
	struct puppet *a = self->a, *b = self->b;
	struct puppet *thread = puppet_make(b, PUPPET_THREAD);
	const char *deadlocks = "$ipcdbg record /tmp/recording && "
				"$ipcdbg --input /tmp/recording waiters -J | "
				"jq -c '[.deadlocks[] | [.sort, .tasks, .certain]]'";

	ASSERT_NE(NULL, thread);
	ASSERT_EQ(0, puppet_semop(a, self->semid, TAKE(0), 1));
	ASSERT_EQ(0, puppet_semop(b, self->semid, TAKE(1), 1));
	puppet_block(a, self->semid, TAKE(1), 1, NULL);
	puppet_block(b, self->semid, TAKE(0), 1, NULL);
	shell("%s", deadlocks);
	EXPECT_STREQ("[]\n", shell_out);
	puppet_block(thread, self->semid, TAKE(0), 1, NULL);
	unlink("/tmp/recording");
	shell("%s", deadlocks);
	EXPECT_STREQ("[[\"held\",3,true]]\n", shell_out);
	shell("$ipcdbg --input /tmp/recording why %d", a->pid);
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_TRUE(!!strstr(shell_out, "deadlock #1"));
}

/* From a pid namespace that sees nobody of them, nothing can be certain. */
TEST_F(waiters, not_visible)
{
	struct puppet *a = self->a, *b = self->b;

	ASSERT_EQ(0, puppet_semop(a, self->semid, TAKE(0), 1));
	ASSERT_EQ(0, puppet_semop(b, self->semid, TAKE(1), 1));
	puppet_block(a, self->semid, TAKE(1), 1, NULL);
	puppet_block(b, self->semid, TAKE(0), 1, NULL);
	shell("unshare --pid --fork $ipcdbg waiters -J | jq -c '[.deadlocks, [.waiters[].pid]]'");
	EXPECT_STREQ("[[],[null,null]]\n", shell_out);
}

/* Of another namespace, with its own number; and of both at once. */
TEST_F(waiters, namespaces)
{
	struct puppet *far = puppet_make(NULL, CLONE_NEWIPC);
	unsigned int inum = proc_ns(far->pid, far->pid, "ipc");
	long id = puppet_call(far, SYS_semget, IPC_PRIVATE, 1, 0600);
	char want[128];

	ASSERT_LE(0, id);
	puppet_block(self->a, self->semid, &(struct sembuf){ 0, -2, 0 }, 1, NULL);
	puppet_block(far, id, &(struct sembuf){ 0, -1, 0 }, 1, NULL);
	snprintf(want, sizeof(want), "[%u]", inum);
	shell("$ipcdbg waiters -J | jq -c '[.waiters[] | select(.tid == %d).ns]'", far->tid);
	EXPECT_EQ(0, strncmp(want, shell_out, strlen(want)));
	EXPECT_TRUE(look_is(".waiters | length", "2"));
	shell("$ipcdbg waiters --namespace %u -J | jq -c '[.waiters[].tid]'", inum);
	snprintf(want, sizeof(want), "[%d]\n", far->tid);
	EXPECT_STREQ(want, shell_out);
}

TEST_HARNESS_MAIN
