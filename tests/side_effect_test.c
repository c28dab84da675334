// SPDX-License-Identifier: GPL-2.0
/*
 * Looking changes nothing of what is looked at: values, times, pids, messages, who is blocked in
 * which order, and what /proc says of every task.
 *
 *   READS=n   how often each file is read (default 100, 10000 in a long run, which sets MINUTES=)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "busy.h"
#include "cli_modes.h"
#include "common.h"
#include "every_file.h"
#include "proc.h"
#include "shell.h"

#define TEXT "text"

FIXTURE(side_effect)
{
	struct busy busy;
	long reads;
};

FIXTURE_SETUP(side_effect)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC | CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	puppets_open();
	busy_make(&self->busy, TEXT);
	self->reads = env_long("READS", env_long("MINUTES", 0) ? 10000 : 100);
}

FIXTURE_TEARDOWN(side_effect)
{
	puppets_clear();
}

/* All that the kernel says, without us, in lines of text. */
static char facts[2][1 << 18];
static FILE *out;

static void put_bytes(const char *what, int i, const void *data, size_t len)
{
	const unsigned char *byte = data;

	fprintf(out, "%s %d:", what, i);
	while (len--)
		fprintf(out, " %02x", *byte++);
	fputs("\n", out);
}

static void put_text(const char *path)
{
	char *text = slurp(path, 65536, NULL);

	fprintf(out, "%s: %s\n", path, text ? text : strerror(errno));
	free(text);
}

static void put_set(int id)
{
	static const int commands[] = { GETVAL, GETPID, GETNCNT, GETZCNT };
	struct semid_ds ds = { 0 };
	struct seminfo info = { 0 };
	unsigned int i;

	semctl(id, 0, IPC_STAT, &ds);
	put_bytes("set", id, &ds, sizeof(ds));
	semctl(0, 0, SEM_INFO, &info);
	put_bytes("sets", 0, &info, sizeof(info));
	for (i = 0; i < 3 * ARRAY_SIZE(commands); i++)
		fprintf(out, "semaphore %u: %d\n", i, semctl(id, i % 3, commands[i / 3]));
}

static void put_segment(int id, const char *at)
{
	struct shm_info info = { 0 };
	struct shmid_ds ds = { 0 };

	shmctl(id, IPC_STAT, &ds);
	put_bytes("segment", id, &ds, sizeof(ds));
	shmctl(0, SHM_INFO, (struct shmid_ds *)&info);
	put_bytes("segments", 0, &info, sizeof(info));
	put_bytes("contents", 0, at, ds.shm_segsz);
}

static void put_queue(int id)
{
	struct msginfo info = { 0 };
	struct msqid_ds ds = { 0 };

	msgctl(id, IPC_STAT, &ds);
	put_bytes("queue", id, &ds, sizeof(ds));
	msgctl(0, MSG_INFO, (struct msqid_ds *)&info);
	put_bytes("queues", 0, &info, sizeof(info));
}

static void put_mqueue(int fd)
{
	long attr[8] = { 0 };
	struct stat st = { 0 };

	syscall(SYS_mq_getsetattr, fd, NULL, attr);
	put_bytes("mqueue", fd, attr, sizeof(attr));
	fstat(fd, &st);
	put_bytes("its inode", fd, &st, sizeof(st));
}

static void put_task(pid_t pid)
{
	static const char *const files[] = { "stat",  "status", "syscall", "wchan",
					     "stack", "maps",	"fd",	   "schedstat" };
	char path[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[i]);
		put_text(path);
	}
}

static int put_inode(const char *path, const struct stat *st)
{
	put_bytes(path, 0, st, sizeof(*st));
	return 0;
}

static void take_facts(const struct busy *b, char *to)
{
	unsigned int i;

	out = fmemopen(to, sizeof(facts[0]), "w");
	put_set(b->semid);
	put_segment(b->shmid, b->shm);
	put_queue(b->msqid);
	put_queue(b->full_msqid);
	put_mqueue(b->mq);
	put_mqueue(b->full_mq);
	put_mqueue(b->told_mq);
	put_task(b->holder->pid);
	for (i = 0; busy_blocked(b, i); i++)
		put_task(busy_blocked(b, i)->pid);
	put_text("/proc/sysvipc/sem");
	put_text("/proc/sysvipc/shm");
	put_text("/proc/sysvipc/msg");
	put_text("/sys/module/ipcdbg/refcnt");
	every_file(put_inode);
	every_folder(put_inode);
	if (fclose(out) || strlen(to) > sizeof(facts[0]) - 2)
		die("too many facts");
}

static bool facts_are_the_same(void)
{
	const char *a = facts[0], *b = facts[1], *line = a;

	for (; *a && *a == *b; a++, b++)
		if (*a == '\n')
			line = a + 1;
	return *a == *b || complain("was: %.300s\nis: %.300s", line, b - (a - line));
}

static int read_file(const char *path, const struct stat *st)
{
	static char buf[1 << 16];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	(void)st;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		;
	close(fd);
	return n < 0;
}

static void look(const struct busy *b, long times)
{
	unsigned int i;

	uint64_t start = clock_ns(CLOCK_MONOTONIC);

	cli_modes_begin(b);
	for (i = 0; cli_mode(i); i++)
		;
	fprintf(stderr, "# modes of the command: %u in %ld ms\n", i,
		(long)(clock_ns(CLOCK_MONOTONIC) - start) / 1000000);
	start = clock_ns(CLOCK_MONOTONIC);
	while (times--)
		if (every_file(read_file))
			die("cannot read: %s", strerror(errno));
	fprintf(stderr, "# reads: %ld ms\n", (long)(clock_ns(CLOCK_MONOTONIC) - start) / 1000000);
}

/* The facts do change when something happens, if only a task that sleeps on. */
TEST_F(side_effect, is_noticed)
{
	const struct busy *b = &self->busy;
	struct sembuf nothing[] = { { 2, 1, 0 }, { 2, -1, 0 } };
	unsigned int i;

	for (i = 0; i < 4; i++) {
		take_facts(b, facts[0]);
		switch (i) {
		case 0:
			ASSERT_EQ(0, semop(b->semid, nothing, 2));
			break;
		case 1:
			ASSERT_EQ(0, shmdt(shmat(b->shmid, NULL, SHM_RDONLY)));
			break;
		case 2:
			ASSERT_EQ(0, fchmod(b->told_mq, 0600));
			break;
		case 3:
			ASSERT_EQ(0, kill(b->taker[0]->pid, SIGSTOP));
			wait_until(proc_state(b->taker[0]->pid, b->taker[0]->pid) == 'T');
			ASSERT_EQ(0, kill(b->taker[0]->pid, SIGCONT));
			wait_until(proc_state(b->taker[0]->pid, b->taker[0]->pid) == 'S');
			break;
		}
		take_facts(b, facts[1]);
		EXPECT_NE(0, strcmp(facts[0], facts[1]));
	}
}

/* One unit, and only that one comes back. */
static bool unit_wakes(const struct busy *b, struct puppet *p, int left)
{
	struct sembuf give = { .sem_num = 1, .sem_op = 1 };

	if (semop(b->semid, &give, 1))
		die("semop: %s", strerror(errno));
	return !puppet_unblock(p) && semctl(b->semid, 1, GETNCNT) == left;
}

static bool wakes_on_set(const struct busy *b)
{
	struct sembuf give = { .sem_num = 2, .sem_op = 2 }, take = { .sem_num = 0, .sem_op = -1 };

	return !semop(b->semid, &give, 1) && unit_wakes(b, b->taker[0], 3) &&
	       unit_wakes(b, b->several[0], 2) && unit_wakes(b, b->taker[1], 1) &&
	       unit_wakes(b, b->several[1], 0) && semctl(b->semid, 0, GETZCNT) == 2 &&
	       !semop(b->semid, &take, 1) && !puppet_unblock(b->zero[0]) &&
	       !puppet_unblock(b->zero[1]);
}

struct message {
	long type;
	char text[BUSY_LONG];
};

/* The oldest message is this one. */
static bool receives(int id, long type, ssize_t size, int number)
{
	struct message m = { 0 };
	char want[BUSY_SIZE];

	busy_text(TEXT, number, want);
	if (msgrcv(id, &m, sizeof(m.text), 0, IPC_NOWAIT) != size || m.type != type)
		return complain("queue %d: type %ld instead of %ld", id, m.type, type);
	return size == BUSY_LONG || !memcmp(m.text, want, BUSY_SIZE);
}

static bool has_all_messages(const struct busy *b)
{
	return receives(b->msqid, 1, BUSY_SIZE, 0) && receives(b->msqid, 2, BUSY_SIZE, 1) &&
	       receives(b->msqid, 3, BUSY_SIZE, 2) && receives(b->msqid, 4, BUSY_LONG, 0) &&
	       receives(b->full_msqid, 1, BUSY_SIZE, 0) &&
	       receives(b->full_msqid, 2, BUSY_SIZE, 1) && !puppet_unblock(b->sender[0]) &&
	       !puppet_unblock(b->sender[1]) && receives(b->full_msqid, 3, BUSY_SIZE, 2);
}

static bool has_received(const struct busy *b, struct puppet *p, int number)
{
	char want[BUSY_SIZE];

	busy_text(TEXT, number, want);
	return puppet_unblock(p) == BUSY_SIZE && !memcmp(busy_received(b, p), want, BUSY_SIZE);
}

static bool is_served(const struct busy *b, int i)
{
	struct message m = { .type = 99 };

	busy_text(TEXT, 10 + i, m.text);
	return !msgsnd(b->msqid, &m, BUSY_SIZE, 0) && has_received(b, b->receiver[i], 10 + i) &&
	       !syscall(SYS_mq_timedsend, b->mq, m.text, BUSY_SIZE, 0, NULL) &&
	       has_received(b, b->mq_receiver[i], 10 + i);
}

/* The next message of the full POSIX queue has this priority and number. */
static bool mq_receives(const struct busy *b, unsigned int priority, int number)
{
	char text[BUSY_SIZE], want[BUSY_SIZE];
	unsigned int got;

	busy_text(TEXT, number, want);
	return syscall(SYS_mq_timedreceive, b->full_mq, text, BUSY_SIZE, &got, NULL) == BUSY_SIZE &&
	       got == priority && !memcmp(text, want, BUSY_SIZE);
}

/* Each receipt makes room for one of those who wait. */
static bool mq_has_all_messages(const struct busy *b)
{
	return mq_receives(b, 2, 2) && !puppet_unblock(b->mq_sender[0]) && mq_receives(b, 5, 3) &&
	       !puppet_unblock(b->mq_sender[1]) && mq_receives(b, 6, 4) && mq_receives(b, 1, 1) &&
	       mq_receives(b, 0, 0);
}

static bool nothing_is_left(const struct busy *b)
{
	struct shm_info shm = { 0 };
	struct shmid_ds ds;
	bool attached;

	puppets_clear();
	attached = shmctl(b->shmid, IPC_STAT, &ds) || ds.shm_nattch != 1;
	shmdt(b->shm);
	semctl(b->semid, 0, IPC_RMID);
	shmctl(b->shmid, IPC_RMID, NULL);
	msgctl(b->msqid, IPC_RMID, NULL);
	msgctl(b->full_msqid, IPC_RMID, NULL);
	shmctl(0, SHM_INFO, (struct shmid_ds *)&shm);
	return !attached && !shm.used_ids && !shm.shm_tot;
}

TEST_F_TIMEOUT(side_effect, of_looking_there_is_none, 3600)
{
	const struct busy *b = &self->busy;
	int i;

	take_facts(b, facts[0]);
	look(b, self->reads);
	take_facts(b, facts[1]);
	EXPECT_TRUE(facts_are_the_same());
	EXPECT_TRUE(wakes_on_set(b));
	EXPECT_TRUE(has_all_messages(b));
	for (i = 0; i < BUSY_EACH; i++)
		EXPECT_TRUE(is_served(b, i));
	EXPECT_TRUE(mq_has_all_messages(b));
	EXPECT_FALSE(busy_was_told(b));
	ASSERT_EQ(0, syscall(SYS_mq_timedsend, b->told_mq, "x", 1, 0, NULL));
	EXPECT_TRUE(busy_was_told(b));
	EXPECT_TRUE(nothing_is_left(b));
}

TEST_HARNESS_MAIN
