// SPDX-License-Identifier: GPL-2.0
/* Several namespaces: of ipc objects, of pids, of users. What is whose, and as whom is it shown? */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include "common.h"
#include "compare.h"
#include "ns_truth.h"
#include "proc.h"
#include "puppet.h"
#include "rows.h"

FIXTURE(namespace)
{
	int id;
};

FIXTURE_SETUP(namespace)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
	self->id = semget(0x1234, 5, IPC_CREAT | 0666);
	ASSERT_LE(0, self->id);
}

FIXTURE_TEARDOWN(namespace)
{
	puppets_clear();
}

struct census {
	unsigned int inum[64], processes[64], threads[64], nr;
};

static void count_task(struct census *c, unsigned int inum, bool leader)
{
	unsigned int i;

	if (!inum)
		return;
	for (i = 0; i < c->nr && c->inum[i] != inum; i++)
		;
	if (i == c->nr) {
		if (c->nr == ARRAY_SIZE(c->inum))
			die("too many namespaces");
		c->inum[c->nr++] = inum;
	}
	c->threads[i]++;
	c->processes[i] += leader;
}

/* Every ipc namespace that /proc shows a task in. */
static void take_census(struct census *c)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;
	pid_t tids[PUPPETS_MAX];

	memset(c, 0, sizeof(*c));
	while ((e = readdir(proc))) {
		pid_t pid = atoi(e->d_name);
		int i, n = pid ? proc_threads(pid, tids, PUPPETS_MAX) : 0;

		for (i = 0; i < n; i++)
			count_task(c, proc_ns(pid, tids[i], "ipc"), tids[i] == pid);
	}
	closedir(proc);
}

/* Children with threads in namespaces of their own. */
static void make_namespaces(void)
{
	struct puppet *p;

	puppet_make(NULL, CLONE_NEWIPC);
	puppet_make(puppet_make(NULL, CLONE_NEWIPC | CLONE_NEWPID), PUPPET_THREAD);
	p = puppet_make(NULL, CLONE_NEWIPC);
	puppet_make(p, PUPPET_THREAD);
	puppet_make(p, 0);
}

TEST_F(namespace, census)
{
	struct census c;
	struct rows r;
	unsigned int i;
	int row;

	make_namespaces();
	take_census(&c);
	ASSERT_TRUE(rows_read(&r, "namespaces"));
	EXPECT_LE(5, c.nr);
	EXPECT_EQ(c.nr, rows_count(&r, IPCDBG_R_namespace, -1));
	for (i = 0; i < c.nr; i++) {
		row = ns_find(&r, c.inum[i]);
		ASSERT_LE(0, row);
		EXPECT_EQ(c.processes[i], ROW_NUM(&r, row, namespace, processes));
		EXPECT_EQ(c.threads[i], ROW_NUM(&r, row, namespace, threads));
		EXPECT_EQ(c.inum[i], proc_ns(ROW_NUM(&r, row, namespace, pid),
					     ROW_NUM(&r, row, namespace, pid), "ipc"));
	}
	rows_free(&r);
}

/* The one wait row of the set; -1 if there is not exactly one. */
static int only_wait(const struct rows *r, int id)
{
	int sem = -1, found = -1, wait, n = 0, set = rows_set(r, -1, id);

	while ((sem = rows_next(r, IPCDBG_R_sem, set, sem)) >= 0)
		for (wait = -1; (wait = rows_next(r, IPCDBG_R_wait, sem, wait)) >= 0; n++)
			found = wait;
	return n == 1 ? found : -1;
}

static const struct sembuf take = { .sem_num = 1, .sem_op = -1 };
static const struct sembuf hold = { .sem_num = 2, .sem_op = 3, .sem_flg = SEM_UNDO };

/* A process of a child pid namespace has the numbers of the reader's. */
TEST_F(namespace, pids_of_a_child)
{
	struct puppet *p = puppet_make(NULL, CLONE_NEWPID);
	struct puppet *thread = puppet_make(p, PUPPET_THREAD);
	struct rows r;
	int wait;

	ASSERT_EQ(1, p->inner_pid);
	ASSERT_EQ(0, puppet_semop(p, self->id, &hold, 1));
	puppet_block(thread, self->id, &take, 1, NULL);
	ASSERT_TRUE(rows_read(&r, "sem"));
	wait = only_wait(&r, self->id);
	ASSERT_LE(0, wait);
	EXPECT_TRUE(compare_proc(&r, wait, p->pid, thread->tid, self->id));
	EXPECT_EQ(p->pid, ROW_NUM(&r, rows_sem(&r, rows_set(&r, -1, self->id), 2), sem, sempid));
	EXPECT_EQ(p->pid, semctl(self->id, 2, GETPID));
	rows_free(&r);
}

/* Reads sem in a child pid namespace, and gives back the text. */
static char *read_as_stranger(void)
{
	int pipe_fd[2];
	char *text;
	size_t len;
	pid_t pid;

	if (pipe(pipe_fd))
		die("pipe: %s", strerror(errno));
	pid = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, NULL);
	if (!pid) {
		text = slurp(IPCDBG_DIR "/sem", 65536, &len);
		while (text && len) {
			ssize_t n = write(pipe_fd[1], text, len);

			if (n <= 0)
				_exit(1);
			text += n;
			len -= n;
		}
		_exit(!text);
	}
	close(pipe_fd[1]);
	text = slurp_fd(pipe_fd[0], 4096, NULL);
	close(pipe_fd[0]);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		die("clone: %s", strerror(errno));
	return text;
}

TEST_F(namespace, pids_that_the_reader_does_not_see)
{
	struct puppet *p = puppet_make(NULL, 0);
	int wait, set, undo;
	struct rows r;
	char *text;

	ASSERT_EQ(0, puppet_semop(p, self->id, &hold, 1));
	puppet_block(p, self->id, &take, 1, NULL);
	text = read_as_stranger();
	ASSERT_TRUE(rows_parse(&r, text, strlen(text)));
	set = rows_set(&r, -1, self->id);
	wait = only_wait(&r, self->id);
	ASSERT_LE(0, wait);
	EXPECT_EQ(0, ROW_NUM(&r, wait, wait, pid));
	EXPECT_EQ(0, ROW_NUM(&r, wait, wait, tid));
	EXPECT_EQ(0, ROW_NUM(&r, rows_sem(&r, set, 2), sem, sempid));
	EXPECT_STREQ("live", ROW_STR(&r, rows_sem(&r, set, 2), sem, sempid_state));
	/* Never operated is not the same as not seen. */
	EXPECT_FALSE(ROW_HAS(&r, rows_sem(&r, set, 0), sem, sempid));
	undo = rows_next(&r, IPCDBG_R_undo, set, -1);
	ASSERT_LE(0, undo);
	EXPECT_EQ(1, ROW_NUM(&r, undo, undo, tasks));
	EXPECT_EQ(0, ROW_NUM(&r, rows_next(&r, IPCDBG_R_owner, undo, -1), owner, pid));
	rows_free(&r);
}

/* User 5 of a user namespace that maps from 100000 on is 100005 to the reader. */
TEST_F(namespace, users)
{
	struct puppet *p = puppet_make(NULL, CLONE_NEWUSER);
	struct proc_task t;
	char path[64];
	struct rows r;
	int wait;

	snprintf(path, sizeof(path), "/proc/%d/uid_map", p->pid);
	ASSERT_EQ(0, put_file(path, "0 100000 65536"));
	ASSERT_EQ(0, puppet_setuid(p, 5));
	ASSERT_EQ(0, puppet_semop(p, self->id, &hold, 1));
	puppet_block(p, self->id, &take, 1, NULL);
	ASSERT_TRUE(proc_task(p->pid, p->tid, &t));
	ASSERT_EQ(100005, t.uid);
	ASSERT_TRUE(rows_read(&r, "sem"));
	wait = only_wait(&r, self->id);
	ASSERT_LE(0, wait);
	EXPECT_EQ(100005, ROW_NUM(&r, wait, wait, uid));
	EXPECT_EQ(
		100005,
		ROW_NUM(&r,
			rows_next(&r, IPCDBG_R_owner,
				  rows_next(&r, IPCDBG_R_undo, rows_set(&r, -1, self->id), -1), -1),
			owner, uid));
	rows_free(&r);
}

/* What the file of a namespace says of its sets, for a puppet in a namespace of its own. */
struct other {
	struct puppet *puppet;
	unsigned int inum;
	int id, nsems;
};

/* Enters a new ipc namespace, makes a set there, leaves a puppet waiting in it, and comes back. */
static struct other make_other(int home, int nsems)
{
	struct other o = { .nsems = nsems };

	if (unshare(CLONE_NEWIPC))
		die("unshare: %s", strerror(errno));
	o.id = semget(0x1234, nsems, IPC_CREAT | 0600);
	o.inum = proc_ns(getpid(), getpid(), "ipc");
	o.puppet = puppet_make(NULL, 0);
	puppet_block(o.puppet, o.id, &take, 1, NULL);
	if (setns(home, CLONE_NEWIPC))
		die("setns: %s", strerror(errno));
	return o;
}

static void check_other(struct __test_metadata *_metadata, const struct rows *r,
			const struct other *o)
{
	int ns = ns_find(r, o->inum);
	int set = rows_set(r, ns, o->id), wait;

	ASSERT_LE(0, ns);
	ASSERT_LE(0, set);
	EXPECT_EQ(o->nsems, ROW_NUM(r, set, set, nsems));
	wait = rows_next(r, IPCDBG_R_wait, rows_sem(r, set, 1), -1);
	ASSERT_LE(0, wait);
	EXPECT_TRUE(compare_proc(r, wait, o->puppet->pid, o->puppet->tid, o->id));
	EXPECT_EQ(-1, rows_next(r, IPCDBG_R_wait, rows_sem(r, set, 1), wait));
}

TEST_F(namespace, sets_of_each)
{
	int home = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
	struct other a = make_other(home, 7), b = make_other(home, 9);
	struct rows all, plain;

	/* The same key, and as a rule the same id: only the namespace tells them apart. */
	EXPECT_EQ(a.id, b.id);
	ASSERT_TRUE(rows_read(&all, "all/sem"));
	check_other(_metadata, &all, &a);
	check_other(_metadata, &all, &b);
	ASSERT_TRUE(rows_read(&plain, "sem"));
	EXPECT_EQ(1, rows_count(&plain, IPCDBG_R_set, -1));
	EXPECT_EQ(5, ROW_NUM(&plain, rows_set(&plain, -1, self->id), set, nsems));
	EXPECT_TRUE(compare_all(&plain, &all));
	rows_free(&all);
	rows_free(&plain);
	close(home);
}

/* A file tells of the namespace of its opener, whatever that one does later. */
TEST_F(namespace, of_the_opener)
{
	int fd = open(IPCDBG_DIR "/sem", O_RDONLY | O_CLOEXEC);
	struct rows r;
	char *text;
	size_t len;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_clear();
	text = slurp_fd(fd, 65536, &len);
	close(fd);
	/* Nobody is left in it: it is gone, and the file says so by an error. */
	EXPECT_EQ(NULL, text);
	EXPECT_EQ(ESTALE, errno);
	ASSERT_TRUE(rows_read(&r, "sem"));
	EXPECT_EQ(0, rows_count(&r, IPCDBG_R_set, -1));
	rows_free(&r);
}

TEST_HARNESS_MAIN
