// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "every_file.h"
#include "common.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>

static int (*visitor)(const char *path, const struct stat *st);
static int wanted_type;
static unsigned int visited;

static int visit(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)at;
	if (type != wanted_type)
		return 0;
	visited++;
	return visitor(path, st);
}

static int every(int type, int (*fn)(const char *path, const struct stat *st))
{
	int ret;

	visitor = fn;
	wanted_type = type;
	visited = 0;
	ret = nftw(IPCDBG_DIR, visit, 8, FTW_PHYS);
	if (!visited)
		die(IPCDBG_DIR " has nothing: %s", strerror(errno));
	return ret;
}

int every_file(int (*fn)(const char *path, const struct stat *st))
{
	return every(FTW_F, fn);
}

int every_folder(int (*fn)(const char *path, const struct stat *st))
{
	return every(FTW_D, fn);
}

static const char *unwanted;

static int search_file(const char *path, const struct stat *st)
{
	size_t len;
	char *text;
	bool found;

	(void)st;
	text = slurp(path, 65536, &len);
	if (!text)
		die("%s: %s", path, strerror(errno));
	found = memmem(text, len, unwanted, strlen(unwanted));
	free(text);
	if (found)
		complain("%s shows %s", path, unwanted);
	return found;
}

bool every_file_lacks(const char *text)
{
	unwanted = text;
	return !every_file(search_file);
}
