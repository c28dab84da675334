// SPDX-License-Identifier: GPL-2.0
/* 'ipcdbg pid': everything that the test made a process do with objects of every kind. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include "common.h"
#include "proc.h"
#include "puppet.h"
#include "shell.h"

/* What system calls of puppets point to. */
struct shared {
	struct {
		long type;
		char text[8];
	} message;
	char name[16];
	struct sigevent event;
};

FIXTURE(cli_pid)
{
	int semid, msqid, shmid;
	struct shared *shared;
	struct puppet *p;      /* a process */
	struct puppet *thread; /* one more thread of it */
};

FIXTURE_SETUP(cli_pid)
{
	self->shared = mmap(NULL, sizeof(*self->shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->shared);
	self->semid = shell_begin();
	ASSERT_LE(0, self->semid);
	self->msqid = msgget(IPC_PRIVATE, 0600);
	ASSERT_LE(0, self->msqid);
	self->shared->message.type = 1;
	strcpy(self->shared->name, "queue");
	self->shared->event =
		(struct sigevent){ .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	self->p = puppet_make(NULL, 0);
	self->thread = puppet_make(self->p, PUPPET_THREAD);
	ASSERT_NE(NULL, self->thread);
}

FIXTURE_TEARDOWN(cli_pid)
{
	puppets_clear();
}

/* Whether what jq makes of the process's facts, sorted, is that JSON. */
static bool facts_are(pid_t pid, const char *filter, const char *want)
{
	shell("$ipcdbg pid %d -J >/tmp/pid.json && jq -c '[.facts[] | %s] | sort' /tmp/pid.json",
	      pid, filter);
	return shell_printed(want) || complain("%s: %s, not %s", filter, shell_out, want);
}

#define WAITS "select(.fact == \"waits\")"
#define HAS "select(.fact == \"has\")"
#define REMEMBERED "select(.fact == \"remembered\")"

TEST_F(cli_pid, nothing)
{
	EXPECT_TRUE(facts_are(self->p->pid, ".fact", "[]"));
	shell("$ipcdbg pid %d", self->p->pid);
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(1, shell_lines("no object of its ipc namespace names it"));
	shell("$ipcdbg pid 4194304");
	EXPECT_TRUE(shell_ended(2, "there is no process 4194304"));
	EXPECT_EQ(0, shell_len);
}

/* Having operated is not having. */
TEST_F(cli_pid, what_it_has)
{
	struct puppet *p = self->p;
	char want[64];
	long fd;

	ASSERT_EQ(0, puppet_semop(p, self->semid, &(struct sembuf){ 1, 1, SEM_UNDO }, 1));
	self->shmid = puppet_call(p, SYS_shmget, IPC_PRIVATE, 4096, 0600);
	ASSERT_LE(0, self->shmid);
	ASSERT_NE(-1, puppet_call(p, SYS_shmat, self->shmid, 0, 0));
	ASSERT_EQ(0, puppet_call(p, SYS_msgsnd, self->msqid, (long)&self->shared->message, 1, 0));
	fd = puppet_call(p, SYS_mq_open, (long)self->shared->name, O_CREAT | O_RDWR, 0600, 0);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, puppet_call(p, SYS_mq_notify, fd, (long)&self->shared->event));

	EXPECT_TRUE(facts_are(p->pid, WAITS, "[]"));
	/* The undo list is shared by both threads. */
	EXPECT_TRUE(facts_are(p->pid, HAS " | .row.record",
			      "[\"attach\",\"opener\",\"owner\",\"owner\"]"));
	EXPECT_TRUE(facts_are(p->pid, HAS " | .above[] | [.semnum, .semadj]", "[[1,-1],[1,-1]]"));
	EXPECT_TRUE(facts_are(p->pid, REMEMBERED " | .field",
			      "[\"cpid\",\"lpid\",\"lspid\",\"notify_pid\",\"sempid\"]"));
	snprintf(want, sizeof(want), "[%d]", self->shmid);
	EXPECT_TRUE(facts_are(p->pid, HAS " | .object.shmid // empty", want));
	snprintf(want, sizeof(want), "[%u]", proc_ns(p->pid, p->pid, "ipc"));
	EXPECT_TRUE(facts_are(getpid(), ".fact", "[]"));
	shell("$ipcdbg pid %d", p->pid);
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(1, shell_lines("------ Has "));
	EXPECT_EQ(1, shell_lines("------ Remembered "));
	EXPECT_EQ(0, shell_lines("------ Waits "));
	EXPECT_EQ(2, shell_lines("POSIX message queue /queue "));
}

/* All its threads: one waits in a queue, the other on a semaphore. */
TEST_F(cli_pid, what_it_waits_for)
{
	struct puppet *p = self->p, *thread = self->thread;
	char want[64];

	puppet_block(p, self->semid, &(struct sembuf){ 2, -1, 0 }, 1, NULL);
	puppet_block_call(thread, NULL, SYS_msgrcv, self->msqid, (long)&self->shared->message, 8, 0,
			  0);
	snprintf(want, sizeof(want), "[[\"receiver\",%d],[\"wait\",%d]]", thread->tid, p->tid);
	EXPECT_TRUE(facts_are(p->pid, "[.row.record, .row.tid]", want));
	EXPECT_TRUE(facts_are(p->pid, ".below[] | [.sem_num, .sem_op]", "[[2,-1]]"));
	snprintf(want, sizeof(want), "[\"receiver\"]");
	EXPECT_TRUE(facts_are(thread->tid, ".row.record", want));

	/* Who takes a message that it waited for is remembered as a thread. */
	self->shared->message.type = 7;
	ASSERT_EQ(0, msgsnd(self->msqid, &self->shared->message, 1, 0));
	ASSERT_EQ(1, puppet_unblock(thread));
	EXPECT_TRUE(facts_are(p->pid, REMEMBERED " | .field", "[\"lrpid\"]"));
}

TEST_F(cli_pid, exited)
{
	pid_t pid = self->p->pid;

	ASSERT_EQ(0, puppet_semop(self->p, self->semid, &(struct sembuf){ 1, 1, SEM_UNDO }, 1));
	puppet_exit_process(self->p);
	EXPECT_TRUE(facts_are(pid, "[.field, .row.sempid_state]", "[[\"sempid\",\"zombie\"]]"));
	puppet_reap(self->p);
	EXPECT_TRUE(facts_are(pid, "[.field, .row.sempid_state]", "[[\"sempid\",\"exited\"]]"));
	shell("$ipcdbg pid %d", pid);
	EXPECT_TRUE(!!strstr(shell_out, ": there is no such process\n"));
	semctl(self->semid, 0, IPC_RMID);
	shell("$ipcdbg pid %d", pid);
	EXPECT_TRUE(shell_ended(2, "and no object names one"));
}

/* Its own namespace is looked through, unless another one is asked for, or all. */
TEST_F(cli_pid, elsewhere)
{
	struct puppet *p = puppet_make(NULL, CLONE_NEWIPC);
	unsigned int inum = proc_ns(p->pid, p->pid, "ipc");
	char want[64];
	int id;

	ASSERT_NE(NULL, p);
	id = puppet_call(p, SYS_shmget, IPC_PRIVATE, 4096, 0600);
	ASSERT_LE(0, id);
	snprintf(want, sizeof(want), "[[%u,\"cpid\"]]", inum);
	EXPECT_TRUE(facts_are(p->pid, "[.namespace, .field]", want));
	shell("$ipcdbg pid %d --namespace %d", p->pid, getpid());
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(0, shell_lines("------ "));
	shell("$ipcdbg pid %d -A", p->pid);
	EXPECT_TRUE(shell_ended(0, ""));
	snprintf(want, sizeof(want), "%u shared memory segment ", inum);
	EXPECT_EQ(1, shell_lines(want));
}

TEST_HARNESS_MAIN
