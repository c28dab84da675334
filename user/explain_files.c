// SPDX-License-Identifier: GPL-2.0
/*
 * ftok(3) needs a path that both sides know: most often of a file that a process runs, is in, has
 * open, or was told of. statx() is told to ask no server, which may be dead.
 */
#include "explain_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ipcdbg.h"
#include "retry.h"

#define ENTRIES_MAX 4096 /* of a folder */
#define ARGS_MAX 65536

/* What files are looked at for. */
struct look {
	struct explanation *e;
	const struct key_process *p;
	int dir;
};

static bool looks_right(struct look *l, int at, const char *name, int flags)
{
	struct statx st;

	l->e->files_seen++;
	return !statx(at, name, flags | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO, &st) &&
	       explain_is_of(l->e->facts.key, st.stx_dev_minor, st.stx_ino);
}

/* The path that a link of /proc tells, and a name below it. */
static void add_linked(struct look *l, int at, const char *link, const char *name, const char *how)
{
	char path[4096], *copy;
	ssize_t len = readlinkat(at, link, path, sizeof(path) - 1);

	if (len <= 0)
		return;
	path[len] = '\0';
	if (asprintf(&copy, name ? "%s%s%s" : "%s", path, path[len - 1] == '/' ? "" : "/", name) <
	    0)
		die(EXIT_IO, "out of memory");
	explanation_add_file(l->e, copy, how, l->p->pid);
}

static void look_at_link(struct look *l, int at, const char *link, const char *how)
{
	if (looks_right(l, at, link, 0))
		add_linked(l, at, link, NULL, how);
}

static void look_at_descriptors(struct look *l)
{
	DIR *folder = retry_opendir(l->dir, "fd");
	struct dirent *entry;

	for (int i = 0; folder && i < ENTRIES_MAX && (entry = readdir(folder)); i++)
		if (entry->d_name[0] != '.')
			look_at_link(l, dirfd(folder), entry->d_name, "open file");
	if (folder)
		closedir(folder);
}

static bool device_fits(struct look *l, const char *link)
{
	struct statx st;

	return !statx(l->dir, link, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO, &st) &&
	       (st.stx_dev_minor & 0xff) == (l->e->facts.key >> 16 & 0xff);
}

/* The number in the entry is that of the file, unless something is mounted there. */
static void look_into_cwd(struct look *l)
{
	DIR *folder = device_fits(l, "cwd") ? retry_opendir(l->dir, "cwd") : NULL;
	struct dirent *entry;

	for (int i = 0; folder && i < ENTRIES_MAX && (entry = readdir(folder)); i++) {
		if (entry->d_name[0] == '.' || (entry->d_ino ^ l->e->facts.key) & 0xffff)
			continue;
		if (looks_right(l, dirfd(folder), entry->d_name, AT_SYMLINK_NOFOLLOW))
			add_linked(l, l->dir, "cwd", entry->d_name, "in the working directory");
	}
	if (folder)
		closedir(folder);
}

/* A path as the process means it: below its own root, or its working directory. */
static int open_path(struct look *l, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC,
				.resolve = path[0] == '/' ? RESOLVE_IN_ROOT : 0 };
	int at = retry_open(l->dir, path[0] == '/' ? "root" : "cwd", O_PATH | O_DIRECTORY);
	int fd;

	if (at < 0)
		return -1;
	fd = syscall(SYS_openat2, at, path, &how, sizeof(how));
	close(at);
	return fd;
}

static void look_at_argument(struct look *l, const char *word)
{
	int fd = word[0] ? open_path(l, word) : -1;
	char *copy;

	if (fd < 0)
		return;
	if (looks_right(l, fd, "", AT_EMPTY_PATH)) {
		copy = strdup(word);
		if (!copy)
			die(EXIT_IO, "out of memory");
		explanation_add_file(l->e, copy, "argument", l->p->pid);
	}
	close(fd);
}

/* A path may stand behind a '=' of an option too. */
static void look_at_arguments(struct look *l)
{
	static char args[ARGS_MAX];
	int fd = retry_open(l->dir, "cmdline", O_RDONLY);
	ssize_t len = fd < 0 ? -1 : TEMP_FAILURE_RETRY(read(fd, args, sizeof(args) - 1));
	const char *equals;

	if (fd >= 0)
		close(fd);
	for (ssize_t i = 0; i < len; i += strlen(args + i) + 1) {
		args[len] = '\0';
		look_at_argument(l, args + i);
		equals = strchr(args + i, '=');
		if (equals)
			look_at_argument(l, equals + 1);
	}
}

void explain_files_of(struct explanation *e, const struct key_process *p, int dir)
{
	struct look l = { e, p, dir };

	if (!e->facts.key)
		return;
	look_at_link(&l, dir, "exe", "executable");
	look_at_link(&l, dir, "cwd", "working directory");
	look_at_link(&l, dir, "root", "root directory");
	look_at_descriptors(&l);
	look_at_arguments(&l);
	look_into_cwd(&l);
}
