// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "every_file.h"
#include "common.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>

static const char *wanted;

static int search_file(const char *path, const struct stat *st, int type, struct FTW *at)
{
	size_t len;
	char *text;
	bool found;

	(void)st;
	(void)at;
	if (type != FTW_F)
		return 0;
	text = slurp(path, 65536, &len);
	if (!text)
		die("%s: %s", path, strerror(errno));
	found = memmem(text, len, wanted, strlen(wanted));
	free(text);
	if (found)
		complain("%s shows %s", path, wanted);
	return found;
}

bool every_file_lacks(const char *text)
{
	int ret;

	wanted = text;
	ret = nftw(IPCDBG_DIR, search_file, 8, FTW_PHYS);
	if (ret < 0)
		die(IPCDBG_DIR ": %s", strerror(errno));
	return !ret;
}
