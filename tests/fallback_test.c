// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks that are not easily found without the module: in calls of 32 bits, in several namespaces,
 * stopped or frozen on the way out of a call. The command prints of them what it prints with it.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <inttypes.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "common.h"
#include "fallback.h"
#include "proc.h"
#include "puppet.h"

static int semid, msqid, shmid;

/* In the namespace that the test is in. */
static void make_objects(void)
{
	semid = semget(0x1234, 3, IPC_CREAT | 0600);
	msqid = msgget(0x1234, IPC_CREAT | 0600);
	shmid = shmget(0x1234, 8192, IPC_CREAT | 0600);
	if (semid < 0 || msqid < 0 || shmid < 0)
		die("objects");
}

static void block(struct puppet *p, int semnum, int op)
{
	struct sembuf sop = { semnum, op, SEM_UNDO };

	puppet_block(p, semid, &sop, 1, NULL);
}

FIXTURE(without){};

FIXTURE_SETUP(without)
{
	fallback_begin();
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
	make_objects();
}

FIXTURE_TEARDOWN(without)
{
	puppets_clear();
	semctl(semid, 0, IPC_RMID);
	msgctl(msqid, IPC_RMID, NULL);
	shmctl(shmid, IPC_RMID, NULL);
}

#ifdef __x86_64__
/* What 32-bit calls are given: their pointers reach it. */
static struct low {
	struct sembuf op;
	struct {
		uint32_t msgp, msgtyp;
	} kludge;
	char message[64];
} * low;

static void int80(long number, long a, long b, long c, long d, long e)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory", "r8", "r9", "r10", "r11");
	_exit(ret ? 1 : 0);
}

/* A child in one of these calls of i386. */
static pid_t call_of_32_bits(int which)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	low->op = (struct sembuf){ 2, -3, 0 };
	low->kludge.msgp = (long)low->message;
	low->kludge.msgtyp = -9;
	switch (which) {
	case 0: /* ipc(SEMOP) */
		int80(117, 1, semid, 1, 0, (long)&low->op);
		break;
	case 1: /* semtimedop_time64 */
		int80(420, semid, (long)&low->op, 1, 0, 0);
		break;
	case 2: /* ipc(MSGRCV) of version 0 */
		int80(117, 12, msqid, 30, 0, (long)&low->kludge);
		break;
	case 3: /* ipc(MSGRCV) of version 1 */
		int80(117, 12 | 1 << 16, msqid, 30, MSG_NOERROR, (long)low->message);
		break;
	default: /* getpid */
		int80(20, 0, 0, 0, 0, 0);
	}
	_exit(1);
}

static bool has_32_bit_calls(void)
{
	int status;
	pid_t pid = call_of_32_bits(-1);

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status);
}

TEST_F(without, calls_of_32_bits)
{
	pid_t pids[4];
	int i;

	low = mmap(NULL, sizeof(*low), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	ASSERT_NE(MAP_FAILED, low);
	if (!has_32_bit_calls())
		SKIP(return, "this kernel has no 32-bit calls");
	for (i = 0; i < 4; i++) {
		pids[i] = call_of_32_bits(i);
		wait_until(proc_state(pids[i], pids[i]) == 'S');
	}
	EXPECT_TRUE(same_without_module("-s"));
	EXPECT_EQ(2, fallback_seen.rows);
	EXPECT_TRUE(same_without_module("-q"));
	EXPECT_EQ(4, fallback_seen.rows);
	for (i = 0; i < 4; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
}
#endif

/* semop returns when its task is stopped, and before its cgroup is frozen. */
TEST_F_TIMEOUT(without, left_for_a_signal, 120)
{
	struct puppet *p[3];
	char pid[16];
	int i;

	for (i = 0; i < 3; i++) {
		p[i] = puppet_make(NULL, 0);
		block(p[i], 0, -1);
	}
	EXPECT_TRUE(same_without_module("-s"));
	EXPECT_EQ(3, fallback_seen.rows);
	kill(p[0]->pid, SIGSTOP);
	wait_until(proc_state(p[0]->pid, p[0]->pid) == 'T');
	EXPECT_TRUE(same_without_module("-s"));
	EXPECT_EQ(5, fallback_seen.rows);

	mkdir("/tmp/cgroup", 0700);
	ASSERT_EQ(0, mount("none", "/tmp/cgroup", "cgroup2", 0, NULL));
	mkdir("/tmp/cgroup/cold", 0700);
	snprintf(pid, sizeof(pid), "%d", p[1]->pid);
	EXPECT_EQ(0, put_file("/tmp/cgroup/cold/cgroup.procs", pid));
	EXPECT_EQ(0, put_file("/tmp/cgroup/cold/cgroup.freeze", "1"));
	wait_until(semctl(semid, 0, GETNCNT) == 1);
	wait_until(proc_state(p[1]->pid, p[1]->pid) == 'S');
	EXPECT_TRUE(same_without_module("-s"));
	EXPECT_EQ(6, fallback_seen.rows);
	EXPECT_EQ(0, put_file("/tmp/cgroup/cold/cgroup.freeze", "0"));
	kill(p[1]->pid, SIGKILL);
	wait_until(proc_state(p[1]->pid, p[1]->pid) == 'Z');
	rmdir("/tmp/cgroup/cold");
	umount("/tmp/cgroup");
}

/* A thread may have descriptors that no other of its process has: of a queue without a name, too.
 */
TEST_F(without, descriptors_of_a_thread)
{
	char *name = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct puppet *p = puppet_make(NULL, 0), *thread = puppet_make(p, PUPPET_THREAD);
	long fd;

	ASSERT_NE(MAP_FAILED, name);
	strcpy(name, "one");
	ASSERT_EQ(0, puppet_call(thread, SYS_unshare, CLONE_FILES));
	fd = puppet_call(thread, SYS_mq_open, (long)name, O_CREAT | O_RDWR, 0600, 0);
	ASSERT_LE(0, fd);
	EXPECT_TRUE(same_without_module("-Q"));
	EXPECT_EQ(1, fallback_seen.rows);
	ASSERT_EQ(0, puppet_call(p, SYS_mq_unlink, (long)name));
	puppet_block_call(thread, NULL, SYS_mq_timedreceive, fd, (long)name, 8192, 0, 0);
	EXPECT_TRUE(same_without_module("-Q"));
	EXPECT_EQ(3, fallback_seen.rows);
}

/* Writes what same_but_lost() is to know: a wait, and 0 or a queue that it may seem to be for. */
static void lose(uint64_t ino, pid_t tid, uint64_t other, bool unreachable)
{
	FILE *waits = fopen(FALLBACK_WAITS, "w"), *queues = fopen(FALLBACK_QUEUES, "w");

	if (!waits || !queues)
		die(FALLBACK_WAITS);
	fprintf(waits, "{\"ino\":%" PRIu64 ",\"tid\":%d,\"other\":%" PRIu64 "}\n", ino, tid, other);
	if (unreachable)
		fprintf(queues, "%" PRIu64 "\n", ino);
	fclose(waits);
	fclose(queues);
}

static uint64_t inode_of(const struct puppet *p, long fd)
{
	struct stat st;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%ld", p->pid, fd);
	if (stat(path, &st))
		die("%s", path);
	return st.st_ino;
}

/*
 * The descriptor that a thread waits by is closed by another, and its number leads to a file, to a
 * queue on which nobody can wait to receive, and to one on which the thread could.
 */
TEST_F_TIMEOUT(without, descriptor_of_a_wait, 120)
{
	char *name = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *file = name + 100, *other = name + 200, *text = name + 300;
	struct puppet *p = puppet_make(NULL, 0), *thread = puppet_make(p, PUPPET_THREAD);
	struct mq_attr *attr = (struct mq_attr *)(name + 512);
	uint64_t one, two;
	long fd;

	ASSERT_NE(MAP_FAILED, name);
	strcpy(name, "one");
	strcpy(file, "/proc/self/exe");
	strcpy(other, "two");
	*attr = (struct mq_attr){ .mq_maxmsg = 1, .mq_msgsize = 100 };
	fd = puppet_call(p, SYS_mq_open, (long)name, O_CREAT | O_RDWR, 0600, (long)attr);
	ASSERT_LE(0, fd);
	one = inode_of(p, fd);
	puppet_block_call(thread, NULL, SYS_mq_timedreceive, fd, (long)text, 100, 0, 0);
	EXPECT_TRUE(same_without_module("-Q"));
	EXPECT_EQ(2, fallback_seen.rows);

	ASSERT_EQ(0, puppet_call(p, SYS_close, fd));
	lose(one, thread->tid, 0, false);
	EXPECT_TRUE(same_but_lost("-Q"));
	ASSERT_EQ(fd, puppet_call(p, SYS_openat, AT_FDCWD, (long)file, O_RDONLY));
	EXPECT_TRUE(same_but_lost("-Q"));

	ASSERT_EQ(0, puppet_call(p, SYS_close, fd));
	ASSERT_EQ(fd, puppet_call(p, SYS_mq_open, (long)other, O_CREAT | O_RDWR, 0600, (long)attr));
	two = inode_of(p, fd);
	ASSERT_EQ(0, puppet_call(p, SYS_mq_timedsend, fd, (long)text, 1, 0, 0));
	EXPECT_TRUE(same_but_lost("-Q"));
	ASSERT_EQ(1, puppet_call(p, SYS_mq_timedreceive, fd, (long)text, 100, 0, 0));
	lose(one, thread->tid, two, false);
	EXPECT_TRUE(same_but_lost("-Q"));

	ASSERT_EQ(0, puppet_call(p, SYS_mq_unlink, (long)name));
	lose(one, thread->tid, two, true);
	EXPECT_TRUE(same_but_lost("-Q"));
	ASSERT_EQ(0, puppet_call(p, SYS_close, fd));
	lose(one, thread->tid, 0, true);
	EXPECT_TRUE(same_but_lost("-Q"));
	puppet_call(p, SYS_mq_unlink, (long)other);
}

/* Three namespaces with the same ids, each with other tasks; all are told, and who is in them. */
TEST_F_TIMEOUT(without, namespaces, 120)
{
	struct puppet *p;
	int i;

	for (i = 0; i < 3; i++) {
		if (i)
			ASSERT_EQ(0, unshare(CLONE_NEWIPC));
		if (i)
			make_objects();
		p = puppet_make(NULL, 0);
		puppet_make(p, PUPPET_THREAD);
		block(p, i, -1 - i);
		p = puppet_make(NULL, 0);
		ASSERT_LT(0, puppet_call(p, SYS_shmat, shmid, 0, i ? 0 : SHM_RDONLY));
		puppet_block_call(p, NULL, SYS_msgrcv, msqid, 0, 10 + i, i, 0);
	}
	EXPECT_TRUE(same_without_module("-A -s"));
	EXPECT_EQ(3, fallback_seen.rows);
	EXPECT_TRUE(same_without_module("-A -m"));
	EXPECT_EQ(6, fallback_seen.rows);
	EXPECT_TRUE(same_without_module("-A -q"));
	EXPECT_EQ(9, fallback_seen.rows);
	EXPECT_TRUE(same_without_module("ns"));
	EXPECT_LE(13, fallback_seen.rows);
}

TEST_HARNESS_MAIN
