// SPDX-License-Identifier: GPL-2.0
/*
 * Users of files are found in /proc/PID/maps and /proc/PID/fd. The path that a mapping has there
 * need not be a name of the file: whoever made a semaphore has mapped it under the name that
 * sem_open gave it for a moment.
 */
#include "devshm_users.h"

#include <ctype.h>
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
#include "proc_facts.h"
#include "proc_file.h"
#include "proc_hides.h"
#include "proc_maps.h"
#include "proc_task.h"
#include "devshm_waits.h"
#include "retry.h"

/* A process that is being looked into. */
struct look {
	struct devshm_files *f;
	int pid, dir;
	bool known; /* user is filled */
	struct ipcdbg_shm_user user;
	struct devshm_places places;
};

/* Who the process is; only asked for if it is a user. False with errno. */
static bool know(struct look *l)
{
	struct ipcdbg_shm_user *u = &l->user;
	char stat[1024], status[8192], *comm, *end;
	const char *start;
	__u64 uid;

	if (l->known)
		return true;
	if (proc_read(l->dir, "stat", stat, sizeof(stat)) < 0 ||
	    proc_read(l->dir, "status", status, sizeof(status)) < 0 ||
	    !proc_status_number(status, "Uid:", &uid))
		return false;
	comm = strchr(stat, '(');
	start = proc_stat_field(stat, 22);
	end = strrchr(stat, ')');
	if (!comm || !start) {
		errno = EIO;
		return false;
	}
	IPCDBG_PUT(shm_user, u, pid, l->pid);
	IPCDBG_PUT(shm_user, u, uid, uid);
	IPCDBG_PUT(shm_user, u, state, IPCDBG_LIVE);
	IPCDBG_PUT(shm_user, u, start_ns, strtoull(start, NULL, 10) * proc_tick_ns());
	IPCDBG_PUT(shm_user, u, mappings, 0);
	IPCDBG_PUT(shm_user, u, fds, 0);
	*end = '\0';
	snprintf(u->comm, sizeof(u->comm), "%s", comm + 1);
	u->present |= IPCDBG_BIT(shm_user, comm);
	return l->known = true;
}

/* Processes come one after another, so it can only be the last. */
static struct devshm_user *user_of(struct look *l, struct devshm_file *file)
{
	struct devshm_user *last = file->users.nr ? &file->users.v[file->users.nr - 1] : NULL;

	if (last && last->u.pid == l->pid)
		return last;
	if (!know(l)) {
		l->f->users_missed |= !proc_has_ended();
		return NULL;
	}
	last = vec_add(&file->users);
	last->u = l->user;
	return last;
}

static ssize_t read_link(int dir, const char *name, char *path, size_t size)
{
	ssize_t n = readlinkat(dir, name, path, size - 1);

	if (n >= 0)
		path[n] = '\0';
	return n;
}

/* Only root may look behind a mapping; its path in maps, without a newline, is what others see. */
static struct devshm_file *unlinked_of_map(struct look *l, const struct map_line *m)
{
	char name[64], path[4096];
	struct stat st;

	snprintf(name, sizeof(name), "map_files/%llx-%llx", m->start, m->end);
	if (!fstatat(l->dir, name, &st, 0) && st.st_dev == m->dev && st.st_ino == m->ino &&
	    read_link(l->dir, name, path, sizeof(path)) > 0)
		return devshm_files_add_unlinked(l->f, m->dev, m->ino, path, &st, l->dir, name);
	return devshm_files_add_unlinked(l->f, m->dev, m->ino, m->path, NULL, -1, NULL);
}

static void add_map(struct look *l, const struct map_line *m)
{
	struct devshm_file *file = devshm_files_of(l->f, m->dev, m->ino);
	struct devshm_user *user;
	struct ipcdbg_shm_map *map;

	if (!file)
		file = unlinked_of_map(l, m);
	else if (file->head.unlinked)
		devshm_files_rename_unlinked(file, m->path);
	user = file ? user_of(l, file) : NULL;
	if (!user)
		return;
	user->u.mappings++;
	map = vec_add(&user->maps);
	IPCDBG_PUT(shm_map, map, start, m->start);
	IPCDBG_PUT(shm_map, map, end, m->end);
	IPCDBG_PUT(shm_map, map, offset, m->offset);
	snprintf(map->prot, sizeof(map->prot), "%s", m->prot);
	map->present |= IPCDBG_BIT(shm_map, prot);
	/* What is written to a private mapping is not seen by others. */
	if (m->prot[3] == 's')
		devshm_places_add(&l->places, file - l->f->v.v, map);
}

/* False: it may not be read. */
static bool look_at_maps(struct look *l)
{
	FILE *maps = retry_fopen(l->dir, "maps");
	struct map_line m;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	bool whole;

	if (!maps)
		return proc_has_ended();
	while ((len = getline(&line, &room, maps)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (map_line_parse(&m, line) && m.ino && devshm_files_mount(l->f, m.dev) >= 0)
			add_map(l, &m);
	}
	whole = !ferror(maps) || proc_has_ended();
	free(line);
	fclose(maps);
	return whole;
}

static struct devshm_file *unlinked_of_fd(struct look *l, int folder, const char *name,
					  const struct stat *st)
{
	char path[4096];

	if (read_link(folder, name, path, sizeof(path)) <= 0)
		return NULL;
	return devshm_files_add_unlinked(l->f, st->st_dev, st->st_ino, path, st, folder, name);
}

/* No server is asked about a file, which may be dead. */
static bool look_behind(int folder, const char *name, struct stat *st)
{
	struct statx x;

	if (statx(folder, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &x))
		return false;
	*st = (struct stat){ .st_dev = makedev(x.stx_dev_major, x.stx_dev_minor),
			     .st_ino = x.stx_ino,
			     .st_mode = x.stx_mode,
			     .st_nlink = x.stx_nlink,
			     .st_uid = x.stx_uid,
			     .st_gid = x.stx_gid,
			     .st_size = x.stx_size,
			     .st_blocks = x.stx_blocks,
			     .st_mtim.tv_sec = x.stx_mtime.tv_sec,
			     .st_ctim.tv_sec = x.stx_ctime.tv_sec };
	return true;
}

static void look_at_fd(struct look *l, int folder, const char *name)
{
	struct devshm_user *user;
	struct devshm_file *file;
	struct stat st;
	int fd = atoi(name);

	if (!look_behind(folder, name, &st) || devshm_files_mount(l->f, st.st_dev) < 0)
		return;
	file = devshm_files_of(l->f, st.st_dev, st.st_ino);
	if (!file)
		file = unlinked_of_fd(l, folder, name, &st);
	user = file ? user_of(l, file) : NULL;
	if (!user)
		return;
	if (!user->u.fds++ || fd < user->u.fd)
		IPCDBG_PUT(shm_user, &user->u, fd, fd);
}

static bool look_at_fds(struct look *l)
{
	DIR *folder = retry_opendir(l->dir, "fd");
	struct dirent *entry;
	bool whole;

	if (!folder)
		return proc_has_ended();
	while ((errno = 0, entry = readdir(folder)))
		if (isdigit((unsigned char)entry->d_name[0]))
			look_at_fd(l, dirfd(folder), entry->d_name);
	whole = !errno || proc_has_ended();
	closedir(folder);
	return whole;
}

static void look_into(struct devshm_files *f, int proc, const char *name)
{
	struct look l = { .f = f, .pid = atoi(name) };

	if (l.pid == getpid())
		return;
	l.dir = retry_open(proc, name, O_PATH | O_DIRECTORY);
	f->users_missed |= l.dir < 0 && !proc_has_ended();
	if (l.dir < 0)
		return;
	f->users_missed |= !look_at_maps(&l);
	f->users_missed |= !look_at_fds(&l);
	if (l.places.v.nr)
		devshm_waits_find(f, &l.places, l.pid, l.dir);
	devshm_places_free(&l.places);
	close(l.dir);
}

static bool tell_devices(const struct devshm_files *f)
{
	for (size_t i = 0; i < f->mounts.v.nr; i++)
		if (!f->mounts.v.v[i].in_memory)
			return false;
	return true;
}

void devshm_users_find(struct devshm_files *f)
{
	DIR *proc = proc_usable() ? retry_opendir(AT_FDCWD, "/proc") : NULL;
	struct dirent *entry;

	f->users_missed = !proc || !tell_devices(f) || proc_hides();
	while (proc && (errno = 0, entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			look_into(f, dirfd(proc), entry->d_name);
	f->users_missed |= proc && errno;
	if (proc)
		closedir(proc);
}
