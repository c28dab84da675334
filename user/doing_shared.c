// SPDX-License-Identifier: GPL-2.0
/*
 * A futex in a file of /dev/shm: a named semaphore, or what else programs keep in shared memory. It
 * has no owner, but only who maps the file can wake: the mappings of all processes are looked
 * through.
 */
#include "doing.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "devshm_mounts.h"
#include "proc_maps.h"
#include "retry.h"

/* Calls fn for each mapping that others can share, until it returns true, which is the result. */
static bool any_map(int pid, bool (*fn)(void *ctx, const struct map_line *m), void *ctx)
{
	char path[32], *line = NULL;
	bool found = false;
	struct map_line m;
	size_t room = 0;
	ssize_t len;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = retry_fopen(AT_FDCWD, path);
	while (maps && !found && (len = getline(&line, &room, maps)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		found = map_line_parse(&m, line) && m.ino && m.prot[3] == 's' && fn(ctx, &m);
	}
	free(line);
	if (maps)
		fclose(maps);
	return found;
}

struct search {
	struct doing *d;
	__u64 address;
};

static bool take_if_there(void *ctx, const struct map_line *m)
{
	struct search *s = ctx;

	if (s->address < m->start || s->address >= m->end ||
	    strncmp(m->path, SHM_FOLDER "/", sizeof(SHM_FOLDER)))
		return false;
	s->d->shared.dev = m->dev;
	s->d->shared.ino = m->ino;
	snprintf(s->d->shared.path, sizeof(s->d->shared.path), "%s", m->path);
	return true;
}

/* A semaphore is mapped under a name that sem_open(3) gave it for a moment. */
static void find_name(struct doing *d)
{
	DIR *dir = retry_opendir(AT_FDCWD, SHM_FOLDER);
	struct dirent *entry;
	struct stat st;

	while (dir && (entry = readdir(dir)))
		if (!fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) &&
		    st.st_dev == d->shared.dev && st.st_ino == d->shared.ino) {
			snprintf(d->shared.path, sizeof(d->shared.path), SHM_FOLDER "/%.200s",
				 entry->d_name);
			break;
		}
	if (dir)
		closedir(dir);
}

void doing_find_shared(struct doing *d, int pid, __u64 address)
{
	struct search s = { d, address };

	if (any_map(pid, take_if_there, &s))
		find_name(d);
}

static bool is_it(void *ctx, const struct map_line *m)
{
	const struct doing *d = ctx;

	return m->dev == d->shared.dev && m->ino == d->shared.ino;
}

void doing_follow_shared(const struct doing *d, int pid,
			 void (*fn)(void *ctx, enum doing_link link, int pid), void *ctx)
{
	DIR *dir = d->shared.ino ? retry_opendir(AT_FDCWD, "/proc") : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		int other = atoi(entry->d_name);

		if (other > 0 && other != pid && any_map(other, is_it, (void *)d))
			fn(ctx, DOING_SHARED, other);
	}
	if (dir)
		closedir(dir);
}
