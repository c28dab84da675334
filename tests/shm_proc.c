// SPDX-License-Identifier: GPL-2.0
/* What /proc says of segments. */
#define _GNU_SOURCE
#include "common.h"
#include "shm_compare.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool parse_line(const char *line, struct shm_line *l)
{
	return sscanf(line,
		      "%" SCNd64 " %" SCNd64 " %" SCNo64 " %" SCNd64 " %" SCNd64 " %" SCNd64
		      " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64
		      " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64,
		      &l->key, &l->shmid, (uint64_t *)&l->mode, &l->size, &l->cpid, &l->lpid,
		      &l->nattch, &l->uid, &l->gid, &l->cuid, &l->cgid, &l->atime, &l->dtime,
		      &l->ctime, &l->rss, &l->swap) == 16;
}

bool shm_line(int shmid, struct shm_line *l)
{
	char *text = slurp("/proc/sysvipc/shm", 65536, NULL), *at;
	bool found = false;

	if (!text)
		die("/proc/sysvipc/shm: %s", strerror(errno));
	for (at = text; !found && (at = strchr(at, '\n')) && *++at;)
		found = parse_line(at, l) && l->shmid == shmid;
	free(text);
	return found;
}

static uint64_t meminfo(const char *label)
{
	char *text = slurp("/proc/meminfo", 4096, NULL);
	const char *at = text ? strstr(text, label) : NULL;
	uint64_t n = at ? strtoull(at + strlen(label), NULL, 10) : 0;

	free(text);
	return n;
}

uint64_t huge_page_size(void)
{
	return meminfo("\nHugepagesize:") * 1024;
}

uint64_t huge_in_use(void)
{
	return (meminfo("\nHugePages_Total:") - meminfo("\nHugePages_Free:")) * huge_page_size();
}
