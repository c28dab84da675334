// SPDX-License-Identifier: GPL-2.0
/*
 * --search: all files below a folder. Only those on a device whose low byte is in the key can be
 * the one, so other file systems are left out; those mounted below the folder are looked into where
 * the byte is right.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "explain.h"
#include "ipcdbg.h"

#define FOLDERS_OPEN 32
#define REPORT_S 5 /* seconds between two reports of how far it is */

/* nftw() hands its function nothing of ours. */
static struct search {
	struct explanation *e;
	dev_t dev; /* of the walk */
	time_t reported;
	size_t unread; /* folders */
} now;

static bool is_of(const struct stat *st)
{
	return explain_is_of(now.e->facts.key, minor(st->st_dev), st->st_ino);
}

static bool device_fits(dev_t dev)
{
	return (minor(dev) & 0xff) == (now.e->facts.key >> 16 & 0xff);
}

static void report(const char *path)
{
	struct text shown = { 0 };
	time_t t = time(NULL);

	if (t - now.reported < REPORT_S)
		return;
	now.reported = t;
	text_clear(&shown);
	text_add_name(&shown, path);
	warn_user("searching: %llu files, %zu fit; at %s", now.e->searched, now.e->files.nr,
		  shown.s);
	text_free(&shown);
}

static int look_at(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	char *copy;

	(void)ftw;
	if (type == FTW_NS)
		return FTW_CONTINUE;
	if (st->st_dev != now.dev)
		return FTW_SKIP_SUBTREE;
	now.unread += type == FTW_DNR;
	if (!(++now.e->searched & 0xfff))
		report(path);
	if (!is_of(st))
		return FTW_CONTINUE;
	copy = strdup(path);
	if (!copy)
		die(EXIT_IO, "out of memory");
	explanation_add_file(now.e, copy, "search", 0);
	return FTW_CONTINUE;
}

static void walk(const char *folder, dev_t dev)
{
	now.dev = dev;
	if (nftw(folder, look_at, FOLDERS_OPEN, FTW_PHYS | FTW_ACTIONRETVAL))
		warn_user("%s: %s", folder, strerror(errno));
}

static bool is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	while (len && folder[len - 1] == '/')
		len--;
	return !strncmp(path, folder, len) && path[len] == '/' && path[len + 1];
}

typedef VEC(dev_t) devices;

static bool is_new(devices *seen, dev_t dev)
{
	for (size_t i = 0; i < seen->nr; i++)
		if (seen->v[i] == dev)
			return false;
	*vec_add(seen) = dev;
	return true;
}

/* File systems mounted below the folder; one that is mounted twice is walked once. */
static void walk_mounts(const char *folder, devices *seen)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	struct mntent *m;
	struct stat st;

	while (f && (m = getmntent(f)))
		if (is_below(m->mnt_dir, folder) && !lstat(m->mnt_dir, &st) &&
		    device_fits(st.st_dev) && is_new(seen, st.st_dev))
			walk(m->mnt_dir, st.st_dev);
	if (f)
		endmntent(f);
}

enum exit_code explain_search(struct explanation *e, const char *folder)
{
	char *path = realpath(folder, NULL);
	devices seen = { 0 };
	struct stat st;

	if (!path || stat(path, &st) || !S_ISDIR(st.st_mode)) {
		warn_user("--search %s: %s", folder, path ? "not a folder" : strerror(errno));
		free(path);
		return EXIT_USAGE;
	}
	now = (struct search){ .e = e, .reported = time(NULL) };
	if (device_fits(st.st_dev) && is_new(&seen, st.st_dev))
		walk(path, st.st_dev);
	walk_mounts(path, &seen);
	if (!seen.nr)
		warn_user("--search %s: no file system there has 0x%02x as the low byte of its "
			  "device, that of %s has 0x%02x",
			  folder, e->facts.key >> 16 & 0xff, folder, minor(st.st_dev) & 0xff);
	if (now.unread)
		warn_user("--search %s: %zu folders cannot be read", folder, now.unread);
	free(path);
	vec_free(&seen);
	return EXIT_OK;
}
