// SPDX-License-Identifier: GPL-2.0
/*
 * 'ipcdbg rm' without the module: what is in use, and what may be, is left alone. Objects are three
 * seconds old when it comes, which else it would wait for.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "common.h"
#include "proc.h"
#include "puppet.h"
#include "shell.h"

static int set, segment, queue;

static bool has_set(void)
{
	return semctl(set, 0, GETVAL) >= 0;
}

static bool has_segment(void)
{
	struct shmid_ds ds;

	return !shmctl(segment, IPC_STAT, &ds) && !(ds.shm_perm.mode & SHM_DEST);
}

static bool has_queue(void)
{
	struct msqid_ds ds;

	return !msgctl(queue, IPC_STAT, &ds);
}

static bool has_mqueue(void)
{
	mqd_t q = mq_open("/one", O_RDONLY);

	if (q >= 0)
		mq_close(q);
	return q >= 0;
}

FIXTURE(rm)
{
	struct puppet *p;
	char *memory; /* what its calls point to */
};

FIXTURE_SETUP(rm)
{
	mqd_t q;

	set = shell_begin();
	segment = shmget(0x2345, 4096, IPC_CREAT | 0600);
	queue = msgget(0x3456, IPC_CREAT | 0600);
	q = mq_open("/one", O_CREAT | O_RDWR, 0600,
		    &(struct mq_attr){ .mq_maxmsg = 1, .mq_msgsize = 8 });
	ASSERT_TRUE(set >= 0 && segment >= 0 && queue >= 0 && q >= 0);
	mq_close(q);
	self->memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->memory);
	strcpy(self->memory, "one");
	self->p = puppet_make(NULL, 0);
	setenv("IPCDBG_ROOT", "/proc/sysvipc", 1);
	sleep(3);
}

FIXTURE_TEARDOWN(rm)
{
	puppets_clear();
}

/* To root it is known, but of a set that was operated on. */
TEST_F(rm, what_nobody_uses)
{
	shell("$ipcdbg rm -s 0x1234");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_FALSE(has_set());
	shell("$ipcdbg rm -m 0x2345");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_FALSE(has_segment());
	shell("$ipcdbg rm -q 0x3456");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_FALSE(has_queue());
	shell("$ipcdbg rm -Q one");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_FALSE(has_mqueue());
	shell("$ipcdbg rm -Q one");
	EXPECT_TRUE(shell_ended(2, "with the name one"));
}

TEST_F(rm, a_set_that_may_be_held)
{
	ASSERT_EQ(0, puppet_semop(self->p, set, &(struct sembuf){ 0, 1, 0 }, 1));
	shell("$ipcdbg rm -s 0x1234");
	EXPECT_TRUE(shell_ended(4, "who holds it (SEM_UNDO) is not known"));
	EXPECT_TRUE(has_set());
	sleep(2);
	shell("$ipcdbg rm --orphans -s --older-than 0");
	EXPECT_TRUE(shell_ended(4, "it is not known who uses them"));
	EXPECT_TRUE(has_set());
	shell("$ipcdbg rm --force -s 0x1234");
	EXPECT_EQ(0, shell_code);
	EXPECT_FALSE(has_set());
}

/* It is left alone, and is told to be used so. */
static bool is_left(const char *arguments, const char *used)
{
	shell("$ipcdbg rm %s", arguments);
	return shell_ended(5, used);
}

TEST_F(rm, what_is_in_use)
{
	struct puppet *thread;

	puppet_block(self->p, set, &(struct sembuf){ 2, -1, 0 }, 1, NULL);
	EXPECT_TRUE(is_left("-s 0x1234", "1 task waits"));
	EXPECT_TRUE(has_set());
	thread = puppet_make(NULL, 0);
	ASSERT_LT(0, puppet_call(thread, SYS_shmat, segment, 0, 0));
	EXPECT_TRUE(is_left("-m 0x2345", "attached 1 time"));
	EXPECT_TRUE(has_segment());
	/* A descriptor that no other thread of its process has. */
	thread = puppet_make(puppet_make(NULL, 0), PUPPET_THREAD);
	ASSERT_EQ(0, puppet_call(thread, SYS_unshare, CLONE_FILES));
	ASSERT_LE(0, puppet_call(thread, SYS_mq_open, (long)self->memory, O_RDONLY, 0, 0));
	EXPECT_TRUE(is_left("-Q one", "open by 1 process"));
	EXPECT_TRUE(has_mqueue());
	shell("$ipcdbg rm --force -Q one");
	EXPECT_EQ(0, shell_code);
	shell("$ipcdbg -Q -J one");
	EXPECT_TRUE(!!strstr(shell_out, "\"unlinked\":true"));
	puppet_block_call(thread, NULL, SYS_msgrcv, queue, (long)self->memory, 8, 0, 0);
	EXPECT_TRUE(is_left("-q 0x3456", "1 task waits to receive"));
	EXPECT_TRUE(has_queue());
}

/* Who waits or has it open is one that the command does not see: it never says that nobody is. */
TEST_F(rm, where_some_are_hidden)
{
	static const char *const ways[] = {
		"/usr/bin/unshare --pid --fork --mount-proc",
		"/usr/bin/setpriv --bounding-set -sys_ptrace --inh-caps -sys_ptrace",
		"/usr/bin/setpriv --reuid 1000 --clear-groups",
		"ulimit -n 4;",
		"ulimit -n 5;",
		"ulimit -n 6;",
	};
	struct msqid_ds ds;
	size_t i;

	ASSERT_EQ(0, msgctl(queue, IPC_STAT, &ds));
	ds.msg_perm.uid = 1000;
	ASSERT_EQ(0, msgctl(queue, IPC_SET, &ds));
	ASSERT_LE(0, puppet_call(self->p, SYS_mq_open, (long)self->memory, O_RDONLY, 0, 0));
	puppet_block_call(self->p, NULL, SYS_msgrcv, queue, (long)self->memory, 8, 0, 0);
	sleep(3);
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		shell("%s $ipcdbg rm -q 0x3456", ways[i]);
		EXPECT_TRUE(shell_ended(4, "who waits is not known"));
		EXPECT_TRUE(has_queue());
		shell("%s $ipcdbg rm -Q one", ways[i]);
		EXPECT_NE(0, shell_code);
		EXPECT_TRUE(has_mqueue());
		shell("%s $ipcdbg rm --orphans -qQ --older-than 0", ways[i]);
		EXPECT_EQ(4, shell_code);
		EXPECT_TRUE(has_queue() && has_mqueue());
		shell("%s $ipcdbg rm -Q nosuch", ways[i]);
		EXPECT_TRUE(shell_ended(4, "nosuch may be there"));
	}
}

/* A pipe that has no room; what is in it comes before what the command prints. */
static void make_full_pipe(int ends[2])
{
	static const char byte;

	if (pipe2(ends, O_NONBLOCK))
		die("pipe: %s", strerror(errno));
	while (write(ends[1], &byte, 1) == 1)
		;
	fcntl(ends[1], F_SETFL, 0);
}

/* Whether the process sleeps in write(). */
static bool writes(pid_t pid)
{
	char path[64], begins[16], *call;
	bool does;

	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	snprintf(begins, sizeof(begins), "%d 0x1 ", SYS_write);
	call = slurp(path, 256, NULL);
	does = call && !strncmp(call, begins, strlen(begins)) && proc_state(pid, pid) == 'S';
	free(call);
	return does;
}

/* The command, when it has looked, and told what it is going to do. */
static pid_t begin(int ends[2], const char *option, const char *word)
{
	pid_t pid;

	make_full_pipe(ends);
	pid = fork();
	if (!pid) {
		dup2(ends[1], 1);
		execlp(cli(), "ipcdbg", "rm", option, word, NULL);
		_exit(127);
	}
	close(ends[1]);
	wait_until(writes(pid));
	return pid;
}

/* Its exit status. */
static int finish(int ends[2], pid_t pid)
{
	char buf[4096];
	int status;

	fcntl(ends[0], F_SETFL, 0);
	while (read(ends[0], buf, sizeof(buf)) > 0)
		;
	close(ends[0]);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Looks are not kept: the last one is made anew. */
TEST_F(rm, what_comes_into_use_meanwhile)
{
	int ends[2];
	pid_t pid;

	pid = begin(ends, "-Q", "one");
	ASSERT_LE(0, puppet_call(self->p, SYS_mq_open, (long)self->memory, O_RDONLY, 0, 0));
	EXPECT_EQ(5, finish(ends, pid));
	EXPECT_TRUE(has_mqueue());
	pid = begin(ends, "-q", "0x3456");
	puppet_block_call(self->p, NULL, SYS_msgrcv, queue, (long)self->memory, 8, 0, 0);
	EXPECT_EQ(5, finish(ends, pid));
	EXPECT_TRUE(has_queue());
}

TEST_HARNESS_MAIN
