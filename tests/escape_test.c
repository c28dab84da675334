// SPDX-License-Identifier: GPL-2.0
/*
 * Names that others choose, of any bytes in any place: command names, POSIX queues, control groups,
 * arguments, users, operands. A record stays a line and its values what they are; the command
 * writes nothing that a terminal obeys, and JSON that is JSON.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "check.h"
#include "common.h"
#include "plain.h"
#include "puppet.h"
#include "rows.h"
#include "shell.h"

#define COMM_LENGTH 15
#define WAITERS 85 /* names at a time: a third of those that begin with each byte */

FIXTURE(escape)
{
	int semid;
};

FIXTURE_SETUP(escape)
{
	self->semid = shell_begin();
	ASSERT_EQ(0, self->semid);
}

FIXTURE_TEARDOWN(escape)
{
	puppets_clear();
	prctl(PR_SET_NAME, "escape_test");
}

/* Every byte but NUL, from this one on. */
static void comm_from(int byte, char comm[COMM_LENGTH + 1])
{
	int i;

	for (i = 0; i < COMM_LENGTH; i++)
		comm[i] = 1 + (byte - 1 + i) % 255;
	comm[COMM_LENGTH] = 0;
}

static struct puppet *waiters[WAITERS];

static void make_waiters(void)
{
	int i;

	for (i = 0; i < WAITERS; i++)
		waiters[i] = puppet_make(i ? waiters[0] : NULL, i ? PUPPET_THREAD : 0);
}

/* The names of the wave: each byte stands in each place of one of the names of all three. */
static void block_waiters(int semid, int wave)
{
	struct sembuf take = { .sem_num = 1, .sem_op = -1 };
	char comm[COMM_LENGTH + 1];
	int i;

	for (i = 0; i < WAITERS; i++) {
		comm_from(1 + 3 * i + wave, comm);
		puppet_name(waiters[i], comm);
		puppet_block(waiters[i], semid, &take, 1, NULL);
	}
}

static void release_waiters(int semid)
{
	int i;

	semctl(semid, 1, SETVAL, WAITERS);
	for (i = 0; i < WAITERS; i++)
		puppet_unblock(waiters[i]);
}

static bool rows_have_comms(int wave)
{
	char comm[COMM_LENGTH + 1];
	int i, wait;
	struct rows r;
	bool ok = rows_read(&r, "sem");

	for (i = 0; ok && i < WAITERS; i++) {
		comm_from(1 + 3 * i + wave, comm);
		wait = ROWS_FIND(&r, -1, wait, tid, waiters[i]->tid);
		ok = wait >= 0 && escaped_is(ROW_STR(&r, wait, wait, comm), comm);
		if (!ok)
			complain("comm from byte %d: %s", 1 + 3 * i + wave,
				 wait < 0 ? "no row" : ROW_STR(&r, wait, wait, comm));
	}
	rows_free(&r);
	return ok;
}

/* Lines of a tid and a comm as the command spells it, in shell_out. */
static bool lines_have_comms(int wave)
{
	char comm[COMM_LENGTH + 1];
	char *line = shell_out, *end;
	bool ok = true;
	int i;

	for (i = 0; ok && i < WAITERS; i++, line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			return complain("%d lines", i);
		*end = 0;
		comm_from(1 + 3 * i + wave, comm);
		CHECK("tid", waiters[i]->tid, strtol(line, &line, 10));
		ok &= escaped_is(line + 1, comm) || complain("comm %d: %s", i, line);
	}
	return ok;
}

static bool command_has_comms(int wave)
{
	bool ok = prints_plainly("-s 0 --suspect-after 0");

	/* PID TID COMMAND ... */
	shell("$ipcdbg -s 0 | awk '$1 == %d { print $2, $3 }'", waiters[0]->pid);
	ok &= lines_have_comms(wave);
	ok &= prints_plainly("-s 0 -J");
	shell("$ipcdbg -s 0 -J | jq -r '.sets[0].waiters[] | \"\\(.tid) \\(.comm)\"'");
	return lines_have_comms(wave) && ok;
}

/* 255 names, in each of whose 15 places every byte stands once. The command sees a third of them.
 */
TEST_F_TIMEOUT(escape, comms_of_full_length, 120)
{
	int wave;

	make_waiters();
	for (wave = 0; wave < 3; wave++) {
		block_waiters(self->semid, wave);
		EXPECT_TRUE(rows_have_comms(wave));
		if (!wave || env_long("MINUTES", 0))
			EXPECT_TRUE(command_has_comms(wave));
		release_waiters(self->semid);
	}
}

/* That of the test, which is the only holder. */
static bool own_comm_is_told(const char *comm)
{
	struct rows r;
	bool ok = rows_read(&r, "sem");
	int owner = ok ? ROWS_FIND(&r, -1, owner, tid, getpid()) : -1;

	ok = owner >= 0 && escaped_is(ROW_STR(&r, owner, owner, comm), comm);
	if (!ok)
		complain("own comm: %s", owner < 0 ? "no row" : ROW_STR(&r, owner, owner, comm));
	rows_free(&r);
	return ok;
}

TEST_F(escape, short_comms)
{
	struct sembuf hold = { .sem_num = 0, .sem_op = 1, .sem_flg = SEM_UNDO };
	static const char *const around[][2] = {
		{ "", "" }, { "a", "" }, { "", "z" }, { "a", "z" }
	};
	char comm[COMM_LENGTH + 1];
	unsigned int i;
	int byte, fd;

	ASSERT_EQ(0, semop(self->semid, &hold, 1));
	for (i = 0; i < ARRAY_SIZE(around); i++)
		for (byte = 1; byte < 256; byte++) {
			snprintf(comm, sizeof(comm), "%s%c%s", around[i][0], byte, around[i][1]);
			prctl(PR_SET_NAME, comm);
			ASSERT_TRUE(own_comm_is_told(comm));
		}
	/* None, and one that a NUL ends. */
	prctl(PR_SET_NAME, "");
	EXPECT_TRUE(own_comm_is_told(""));
	fd = open("/proc/self/comm", O_WRONLY);
	ASSERT_EQ(7, write(fd, "a\0bcdef", 7));
	close(fd);
	EXPECT_TRUE(own_comm_is_told("a"));
	EXPECT_TRUE(prints_plainly("-s 0"));
}

#define QUEUES 254

/* All bytes that a name may have, the i-th first. */
static int name_byte(int i)
{
	i %= QUEUES;
	return i + 1 < '/' ? i + 1 : i + 2;
}

/* Of each length up to 254; each byte is once the first, and once the last of one. */
static void queue_name(int i, char name[256])
{
	int j;

	for (j = 0; j <= i; j++)
		name[j] = name_byte(i + j);
	if (i)
		name[i] = name_byte(i + 100);
	name[i + 1] = 0;
}

static void make_queues(int *fds)
{
	struct mq_attr attr = { .mq_maxmsg = 1, .mq_msgsize = 1 };
	char name[256];
	int i;

	if (put_file("/proc/sys/fs/mqueue/queues_max", "1000"))
		die("cannot set queues_max");
	for (i = 0; i < QUEUES; i++) {
		queue_name(i, name);
		fds[i] = syscall(SYS_mq_open, name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600,
				 &attr);
		if (fds[i] < 0)
			die("queue %d: %s", i, strerror(errno));
	}
}

static bool table_has_queues(const char *table, const int *fds)
{
	char name[256];
	struct stat st;
	struct rows r;
	int i, row;
	bool ok = rows_read(&r, table);

	for (i = 0; ok && i < QUEUES; i++) {
		queue_name(i, name);
		fstat(fds[i], &st);
		row = ROWS_FIND(&r, -1, mqueue, ino, (int64_t)st.st_ino);
		ok = row >= 0 && escaped_is(ROW_STR(&r, row, mqueue, name), name);
		if (!ok)
			complain("%s: queue %d", table, i);
	}
	rows_free(&r);
	return ok;
}

/* What the command prints, given back to it, names the same queue. */
static bool operand_is_queue(const char *name, int fd)
{
	char spelt[1100];
	struct stat st;
	bool ok;

	spell(name, spelt);
	setenv("name", spelt, 1);
	fstat(fd, &st);
	shell("$ipcdbg -Q \"$name\" -J | jq .mqueues[0].ino");
	ok = shell_ended(0, "");
	CHECK(spelt, st.st_ino, strtoull(shell_out, NULL, 10));
	return prints_plainly("-Q \"$name\"") && ok;
}

/* Lines that begin and end so around each name, in shell_out. */
static bool lines_have_queues(const char *before, const char *after)
{
	char name[256], spelt[1100], line[1200];
	int i;

	for (i = 0; i < QUEUES; i++) {
		queue_name(i, name);
		spell(name, spelt);
		snprintf(line, sizeof(line), "%s%s%s", before, spelt, after);
		if (!strstr(shell_out, line))
			return complain("no %s", line);
	}
	return true;
}

TEST_F_TIMEOUT(escape, queues, 120)
{
	static int fds[QUEUES];
	char name[256];
	int i;

	make_queues(fds);
	EXPECT_TRUE(table_has_queues("mqueue", fds));
	EXPECT_TRUE(table_has_queues("list/mqueue", fds));
	EXPECT_TRUE(prints_plainly("-Q -J"));
	EXPECT_TRUE(prints_plainly("-Q"));
	EXPECT_TRUE(lines_have_queues("/", " "));
	shell("$ipcdbg -Q -J | jq -r '.mqueues[] | \"/\\(.name)\"'");
	EXPECT_TRUE(lines_have_queues("/", "\n"));
	for (i = 0; i < QUEUES; i += 150) {
		queue_name(i, name);
		EXPECT_TRUE(operand_is_queue(name, fds[i]));
	}
	for (i = 0; i < QUEUES; i++)
		close(fds[i]);
}

TEST_HARNESS_MAIN
