// SPDX-License-Identifier: GPL-2.0
/*
 * A folder of another mount namespace is reached through /proc/PID/root, in which symbolic links
 * stay inside that root. Only what is in memory is looked into there: a file system that asks some
 * process, as FUSE does, need not answer.
 */
#include "devshm_mounts.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>
#include <linux/openat2.h>

#include "ns_link.h"
#include "proc_hides.h"
#include "proc_task.h"
#include "proc_views.h"
#include "retry.h"
#include "sysvipc.h"

static __u32 begun_in; /* ipc namespace */

void devshm_mounts_begin(void)
{
	begun_in = sysvipc_inum();
}

static bool is_in_memory(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC);
}

static bool is_known(const struct devshm_mounts *m, dev_t dev)
{
	for (size_t i = 0; i < m->v.nr; i++)
		if (m->v.v[i].dev == dev)
			return true;
	return false;
}

/* Takes the descriptor; dir is a folder of /proc. False with errno. */
static bool add_mount(struct devshm_mounts *m, int fd, int dir)
{
	__u32 mnt = ns_link_inum(dir, "ns/mnt"), ipc = ns_link_inum(dir, "ns/ipc");
	struct stat st;
	bool ok = mnt && ipc && !fstat(fd, &st);

	if (!ok || is_known(m, st.st_dev)) {
		close(fd);
		return ok;
	}
	*vec_add(&m->v) = (struct devshm_mount){ .fd = fd,
						 .dev = st.st_dev,
						 .mnt_ns = mnt,
						 .ipc_ns = ipc,
						 .in_memory = is_in_memory(fd) };
	return true;
}

static void find_own(struct devshm_mounts *m)
{
	int fd = retry_open(AT_FDCWD, SHM_FOLDER, O_RDONLY | O_DIRECTORY), dir;

	if (fd < 0) {
		m->error = errno == ENOENT || errno == ENOTDIR ? 0 : errno;
		return;
	}
	dir = retry_open(AT_FDCWD, "/proc/self", O_PATH | O_DIRECTORY);
	if (dir < 0 || !add_mount(m, fd, dir))
		m->error = errno;
	if (dir >= 0)
		close(dir);
	else
		close(fd);
}

/* Looked at before it is opened; -1 if it is not there, or not in memory. */
static int open_folder(int root)
{
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
				.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	int at = syscall(SYS_openat2, root, SHM_FOLDER, &how, sizeof(how)), fd = -1;

	if (at < 0)
		return -1;
	if (is_in_memory(at))
		fd = retry_open(at, ".", O_RDONLY | O_DIRECTORY);
	close(at);
	return fd;
}

/* Whether the process is in that ipc namespace; 0 is any. */
static bool is_in(int dir, __u32 ipc_ns)
{
	return !ipc_ns || ns_link_inum(dir, "ns/ipc") == ipc_ns;
}

static void ask(struct devshm_mounts *m, struct proc_views *views, int dir, __u32 ipc_ns)
{
	int root = retry_open(dir, "root", O_PATH | O_DIRECTORY), fd;

	if (root < 0) {
		/* A zombie has none; a process of somebody else may not be asked. */
		m->missed |= !proc_has_ended();
		return;
	}
	if (is_in(dir, ipc_ns) && proc_views_add(views, dir, root)) {
		fd = open_folder(root);
		if (fd < 0)
			proc_note_trouble();
		if (fd < 0 ? errno == EMFILE : !add_mount(m, fd, dir) && !proc_has_ended())
			m->missed = true;
	}
	close(root);
}

/* The program itself may have entered the ipc namespace, but sees the mounts of another one. */
static void find_those_of(struct devshm_mounts *m, __u32 ipc_ns)
{
	struct proc_views views = { 0 };
	DIR *proc = retry_opendir(AT_FDCWD, "/proc");
	struct dirent *entry;

	m->missed |= !proc || proc_hides();
	while (proc && (errno = 0, entry = readdir(proc))) {
		bool number = isdigit((unsigned char)entry->d_name[0]);
		int dir =
			number ? retry_open(dirfd(proc), entry->d_name, O_PATH | O_DIRECTORY) : -1;

		m->missed |= dir < 0 && number && !proc_has_ended();
		if (dir < 0)
			continue;
		if (!ipc_ns || atoi(entry->d_name) != getpid())
			ask(m, &views, dir, ipc_ns);
		close(dir);
	}
	m->missed |= proc && errno;
	if (proc)
		closedir(proc);
	proc_views_free(&views);
}

void devshm_mounts_find(struct devshm_mounts *m, bool all)
{
	__u32 ipc_ns = sysvipc_inum();

	if (all || ipc_ns == begun_in)
		find_own(m);
	if (all)
		find_those_of(m, 0);
	else if (ipc_ns != begun_in)
		find_those_of(m, ipc_ns);
}

void devshm_mounts_free(struct devshm_mounts *m)
{
	for (size_t i = 0; i < m->v.nr; i++)
		close(m->v.v[i].fd);
	vec_free(&m->v);
}
