// SPDX-License-Identifier: GPL-2.0
/*
 * What /proc tells that a task does: children that are blocked in calls the test chose, by every
 * way to make them, and children that only look so.
 */
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/futex.h>

#include <kselftest_harness.h>

#include "proc_syscall.h"

#define GROUPS 5000

/* What a child does, on a page that 32-bit calls reach too. */
static struct low {
	struct sembuf sops[2];
	struct {
		__u32 msgp, msgtyp;
	} kludge;
	struct {
		__s32 type;
		char text[64];
	} message;
	__u32 futex;
} * low;

static int semid, msqid, full;

struct child {
	pid_t pid;
	struct proc_syscall s;
	enum proc_look look;
};

/* The letter of its state. */
static char state_of(pid_t pid)
{
	char path[64], text[512], *at;
	int fd;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY);
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	at = strrchr(text, ')');
	return at ? at[2] : '?';
}

static bool reaches_state(pid_t pid, char state)
{
	for (int i = 0; i < 2000; i++) {
		if (state_of(pid) == state)
			return true;
		usleep(1000);
	}
	return false;
}

/* A child that makes the call and is looked at while it sleeps. */
static struct child look_at(void (*call)(void))
{
	struct child c = { .pid = fork() };

	if (!c.pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "a) (b");
		call();
		_exit(0);
	}
	/* It may sleep for other reasons before the call. */
	for (int i = 0; i < 200; i++) {
		reaches_state(c.pid, 'S');
		c.look = proc_syscall_read(&c.s, c.pid, c.pid);
		if (c.look == PROC_ASLEEP)
			break;
		usleep(1000);
	}
	return c;
}

static void end(struct child *c)
{
	kill(c->pid, SIGKILL);
	waitpid(c->pid, NULL, 0);
}

static void call_semop(void)
{
	semop(semid, low->sops, 2);
}

static void call_semop_itself(void)
{
	syscall(SYS_semop, semid, low->sops, 2);
}

static void call_msgrcv(void)
{
	msgrcv(msqid, &low->message, 40, -7, MSG_NOERROR);
}

static void call_msgsnd(void)
{
	struct {
		long type;
		char text[64];
	} m = { .type = 5 };

	msgsnd(full, &m, 33, 0);
}

static void call_futex(void)
{
	syscall(SYS_futex, &low->futex, FUTEX_WAIT, 0, NULL, NULL, 0);
}

FIXTURE(asleep){};

FIXTURE_SETUP(asleep)
{
	struct {
		long type;
		char text[64];
	} m = { .type = 1 };

	low = mmap(NULL, sizeof(*low), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	ASSERT_NE(MAP_FAILED, low);
	low->sops[0] = (struct sembuf){ 1, 2, SEM_UNDO };
	low->sops[1] = (struct sembuf){ 0, -3, 0 };
	semid = semget(IPC_PRIVATE, 2, 0600);
	msqid = msgget(IPC_PRIVATE, 0600);
	full = msgget(IPC_PRIVATE, 0600);
	ASSERT_LE(0, semid);
	ASSERT_LE(0, full);
	while (!msgsnd(full, &m, sizeof(m.text), IPC_NOWAIT))
		;
}

FIXTURE_TEARDOWN(asleep)
{
	semctl(semid, 0, IPC_RMID);
	msgctl(msqid, IPC_RMID, NULL);
	msgctl(full, IPC_RMID, NULL);
}

static bool has_sops(const struct child *c)
{
	struct sembuf sops[2];

	return c->s.kind == SYSCALL_SEMOP && c->s.id == semid && c->s.size == 2 &&
	       proc_syscall_memory(&c->s, c->s.address, sops, sizeof(sops)) &&
	       !memcmp(sops, low->sops, sizeof(sops));
}

TEST_F(asleep, semop)
{
	void (*const calls[])(void) = { call_semop, call_semop_itself };

	for (int i = 0; i < 2; i++) {
		struct child c = look_at(calls[i]);

		ASSERT_EQ(PROC_ASLEEP, c.look);
		EXPECT_TRUE(has_sops(&c));
		EXPECT_FALSE(c.s.compat);
		EXPECT_EQ(c.pid, c.s.task.pid);
		EXPECT_EQ(c.pid, c.s.task.tid);
		EXPECT_STREQ("a) (b", c.s.task.comm);
		EXPECT_EQ('S', c.s.task.state);
		EXPECT_EQ(getuid(), c.s.task.uid);
		EXPECT_LT(0, c.s.task.start_ns);
		EXPECT_LT(0, c.s.task.switches);
		EXPECT_TRUE(proc_syscall_lasts(&c.s));
		end(&c);
		EXPECT_FALSE(proc_syscall_lasts(&c.s));
		EXPECT_EQ(PROC_GONE, proc_syscall_read(&c.s, c.pid, c.pid));
	}
}

/* A file status that is longer than any room one may think of. */
static void call_with_groups(void)
{
	static gid_t groups[GROUPS];

	for (int i = 0; i < GROUPS; i++)
		groups[i] = 1000000000 + i;
	if (!setgroups(GROUPS, groups))
		semop(semid, low->sops, 2);
}

TEST_F(asleep, many_groups)
{
	struct child c;

	if (geteuid())
		SKIP(return, "only root may set groups");
	c = look_at(call_with_groups);
	EXPECT_EQ(PROC_ASLEEP, c.look);
	EXPECT_EQ(SYSCALL_SEMOP, c.s.kind);
	end(&c);
}

TEST_F(asleep, messages)
{
	struct child c = look_at(call_msgrcv);

	ASSERT_EQ(PROC_ASLEEP, c.look);
	EXPECT_EQ(SYSCALL_MSGRCV, c.s.kind);
	EXPECT_EQ(msqid, c.s.id);
	EXPECT_EQ(40, c.s.size);
	EXPECT_EQ(-7, c.s.msgtyp);
	EXPECT_EQ(MSG_NOERROR, c.s.flags);
	end(&c);
	c = look_at(call_msgsnd);
	ASSERT_EQ(PROC_ASLEEP, c.look);
	EXPECT_EQ(SYSCALL_MSGSND, c.s.kind);
	EXPECT_EQ(full, c.s.id);
	EXPECT_EQ(33, c.s.size);
	end(&c);
}

TEST_F(asleep, futex)
{
	struct child c = look_at(call_futex);

	ASSERT_EQ(PROC_ASLEEP, c.look);
	EXPECT_EQ(SYSCALL_FUTEX, c.s.kind);
	EXPECT_EQ((uintptr_t)&low->futex, c.s.address);
	EXPECT_EQ(FUTEX_WAIT, c.s.flags);
	EXPECT_EQ(0, c.s.size);
	end(&c);
}

/* It is woken and sleeps again: another sleep. */
TEST_F(asleep, another_sleep)
{
	struct child c = look_at(call_futex);

	ASSERT_EQ(PROC_ASLEEP, c.look);
	kill(c.pid, SIGSTOP);
	ASSERT_TRUE(reaches_state(c.pid, 'T'));
	EXPECT_FALSE(proc_syscall_lasts(&c.s));
	kill(c.pid, SIGCONT);
	ASSERT_TRUE(reaches_state(c.pid, 'S'));
	EXPECT_FALSE(proc_syscall_lasts(&c.s));
	EXPECT_EQ(PROC_ASLEEP, proc_syscall_read(&c.s, c.pid, c.pid));
	end(&c);
}

/* semop returns when its task is stopped, though the line still shows its arguments. */
TEST_F(asleep, stopped)
{
	struct child c = look_at(call_semop);

	ASSERT_EQ(PROC_ASLEEP, c.look);
	ASSERT_EQ(1, semctl(semid, 0, GETNCNT));
	kill(c.pid, SIGSTOP);
	ASSERT_TRUE(reaches_state(c.pid, 'T'));
	EXPECT_EQ(0, semctl(semid, 0, GETNCNT));
	EXPECT_EQ(PROC_ELSEWHERE, proc_syscall_read(&c.s, c.pid, c.pid));
	end(&c);
}

static bool write_to(const char *folder, const char *file, const char *text)
{
	char path[256];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	fd = open(path, O_WRONLY);
	n = write(fd, text, strlen(text));
	close(fd);
	return n == (ssize_t)strlen(text);
}

/* So does it when its cgroup is frozen, and then it sleeps as if it were blocked. */
TEST_F(asleep, frozen)
{
	static const char *const roots[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
	char folder[128] = "", pid[16];
	struct child c;

	for (int i = 0; i < 2 && !folder[0]; i++) {
		snprintf(folder, sizeof(folder), "%s/cgroup.procs", roots[i]);
		if (!access(folder, W_OK))
			snprintf(folder, sizeof(folder), "%s/ipcdbg-%d", roots[i], getpid());
		else
			folder[0] = '\0';
	}
	if (!folder[0] || mkdir(folder, 0755))
		SKIP(return, "no cgroup of version 2 can be made");
	c = look_at(call_semop);
	ASSERT_EQ(PROC_ASLEEP, c.look);
	snprintf(pid, sizeof(pid), "%d", c.pid);
	EXPECT_TRUE(write_to(folder, "cgroup.procs", pid));
	EXPECT_TRUE(write_to(folder, "cgroup.freeze", "1"));
	for (int i = 0; i < 2000 && semctl(semid, 0, GETNCNT); i++)
		usleep(1000);
	EXPECT_EQ(0, semctl(semid, 0, GETNCNT));
	EXPECT_TRUE(reaches_state(c.pid, 'S'));
	EXPECT_EQ(PROC_ELSEWHERE, proc_syscall_read(&c.s, c.pid, c.pid));
	write_to(folder, "cgroup.freeze", "0");
	end(&c);
	for (int i = 0; i < 2000 && rmdir(folder); i++)
		usleep(1000);
}

static void call_poll(void)
{
	poll(NULL, 0, -1);
}

static void no_call(void)
{
	for (;;)
		;
}

TEST_F(asleep, elsewhere)
{
	struct child c = look_at(call_poll);

	EXPECT_EQ(PROC_ELSEWHERE, c.look);
	end(&c);
	c = (struct child){ .pid = fork() };
	if (!c.pid)
		no_call();
	EXPECT_EQ(PROC_ELSEWHERE, proc_syscall_read(&c.s, c.pid, c.pid));
	end(&c);
	EXPECT_EQ(PROC_GONE, proc_syscall_read(&c.s, c.pid, c.pid));
}

TEST_F(asleep, of_another_user)
{
	struct proc_syscall s;
	struct child c;
	int status;
	pid_t pid;

	if (getuid())
		SKIP(return, "only root can be two users");
	c = look_at(call_semop);
	pid = fork();
	if (!pid) {
		if (setuid(65534))
			_exit(1);
		_exit(proc_syscall_read(&s, c.pid, c.pid) != PROC_HIDDEN);
	}
	EXPECT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	end(&c);
}

#ifdef __x86_64__
/* A call of 32 bits, by a program of 64. */
static void int80(long number, long a, long b, long c, long d, long e)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory", "r8", "r9", "r10", "r11");
	_exit(ret != 0);
}

#define IPC 117 /* of i386 */

static void call_semop_by_ipc(void)
{
	/* Only the lower half of a register counts. */
	int80(IPC, 1 | 1L << 40, semid, 2, 0, (long)low->sops | 1L << 40);
}

static void call_semtimedop_time64(void)
{
	int80(420, semid, (long)low->sops, 2, 0, 0);
}

static void call_msgrcv_by_old_ipc(void)
{
	low->kludge.msgp = (long)&low->message;
	low->kludge.msgtyp = -7;
	int80(IPC, 12, msqid, 40, MSG_NOERROR, (long)&low->kludge);
}

static void call_msgsnd_by_ipc(void)
{
	low->message.type = 5;
	int80(IPC, 11, full, 33, 0, (long)&low->message);
}

static bool has_32_bit_calls(void)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		/* That of a sanitizer would exit. */
		signal(SIGSEGV, SIG_DFL);
		int80(158, 0, 0, 0, 0, 0); /* sched_yield */
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

TEST_F(asleep, of_32_bits)
{
	void (*const semops[])(void) = { call_semop_by_ipc, call_semtimedop_time64 };
	struct child c;

	if (!has_32_bit_calls())
		SKIP(return, "this kernel has no 32-bit calls");
	for (int i = 0; i < 2; i++) {
		c = look_at(semops[i]);
		ASSERT_EQ(PROC_ASLEEP, c.look);
		EXPECT_TRUE(c.s.compat);
		EXPECT_TRUE(has_sops(&c));
		end(&c);
	}
	c = look_at(call_msgrcv_by_old_ipc);
	ASSERT_EQ(PROC_ASLEEP, c.look);
	EXPECT_EQ(SYSCALL_MSGRCV, c.s.kind);
	EXPECT_EQ(msqid, c.s.id);
	EXPECT_EQ(40, c.s.size);
	EXPECT_EQ(-7, c.s.msgtyp);
	EXPECT_EQ(MSG_NOERROR, c.s.flags);
	EXPECT_EQ((uintptr_t)&low->message, c.s.address);
	end(&c);
	c = look_at(call_msgsnd_by_ipc);
	ASSERT_EQ(PROC_ASLEEP, c.look);
	EXPECT_EQ(SYSCALL_MSGSND, c.s.kind);
	EXPECT_EQ(full, c.s.id);
	EXPECT_EQ(33, c.s.size);
	end(&c);
}
#endif

TEST(numbers)
{
	EXPECT_TRUE(syscall_numbers_known());
	EXPECT_EQ(SYSCALL_SEMOP, syscall_kind_of(SYS_semop, false));
	EXPECT_EQ(SYSCALL_SEMOP, syscall_kind_of(SYS_semtimedop, false));
	EXPECT_EQ(SYSCALL_MSGSND, syscall_kind_of(SYS_msgsnd, false));
	EXPECT_EQ(SYSCALL_MSGRCV, syscall_kind_of(SYS_msgrcv, false));
	EXPECT_EQ(SYSCALL_MQ_SEND, syscall_kind_of(SYS_mq_timedsend, false));
	EXPECT_EQ(SYSCALL_MQ_RECEIVE, syscall_kind_of(SYS_mq_timedreceive, false));
	EXPECT_EQ(SYSCALL_FUTEX, syscall_kind_of(SYS_futex, false));
	EXPECT_EQ(SYSCALL_OTHER, syscall_kind_of(SYS_read, false));
	EXPECT_EQ(SYSCALL_OTHER, syscall_kind_of(-1, false));
	EXPECT_EQ(SYSCALL_OTHER, syscall_kind_of(-1, true));
}

TEST_HARNESS_MAIN
