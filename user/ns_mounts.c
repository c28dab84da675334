// SPDX-License-Identifier: GPL-2.0
/*
 * A mount stands in /proc/PID/mountinfo as "... ipc:[INUM] MOUNTPOINT ... - nsfs nsfs rw", where
 * the mount point is seen from that process's root. It is reached through /proc/PID/root, by a
 * look-up that takes no symbolic link, and looked at before it is opened: what lies there now may
 * be a file of another kind, whose opening would do something.
 */
#include "ns_mounts.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>
#include <linux/openat2.h>

#include "ipcdbg.h"
#include "proc_views.h"
#include "retry.h"
#include "text.h"

/* As many namespaces as the module lists. */
#define HELD_MAX 16384

struct held {
	__u32 inum;
	int fd; /* -1: of a recording */
};

static struct proc_views views;
static VEC(struct held) held;
static VEC(__u32) missed;

static const struct held *find(__u32 inum)
{
	for (size_t i = 0; i < held.nr; i++)
		if (held.v[i].inum == inum)
			return &held.v[i];
	return NULL;
}

int ns_mounts_find(__u32 inum)
{
	return find(inum) ? find(inum)->fd : -1;
}

bool ns_mounts_has(__u32 inum)
{
	return find(inum);
}

void ns_mounts_tell(void (*fn)(void *ctx, __u32 inum), void *ctx)
{
	for (size_t i = 0; i < held.nr; i++)
		fn(ctx, held.v[i].inum);
}

bool ns_mounts_add_recorded(__u32 inum)
{
	if (held.nr == HELD_MAX)
		return false;
	*vec_add(&held) = (struct held){ inum, -1 };
	return true;
}

void ns_mounts_forget_recorded(void)
{
	while (held.nr && held.v[held.nr - 1].fd < 0)
		held.nr--;
}

static bool is_namespace(int fd, __u32 inum)
{
	struct statfs fs;
	struct stat st;

	return !fstatfs(fd, &fs) && fs.f_type == NSFS_MAGIC && !fstat(fd, &st) && st.st_ino == inum;
}

static int open_below(int root, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	return syscall(SYS_openat2, root, path, &how, sizeof(how));
}

/* A descriptor that the namespace is open by, -1 if it cannot be had. */
static int open_mount(int root, const char *path, __u32 inum)
{
	int mount = open_below(root, path), fd = -1;
	char self[32];

	if (mount < 0)
		return -1;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", mount);
	if (is_namespace(mount, inum))
		fd = retry_open(AT_FDCWD, self, O_RDONLY);
	close(mount);
	return fd;
}

static void hold_mount(int root, const char *path, __u32 inum)
{
	int fd;

	if (ns_mounts_find(inum) >= 0)
		return;
	fd = held.nr < HELD_MAX ? open_mount(root, path, inum) : -1;
	if (fd < 0)
		*vec_add(&missed) = inum;
	else
		*vec_add(&held) = (struct held){ inum, fd };
}

/* Octal escapes of mountinfo become bytes again, in place. */
static void unescape(char *s)
{
	unsigned int byte;
	char *to = s;

	for (; *s; s++) {
		if (*s == '\\' && sscanf(s + 1, "%3o", &byte) == 1 && strlen(s) > 3) {
			*to++ = (char)byte;
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

static void read_mount(int root, const char *line)
{
	char *path = NULL;
	unsigned int inum;

	if (!strstr(line, " - nsfs "))
		return;
	if (sscanf(line, "%*d %*d %*s ipc:[%u] %ms", &inum, &path) == 2) {
		unescape(path);
		hold_mount(root, path, inum);
	}
	free(path);
}

static void read_mounts(int dir, int root)
{
	FILE *f = retry_fopen(dir, "mountinfo");
	char *line = NULL;
	size_t room = 0;

	while (f && getline(&line, &room, f) > 0)
		read_mount(root, line);
	free(line);
	if (f)
		fclose(f);
}

static void read_process(int proc, const char *pid)
{
	int dir = retry_open(proc, pid, O_PATH | O_DIRECTORY);
	int root = dir < 0 ? -1 : retry_open(dir, "root", O_PATH | O_DIRECTORY);

	if (root >= 0 && proc_views_add(&views, dir, root))
		read_mounts(dir, root);
	if (root >= 0)
		close(root);
	if (dir >= 0)
		close(dir);
}

static void read_processes(void)
{
	DIR *proc = retry_opendir(AT_FDCWD, "/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			read_process(dirfd(proc), entry->d_name);
	if (proc)
		closedir(proc);
}

/* As many descriptors as the process may have. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static unsigned int count_missed(void)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < missed.nr; i++) {
		size_t first = 0;

		while (missed.v[first] != missed.v[i])
			first++;
		nr += first == i && ns_mounts_find(missed.v[i]) < 0;
	}
	return nr;
}

struct ns_mounts ns_mounts_hold(void)
{
	static bool searched;

	if (!searched) {
		searched = true;
		raise_limit();
		read_processes();
		proc_views_free(&views);
	}
	return (struct ns_mounts){ .held = held.nr, .missed = count_missed() };
}

void ns_mounts_hold_and_tell(void)
{
	static bool told;
	struct ns_mounts m = ns_mounts_hold();

	if (m.missed && !told)
		warn_user("%u ipc namespace%s with a bind mount could not be opened: "
			  "what nothing else holds is not shown",
			  m.missed, m.missed == 1 ? "" : "s");
	told = true;
}
