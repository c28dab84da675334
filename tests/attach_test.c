// SPDX-License-Identifier: GPL-2.0
/*
 * Who has a segment attached, case by case, against the maps of all processes and against what the
 * test itself had its puppets do.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "check.h"
#include "common.h"
#include "compare.h"
#include "proc.h"
#include "puppet.h"
#include "rows.h"
#include "shm_compare.h"
#include "shm_generate.h"

#define PAGE 4096
#define SIZE (8 * PAGE)
#define HERE 0x200000000000

FIXTURE(attach)
{
	struct rows r;
	int id;
};

FIXTURE_SETUP(attach)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	shm_generate_open();
	puppets_open();
	self->id = shmget(0x1234, SIZE, IPC_CREAT | 0600);
	ASSERT_LE(0, self->id);
}

FIXTURE_TEARDOWN(attach)
{
	rows_free(&self->r);
	puppets_clear();
}

static int segment_row(const struct rows *r, int id)
{
	return ROWS_FIND(r, -1, segment, shmid, id);
}

/* Reads anew; every segment has the attachments that maps has. */
static bool as_in_maps(struct rows *r)
{
	struct shm_maps maps = { 0 };
	bool ok;
	int i = -1;

	rows_free(r);
	ok = rows_read(r, "shm");
	shm_maps_add_all(&maps);
	while (ok && (i = rows_next(r, IPCDBG_R_segment, -1, i)) >= 0)
		ok = compare_attached(r, i, &maps);
	shm_maps_free(&maps);
	return ok;
}

/* The attach row of a process below the segment, -1. */
static int row_of(const struct rows *r, int id, pid_t pid)
{
	int i = -1;

	while ((i = rows_next(r, IPCDBG_R_attach, segment_row(r, id), i)) >= 0)
		if (ROW_HAS(r, i, attach, pid) && ROW_NUM(r, i, attach, pid) == pid)
			return i;
	return -1;
}

static unsigned int processes(const struct rows *r, int id)
{
	return rows_count(r, IPCDBG_R_attach, segment_row(r, id));
}

static int64_t nattch(const struct rows *r, int id)
{
	return ROW_NUM(r, segment_row(r, id), segment, nattch);
}

static void at(struct puppet *p, int id, unsigned long address, int flags)
{
	long ret = puppet_call(p, SYS_shmat, id, address, flags);

	if (ret < 0 || (address && (unsigned long)ret != address))
		die("shmat at %lx: %ld", address, ret);
}

TEST_F(attach, several_addresses_and_forks)
{
	struct puppet *p = puppet_make(NULL, 0), *child;
	int other = shmget(IPC_PRIVATE, 3, 0600);

	at(p, self->id, HERE, 0);
	at(p, self->id, HERE + SIZE, SHM_RDONLY);
	at(p, self->id, 0, SHM_EXEC);
	at(p, other, 0, 0);
	child = puppet_make(p, 0);
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(2, processes(&self->r, self->id));
	EXPECT_EQ(6, nattch(&self->r, self->id));
	EXPECT_EQ(3, ROW_NUM(&self->r, row_of(&self->r, self->id, child->pid), attach, mappings));
	EXPECT_EQ(2, processes(&self->r, other));
	ASSERT_EQ(0, puppet_call(p, SYS_shmdt, HERE));
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(5, nattch(&self->r, self->id));
	puppet_exit_process(p);
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(1, processes(&self->r, self->id));
	EXPECT_LE(0, row_of(&self->r, self->id, child->pid));
}

/* The n-th mapping row below an attach row is this. */
static bool mapping_is(const struct rows *r, int attach, int n, uint64_t start, uint64_t end,
		       uint64_t offset, const char *prot)
{
	int i = -1;
	bool ok = true;

	do
		i = rows_next(r, IPCDBG_R_mapping, attach, i);
	while (i >= 0 && n--);
	if (i < 0)
		return complain("too few mappings");
	CHECK("start", start, ROW_NUM(r, i, mapping, start));
	CHECK("end", end, ROW_NUM(r, i, mapping, end));
	CHECK("offset", offset, ROW_NUM(r, i, mapping, offset));
	CHECK_STR("prot", prot, ROW_STR(r, i, mapping, prot));
	return ok;
}

TEST_F(attach, cut_protected_and_moved)
{
	struct puppet *p = puppet_make(NULL, 0);
	uint64_t there = HERE + 64 * PAGE;
	int row;

	at(p, self->id, HERE, 0);
	ASSERT_EQ(0, puppet_call(p, SYS_munmap, HERE + 2 * PAGE, PAGE));
	ASSERT_EQ(0, puppet_call(p, SYS_mprotect, HERE + 3 * PAGE, PAGE, PROT_NONE));
	ASSERT_EQ((long)there, puppet_call(p, SYS_mremap, HERE + 6 * PAGE, 2 * PAGE, 3 * PAGE,
					   MREMAP_MAYMOVE | MREMAP_FIXED, there));
	EXPECT_TRUE(as_in_maps(&self->r));
	row = row_of(&self->r, self->id, p->pid);
	ASSERT_LE(0, row);
	EXPECT_EQ(4, ROW_NUM(&self->r, row, attach, mappings));
	EXPECT_EQ(4, nattch(&self->r, self->id));
	EXPECT_TRUE(mapping_is(&self->r, row, 0, HERE, HERE + 2 * PAGE, 0, "rw-"));
	EXPECT_TRUE(
		mapping_is(&self->r, row, 1, HERE + 3 * PAGE, HERE + 4 * PAGE, 3 * PAGE, "---"));
	EXPECT_TRUE(
		mapping_is(&self->r, row, 2, HERE + 4 * PAGE, HERE + 6 * PAGE, 4 * PAGE, "rw-"));
	EXPECT_TRUE(mapping_is(&self->r, row, 3, there, there + 3 * PAGE, 6 * PAGE, "rw-"));
}

TEST_F(attach, huge_pages)
{
	uint64_t huge = huge_page_size();
	struct puppet *p = puppet_make(NULL, 0);
	int row, id;

	put_file("/proc/sys/vm/nr_hugepages", "4");
	id = shmget(IPC_PRIVATE, 2 * huge - 5, SHM_HUGETLB | 0600);
	if (!huge || id < 0)
		SKIP(return, "no huge pages: %s", strerror(errno));
	at(p, id, HERE, 0);
	puppet_make(p, 0);
	ASSERT_EQ(0, puppet_call(p, SYS_clock_gettime, CLOCK_MONOTONIC, HERE + huge));
	ASSERT_EQ(0, puppet_call(p, SYS_munmap, HERE, huge));
	EXPECT_TRUE(as_in_maps(&self->r));
	row = row_of(&self->r, id, p->pid);
	ASSERT_LE(0, row);
	EXPECT_TRUE(mapping_is(&self->r, row, 0, HERE + huge, HERE + 2 * huge, huge, "rw-"));
	row = segment_row(&self->r, id);
	EXPECT_EQ(1, ROW_NUM(&self->r, row, segment, hugetlb));
	EXPECT_EQ(2, nattch(&self->r, id));
	EXPECT_EQ(2 * huge - 5, ROW_NUM(&self->r, row, segment, size));
	EXPECT_EQ(huge, ROW_NUM(&self->r, row, segment, page_size));
	EXPECT_EQ(huge, ROW_NUM(&self->r, row, segment, rss));
	EXPECT_EQ(huge, huge_in_use());
	puppets_clear();
	shmctl(id, IPC_RMID, NULL);
	put_file("/proc/sys/vm/nr_hugepages", "0");
}

static bool has_stopped(pid_t pid)
{
	return proc_state(pid, pid) == 'T';
}

static bool is_called(pid_t pid, const char *name)
{
	char comm[64];

	return proc_comm(pid, comm) && !strcmp(comm, name);
}

TEST_F(attach, exec_leaves_it)
{
	pid_t pid = fork();

	if (!pid) {
		if (shmat(self->id, NULL, 0) == (void *)-1 || raise(SIGSTOP))
			_exit(1);
		execlp("sleep", "sleep", "1000", NULL);
		_exit(1);
	}
	wait_until(has_stopped(pid));
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_LE(0, row_of(&self->r, self->id, pid));
	kill(pid, SIGCONT);
	wait_until(is_called(pid, "sleep") && proc_state(pid, pid) == 'S');
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(0, processes(&self->r, self->id));
	EXPECT_EQ(0, nattch(&self->r, self->id));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Maps what another process has attached, past shmat. Returns the address. */
static uint64_t map_past_shmat(struct puppet *p, pid_t whose, uint64_t start, int flags)
{
	long fd, ret;

	snprintf(shm_shared_text, 4096, "/proc/%d/map_files/%lx-%lx", whose, (long)start,
		 (long)start + SIZE);
	fd = puppet_call(p, SYS_openat, AT_FDCWD, (long)shm_shared_text, O_RDWR);
	if (fd < 0)
		die("%s: %s", shm_shared_text, strerror(-fd));
	ret = puppet_call(p, SYS_mmap, 0, 2 * PAGE, PROT_READ, flags, fd, PAGE);
	if (ret < 0 || puppet_call(p, SYS_close, fd))
		die("cannot map: %ld", ret);
	return ret;
}

static unsigned int count_foreign(const struct rows *r, int attach)
{
	unsigned int n = 0;
	int i = -1;

	while ((i = rows_next(r, IPCDBG_R_mapping, attach, i)) >= 0)
		n += ROW_HAS(r, i, mapping, foreign) && ROW_NUM(r, i, mapping, foreign);
	return n;
}

TEST_F(attach, past_shmat)
{
	struct puppet *p = puppet_make(NULL, 0), *q = puppet_make(NULL, 0);
	uint64_t start;
	int row;

	at(p, self->id, HERE, 0);
	start = map_past_shmat(q, p->pid, HERE, MAP_SHARED);
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(1, nattch(&self->r, self->id));
	EXPECT_EQ(2, processes(&self->r, self->id));
	EXPECT_EQ(0, count_foreign(&self->r, row_of(&self->r, self->id, p->pid)));
	row = row_of(&self->r, self->id, q->pid);
	ASSERT_LE(0, row);
	EXPECT_EQ(1, count_foreign(&self->r, row));
	EXPECT_TRUE(mapping_is(&self->r, row, 0, start, start + 2 * PAGE, PAGE, "r--"));
	at(q, self->id, 0, 0);
	map_past_shmat(q, p->pid, HERE, MAP_PRIVATE);
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(2, nattch(&self->r, self->id));
	EXPECT_EQ(2, count_foreign(&self->r, row_of(&self->r, self->id, q->pid)));
}

/* Rows of one memory: that with the mappings, and below it those of the other processes. */
static unsigned int count_sharers(const struct rows *r, int id)
{
	unsigned int n = 0;
	int i = -1;

	while ((i = rows_next(r, IPCDBG_R_attach, segment_row(r, id), i)) >= 0)
		n += ROW_HAS(r, i, attach, shared) && ROW_NUM(r, i, attach, shared);
	return n;
}

TEST_F(attach, processes_that_share_memory)
{
	struct puppet *p = puppet_make(NULL, 0), *q, *v;

	at(p, self->id, HERE, 0);
	puppet_make(p, PUPPET_THREAD);
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(1, processes(&self->r, self->id));
	q = puppet_make(p, CLONE_VM);
	v = puppet_make(q, CLONE_VM | CLONE_VFORK);
	puppet_make(p, 0);
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(2, nattch(&self->r, self->id));
	EXPECT_EQ(4, processes(&self->r, self->id));
	EXPECT_EQ(2, count_sharers(&self->r, self->id));
	puppet_exit_process(p);
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(3, processes(&self->r, self->id));
	EXPECT_EQ(1, count_sharers(&self->r, self->id));
	puppet_exit_process(v);
	EXPECT_EQ(v->tid, puppet_unblock(q));
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(0, count_sharers(&self->r, self->id));
}

/* One that shares the memory is not overlooked for a thread that has ended but is still there. */
TEST_F(attach, sharer_of_a_traced_thread)
{
	struct puppet *p = puppet_make(NULL, 0), *thread, *q;

	at(p, self->id, HERE, 0);
	thread = puppet_make(p, PUPPET_THREAD);
	q = puppet_make(p, CLONE_VM);
	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, thread->tid, NULL, NULL));
	puppet_exit(thread);
	ASSERT_EQ('Z', proc_state(p->pid, thread->tid));
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(2, processes(&self->r, self->id));
	EXPECT_LE(0, row_of(&self->r, self->id, q->pid));
	waitpid(thread->tid, NULL, __WALL);
}

TEST_F(attach, leader_has_exited)
{
	struct puppet *p = puppet_make(NULL, 0);

	puppet_make(p, PUPPET_THREAD);
	at(p, self->id, HERE, 0);
	puppet_exit(p);
	ASSERT_EQ('Z', proc_state(p->pid, p->pid));
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(1, processes(&self->r, self->id));
	EXPECT_LE(0, row_of(&self->r, self->id, p->pid));
}

/* Their numbers have new owners, who are never taken for the old ones. */
TEST_F(attach, recycled_creator_and_last_operator)
{
	struct puppet *creator = puppet_make(NULL, 0), *operator= puppet_make(NULL, 0);
	pid_t cpid = creator->pid, lpid = operator->pid;
	struct shmid_ds ds;
	int id, row;

	id = puppet_call(creator, SYS_shmget, IPC_PRIVATE, 1, 0600);
	at(operator, id, HERE, 0);
	ASSERT_EQ(0, puppet_call(operator, SYS_shmdt, HERE));
	puppet_exit_process(creator);
	puppet_exit_process(operator);
	ASSERT_TRUE(as_in_maps(&self->r));
	EXPECT_TRUE(compare_pid(&self->r, segment_row(&self->r, id), "cpid", cpid, "zombie"));
	EXPECT_TRUE(compare_pid(&self->r, segment_row(&self->r, id), "lpid", lpid, "zombie"));
	puppet_reap(creator);
	puppet_reap(operator);
	puppet_name(puppet_make_numbered(lpid), "innocent");
	puppet_name(puppet_make_numbered(cpid), "innocent");
	ASSERT_EQ(0, shmctl(id, IPC_STAT, &ds));
	ASSERT_EQ(cpid, ds.shm_cpid);
	ASSERT_EQ(lpid, ds.shm_lpid);
	ASSERT_TRUE(as_in_maps(&self->r));
	row = segment_row(&self->r, id);
	EXPECT_TRUE(compare_pid(&self->r, row, "cpid", cpid, "exited"));
	EXPECT_TRUE(compare_pid(&self->r, row, "lpid", lpid, "exited"));
}

TEST_F(attach, never_and_no_longer)
{
	struct puppet *p = puppet_make(NULL, 0);
	struct shm_known k = { .id = self->id };
	int row;

	ASSERT_TRUE(as_in_maps(&self->r));
	row = segment_row(&self->r, self->id);
	EXPECT_TRUE(compare_segment(&self->r, row, &k));
	EXPECT_STREQ("0x00001234", ROW_STR(&self->r, row, segment, key));
	EXPECT_FALSE(ROW_HAS(&self->r, row, segment, lpid));
	EXPECT_EQ(0, ROW_NUM(&self->r, row, segment, atime));
	at(p, self->id, HERE, 0);
	ASSERT_EQ(0, shmctl(self->id, IPC_RMID, NULL));
	k.removed = true;
	ASSERT_TRUE(as_in_maps(&self->r));
	row = segment_row(&self->r, self->id);
	ASSERT_LE(0, row);
	EXPECT_TRUE(compare_segment(&self->r, row, &k));
	EXPECT_EQ(1, ROW_NUM(&self->r, row, segment, dest));
	EXPECT_STREQ("0x00000000", ROW_STR(&self->r, row, segment, key));
	ASSERT_EQ(0, puppet_call(p, SYS_shmdt, HERE));
	ASSERT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(-1, segment_row(&self->r, self->id));
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

TEST_F(attach, ten_of_a_thousand)
{
	uint64_t start;
	int i;

	make_crowd(self->id);
	wait_until(attached_by_now(self->id) == CROWD / 100);
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_EQ(CROWD / 100, processes(&self->r, self->id));
	for (i = 7; i < CROWD; i += 100)
		EXPECT_LE(0, row_of(&self->r, self->id, crowd[i]));
	rows_free(&self->r);
	start = clock_ns(CLOCK_MONOTONIC);
	EXPECT_TRUE(rows_read(&self->r, "shm"));
	fprintf(stderr, "# read in %.1f ms\n", (clock_ns(CLOCK_MONOTONIC) - start) / 1e6);
	end_crowd();
}

/* Another namespace has a segment of the same number: neither is seen in the other. */
TEST_F(attach, same_number_in_two_namespaces)
{
	struct puppet *p = puppet_make(NULL, 0), *q = puppet_make(NULL, 0);

	at(p, self->id, HERE, 0);
	ASSERT_EQ(0, puppet_call(q, SYS_unshare, CLONE_NEWIPC));
	ASSERT_EQ(self->id, puppet_call(q, SYS_shmget, 0x5678, SIZE, IPC_CREAT | 0600));
	at(q, self->id, HERE, 0);
	ASSERT_TRUE(rows_read(&self->r, "shm"));
	EXPECT_EQ(1, processes(&self->r, self->id));
	EXPECT_LE(0, row_of(&self->r, self->id, p->pid));
}

/* It left the ipc namespace and took the attachment along. */
TEST_F(attach, from_another_namespace)
{
	struct puppet *p = puppet_make(NULL, 0);

	at(p, self->id, HERE, 0);
	ASSERT_EQ(0, puppet_call(p, SYS_unshare, CLONE_NEWIPC));
	EXPECT_TRUE(as_in_maps(&self->r));
	EXPECT_LE(0, row_of(&self->r, self->id, p->pid));
}

/* Run where the puppet is not visible. */
static bool is_hidden(const struct rows *r, int id)
{
	int segment = segment_row(r, id), attach = rows_next(r, IPCDBG_R_attach, segment, -1);
	bool ok = true;

	if (attach < 0)
		return complain("no attach row");
	CHECK("pid", 0, ROW_NUM(r, attach, attach, pid));
	CHECK("cpid", 0, ROW_NUM(r, segment, segment, cpid));
	CHECK("lpid", 0, ROW_NUM(r, segment, segment, lpid));
	CHECK("mappings", 2, ROW_NUM(r, attach, attach, mappings));
	CHECK("nattch", 2, ROW_NUM(r, segment, segment, nattch));
	return ok & mapping_is(r, attach, 0, HERE, HERE + SIZE, 0, "rw-");
}

TEST_F(attach, hidden_from_an_inner_pid_namespace)
{
	struct puppet *p = puppet_make(NULL, 0);
	int status;
	pid_t pid;

	at(p, self->id, HERE, 0);
	at(p, self->id, HERE + SIZE, 0);
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

TEST_F(attach, any_size_of_read)
{
	static const size_t blocks[] = { 1, 7, 4096, 1 << 20 };
	char *want, *got, *text;
	struct rows r;
	size_t len;
	int i;

	for (i = 0; i < 20; i++) {
		struct puppet *p = puppet_make(NULL, 0);

		at(p, shmget(IPC_PRIVATE, SIZE, 0600), HERE, 0);
		at(p, self->id, 0, 0);
	}
	ASSERT_TRUE(as_in_maps(&self->r));
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

TEST_F(attach, exits_while_it_is_read)
{
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + 1000000000ull;
	struct puppet *p = puppet_make(NULL, 0);
	long readings = 0, most = 0;
	pid_t goers[4];
	int i;

	at(p, self->id, HERE, 0);
	for (i = 0; i < 4; i++) {
		goers[i] = fork();
		if (!goers[i])
			come_and_go(self->id);
	}
	for (; clock_ns(CLOCK_MONOTONIC) < end; readings++) {
		long n;
		rows_free(&self->r);
		ASSERT_TRUE(rows_read(&self->r, "shm"));
		EXPECT_LE(0, row_of(&self->r, self->id, p->pid));
		n = processes(&self->r, self->id);
		most = n > most ? n : most;
		i = readings % 4;
		kill(goers[i], SIGKILL);
		ASSERT_EQ(goers[i], waitpid(goers[i], NULL, 0));
		goers[i] = fork();
		if (!goers[i])
			come_and_go(self->id);
	}
	fprintf(stderr, "# %ld readings, up to %ld processes\n", readings, most);
	EXPECT_LT(1, most);
	for (i = 0; i < 4; i++) {
		kill(goers[i], SIGKILL);
		waitpid(goers[i], NULL, 0);
	}
	wait_until(attached_by_now(self->id) == 1);
	EXPECT_TRUE(as_in_maps(&self->r));
}

TEST_HARNESS_MAIN
