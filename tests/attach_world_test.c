// SPDX-License-Identifier: GPL-2.0
/*
 * Attachments in a world of other processes: some that have ended, that other namespaces hide, that
 * are a thousand, or that come and go while it is read.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "check.h"
#include "common.h"
#include "compare.h"
#include "puppet.h"
#include "rows.h"
#include "shm_compare.h"
#include "shm_look.h"

#define SIZE (2 * PAGE)

FIXTURE(attach_world)
{
	struct rows r;
	int id;
};

FIXTURE_SETUP(attach_world)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
	self->id = shmget(0x1234, SIZE, IPC_CREAT | 0600);
	ASSERT_LE(0, self->id);
}

FIXTURE_TEARDOWN(attach_world)
{
	rows_free(&self->r);
	puppets_clear();
}

/* Their numbers have new owners, who are never taken for the old ones. */
TEST_F(attach_world, recycled_creator_and_last_operator)
{
	struct puppet *creator = puppet_make(NULL, 0), *operator= puppet_make(NULL, 0);
	pid_t cpid = creator->pid, lpid = operator->pid;
	struct shmid_ds ds;
	int id, row;

	id = puppet_call(creator, SYS_shmget, IPC_PRIVATE, 1, 0600);
	shm_attach(operator, id, HERE, 0);
	ASSERT_EQ(0, puppet_call(operator, SYS_shmdt, HERE));
	puppet_exit_process(creator);
	puppet_exit_process(operator);
	ASSERT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_TRUE(compare_pid(&self->r, shm_row(&self->r, id), "cpid", cpid, "zombie"));
	EXPECT_TRUE(compare_pid(&self->r, shm_row(&self->r, id), "lpid", lpid, "zombie"));
	puppet_reap(creator);
	puppet_reap(operator);
	puppet_name(puppet_make_numbered(lpid), "innocent");
	puppet_name(puppet_make_numbered(cpid), "innocent");
	ASSERT_EQ(0, shmctl(id, IPC_STAT, &ds));
	ASSERT_EQ(cpid, ds.shm_cpid);
	ASSERT_EQ(lpid, ds.shm_lpid);
	ASSERT_TRUE(shm_as_in_maps(&self->r));
	row = shm_row(&self->r, id);
	EXPECT_TRUE(compare_pid(&self->r, row, "cpid", cpid, "exited"));
	EXPECT_TRUE(compare_pid(&self->r, row, "lpid", lpid, "exited"));
}

TEST_F(attach_world, never_and_no_longer)
{
	struct puppet *p = puppet_make(NULL, 0);
	struct shm_known k = { .id = self->id };
	int row;

	ASSERT_TRUE(shm_as_in_maps(&self->r));
	row = shm_row(&self->r, self->id);
	EXPECT_TRUE(compare_segment(&self->r, row, &k));
	EXPECT_STREQ("0x00001234", ROW_STR(&self->r, row, segment, key));
	EXPECT_FALSE(ROW_HAS(&self->r, row, segment, lpid));
	EXPECT_EQ(0, ROW_NUM(&self->r, row, segment, atime));
	shm_attach(p, self->id, HERE, 0);
	ASSERT_EQ(0, shmctl(self->id, IPC_RMID, NULL));
	k.removed = true;
	ASSERT_TRUE(shm_as_in_maps(&self->r));
	row = shm_row(&self->r, self->id);
	ASSERT_LE(0, row);
	EXPECT_TRUE(compare_segment(&self->r, row, &k));
	EXPECT_EQ(1, ROW_NUM(&self->r, row, segment, dest));
	EXPECT_STREQ("0x00000000", ROW_STR(&self->r, row, segment, key));
	ASSERT_EQ(0, puppet_call(p, SYS_shmdt, HERE));
	ASSERT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(-1, shm_row(&self->r, self->id));
}

#define CROWD 1000

static pid_t crowd[CROWD];

/* Processes that only sit there, every hundredth with the segment attached. */
static void make_crowd(int id)
{
	int i;

	for (i = 0; i < CROWD; i++) {
		crowd[i] = fork();
		if (crowd[i] < 0)
			die("fork: %s", strerror(errno));
		if (crowd[i])
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (i % 100 == 7 && shmat(id, NULL, 0) == (void *)-1)
			_exit(1);
		pause();
	}
}

static void end_crowd(void)
{
	int i;

	for (i = 0; i < CROWD; i++)
		kill(crowd[i], SIGKILL);
	for (i = 0; i < CROWD; i++)
		waitpid(crowd[i], NULL, 0);
}

static unsigned long attached_by_now(int id)
{
	struct shmid_ds ds;

	return shmctl(id, IPC_STAT, &ds) ? 0 : ds.shm_nattch;
}

TEST_F_TIMEOUT(attach_world, ten_of_a_thousand, 120)
{
	uint64_t start;
	int i;

	make_crowd(self->id);
	wait_until(attached_by_now(self->id) == CROWD / 100);
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(CROWD / 100, shm_processes(&self->r, self->id));
	for (i = 7; i < CROWD; i += 100)
		EXPECT_LE(0, shm_attach_row(&self->r, self->id, crowd[i]));
	rows_free(&self->r);
	start = clock_ns(CLOCK_MONOTONIC);
	EXPECT_TRUE(rows_read(&self->r, "shm"));
	fprintf(stderr, "# read in %.1f ms\n", (clock_ns(CLOCK_MONOTONIC) - start) / 1e6);
	end_crowd();
}

/* Another namespace has a segment of the same number: neither is seen in the other. */
TEST_F(attach_world, same_number_in_two_namespaces)
{
	struct puppet *p = puppet_make(NULL, 0), *q = puppet_make(NULL, 0);

	shm_attach(p, self->id, HERE, 0);
	ASSERT_EQ(0, puppet_call(q, SYS_unshare, CLONE_NEWIPC));
	ASSERT_EQ(self->id, puppet_call(q, SYS_shmget, 0x5678, SIZE, IPC_CREAT | 0600));
	shm_attach(q, self->id, HERE, 0);
	ASSERT_TRUE(rows_read(&self->r, "shm"));
	EXPECT_EQ(1, shm_processes(&self->r, self->id));
	EXPECT_LE(0, shm_attach_row(&self->r, self->id, p->pid));
}

/* It left the ipc namespace and took the attachment along. */
TEST_F(attach_world, from_another_namespace)
{
	struct puppet *p = puppet_make(NULL, 0);

	shm_attach(p, self->id, HERE, 0);
	ASSERT_EQ(0, puppet_call(p, SYS_unshare, CLONE_NEWIPC));
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_LE(0, shm_attach_row(&self->r, self->id, p->pid));
}

/* Run where the puppet is not visible. */
static bool is_hidden(const struct rows *r, int id)
{
	int segment = shm_row(r, id), attach = rows_next(r, IPCDBG_R_attach, segment, -1);
	bool ok = true;

	if (attach < 0)
		return complain("no attach row");
	CHECK("pid", 0, ROW_NUM(r, attach, attach, pid));
	CHECK("cpid", 0, ROW_NUM(r, segment, segment, cpid));
	CHECK("lpid", 0, ROW_NUM(r, segment, segment, lpid));
	CHECK("mappings", 2, ROW_NUM(r, attach, attach, mappings));
	CHECK("nattch", 2, ROW_NUM(r, segment, segment, nattch));
	return ok & shm_mapping_is(r, attach, 0, HERE, HERE + SIZE, 0, "rw-");
}

TEST_F(attach_world, hidden_from_an_inner_pid_namespace)
{
	struct puppet *p = puppet_make(NULL, 0);
	int status;
	pid_t pid;

	shm_attach(p, self->id, HERE, 0);
	shm_attach(p, self->id, HERE + SIZE, 0);
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWPID))
			_exit(2);
		pid = fork();
		if (!pid)
			_exit(!rows_read(&self->r, "shm") || !is_hidden(&self->r, self->id));
		waitpid(pid, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 3);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(attach_world, any_size_of_read)
{
	static const size_t blocks[] = { 1, 7, 4096, 1 << 20 };
	char *want, *got, *text;
	struct rows r;
	size_t len;
	int i;

	for (i = 0; i < 20; i++) {
		struct puppet *p = puppet_make(NULL, 0);

		shm_attach(p, shmget(IPC_PRIVATE, SIZE, 0600), HERE, 0);
		shm_attach(p, self->id, 0, 0);
	}
	ASSERT_TRUE(shm_as_in_maps(&self->r));
	want = rows_masked(&self->r);
	for (i = 0; i < 4; i++) {
		text = slurp(IPCDBG_DIR "/shm", blocks[i], &len);
		ASSERT_NE(NULL, text);
		ASSERT_TRUE(rows_parse(&r, text, len));
		got = rows_masked(&r);
		EXPECT_STREQ(want, got);
		free(got);
		rows_free(&r);
	}
	free(want);
}

/* Comes, attaches, splits, forks, goes, or is killed in the middle of it. */
static void come_and_go(int id)
{
	char *start;

	while ((start = shmat(id, NULL, 0)) != (void *)-1) {
		munmap(start + PAGE, PAGE);
		if (!fork())
			_exit(0);
		waitpid(-1, NULL, 0);
		shmdt(start);
	}
	_exit(1);
}

TEST_F(attach_world, exits_while_it_is_read)
{
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + 1000000000ull;
	struct puppet *p = puppet_make(NULL, 0);
	long readings = 0, most = 0;
	pid_t goers[4];
	int i;

	shm_attach(p, self->id, HERE, 0);
	for (i = 0; i < 4; i++) {
		goers[i] = fork();
		if (!goers[i])
			come_and_go(self->id);
	}
	for (; clock_ns(CLOCK_MONOTONIC) < end || most < 2; readings++) {
		long n;

		rows_free(&self->r);
		ASSERT_TRUE(rows_read(&self->r, "shm"));
		EXPECT_LE(0, shm_attach_row(&self->r, self->id, p->pid));
		n = shm_processes(&self->r, self->id);
		most = n > most ? n : most;
		i = readings % 4;
		kill(goers[i], SIGKILL);
		ASSERT_EQ(goers[i], waitpid(goers[i], NULL, 0));
		goers[i] = fork();
		if (!goers[i])
			come_and_go(self->id);
	}
	fprintf(stderr, "# %ld readings, up to %ld processes\n", readings, most);
	for (i = 0; i < 4; i++) {
		kill(goers[i], SIGKILL);
		waitpid(goers[i], NULL, 0);
	}
	wait_until(attached_by_now(self->id) == 1);
	EXPECT_TRUE(shm_as_in_maps(&self->r));
}

TEST_HARNESS_MAIN
