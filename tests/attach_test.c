// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings of a segment and whose they are, case by case, against the maps of all processes and
 * against what the test itself had its puppets do.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "common.h"
#include "proc.h"
#include "puppet.h"
#include "rows.h"
#include "shm_compare.h"
#include "shm_generate.h"
#include "shm_look.h"

#define SIZE (8 * PAGE)

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

TEST_F(attach, several_addresses_and_forks)
{
	struct puppet *p = puppet_make(NULL, 0), *child;
	int other = shmget(IPC_PRIVATE, 3, 0600);

	shm_attach(p, self->id, HERE, 0);
	shm_attach(p, self->id, HERE + SIZE, SHM_RDONLY);
	shm_attach(p, self->id, 0, SHM_EXEC);
	shm_attach(p, other, 0, 0);
	child = puppet_make(p, 0);
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(2, shm_processes(&self->r, self->id));
	EXPECT_EQ(6, shm_nattch(&self->r, self->id));
	EXPECT_EQ(3, ROW_NUM(&self->r, shm_attach_row(&self->r, self->id, child->pid), attach,
			     mappings));
	EXPECT_EQ(2, shm_processes(&self->r, other));
	ASSERT_EQ(0, puppet_call(p, SYS_shmdt, HERE));
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(5, shm_nattch(&self->r, self->id));
	puppet_exit_process(p);
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(1, shm_processes(&self->r, self->id));
	EXPECT_LE(0, shm_attach_row(&self->r, self->id, child->pid));
}

TEST_F(attach, cut_protected_and_moved)
{
	struct puppet *p = puppet_make(NULL, 0);
	uint64_t there = HERE + 64 * PAGE;
	int row;

	shm_attach(p, self->id, HERE, 0);
	ASSERT_EQ(0, puppet_call(p, SYS_munmap, HERE + 2 * PAGE, PAGE));
	ASSERT_EQ(0, puppet_call(p, SYS_mprotect, HERE + 3 * PAGE, PAGE, PROT_NONE));
	ASSERT_EQ((long)there, puppet_call(p, SYS_mremap, HERE + 6 * PAGE, 2 * PAGE, 3 * PAGE,
					   MREMAP_MAYMOVE | MREMAP_FIXED, there));
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	row = shm_attach_row(&self->r, self->id, p->pid);
	ASSERT_LE(0, row);
	EXPECT_EQ(4, ROW_NUM(&self->r, row, attach, mappings));
	EXPECT_EQ(4, shm_nattch(&self->r, self->id));
	EXPECT_TRUE(shm_mapping_is(&self->r, row, 0, HERE, HERE + 2 * PAGE, 0, "rw-"));
	EXPECT_TRUE(shm_mapping_is(&self->r, row, 1, HERE + 3 * PAGE, HERE + 4 * PAGE, 3 * PAGE,
				   "---"));
	EXPECT_TRUE(shm_mapping_is(&self->r, row, 2, HERE + 4 * PAGE, HERE + 6 * PAGE, 4 * PAGE,
				   "rw-"));
	EXPECT_TRUE(shm_mapping_is(&self->r, row, 3, there, there + 3 * PAGE, 6 * PAGE, "rw-"));
}

TEST_F(attach, huge_pages)
{
	int64_t huge = huge_page_size();
	struct puppet *p = puppet_make(NULL, 0);
	int row, id;

	put_file("/proc/sys/vm/nr_hugepages", "4");
	id = shmget(IPC_PRIVATE, 2 * huge - 5, SHM_HUGETLB | 0600);
	if (!huge || id < 0)
		SKIP(return, "no huge pages: %s", strerror(errno));
	shm_attach(p, id, HERE, 0);
	puppet_make(p, 0);
	ASSERT_EQ(0, puppet_call(p, SYS_clock_gettime, CLOCK_MONOTONIC, HERE + huge));
	ASSERT_EQ(0, puppet_call(p, SYS_munmap, HERE, huge));
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	row = shm_attach_row(&self->r, id, p->pid);
	ASSERT_LE(0, row);
	EXPECT_TRUE(shm_mapping_is(&self->r, row, 0, HERE + huge, HERE + 2 * huge, huge, "rw-"));
	row = shm_row(&self->r, id);
	EXPECT_EQ(1, ROW_NUM(&self->r, row, segment, hugetlb));
	EXPECT_EQ(2, shm_nattch(&self->r, id));
	EXPECT_EQ(2 * huge - 5, ROW_NUM(&self->r, row, segment, size));
	EXPECT_EQ(huge, ROW_NUM(&self->r, row, segment, page_size));
	EXPECT_EQ(huge, ROW_NUM(&self->r, row, segment, rss));
	EXPECT_EQ(huge, (int64_t)huge_in_use());
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
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_LE(0, shm_attach_row(&self->r, self->id, pid));
	kill(pid, SIGCONT);
	wait_until(is_called(pid, "sleep") && proc_state(pid, pid) == 'S');
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(0, shm_processes(&self->r, self->id));
	EXPECT_EQ(0, shm_nattch(&self->r, self->id));
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

	shm_attach(p, self->id, HERE, 0);
	start = map_past_shmat(q, p->pid, HERE, MAP_SHARED);
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(1, shm_nattch(&self->r, self->id));
	EXPECT_EQ(2, shm_processes(&self->r, self->id));
	EXPECT_EQ(0, count_foreign(&self->r, shm_attach_row(&self->r, self->id, p->pid)));
	row = shm_attach_row(&self->r, self->id, q->pid);
	ASSERT_LE(0, row);
	EXPECT_EQ(1, count_foreign(&self->r, row));
	EXPECT_TRUE(shm_mapping_is(&self->r, row, 0, start, start + 2 * PAGE, PAGE, "r--"));
	shm_attach(q, self->id, 0, 0);
	map_past_shmat(q, p->pid, HERE, MAP_PRIVATE);
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(2, shm_nattch(&self->r, self->id));
	EXPECT_EQ(2, count_foreign(&self->r, shm_attach_row(&self->r, self->id, q->pid)));
}

/* Rows of one memory: that with the mappings, and below it those of the other processes. */
static unsigned int count_sharers(const struct rows *r, int id)
{
	unsigned int n = 0;
	int i = -1;

	while ((i = rows_next(r, IPCDBG_R_attach, shm_row(r, id), i)) >= 0)
		n += ROW_HAS(r, i, attach, shared) && ROW_NUM(r, i, attach, shared);
	return n;
}

TEST_F(attach, processes_that_share_memory)
{
	struct puppet *p = puppet_make(NULL, 0), *q, *v;

	shm_attach(p, self->id, HERE, 0);
	puppet_make(p, PUPPET_THREAD);
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(1, shm_processes(&self->r, self->id));
	q = puppet_make(p, CLONE_VM);
	v = puppet_make(q, CLONE_VM | CLONE_VFORK);
	puppet_make(p, 0);
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(2, shm_nattch(&self->r, self->id));
	EXPECT_EQ(4, shm_processes(&self->r, self->id));
	EXPECT_EQ(2, count_sharers(&self->r, self->id));
	puppet_exit_process(p);
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(3, shm_processes(&self->r, self->id));
	EXPECT_EQ(1, count_sharers(&self->r, self->id));
	puppet_exit_process(v);
	EXPECT_EQ(v->tid, puppet_unblock(q));
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(0, count_sharers(&self->r, self->id));
}

/* One that shares the memory is not overlooked for a thread that has ended but is still there. */
TEST_F(attach, sharer_of_a_traced_thread)
{
	struct puppet *p = puppet_make(NULL, 0), *thread, *q;

	shm_attach(p, self->id, HERE, 0);
	thread = puppet_make(p, PUPPET_THREAD);
	q = puppet_make(p, CLONE_VM);
	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, thread->tid, NULL, NULL));
	puppet_exit(thread);
	ASSERT_EQ('Z', proc_state(p->pid, thread->tid));
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(2, shm_processes(&self->r, self->id));
	EXPECT_LE(0, shm_attach_row(&self->r, self->id, q->pid));
	waitpid(thread->tid, NULL, __WALL);
}

TEST_F(attach, leader_has_exited)
{
	struct puppet *p = puppet_make(NULL, 0);

	puppet_make(p, PUPPET_THREAD);
	shm_attach(p, self->id, HERE, 0);
	puppet_exit(p);
	ASSERT_EQ('Z', proc_state(p->pid, p->pid));
	EXPECT_TRUE(shm_as_in_maps(&self->r));
	EXPECT_EQ(1, shm_processes(&self->r, self->id));
	EXPECT_LE(0, shm_attach_row(&self->r, self->id, p->pid));
}

TEST_HARNESS_MAIN
