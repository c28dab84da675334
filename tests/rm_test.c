// SPDX-License-Identifier: GPL-2.0
/*
 * 'ipcdbg rm': what it removes, what it leaves alone and why, held against semctl(2) and its like.
 * Objects are three seconds old when it comes, which else it would wait for.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include "common.h"
#include "puppet.h"
#include "shell.h"

#define SET_KEY 0x1234 /* of shell_begin() */
#define SHM_KEY 0x2345
#define MSG_KEY 0x3456

FIXTURE(rm)
{
	int set, segment, queue;
	struct puppet *p;
	char *memory; /* what its calls point to */
};

static bool has_set(int id)
{
	return semctl(id, 0, GETVAL) >= 0;
}

static bool has_segment(int id)
{
	struct shmid_ds ds;

	return !shmctl(id, IPC_STAT, &ds) && !(ds.shm_perm.mode & SHM_DEST);
}

static bool has_queue(int id)
{
	struct msqid_ds ds;

	return !msgctl(id, IPC_STAT, &ds);
}

static bool has_mqueue(const char *name)
{
	mqd_t q = mq_open(name, O_RDONLY);

	if (q >= 0)
		mq_close(q);
	return q >= 0;
}

static void make_mqueue(const char *name)
{
	mqd_t q = mq_open(name, O_CREAT | O_RDWR, 0600,
			  &(struct mq_attr){ .mq_maxmsg = 1, .mq_msgsize = 8 });

	if (q < 0)
		die("%s: %s", name, strerror(errno));
	mq_close(q);
}

FIXTURE_SETUP(rm)
{
	self->set = shell_begin();
	self->segment = shmget(SHM_KEY, 4096, IPC_CREAT | 0600);
	self->queue = msgget(MSG_KEY, IPC_CREAT | 0600);
	make_mqueue("/one");
	make_mqueue("/two words");
	ASSERT_LE(0, self->set);
	ASSERT_LE(0, self->segment);
	ASSERT_LE(0, self->queue);
	self->memory = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->memory);
	self->p = puppet_make(NULL, 0);
	sleep(3);
}

FIXTURE_TEARDOWN(rm)
{
	puppets_clear();
}

TEST_F(rm, by_id_key_and_name)
{
	int other = semget(IPC_PRIVATE, 1, 0600);

	shell("$ipcdbg rm -s 0x1234");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_TRUE(shell_has_row("semaphore set %d 0x00001234 root", self->set));
	EXPECT_TRUE(shell_has_row("semaphore set %d is removed", self->set));
	EXPECT_FALSE(has_set(self->set));
	EXPECT_TRUE(has_set(other));
	shell("$ipcdbg rm -m %d", self->segment);
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_FALSE(has_segment(self->segment));
	shell("$ipcdbg rm -q -k %d", MSG_KEY);
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_FALSE(has_queue(self->queue));
	/* As it is printed, and as it is. */
	shell("$ipcdbg rm -Q one '/two\\040words' /one");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(1, shell_lines("POSIX message queue /one is removed"));
	EXPECT_FALSE(has_mqueue("/one"));
	EXPECT_FALSE(has_mqueue("/two words"));
	shell("$ipcdbg rm -s %d", self->set);
	EXPECT_TRUE(shell_ended(2, "there is no semaphore set with the id"));
	EXPECT_EQ(0, shell_len);
}

TEST_F(rm, dry_run)
{
	shell("$ipcdbg rm --dry-run -m %d 99", self->segment);
	EXPECT_TRUE(shell_ended(2, "with the id 99"));
	EXPECT_TRUE(shell_has_row("shared memory segment %d 0x%08x root", self->segment, SHM_KEY));
	EXPECT_EQ(0, shell_lines("shared memory segment 0 is removed"));
	EXPECT_TRUE(has_segment(self->segment));
}

/* It leaves it alone, tells who uses it, and removes it when forced. */
static bool needs_force(const char *option, const char *word, const char *used)
{
	bool ok;

	shell("$ipcdbg rm %s %s", option, word);
	ok = shell_ended(5, used) && strstr(shell_out, used);
	shell("$ipcdbg rm --dry-run %s %s", option, word);
	ok &= shell_ended(5, used) && strstr(shell_out, "leave");
	shell("$ipcdbg rm --force --dry-run %s %s", option, word);
	ok &= shell_ended(0, "") && strstr(shell_out, "remove");
	shell("$ipcdbg rm --force %s %s", option, word);
	return ok & shell_ended(0, "") && strstr(shell_out, "is removed");
}

TEST_F(rm, a_task_waits_for_a_set)
{
	struct sembuf down = { 0, -1, 0 };

	puppet_block(self->p, self->set, &down, 1, NULL);
	EXPECT_TRUE(needs_force("-s", "0x1234", "1 task waits"));
	EXPECT_EQ(-EIDRM, puppet_unblock(self->p));
}

TEST_F(rm, a_process_holds_a_set)
{
	struct sembuf up = { 0, 1, 0 }, down = { 0, -1, SEM_UNDO };

	ASSERT_EQ(0, puppet_semop(self->p, self->set, &up, 1));
	ASSERT_EQ(0, puppet_semop(self->p, self->set, &down, 1));
	EXPECT_TRUE(needs_force("-s", "0x1234", "1 holder"));
	EXPECT_FALSE(has_set(self->set));
}

TEST_F(rm, a_process_has_a_segment_attached)
{
	char word[16];

	ASSERT_LT(0, puppet_call(self->p, SYS_shmat, self->segment, 0, 0));
	EXPECT_TRUE(needs_force("-m", "0x2345", "attached 1 time"));
	EXPECT_FALSE(has_segment(self->segment));
	/* It is there until the puppet goes, and cannot be removed once more. */
	snprintf(word, sizeof(word), "%d", self->segment);
	shell("$ipcdbg rm --force -m %s", word);
	EXPECT_TRUE(shell_ended(2, "was removed before"));
}

TEST_F(rm, a_task_waits_to_receive)
{
	puppet_block_call(self->p, NULL, SYS_msgrcv, self->queue, (long)self->memory, 8, 0, 0);
	EXPECT_TRUE(needs_force("-q", "0x3456", "1 task waits to receive"));
	EXPECT_EQ(-EIDRM, puppet_unblock(self->p));
}

TEST_F(rm, a_task_waits_to_send)
{
	*(long *)self->memory = 1;
	while (!puppet_call(self->p, SYS_msgsnd, self->queue, (long)self->memory, 8192, IPC_NOWAIT))
		;
	puppet_block_call(self->p, NULL, SYS_msgsnd, self->queue, (long)self->memory, 8192, 0);
	EXPECT_TRUE(needs_force("-q", "0x3456", "1 task waits to send"));
	EXPECT_EQ(-EIDRM, puppet_unblock(self->p));
}

TEST_F(rm, a_process_has_a_queue_open)
{
	strcpy(self->memory, "one");
	ASSERT_LE(0, puppet_call(self->p, SYS_mq_open, (long)self->memory, O_RDONLY, 0, 0));
	EXPECT_TRUE(needs_force("-Q", "/one", "open by 1 process"));
	EXPECT_FALSE(has_mqueue("/one"));
	shell("$ipcdbg rm --force -Q /one");
	EXPECT_TRUE(shell_ended(2, "was removed before"));
	/* A new one of its name is what is meant. */
	make_mqueue("/one");
	shell("$ipcdbg rm -Q /one");
	EXPECT_EQ(2, shell_code);
	EXPECT_EQ(1, shell_lines("POSIX message queue /one is removed"));
	EXPECT_FALSE(has_mqueue("/one"));
}

TEST_F(rm, without_the_right)
{
	shell("/usr/bin/setpriv --reuid 1000 --clear-groups $ipcdbg rm -m %d", self->segment);
	EXPECT_TRUE(shell_ended(77, "only its owner or root may"));
	EXPECT_TRUE(has_segment(self->segment));
	/* Who holds the set is for root to know. */
	ASSERT_EQ(0, puppet_call(self->p, SYS_semctl, self->set, 0, IPC_STAT, (long)self->memory));
	((struct semid_ds *)self->memory)->sem_perm.uid = 1000;
	ASSERT_EQ(0, puppet_call(self->p, SYS_semctl, self->set, 0, IPC_SET, (long)self->memory));
	ASSERT_EQ(0, puppet_semop(self->p, self->set, &(struct sembuf){ 0, 1, 0 }, 1));
	sleep(3);
	shell("/usr/bin/setpriv --reuid 1000 --clear-groups $ipcdbg rm -s %d", self->set);
	EXPECT_TRUE(shell_ended(77, "who holds it (SEM_UNDO) is not known"));
	EXPECT_TRUE(has_set(self->set));
	shell("/usr/bin/setpriv --reuid 1000 --clear-groups $ipcdbg rm --force -s %d", self->set);
	EXPECT_EQ(0, shell_code);
	EXPECT_FALSE(has_set(self->set));
}

/* The one of that id in the other namespace, and no other. */
TEST_F(rm, namespace)
{
	int id;

	ASSERT_EQ(0, puppet_call(self->p, SYS_unshare, CLONE_NEWIPC));
	id = puppet_call(self->p, SYS_semget, SET_KEY, 1, IPC_CREAT | 0600);
	ASSERT_EQ(self->set, id);
	sleep(3);
	shell("$ipcdbg rm --namespace %d -s %d", self->p->pid, id);
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_TRUE(has_set(self->set));
	EXPECT_EQ(-EINVAL, puppet_call(self->p, SYS_semctl, id, 0, GETVAL));
	/* Held by a segment that is attached in another one: nobody can get there. */
	id = puppet_call(self->p, SYS_shmget, IPC_PRIVATE, 4096, 0600);
	ASSERT_LT(0, puppet_call(self->p, SYS_shmat, id, 0, 0));
	shell("readlink /proc/%d/ns/ipc | tr -dc 0-9", self->p->pid);
	setenv("inum", shell_out, 1);
	ASSERT_EQ(0, puppet_call(self->p, SYS_unshare, CLONE_NEWIPC));
	shell("$ipcdbg rm --force --namespace $inum -m %d", id);
	EXPECT_TRUE(shell_ended(1, "cannot be entered"));
}

static int set_of(struct puppet *p, unsigned int uid)
{
	int id = semget(IPC_PRIVATE, 1, 0600);
	struct semid_ds ds;

	if (puppet_call(p, SYS_semctl, id, 0, SETVAL, 1) || semctl(id, 0, IPC_STAT, &ds) ||
	    (ds.sem_perm.uid = uid, semctl(id, 0, IPC_SET, &ds)))
		die("semctl: %s", strerror(errno));
	return id;
}

TEST_F(rm, orphans)
{
	struct puppet *dead = puppet_make(NULL, 0);
	int orphan = set_of(dead, 0), other = set_of(dead, 1000), alive = set_of(self->p, 0);
	int segment = puppet_call(dead, SYS_shmget, IPC_PRIVATE, 4096, 0600);
	int attached = puppet_call(dead, SYS_shmget, IPC_PRIVATE, 4096, 0600);
	int unused = semget(IPC_PRIVATE, 1, 0600);

	ASSERT_LT(0, puppet_call(self->p, SYS_shmat, attached, 0, 0));
	*(long *)self->memory = 1;
	ASSERT_EQ(0, puppet_call(dead, SYS_msgsnd, self->queue, (long)self->memory, 8, 0));
	strcpy(self->memory, "one");
	ASSERT_LE(0, puppet_call(self->p, SYS_mq_open, (long)self->memory, O_RDONLY, 0, 0));
	puppet_exit(dead);
	puppet_reap(dead);
	sleep(3);
	shell("$ipcdbg rm --orphans");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(1, shell_lines("no orphans were found"));
	shell("$ipcdbg rm --orphans -s --older-than 1 --user root");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_FALSE(has_set(orphan));
	EXPECT_TRUE(has_set(other));
	shell("$ipcdbg rm --orphans --older-than 1 --dry-run");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_TRUE(has_set(other));
	EXPECT_TRUE(has_segment(segment));
	shell("$ipcdbg rm --orphans --older-than 1");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_TRUE(!!strstr(shell_out, "(inferred)"));
	EXPECT_FALSE(has_set(other));
	EXPECT_FALSE(has_segment(segment));
	EXPECT_FALSE(has_queue(self->queue));
	EXPECT_FALSE(has_mqueue("/two words"));
	EXPECT_TRUE(has_mqueue("/one"));
	EXPECT_TRUE(has_segment(attached));
	/* Made by the test, which lives, and never used; one that was never operated on. */
	EXPECT_TRUE(has_segment(self->segment));
	EXPECT_TRUE(has_set(alive));
	EXPECT_TRUE(has_set(unused));
	EXPECT_TRUE(has_set(self->set));
}

TEST_HARNESS_MAIN
