// SPDX-License-Identifier: GPL-2.0
#include "devshm_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "common.h"
#include "retry.h"
#include "sem_file.h"
#include "devshm_users.h"

#define DELETED " (deleted)"
#define LETTERS_AND_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define BLOCK 512 /* what st_blocks counts */

/* What differs between the two is behind what they have in common. */
_Static_assert(offsetof(struct ipcdbg_psem, waiters) == offsetof(struct ipcdbg_pshm, waiters) &&
		       (int)IPCDBG_F_psem_waiters == (int)IPCDBG_F_pshm_waiters,
	       "psem does not begin with pshm");

int devshm_files_mount(const struct devshm_files *f, dev_t dev)
{
	for (size_t i = 0; i < f->mounts.v.nr; i++)
		if (f->mounts.v.v[i].dev == dev)
			return i;
	return -1;
}

static int by_inode(const void *a, const void *b)
{
	const struct devshm_file *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return (x->head.ino > y->head.ino) - (x->head.ino < y->head.ino);
}

struct devshm_file *devshm_files_of(struct devshm_files *f, dev_t dev, __u64 ino)
{
	struct devshm_file key = { .dev = dev, .head.ino = ino };
	struct devshm_file *found = NULL;

	if (f->nr_linked)
		found = bsearch(&key, f->v.v, f->nr_linked, sizeof(key), by_inode);
	while (found && found > f->v.v && !by_inode(found - 1, &key))
		found--;
	for (size_t i = f->nr_linked; i < f->v.nr && !found; i++)
		if (!by_inode(&f->v.v[i], &key))
			found = &f->v.v[i];
	return found;
}

static void put_stat(struct ipcdbg_psem *h, const struct stat *st)
{
	IPCDBG_PUT(psem, h, mode, st->st_mode & 07777);
	IPCDBG_PUT(psem, h, uid, st->st_uid);
	IPCDBG_PUT(psem, h, gid, st->st_gid);
	IPCDBG_PUT(psem, h, size, st->st_size);
	IPCDBG_PUT(psem, h, allocated, (__u64)st->st_blocks * BLOCK);
	IPCDBG_PUT(psem, h, mtime, st->st_mtime);
	IPCDBG_PUT(psem, h, ctime, st->st_ctime);
}

/* Without a trace in the file, if that may be. */
static int open_quietly(int at, const char *name, int flags)
{
	int fd;

	flags |= O_RDONLY | O_NONBLOCK | O_NOCTTY;
	fd = retry_open(at, name, flags | O_NOATIME);
	return fd < 0 && errno == EPERM ? retry_open(at, name, flags) : fd;
}

/* size bytes of the file, fewer where it ends; -1 with errno, 0 if it is not of that inode. */
static ssize_t read_inode(int fd, __u64 ino, char *buf, size_t size)
{
	struct stat st;

	if (fstat(fd, &st))
		return -1;
	if (!S_ISREG(st.st_mode) || st.st_ino != ino)
		return 0;
	return retry_pread(fd, buf, size, 0);
}

/*
 * Whether it is a semaphore: by its name and length if it may not be read, else by what it has.
 * What stands at the name by now may be another file. -1 with errno if it cannot be read.
 */
static int read_semaphore(struct ipcdbg_psem *h, int at, const char *name, int flags)
{
	char bytes[SEM_FILE_MAX];
	struct sem_file sem;
	int fd = open_quietly(at, name, flags);
	ssize_t len;

	if (fd < 0 && errno == ENOENT)
		return false;
	if (fd < 0)
		return errno == EACCES || errno == EPERM || errno == ELOOP ? true : -1;
	len = read_inode(fd, h->ino, bytes, h->size);
	close(fd);
	if (len < 0)
		return -1;
	if ((__u64)len != h->size || !sem_file_read(&sem, bytes, len))
		return false;
	snprintf(h->format, sizeof(h->format), "%s", sem.format);
	h->present |= IPCDBG_BIT(psem, format);
	IPCDBG_PUT(psem, h, value, sem.value);
	IPCDBG_PUT(psem, h, nwaiters, sem.nwaiters);
	return true;
}

/* The name without what sem_open puts before it. */
static void put_name(struct devshm_file *file, const char *name)
{
	struct ipcdbg_psem *h = &file->head;
	size_t skip = file->semaphore ? strlen(SEM_FILE_PREFIX) : 0;

	snprintf(h->name, sizeof(h->name), "%.*s", (int)sizeof(h->name) - 1, name + skip);
	h->present |= IPCDBG_BIT(psem, name);
}

static struct devshm_file *add_file(struct devshm_files *f, size_t mount, __u64 ino)
{
	const struct devshm_mount *m = &f->mounts.v.v[mount];
	struct devshm_file *file = vec_add(&f->v);
	struct ipcdbg_psem *h = &file->head;

	file->mount = mount;
	file->dev = m->dev;
	snprintf(h->dev, sizeof(h->dev), "%u:%u", major(m->dev), minor(m->dev));
	h->present |= IPCDBG_BIT(psem, dev);
	IPCDBG_PUT(psem, h, ino, ino);
	IPCDBG_PUT(psem, h, mnt_ns, m->mnt_ns);
	IPCDBG_PUT(psem, h, unlinked, 0);
	return file;
}

/* 0 or an errno. */
static int add_linked(struct devshm_files *f, size_t mount, const char *name)
{
	int at = f->mounts.v.v[mount].fd;
	struct devshm_file *file;
	struct stat st;
	int is;

	/* One that vanishes meanwhile is not there; others than regular files are no objects. */
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0 : errno;
	if (!S_ISREG(st.st_mode) || st.st_dev != f->mounts.v.v[mount].dev)
		return 0;
	file = add_file(f, mount, st.st_ino);
	put_stat(&file->head, &st);
	is = sem_file_may_be(name, st.st_size) ? read_semaphore(&file->head, at, name, O_NOFOLLOW)
					       : false;
	if (is < 0)
		return errno;
	file->semaphore = is;
	put_name(file, name);
	return 0;
}

static int read_folder(struct devshm_files *f, size_t mount)
{
	DIR *folder = retry_opendir(f->mounts.v.v[mount].fd, ".");
	struct dirent *entry;
	int error = 0;

	if (!folder)
		return errno;
	while (!error && (errno = 0, entry = readdir(folder)))
		if (entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN)
			error = add_linked(f, mount, entry->d_name);
	error = error ? error : errno;
	closedir(folder);
	return error;
}

/* The last part of the path of a folder, as this program sees it. */
static bool is_folder_name(int fd, const char *name, size_t len)
{
	char link[32], path[4096], *last;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		return false;
	path[n] = '\0';
	last = strrchr(path, '/');
	return last && strlen(last + 1) == len && !strncmp(last + 1, name, len);
}

/* The name in ".../shm/NAME (deleted)", in a buffer; false: it was not in that folder. */
static bool unlinked_name(const char *path, int folder, char name[IPCDBG_NAME_LEN])
{
	size_t len = strlen(path), tail = strlen(DELETED);
	const char *slash, *parent;

	if (len <= tail || strcmp(path + len - tail, DELETED))
		return false;
	len -= tail;
	slash = memrchr(path, '/', len);
	parent = slash ? memrchr(path, '/', slash - path) : NULL;
	if (!parent || !is_folder_name(folder, parent + 1, slash - parent - 1) ||
	    path + len - slash - 1 >= IPCDBG_NAME_LEN)
		return false;
	snprintf(name, IPCDBG_NAME_LEN, "%.*s", (int)(path + len - slash - 1), slash + 1);
	return name[0];
}

struct devshm_file *devshm_files_add_unlinked(struct devshm_files *f, dev_t dev, __u64 ino,
					      const char *path, const struct stat *st, int at,
					      const char *name)
{
	int mount = devshm_files_mount(f, dev);
	char was[IPCDBG_NAME_LEN];
	struct devshm_file *file;
	int is;

	if (mount < 0 || (st && (st->st_nlink || !S_ISREG(st->st_mode))) ||
	    !unlinked_name(path, f->mounts.v.v[mount].fd, was))
		return NULL;
	file = add_file(f, mount, ino);
	IPCDBG_PUT(psem, &file->head, unlinked, 1);
	if (st) {
		put_stat(&file->head, st);
		is = sem_file_may_be(was, st->st_size) ? read_semaphore(&file->head, at, name, 0)
						       : false;
		f->users_missed |= is < 0;
		file->semaphore = is;
	}
	put_name(file, was);
	return file;
}

/* The name of sem_open(3) for the file that is not yet a semaphore: sem.XXXXXX. */
static bool is_momentary(const char *name)
{
	return strlen(name) == 6 && strspn(name, LETTERS_AND_DIGITS) == 6;
}

void devshm_files_rename_unlinked(struct devshm_file *file, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = strlen(path), tail = strlen(DELETED), skip = strlen(SEM_FILE_PREFIX);
	char was[IPCDBG_NAME_LEN + sizeof(SEM_FILE_PREFIX)];

	if (!file->semaphore || !is_momentary(file->head.name) || !slash || len <= tail ||
	    strcmp(path + len - tail, DELETED))
		return;
	snprintf(was, sizeof(was), "%.*s", (int)(path + len - tail - slash - 1), slash + 1);
	if (!strncmp(was, SEM_FILE_PREFIX, skip) && !is_momentary(was + skip))
		put_name(file, was);
}

/* Another name of the same file. */
static void copy_users(struct devshm_file *to, const struct devshm_file *from)
{
	for (size_t i = 0; i < from->users.nr; i++) {
		struct devshm_user *user = vec_add(&to->users);

		user->u = from->users.v[i].u;
		for (size_t j = 0; j < from->users.v[i].maps.nr; j++)
			*vec_add(&user->maps) = from->users.v[i].maps.v[j];
	}
	for (size_t i = 0; i < from->waits.nr; i++)
		*vec_add(&to->waits) = from->waits.v[i];
	to->waits_missed = from->waits_missed;
}

static int by_mount_and_name(const void *a, const void *b)
{
	const struct devshm_file *x = a, *y = b;
	int order;

	if (x->mount != y->mount)
		return x->mount < y->mount ? -1 : 1;
	order = strcmp(x->head.name, y->head.name);
	return order ? order : by_inode(a, b);
}

int devshm_files_find(struct devshm_files *f, bool all)
{
	int error;

	devshm_mounts_find(&f->mounts, all);
	error = f->mounts.error;
	for (size_t i = 0; i < f->mounts.v.nr && !error; i++)
		error = read_folder(f, i);
	if (error)
		return error;
	f->nr_linked = f->v.nr;
	if (f->v.nr)
		qsort(f->v.v, f->v.nr, sizeof(*f->v.v), by_inode);
	devshm_users_find(f);
	for (size_t i = 1; i < f->nr_linked; i++)
		if (!by_inode(&f->v.v[i - 1], &f->v.v[i]))
			copy_users(&f->v.v[i], &f->v.v[i - 1]);
	if (f->v.nr)
		qsort(f->v.v, f->v.nr, sizeof(*f->v.v), by_mount_and_name);
	return 0;
}

void devshm_files_free(struct devshm_files *f)
{
	for (size_t i = 0; i < f->v.nr; i++) {
		struct devshm_file *file = &f->v.v[i];

		for (size_t j = 0; j < file->users.nr; j++)
			vec_free(&file->users.v[j].maps);
		vec_free(&file->users);
		vec_free(&file->waits);
	}
	vec_free(&f->v);
	devshm_mounts_free(&f->mounts);
}
