// SPDX-License-Identifier: GPL-2.0
/*
 * 'ipcdbg explain' with the module: the file that a key was made of is found among those of
 * processes which only the module knows to have to do with the object.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"
#include "puppet.h"
#include "shell.h"

#define FILE_OF_KEY "/tmp/explained"
#define PROJ 'x'

/* What system calls of puppets point to. */
struct shared {
	struct {
		long type;
		char text[8];
	} message;
	char path[32];
};

FIXTURE(explain)
{
	struct shared *shared;
	struct puppet *has_file; /* the only one that has the file open */
	struct puppet *other;
	key_t key;
};

FIXTURE_SETUP(explain)
{
	int fd;

	self->shared = mmap(NULL, sizeof(*self->shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->shared);
	ASSERT_LE(0, shell_begin());
	/* The file is in no working directory. */
	ASSERT_EQ(0, chdir("/"));
	fd = open(FILE_OF_KEY, O_CREAT | O_WRONLY, 0600);
	ASSERT_LE(0, fd);
	close(fd);
	self->key = ftok(FILE_OF_KEY, PROJ);
	ASSERT_NE(-1, self->key);
	strcpy(self->shared->path, FILE_OF_KEY);
	self->has_file = puppet_make(NULL, 0);
	self->other = puppet_make(NULL, 0);
	ASSERT_LE(0, puppet_call(self->has_file, SYS_openat, AT_FDCWD, (long)self->shared->path,
				 O_RDONLY));
}

FIXTURE_TEARDOWN(explain)
{
	puppets_clear();
	unlink(FILE_OF_KEY);
}

/* Whether the one explanation of the words says that, through jq. */
static bool explained(const char *words, const char *filter, const char *want)
{
	shell("$ipcdbg explain -J %s >/tmp/explain.json && "
	      "jq -c '.explanations | if length == 1 then .[0] else length end | %s' "
	      "/tmp/explain.json",
	      words, filter);
	return shell_printed(want) ||
	       complain("%s: %s: %s%s, not %s", words, filter, shell_out, shell_err, want);
}

#define FILES "[.ftok.files[] | [.found_as, .path, .pid]]"
#define ROLES "[.object.processes[] | select(.ended | not) | [.pid, .role]] | sort"

/* The file is found, as that of the one process. */
static bool file_is_found(const char *words, pid_t pid)
{
	char want[96];

	snprintf(want, sizeof(want), "[[\"open file\",\"" FILE_OF_KEY "\",%d]]", pid);
	return explained(words, FILES, want);
}

static bool has_roles(const char *words, pid_t pid, const char *role, pid_t other,
		      const char *other_role)
{
	char want[128];

	snprintf(want, sizeof(want), "[[%d,\"%s\"],[%d,\"%s\"]]", pid, role, other, other_role);
	return explained(words, ROLES, want);
}

static const char *key_word(key_t key)
{
	static char word[16];

	snprintf(word, sizeof(word), "0x%08x", (unsigned int)key);
	return word;
}

/* The last who attached, and the creator, are others. */
TEST_F(explain, segment_of_the_attached)
{
	int shmid = shmget(self->key, 4096, IPC_CREAT | 0600);
	long address;

	ASSERT_LE(0, shmid);
	EXPECT_TRUE(explained(key_word(self->key), FILES, "[]"));
	ASSERT_NE(-1, puppet_call(self->has_file, SYS_shmat, shmid, 0, 0));
	address = puppet_call(self->other, SYS_shmat, shmid, 0, 0);
	ASSERT_NE(-1, address);
	ASSERT_EQ(0, puppet_call(self->other, SYS_shmdt, address));
	puppet_exit(self->other);
	puppet_reap(self->other);
	EXPECT_TRUE(
		has_roles(key_word(self->key), getpid(), "cpid", self->has_file->pid, "attach"));
	EXPECT_TRUE(file_is_found(key_word(self->key), self->has_file->pid));
	shmctl(shmid, IPC_RMID, NULL);
}

/* Who waits has not operated yet. */
TEST_F(explain, set_of_the_waiter)
{
	int semid = semget(self->key, 1, IPC_CREAT | 0600);

	ASSERT_LE(0, semid);
	ASSERT_EQ(0, puppet_semop(self->other, semid, &(struct sembuf){ 0, 1, 0 }, 1));
	ASSERT_EQ(0, puppet_semop(self->other, semid, &(struct sembuf){ 0, -1, 0 }, 1));
	EXPECT_TRUE(explained(key_word(self->key), FILES, "[]"));
	puppet_block(self->has_file, semid, &(struct sembuf){ 0, -1, 0 }, 1, NULL);
	EXPECT_TRUE(has_roles(key_word(self->key), self->has_file->pid, "wait", self->other->pid,
			      "sempid"));
	EXPECT_TRUE(file_is_found(key_word(self->key), self->has_file->pid));
	semctl(semid, 0, IPC_RMID);
	puppet_unblock(self->has_file);
}

TEST_F(explain, queue_of_the_receiver)
{
	int msqid = msgget(self->key, IPC_CREAT | 0600);

	ASSERT_LE(0, msqid);
	EXPECT_TRUE(explained(key_word(self->key), FILES, "[]"));
	puppet_block_call(self->has_file, NULL, SYS_msgrcv, msqid, (long)&self->shared->message, 8,
			  0, 0);
	EXPECT_TRUE(file_is_found(key_word(self->key), self->has_file->pid));
	EXPECT_TRUE(explained(key_word(self->key), ".ftok.proj_id", "120"));
	msgctl(msqid, IPC_RMID, NULL);
	puppet_unblock(self->has_file);
}

/* One id of three kinds; the same key in another namespace; a key of nobody. */
TEST_F(explain, which_objects)
{
	char words[32];
	int shmid = shmget(0x4d50, 64, IPC_CREAT | 0600);
	int msqid = msgget(0x4d51, IPC_CREAT | 0600);

	ASSERT_LE(0, shmid);
	ASSERT_LE(0, msqid);
	snprintf(words, sizeof(words), "%d", shmid);
	EXPECT_TRUE(explained(words, ".", shmid == msqid ? "3" : "2"));
	EXPECT_TRUE(explained("0x4d50", ".object.kind", "\"shared memory segment\""));
	EXPECT_TRUE(explained("0x4d52", ".object", "null"));
	ASSERT_LE(0, puppet_call(self->other, SYS_unshare, CLONE_NEWIPC));
	ASSERT_LE(0, puppet_call(self->other, SYS_shmget, 0x4d50, 64, IPC_CREAT | 0600));
	EXPECT_TRUE(explained("0x4d50", ".object.kind", "\"shared memory segment\""));
	EXPECT_TRUE(explained("-A 0x4d50", ".", "2"));
	shell("$ipcdbg explain 4194304");
	EXPECT_TRUE(shell_ended(2, "no object has the id 4194304"));
	shmctl(shmid, IPC_RMID, NULL);
	msgctl(msqid, IPC_RMID, NULL);
}

/* A queue that one has open, and another waits for. */
TEST_F(explain, name_of_a_queue)
{
	static const char name[] = "us.zoom.aom.globalmgr.7.rpc";
	char want[160];
	long fd, theirs;

	strcpy(self->shared->path, name);
	fd = puppet_call(self->has_file, SYS_mq_open, (long)self->shared->path, O_CREAT | O_RDWR,
			 0600, 0);
	theirs = puppet_call(self->other, SYS_mq_open, (long)self->shared->path, O_RDONLY);
	ASSERT_LE(0, fd);
	ASSERT_LE(0, theirs);
	puppet_block_call(self->other, NULL, SYS_mq_timedreceive, theirs,
			  (long)&self->shared->message.text, 8192, 0, 0);
	snprintf(want, sizeof(want),
		 "[\"POSIX message queue\",\"Zoom\",[[%d,\"mq_receiver\"],[%d,\"opener\"],"
		 "[%d,\"opener\"]]]",
		 self->other->pid, self->has_file->pid, self->other->pid);
	EXPECT_TRUE(explained("/us.zoom.aom.globalmgr.7.rpc",
			      "[.object.kind, .purposes[0].use, ([.object.processes[] | "
			      "[.pid, .role]] | sort_by(.[1], .[0]))]",
			      want));
}

TEST_F(explain, name_of_none)
{
	EXPECT_TRUE(explained("/psm_1", "[.name, .object, [.purposes[] | [.use, .sure]], .ftok]",
			      "[\"psm_1\",null,[[\"Python multiprocessing\",\"possible\"]],null]"));
}

TEST_HARNESS_MAIN
