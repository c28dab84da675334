// SPDX-License-Identifier: GPL-2.0
/*
 * Who has a file lock. /proc/locks tells who took it; who has it by now, to whom its descriptor was
 * passed, only /proc/PID/fdinfo does.
 */
#include "doing.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "proc_file.h"
#include "retry.h"

#define LINE_MAX_LEN 256

/* A line of /proc/locks. */
struct lock {
	unsigned int number;
	bool waits; /* for the lock above it that has the same number */
	int pid;    /* who took it; -1: it is of an open file description */
	dev_t dev;
	unsigned long long ino;
	char words[LINE_MAX_LEN]; /* all behind the number, which is the same in fdinfo */
};

/* What the thread waits for, as far as it is known, and the locks that may be that. */
struct search {
	bool known; /* the file: dev and ino */
	dev_t dev;
	unsigned long long ino;
	int pid;
	int rank;
	size_t lines; /* of waits that may be its own */
	VEC(struct lock) locks;
};

typedef void (*follow_fn)(void *ctx, enum doing_link link, int pid);

/* "2: -> POSIX  ADVISORY  WRITE 811 fe:00:1234 0 EOF" */
static bool parse_lock(struct lock *l, const char *line)
{
	unsigned int major, minor;
	int at = 0;

	if (sscanf(line, "%u: %n", &l->number, &at) != 1 || !at)
		return false;
	line += at;
	l->waits = !strncmp(line, "->", 2);
	line += l->waits ? 2 : 0;
	line += strspn(line, " ");
	snprintf(l->words, sizeof(l->words), "%.*s", (int)strcspn(line, "\n"), line);
	if (sscanf(line, "%*s %*s %*s %d %x:%x:%llu", &l->pid, &major, &minor, &l->ino) != 4)
		return false;
	l->dev = makedev(major, minor);
	return true;
}

/* No server is asked about a file, which may be dead. */
static bool look_behind(int folder, const char *name, dev_t *dev, unsigned long long *ino)
{
	struct statx x;

	if (statx(folder, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO, &x))
		return false;
	*dev = makedev(x.stx_dev_major, x.stx_dev_minor);
	*ino = x.stx_ino;
	return true;
}

/* How likely the thread waits there. File systems may tell stat(2) of other devices. */
static int rank_of(const struct search *s, const struct lock *l)
{
	if (!s->known || l->ino != s->ino)
		return 1;
	return l->dev == s->dev ? 3 : 2;
}

static void add_lock(struct search *s, const struct lock *held, int rank)
{
	s->lines++;
	if (rank > s->rank)
		s->locks.nr = 0;
	if (rank < s->rank)
		return;
	s->rank = rank;
	for (size_t i = 0; i < s->locks.nr; i++)
		if (!strcmp(s->locks.v[i].words, held->words))
			return;
	*vec_add(&s->locks) = *held;
}

/* The locks above the waits of the process, or of those of open file descriptions. */
static void find_locks(struct search *s, bool ofd)
{
	FILE *f = retry_fopen(AT_FDCWD, "/proc/locks");
	struct lock l, held = { 0 };
	char line[LINE_MAX_LEN];

	while (f && fgets(line, sizeof(line), f)) {
		int rank;

		if (!parse_lock(&l, line))
			continue;
		if (!l.waits) {
			held = l;
			continue;
		}
		rank = rank_of(s, &l);
		if (l.pid == (ofd ? -1 : s->pid) && l.number == held.number && (!ofd || rank > 1))
			add_lock(s, &held, rank);
	}
	if (f)
		fclose(f);
}

/* Whether the file that the descriptor is of has that lock through it. */
static bool tells_lock(int fdinfo, const char *fd, const char *words)
{
	const char *line = proc_read_whole(fdinfo, fd);
	size_t len = strlen(words);

	while (line && (line = strstr(line, "lock:\t"))) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
		if (!strncmp(line, words, len) && line[len] == '\n')
			return true;
	}
	return false;
}

static bool has_lock(const struct search *s, int pid, const char *words)
{
	struct dirent *entry;
	unsigned long long ino;
	bool found = false;
	char path[32];
	int fdinfo;
	dev_t dev;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo", pid);
	fdinfo = retry_open(AT_FDCWD, path, O_PATH | O_DIRECTORY);
	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = fdinfo < 0 ? NULL : retry_opendir(AT_FDCWD, path);
	while (dir && !found && (entry = readdir(dir)))
		found = isdigit((unsigned char)entry->d_name[0]) &&
			look_behind(dirfd(dir), entry->d_name, &dev, &ino) && dev == s->dev &&
			ino == s->ino && tells_lock(fdinfo, entry->d_name, words);
	if (dir)
		closedir(dir);
	if (fdinfo >= 0)
		close(fdinfo);
	return found;
}

/* All who have it: one of fcntl(2) is of one process, others of all that have the open file. */
static size_t each_owner(const struct search *s, const struct lock *l, follow_fn fn, void *ctx,
			 enum doing_link link)
{
	struct dirent *entry;
	size_t nr = 0;
	DIR *proc;

	if (!strncmp(l->words, "POSIX", strlen("POSIX")) && has_lock(s, l->pid, l->words)) {
		fn(ctx, link, l->pid);
		return 1;
	}
	proc = retry_opendir(AT_FDCWD, "/proc");
	while (proc && (entry = readdir(proc))) {
		int pid = atoi(entry->d_name);

		if (pid <= 0 || !has_lock(s, pid, l->words))
			continue;
		fn(ctx, link, pid);
		nr++;
	}
	if (proc)
		closedir(proc);
	return nr;
}

void doing_follow_lock(int pid, int tid, int fd, bool ofd, follow_fn fn, void *ctx)
{
	struct search s = { .pid = pid };
	char path[64];
	bool certain;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/fd/%d", pid, tid, fd);
	s.known = look_behind(AT_FDCWD, path, &s.dev, &s.ino);
	find_locks(&s, ofd);
	certain = s.locks.nr == 1 && (s.rank > 1 || s.lines == 1);
	for (size_t i = 0; i < s.locks.nr; i++) {
		const struct lock *l = &s.locks.v[i];

		if ((!s.known || !each_owner(&s, l, fn, ctx, certain ? DOING_LOCK : DOING_TAKEN)) &&
		    l->pid > 0)
			fn(ctx, DOING_TAKEN, l->pid);
	}
	vec_free(&s.locks);
}
