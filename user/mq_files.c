// SPDX-License-Identifier: GPL-2.0
#include "mq_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/kcmp.h>
#include <linux/mount.h>

#include "proc_facts.h"
#include "proc_task.h"
#include "retry.h"

#define MQUEUE_DIR "/dev/mqueue"
#define MQUEUE_SIZE 80 /* of each of its files, FILENT_SIZE there */

/* A mount that is nowhere in the tree, of the namespace that the program is in. */
static int mount_unseen(void)
{
	int fs = syscall(SYS_fsopen, "mqueue", FSOPEN_CLOEXEC), mount = -1, dir;

	if (fs < 0) {
		proc_note_trouble();
		return -1;
	}
	if (!syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		mount = syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOEXEC);
	if (mount < 0)
		proc_note_trouble();
	close(fs);
	if (mount < 0)
		return -1;
	dir = retry_open(mount, ".", O_RDONLY | O_DIRECTORY);
	close(mount);
	return dir;
}

struct mq_files mq_files_open(void)
{
	struct mq_files f = { .dir = mount_unseen() };
	struct statfs fs;
	struct stat st;

	if (f.dir >= 0) {
		f.whole = !fstat(f.dir, &st);
		f.dev = st.st_dev;
		return f;
	}
	if (!statfs(MQUEUE_DIR, &fs) && fs.f_type == MQUEUE_MAGIC)
		f.dir = retry_open(AT_FDCWD, MQUEUE_DIR, O_RDONLY | O_DIRECTORY);
	return f;
}

void mq_files_close(struct mq_files *f)
{
	if (f->dir >= 0)
		close(f->dir);
}

/* What is mounted on /dev/mqueue may be of another namespace: mq_open(3) asks for our own. */
int mq_files_open_queue(const struct mq_files *f, const char *name)
{
	char slashed[IPCDBG_NAME_LEN + 1];

	if (f->whole)
		return retry_open(f->dir, name, O_RDONLY | O_NONBLOCK);
	snprintf(slashed, sizeof(slashed), "/%s", name);
	return TEMP_FAILURE_RETRY(mq_open(slashed, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
}

static struct mq_openers all;
static bool looked;

/* Whether it was the descriptor of a file that may be a queue. */
static void look_at_fd(const struct process *p, int tid, DIR *fds, const char *name)
{
	struct mq_opener *o;
	struct stat st;

	if (fstatat(dirfd(fds), name, &st, 0)) {
		all.hidden += !proc_has_ended();
		return;
	}
	if (!S_ISREG(st.st_mode) || st.st_size != MQUEUE_SIZE || major(st.st_dev))
		return;
	o = vec_add(&all.v);
	*o = (struct mq_opener){ *p, tid, atoi(name), st.st_dev, st.st_ino };
}

struct search {
	struct process process;
	VEC(int) seen; /* a thread of each table of descriptors that was read */
};

/*
 * Threads share their descriptors, unless they asked for others (CLONE_FILES). Where the kernel
 * does not tell, a table is read twice rather than not at all.
 */
static bool is_seen(const struct search *s, int tid)
{
	for (size_t i = 0; i < s->seen.nr; i++)
		if (!syscall(SYS_kcmp, tid, s->seen.v[i], KCMP_FILES, 0, 0))
			return true;
	return false;
}

static void look_at_thread(void *ctx, int pid, int tid)
{
	struct search *s = ctx;
	struct dirent *entry;
	char path[64];
	DIR *fds;

	if (is_seen(s, tid))
		return;
	*vec_add(&s->seen) = tid;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/fd", pid, tid);
	fds = retry_opendir(AT_FDCWD, path);
	if (!fds) {
		all.hidden += !proc_has_ended();
		return;
	}
	while ((errno = 0, entry = readdir(fds)))
		if (entry->d_name[0] != '.')
			look_at_fd(&s->process, tid, fds, entry->d_name);
	all.hidden += errno && !proc_has_ended();
	closedir(fds);
}

static void look_at_process(void *ctx, int pid)
{
	struct search s = { 0 };

	(void)ctx;
	/* What this program has open is open for the reading of it only. */
	if (pid == getpid())
		return;
	if (!proc_task_process(&s.process, pid)) {
		all.hidden += !proc_has_ended();
		return;
	}
	IPCDBG_PUT(process, &s.process, state, IPCDBG_LIVE);
	all.hidden += !proc_visit_threads(pid, look_at_thread, &s);
	vec_free(&s.seen);
}

static int compare(__u64 a, __u64 b)
{
	return (a > b) - (a < b);
}

static int opener_order(const void *a, const void *b)
{
	const struct mq_opener *x = a, *y = b;
	int order = compare(x->dev, y->dev);

	if (!order)
		order = compare(x->ino, y->ino);
	if (!order)
		order = compare(x->process.pid, y->process.pid);
	return order ? order : compare(x->fd, y->fd);
}

const struct mq_openers *mq_openers(void)
{
	if (looked)
		return &all;
	looked = true;
	if (!proc_usable()) {
		all.hidden = 1;
		return &all;
	}
	all.hidden += !proc_visit_processes(look_at_process, NULL);
	if (all.v.nr)
		qsort(all.v.v, all.v.nr, sizeof(*all.v.v), opener_order);
	return &all;
}

void mq_openers_forget(void)
{
	looked = false;
	all.v.nr = all.hidden = 0;
}

size_t mq_openers_find(dev_t dev, ino_t ino)
{
	const struct mq_opener key = { .dev = dev, .ino = ino };
	size_t low = 0, high = mq_openers()->v.nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (opener_order(&all.v.v[mid], &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}
